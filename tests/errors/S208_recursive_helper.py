# $ indoubt check S208_recursive_helper.py
# Helpers are put in where they are called.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.n = self.down(self.n)

    def down(self, n: Annotated[int, Between(0, 3)]) -> Annotated[int, Between(0, 3)]:
        return 0 if n == 0 else self.down(n - 1)
