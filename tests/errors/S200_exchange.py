# $ indoubt check S200_exchange.py
# One assignment after the other would lose a value.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    first: bool = False
    second: bool = True

    @action
    def go(self) -> None:
        self.first, self.second = self.second, self.first
