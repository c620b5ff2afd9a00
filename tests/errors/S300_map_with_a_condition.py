# $ indoubt check S300_map_with_a_condition.py P=2
# A map is total.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self) -> None:
        self.voted = {p: True for p in P if not self.voted[p]}
