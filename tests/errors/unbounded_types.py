# $ indoubt check unbounded_types.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    round: int = 0
    leader: str = ""
    votes: list[int] = []
    share: float = 0.5
    seen: set = set()
    table: dict[Node, Vote] = {}
    winner: Winner | None = None
    rank: Annotated[int, Between(3, 1)] = 2

    @action
    def cast(self, n: Node) -> None:
        self.round += 1
