# $ indoubt check several_mistakes_in_an_action.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    vote: Map[Node, Vote | None] = every(None)
    count: Annotated[int, Between(0, 3)] = 0

    @action
    def cast(self, n: Node) -> None:
        while self.count < 3:
            self.count += 1
        text = f"{n} has voted"
        print(text)
        self.vote[n] = "yes"
        total = self.count * 1.5
        self.count = total
