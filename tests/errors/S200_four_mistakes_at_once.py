# $ indoubt check S200_four_mistakes_at_once.py P=2
# Every statement has one.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Sort, Spec, action, every, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0
    voted: Map[P, bool] = every(False)

    @action
    def go(self, p: P) -> None:
        while self.flag:
            pass
        if self.floog:
            self.n = 0.5
        x = lambda: p
        self.voted[x] = True
        self.n = "three"

    @invariant
    def calm(self) -> bool:
        a = self.nn
        b = self.mm
        if a == b:
            return self.zz
        return self.yy
