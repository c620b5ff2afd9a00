# $ indoubt check S318_list_of_a_set.py P=2
# A list of a set has no order.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    members: Set[P] = empty()

    @action
    def elect(self) -> None:
        self.who = list(self.members)[0]
