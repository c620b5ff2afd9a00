# $ indoubt check S214_name_for_what_a_helper_gives.py P=2
# In Python, what the helper returns is the set itself: `friends` changes with it.
from __future__ import annotations

from indoubt.specs.language import Map, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    knows: Map[P, Set[P]] = every(empty())
    invited: Set[P] = empty()

    def friends_of(self, p: P) -> Set[P]:
        known = self.knows[p]
        return known

    @action
    def meet(self, p: P, other: P) -> None:
        friends = self.friends_of(p)
        self.knows[p].add(other)
        self.invited = friends
