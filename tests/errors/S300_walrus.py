# $ indoubt check S300_walrus.py
# A name given inside an expression.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, require


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        require((x := self.n) > 0)
        self.flag = x > 1
