# $ indoubt check S007_property.py
# A property of Python is no helper.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, invariant


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @property
    def fine(self) -> bool:
        return self.n < 2

    @invariant
    def calm(self) -> bool:
        return self.fine

    @action
    def go(self) -> None:
        self.flag = not self.flag
