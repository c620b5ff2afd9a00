# $ indoubt check S216_running_total_summed.py P=2
# The sum of the totals so far depends on who comes first.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()
    weight: Map[P, Annotated[int, Between(0, 3)]] = every(1)
    cost: Annotated[int, Between(0, 9)] = 0

    @action
    def wait(self) -> None:
        so_far = 0
        total = 0
        for p in self.members:
            so_far += self.weight[p]
            total += so_far
        self.cost = total
