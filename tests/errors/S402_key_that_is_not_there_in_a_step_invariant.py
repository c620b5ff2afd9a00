# $ indoubt check S402_key_that_is_not_there_in_a_step_invariant.py
# It cannot be computed for the step from 1 to 2; both states are told.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Spec, action, every, require, step_invariant


class Demo(Spec):
    count: Annotated[int, Between(0, 3)] = 0
    slots: Map[Annotated[int, Between(0, 1)], bool] = every(False)

    @action
    def add(self, i: Annotated[int, Between(0, 1)]) -> None:
        require(self.count < 3)
        self.count += 1
        self.slots[i] = True

    @step_invariant
    def kept(self, after: Demo) -> bool:
        return after.count < 2 or after.slots[after.count]
