# $ indoubt check S214_name_that_shares_a_set.py P=2
# Python sees the change.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, before, empty


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @action
    def go(self, p: P) -> None:
        before = self.members
        self.members.add(p)
        self.flag = p in before
