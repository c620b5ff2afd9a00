# $ indoubt check S105_method_as_a_value.py
# A helper that is not called.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, require


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        require(self.fine)
        self.flag = True

    def fine(self) -> bool:
        return self.n < 2
