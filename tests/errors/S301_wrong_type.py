# $ indoubt check S301_wrong_type.py P=2
# A value of another type.
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class V(Enum):
    YES, NO = range(2)


class Demo(Spec):
    vote: V = V.YES

    @action
    def go(self, p: P) -> None:
        self.vote = p
