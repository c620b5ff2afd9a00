# $ indoubt check S308_division_with_a_float_result.py
# `/` gives a float.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def step(self) -> None:
        self.n = self.n / 2
