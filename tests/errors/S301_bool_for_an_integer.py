# $ indoubt check S301_bool_for_an_integer.py
# A bool is no integer.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.n = self.flag
