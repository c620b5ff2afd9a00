# $ indoubt check S200_with.py
# There are no contexts.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        with open("log") as f:
            self.flag = True
