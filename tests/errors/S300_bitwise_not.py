# $ indoubt check S300_bitwise_not.py
# No such operator.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.n = ~self.n
