# $ indoubt check S108_loop_name_used_after_the_loop.py P=2
# The loop may not run at all.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    voted: Map[P, bool] = every(False)

    @action
    def step(self) -> None:
        for p in P:
            self.voted[p] = True
        self.who = p
