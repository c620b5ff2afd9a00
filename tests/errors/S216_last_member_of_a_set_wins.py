# $ indoubt check S216_last_member_of_a_set_wins.py P=2
# Which member comes last is not determined.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    members: Set[P] = empty()

    @action
    def elect(self) -> None:
        for p in self.members:
            self.who = p
