# $ indoubt check S303_compared_with_itself.py
# A value always equals itself.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Spec, action, invariant


class V(Enum):
    YES, NO = range(2)


class Demo(Spec):
    flag: bool = False
    vote: V = V.YES

    @invariant
    def same(self) -> bool:
        return self.vote == self.vote

    @action
    def go(self) -> None:
        self.flag = not self.flag
