# $ indoubt check S216_running_count_stored.py P=2
# The first member gets 0, the second 1: who is first is not determined.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Set, Sort, Spec, action, empty, every


class P(Sort): ...


class Demo(Spec):
    members: Set[P] = empty()
    place: Map[P, Annotated[int, Between(0, 3)]] = every(0)

    @action
    def number(self) -> None:
        count = 0
        for p in self.members:
            self.place[p] = count
            count += 1
