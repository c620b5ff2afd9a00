# $ indoubt check S200_break.py P=2
# A loop that ends early.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)

    @action
    def go(self) -> None:
        for p in P:
            if self.voted[p]:
                break
            self.voted[p] = True
