# $ indoubt check S208_helpers_that_call_each_other.py
# Helpers are put in where they are called.
from __future__ import annotations

from indoubt.specs.language import Spec, action, require


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        require(self.even())
        self.flag = True

    def even(self) -> bool:
        return self.odd()

    def odd(self) -> bool:
        return self.even()
