# $ indoubt check S301_default_of_another_type.py P=2
# The default is what the variable holds where there is nothing.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    points: Map[P, Annotated[int, Between(-2, 2)]] = every(0)
    best: Annotated[int, Between(-2, 2)] = 0

    @action
    def count(self) -> None:
        self.best = max((self.points[p] for p in P if self.points[p] > 0), default=None)
