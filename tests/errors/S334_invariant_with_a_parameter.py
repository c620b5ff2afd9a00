# $ indoubt check S334_invariant_with_a_parameter.py P=2
# An invariant sees the state alone.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every, invariant


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)

    @invariant
    def calm(self, p: P) -> bool:
        return not self.voted[p]

    @action
    def go(self) -> None:
        self.flag = not self.flag
