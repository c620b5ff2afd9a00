# $ indoubt check S216_local_takes_the_last_member.py P=2
# A local name that the loop gives a new value.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    members: Set[P] = empty()

    @action
    def elect(self) -> None:
        leader = self.who
        for p in self.members:
            leader = p
        self.who = leader
