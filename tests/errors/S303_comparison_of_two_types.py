# $ indoubt check S303_comparison_of_two_types.py P=2
# A vote is never a member.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Sort, Spec, action, require


class P(Sort): ...


class V(Enum):
    YES, NO = range(2)


class Demo(Spec):
    flag: bool = False
    vote: V = V.YES

    @action
    def step(self, p: P) -> None:
        require(self.vote == p)
        self.flag = True
