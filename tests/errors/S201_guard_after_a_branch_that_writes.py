# $ indoubt check S201_guard_after_a_branch_that_writes.py
# One of two branches has written.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, require


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def step(self) -> None:
        if self.flag:
            self.n = 1
        require(self.n < 2)
