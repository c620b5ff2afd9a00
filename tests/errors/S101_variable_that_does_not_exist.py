# $ indoubt check S101_variable_that_does_not_exist.py
# A typo in a variable.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = self.flga
