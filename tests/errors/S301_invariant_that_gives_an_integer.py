# $ indoubt check S301_invariant_that_gives_an_integer.py
# A property is a bool.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, invariant


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @invariant
    def calm(self) -> bool:
        return self.n

    @action
    def go(self) -> None:
        self.flag = not self.flag
