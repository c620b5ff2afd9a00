# $ indoubt check S106_list_constant.py
# A list of the module is no value.
from __future__ import annotations

from indoubt.specs.language import Spec, action


NUMBERS = [1, 2]

class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = 1 in NUMBERS
