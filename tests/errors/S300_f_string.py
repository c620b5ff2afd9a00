# $ indoubt check S300_f_string.py
# There are no texts.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        label = f"{self.n}"
        self.flag = True
