# $ indoubt check wrong_first_values.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    limit: Parameter[Annotated[int, Between(1, 3)]] = 1
    vote: Map[Node, Vote] = every(None)
    count: Annotated[int, Between(0, 3)] = 4
    open: bool = 1
    seen: Set[Node] = every(False)

    @action
    def close(self) -> None:
        self.open = False
