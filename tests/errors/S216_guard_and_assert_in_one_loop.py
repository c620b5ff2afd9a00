# $ indoubt check S216_guard_and_assert_in_one_loop.py P=2
# Whether the action is not enabled or the assertion fails depends on who comes first.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Set, Sort, Spec, action, empty, every, require


class P(Sort): ...


class Demo(Spec):
    up: Set[P] = empty()
    load: Map[P, Annotated[int, Between(0, 3)]] = every(0)
    on: bool = False

    @action
    def start(self) -> None:
        for p in P:
            require(p in self.up)
            assert self.load[p] < 2
        self.on = True
