# $ indoubt check S312_loop_over_a_number.py
# A number has no members.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        for i in self.n:
            self.flag = True
