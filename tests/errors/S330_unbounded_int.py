# $ indoubt check S330_unbounded_int.py
# An integer needs an interval.
from __future__ import annotations

from indoubt.specs.language import Spec, action


class Demo(Spec):
    n: int = 0

    @action
    def go(self) -> None:
        self.n += 1
