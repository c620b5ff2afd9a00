# $ indoubt check S330_empty_interval.py
# The lower end comes first.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    n: Annotated[int, Between(3, 0)] = 0

    @action
    def go(self) -> None:
        self.n += 1
