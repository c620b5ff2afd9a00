# $ indoubt check S205_set_changed_in_an_invariant.py P=2
# A property adds to a set.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @invariant
    def calm(self) -> bool:
        self.members.clear()
        return True

    @action
    def go(self) -> None:
        self.flag = not self.flag
