# $ indoubt check S402_key_that_is_not_there.py
# The map has the keys 0 to 3; what is written at -1 belongs nowhere.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Spec, action, every





class Demo(Spec):
    slots: Map[Annotated[int, Between(0, 3)], bool] = every(False)

    @action
    def fill(self, i: Annotated[int, Between(0, 2)]) -> None:
        self.slots[i - 1] = True
