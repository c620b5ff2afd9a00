# $ indoubt check a_local_name_that_shares_state.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    seen: Set[Node] = empty()
    late: Map[Node, Set[Node]] = every(empty())

    @action
    def count(self, n: Node) -> None:
        before = self.seen
        self.seen.add(n)
        self.late[n] = before

    @action
    def reset(self, n: Node) -> None:
        mine = self.late[n]
        mine.clear()

    @action
    def fill(self) -> None:
        for n, nodes in self.late.items():
            self.late[n].add(n)
            self.seen = nodes
