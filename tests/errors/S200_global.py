# $ indoubt check S200_global.py
# A state outside the state.
from __future__ import annotations

from indoubt.specs.language import Spec, action


TOTAL = 0

class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        global TOTAL
        TOTAL = 1
        self.flag = True
