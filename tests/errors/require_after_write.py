# $ indoubt check require_after_write.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    vote: Map[Node, Vote | None] = every(None)
    open: bool = True

    @action
    def cast(self, n: Node) -> None:
        self.vote[n] = Vote.YES
        require(self.open)

    @action
    def close(self) -> None:
        for n in Node:
            require(self.vote[n] is not None)
            self.vote[n] = Vote.NO
