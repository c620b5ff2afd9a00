# $ indoubt check a_missing_element.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Pick(Spec):
    seen: Set[Node] = empty()
    rank: Map[Annotated[int, Between(0, 1)], bool] = every(False)
    count: Annotated[int, Between(0, 3)] = 0

    @action
    def add(self, n: Node) -> None:
        require(n not in self.seen)
        self.seen.add(n)
        self.count += 1

    @action
    def drop(self, n: Node) -> None:
        """Takes away what may not be there."""
        require(len(self.seen) == 1)
        self.seen.remove(n)

    @invariant
    def ranked(self) -> bool:
        return not self.rank[0]
