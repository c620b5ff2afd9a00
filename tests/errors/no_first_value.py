# $ indoubt check no_first_value.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    vote: Map[Node, Vote | None]
    open: bool

    @initial
    def start(self) -> None:
        self.open = True

    @action
    def close(self) -> None:
        self.open = False
