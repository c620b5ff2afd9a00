# $ indoubt check S300_lambda.py
# A function without a name.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    flag: bool = False

    @action
    def go(self) -> None:
        check = lambda x: x
        self.flag = True
