# $ indoubt check S402_key_that_is_not_there_in_a_constraint.py --constraint granted
# It cannot be computed after the second step; the state before it is all right.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Spec, action, constraint, every, require


class Demo(Spec):
    count: Annotated[int, Between(0, 3)] = 0
    slots: Map[Annotated[int, Between(0, 1)], bool] = every(False)

    @action
    def add(self, i: Annotated[int, Between(0, 1)]) -> None:
        require(self.count < 3)
        self.count += 1
        self.slots[i] = True

    @constraint
    def granted(self) -> bool:
        return self.count < 2 or self.slots[self.count]
