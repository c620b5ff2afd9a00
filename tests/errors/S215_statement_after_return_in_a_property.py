# $ indoubt check S215_statement_after_return_in_a_property.py
# What stands behind it is never computed.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, invariant


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @invariant
    def calm(self) -> bool:
        return not self.flag
        return self.n < 2

    @action
    def go(self) -> None:
        self.flag = not self.flag
