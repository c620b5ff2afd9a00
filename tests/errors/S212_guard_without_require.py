# $ indoubt check S212_guard_without_require.py
# Its value is not used.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.n < 2
        self.flag = True
