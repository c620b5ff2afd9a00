# $ indoubt check S301_sort_as_a_value.py P=2
# A sort is a set, not a value of a variable.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action


class P(Sort): ...


class Demo(Spec):
    who: P | None = None

    @action
    def go(self) -> None:
        self.who = P
