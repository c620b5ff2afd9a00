# $ indoubt check S200_raise.py
# There are no exceptions.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        if self.flag:
            raise ValueError
        self.flag = True
