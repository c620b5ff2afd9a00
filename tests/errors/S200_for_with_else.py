# $ indoubt check S200_for_with_else.py P=2
# A loop with an else.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    flag: bool = False
    voted: Map[P, bool] = every(False)

    @action
    def go(self) -> None:
        for p in P:
            self.voted[p] = True
        else:
            self.flag = True
