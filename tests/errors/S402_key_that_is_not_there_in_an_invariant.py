# $ indoubt check S402_key_that_is_not_there_in_an_invariant.py
# The last slot has no successor.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Spec, action, every, invariant





class Demo(Spec):
    slots: Map[Annotated[int, Between(0, 3)], bool] = every(False)
    at: Annotated[int, Between(0, 3)] = 0

    @action
    def move(self) -> None:
        self.at += 1

    @invariant
    def free(self) -> bool:
        return not self.slots[self.at + 1]
