# $ indoubt check S212_helper_whose_value_is_not_used.py
# Its value is not used.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.fine()
        self.flag = True

    def fine(self) -> bool:
        return self.n < 2
