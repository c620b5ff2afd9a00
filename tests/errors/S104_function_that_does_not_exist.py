# $ indoubt check S104_function_that_does_not_exist.py
# A typo in a function.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        requir(self.flag)
        self.flag = False
