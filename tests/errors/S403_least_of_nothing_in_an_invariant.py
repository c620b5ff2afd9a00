# $ indoubt check S403_least_of_nothing_in_an_invariant.py P=2
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Sort, Spec, action, every, invariant


class P(Sort): ...


class Demo(Spec):
    count: Map[P, Annotated[int, Between(0, 3)]] = every(0)

    @action
    def go(self, p: P) -> None:
        self.count[p] += 1

    @invariant
    def low(self) -> bool:
        return min(self.count[p] for p in P if self.count[p] < 1) < 1
