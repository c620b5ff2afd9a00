# $ indoubt check S009_statement_in_the_class.py
# A spec declares.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False
    if True:
        other: bool = False

    @action
    def go(self) -> None:
        self.flag = True
