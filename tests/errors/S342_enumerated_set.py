# $ indoubt check S342_enumerated_set.py P=2
# A set has no positions.
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    members: Set[P] = empty()

    @action
    def go(self) -> None:
        for i, p in enumerate(self.members):
            self.flag = True
