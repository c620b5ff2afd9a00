# $ indoubt check S311_float_literal.py
# There are no floats.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, require


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def step(self) -> None:
        require(self.n > 0.5)
        self.flag = True
