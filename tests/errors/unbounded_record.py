# $ indoubt check unbounded_record.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    class Paper(Message):
        sender: Node
        number: int

    papers: Set[Paper] = empty()

    @action
    def cast(self, n: Node) -> None:
        self.papers.add(self.Paper(n, 1))
