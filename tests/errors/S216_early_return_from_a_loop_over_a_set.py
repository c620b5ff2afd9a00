# $ indoubt check S216_early_return_from_a_loop_over_a_set.py P=2
# The members before it have been counted.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    voted: Map[P, bool] = every(False)
    count: Map[P, Annotated[int, Between(0, 3)]] = every(0)
    members: Set[P] = empty()

    @action
    def count_until(self) -> None:
        for p in self.members:
            self.count[p] = 1
            if self.voted[p]:
                return
