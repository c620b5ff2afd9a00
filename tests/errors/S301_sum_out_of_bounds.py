# $ indoubt check S301_sum_out_of_bounds.py
# Whatever the count is, ten more is too much.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    count: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.count += 10
