# $ indoubt check S200_declaration_without_a_value.py
# A declaration without value in a method.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        x: bool
        self.flag = True
