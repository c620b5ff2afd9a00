# $ indoubt check S215_statement_after_two_returns.py
# Both branches return.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def step(self) -> None:
        if self.flag:
            self.n = 1
            return
        else:
            self.n = 2
            return
        self.flag = True
