# $ indoubt check S318_math_function.py
# A function of the standard library.
from __future__ import annotations

from typing import Annotated
import math

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.n = math.floor(self.n)
