# $ indoubt check S301_literal_out_of_bounds.py
# Whatever the run chooses, 7 does not lie in the interval.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Spec, action


class Demo(Spec):
    count: Annotated[int, Between(0, 3)] = 0

    @action
    def go(self) -> None:
        self.count = 7
