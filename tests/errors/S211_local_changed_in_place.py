# $ indoubt check S211_local_changed_in_place.py P=2
# A local name is a value.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()

    @action
    def go(self, p: P) -> None:
        mine = self.members
        mine.add(p)
