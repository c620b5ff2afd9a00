# $ indoubt check S108_name_bound_in_a_loop.py P=2
# The loop may not run at all.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)

    @action
    def step(self) -> None:
        for p in P:
            seen = self.voted[p]
        self.flag = seen
