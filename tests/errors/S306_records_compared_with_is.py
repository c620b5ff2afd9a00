# $ indoubt check S306_records_compared_with_is.py P=2
# Values have no identity.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @invariant
    def same(self) -> bool:
        kept = self.members
        return self.members is kept

    @action
    def go(self) -> None:
        self.flag = not self.flag
