# $ indoubt check S324_key_of_max.py P=2
# Key function.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Sort, Spec, action, every, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    count: Map[P, Annotated[int, Between(0, 3)]] = every(0)

    @invariant
    def few(self) -> bool:
        return max((self.count[p] for p in P), key=lambda c: c) < 2

    @action
    def go(self) -> None:
        self.flag = not self.flag
