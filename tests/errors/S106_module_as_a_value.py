# $ indoubt check S106_module_as_a_value.py
# A module is no value.
from __future__ import annotations

import enum

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        x = enum
        self.flag = True
