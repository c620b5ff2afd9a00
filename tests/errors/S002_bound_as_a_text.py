# $ indoubt check S002_bound_as_a_text.py
# The default of a bound is a number.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Bound, Spec, action

MOST = Bound(default="2")


class Clock(Spec):
    now: Annotated[int, Between(0, MOST)] = 0

    @action
    def tick(self) -> None:
        self.now += 1
