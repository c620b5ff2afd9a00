# $ indoubt check S318_getattr.py
# A variable by its name as a text.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        self.flag = getattr(self, "flag")
