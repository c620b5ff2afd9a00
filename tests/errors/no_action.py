# $ indoubt check no_action.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    vote: Map[Node, Vote | None] = every(None)

    def cast(self, n: Node) -> None:
        self.vote[n] = Vote.YES

    @invariant
    def honest(self) -> bool:
        return all(self.vote[n] is not Vote.NO for n in Node)
