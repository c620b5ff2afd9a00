# $ indoubt check S332_first_values_from_elsewhere.py P=2
# What an author who thinks of Python's containers writes first.
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import Between, Map, Set, Sort, Spec, action, every


class P(Sort): ...


class Phase(Enum):
    IDLE, BUSY = range(2)


class Demo(Spec):
    a: Map[P, bool] = {}
    b: Set[P] = []
    c: P = None
    d: Phase = "BUSY"
    e: Map[P, Phase] = every(None)
    f: Annotated[int, Between(1, 3)] = 0

    @action
    def go(self, p: P) -> None:
        self.a[p] = True
