# $ indoubt check S318_default_of_two_values.py
# Two values are never none.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.n = max(self.n, 1, default=2)
