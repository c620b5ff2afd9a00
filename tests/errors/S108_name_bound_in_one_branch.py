# $ indoubt check S108_name_bound_in_one_branch.py P=2
# A name has a value on some paths only.
from __future__ import annotations

from indoubt.specs.language import Map, Sort, Spec, action, every


class P(Sort): ...


class Demo(Spec):
    who: P | None = None
    voted: Map[P, bool] = every(False)

    @action
    def step(self, p: P) -> None:
        if self.voted[p]:
            winner = p
        self.who = winner
