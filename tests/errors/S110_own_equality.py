# $ indoubt check S110_own_equality.py
# Two states are equal where their variables are.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    def __eq__(self, other: object) -> bool:
        return True

    @action
    def go(self) -> None:
        self.flag = not self.flag
