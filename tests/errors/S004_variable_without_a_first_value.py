# $ indoubt check S004_variable_without_a_first_value.py
# Nothing says where it begins.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool

    @action
    def go(self) -> None:
        self.flag = True
