# $ indoubt check S335_divisor_that_may_be_zero.py
# A divisor is positive.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.n = 3 // self.n
