# $ indoubt check S109_variable_declared_twice.py
# The second hides the first.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False
    flag: bool = True

    @action
    def go(self) -> None:
        self.flag = False
