# $ indoubt check S216_appended_in_the_order_of_a_set.py P=2 log=2
# A log in an order that nothing determines.
from __future__ import annotations

from indoubt.specs.language import Seq, Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()
    log: Seq[P] = empty()

    @action
    def write(self) -> None:
        for p in self.members:
            self.log.append(p)
