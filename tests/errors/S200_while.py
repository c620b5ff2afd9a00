# $ indoubt check S200_while.py
# A loop that need not end.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        while self.n < 3:
            self.n += 1
