# $ indoubt check S110_own_init.py
# The run makes the initial state.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    def __init__(self) -> None:
        self.flag = True

    @action
    def go(self) -> None:
        self.flag = not self.flag
