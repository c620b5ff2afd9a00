# $ indoubt check S216_running_total_in_a_loop_inside.py P=2 B=2
# What the inner loop adds depends on the turns of the outer one.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Ordered, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class B(Ordered): ...


class Demo(Spec):
    members: Set[P] = empty()
    weight: Map[P, Annotated[int, Between(0, 3)]] = every(1)
    cost: Annotated[int, Between(0, 9)] = 0

    @action
    def wait(self) -> None:
        so_far = 0
        total = 0
        for p in self.members:
            for _ in B:
                total += so_far
            so_far += self.weight[p]
        self.cost = total
