# $ indoubt check S318_print.py
# A step has no output.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        print("go")
        self.flag = True
