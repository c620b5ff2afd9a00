# $ indoubt check S212_property_without_return.py
# No return at all.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, invariant


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @invariant
    def calm(self) -> bool:
        self.n < 2

    @action
    def go(self) -> None:
        self.flag = not self.flag
