# $ indoubt check unknown_names.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    vote: Map[Node, Vote | None] = every(None)
    seen: Set[Node] = empty()

    @action
    def cast(self, n: Node) -> None:
        require(self.vots[n] is None)
        self.sene.add(n)

    @action
    def count(self, n: Node) -> None:
        require(all(self.vote[m] is Vote.YES for m in Nodes))
        self.announce(n)

    @invariant
    def honest(self) -> bool:
        return every_vote_counts(self.seen)
