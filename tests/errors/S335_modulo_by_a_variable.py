# $ indoubt check S335_modulo_by_a_variable.py
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.n = self.n % (self.n - 1)
