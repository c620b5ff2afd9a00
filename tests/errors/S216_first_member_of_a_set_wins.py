# $ indoubt check S216_first_member_of_a_set_wins.py P=2
# The first member that fits ends the loop.
from __future__ import annotations

from indoubt.specs.language import Map, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    voted: Map[P, bool] = every(False)
    members: Set[P] = empty()

    @action
    def elect(self) -> None:
        for p in self.members:
            if self.voted[p]:
                self.who = p
                return
