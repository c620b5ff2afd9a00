# $ indoubt check S332_first_value_of_another_type.py
# The value does not fit the annotation.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = 0

    @action
    def go(self) -> None:
        self.flag = True
