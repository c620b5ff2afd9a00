# $ indoubt check S107_method_that_does_not_exist.py
# A typo in a helper.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, require


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        require(self.fin())
        self.flag = True

    def fine(self) -> bool:
        return self.n < 2
