# $ indoubt check S005_variable_without_annotation.py
# A variable says its type.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag = False

    @action
    def go(self) -> None:
        self.flag = True
