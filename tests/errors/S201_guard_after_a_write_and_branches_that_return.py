# $ indoubt check S201_guard_after_a_write_and_branches_that_return.py
# What was written before the branches is still written.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, require





class Demo(Spec):
    on: bool = False
    count: Annotated[int, Between(0, 3)] = 0

    def check(self) -> None:
        if self.on:
            return
        else:
            return

    @action
    def go(self) -> None:
        self.count = 1
        self.check()
        require(self.on)
