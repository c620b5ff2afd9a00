# $ indoubt check S342_sequence_from_a_set.py P=2 log=2
# A set has no order.
from __future__ import annotations

from indoubt.specs.language import Seq, Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()
    log: Seq[P] = empty()

    @action
    def write(self) -> None:
        self.log = Seq(self.members)
