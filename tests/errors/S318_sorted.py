# $ indoubt check S318_sorted.py P=2
# There is no order to sort by.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    members: Set[P] = empty()

    @action
    def elect(self) -> None:
        self.who = sorted(self.members)[0]
