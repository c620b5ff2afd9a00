# $ indoubt check S200_class_inside_a_method.py
# Classes belong to the module.
from __future__ import annotations

from indoubt.specs.language import Record, Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        class Inner(Record):
            x: bool
        self.flag = True
