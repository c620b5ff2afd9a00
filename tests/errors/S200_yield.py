# $ indoubt check S200_yield.py
# A step is no generator.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = True
        yield
