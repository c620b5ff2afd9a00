# $ indoubt check names_without_a_value.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    seen: Set[Node] = empty()
    done: bool = False

    @action
    def cast(self, n: Node) -> None:
        if self.done:
            late = True
        self.done = late

    @action
    def last(self) -> None:
        for n in Node:
            other = n
        self.seen.add(other)
