# $ indoubt check S323_sum_of_members.py P=2
# Members cannot be added.
from __future__ import annotations

from indoubt.specs.language import Sort, Spec, action, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False

    @invariant
    def few(self) -> bool:
        return sum(p for p in P) < 2

    @action
    def go(self) -> None:
        self.flag = not self.flag
