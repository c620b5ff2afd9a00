# $ indoubt check S330_bare_set.py P=2
# A set of what.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    members: Set = empty()

    @action
    def go(self, p: P) -> None:
        self.members.add(p)
