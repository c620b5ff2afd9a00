# $ indoubt check S216_assert_and_bound_in_one_loop.py P=2
# Whether the bound is reached or the assertion fails depends on who comes first.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    up: Set[P] = empty()
    load: Map[P, Annotated[int, Between(0, 3)]] = every(2)
    total: Annotated[int, Between(0, 3)] = 0

    @action
    def start(self) -> None:
        for p in P:
            assert p in self.up
            self.total += self.load[p]
