# $ indoubt check wrong_types.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    vote: Map[Node, Vote | None] = every(None)
    chair: Node | None = None
    seen: Set[Node] = empty()

    @action
    def cast(self, n: Node) -> None:
        require(self.vote[n] == n)
        require(n < self.chair)
        self.vote[n] = n

    @action
    def resign(self) -> None:
        require(self.chair in self.seen)
        self.vote[self.chair] = None

    @action
    def elect(self, n: Node) -> None:
        require(self.chair)
        require(n is not self.chair)
        self.chair = Node(0)
        self.seen.add(Vote.YES)

    @invariant
    def odd(self) -> bool:
        return self.seen.size() + 1
