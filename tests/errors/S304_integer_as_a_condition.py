# $ indoubt check S304_integer_as_a_condition.py
# Zero is no false.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        if self.n:
            self.flag = True
