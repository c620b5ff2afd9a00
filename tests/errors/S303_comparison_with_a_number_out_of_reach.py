# $ indoubt check S303_comparison_with_a_number_out_of_reach.py
# A count below 4 is never 7.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, invariant


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @invariant
    def seven(self) -> bool:
        return self.n != 7

    @action
    def go(self) -> None:
        self.flag = not self.flag
