# $ indoubt check S322_empty_set_of_nothing.py
# The type of its members is not known.
from __future__ import annotations

from indoubt.specs.language import Set, Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        seen = Set()
        self.flag = True
