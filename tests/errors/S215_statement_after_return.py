# $ indoubt check S215_statement_after_return.py
# What stands behind it never happens.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def step(self) -> None:
        self.n = 1
        return
        self.flag = True
