# $ indoubt check S324_keyword_of_max.py
# `max` takes no key.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action, invariant


class Demo(Spec):
    flag: bool = False
    n: Annotated[int, Between(0, 3)] = 0

    @invariant
    def few(self) -> bool:
        return max(self.n, 1, key=None) < 2

    @action
    def go(self) -> None:
        self.flag = not self.flag
