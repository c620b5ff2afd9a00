# $ indoubt check S009_for_in_the_class.py
# A spec declares.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False
    for _i in range(2):
        pass

    @action
    def go(self) -> None:
        self.flag = True
