# $ indoubt check S216_last_member_wins_in_a_helper.py P=2
# The loop stands in a helper.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    members: Set[P] = empty()

    @action
    def elect(self) -> None:
        self.settle()

    def settle(self) -> None:
        for p in self.members:
            self.who = p
