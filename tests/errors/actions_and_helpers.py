# $ indoubt check actions_and_helpers.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


def first_of(nodes: Set[Node]) -> Node:
    for n in nodes:
        return n


class Ballot(Spec):
    seen: Set[Node] = empty()
    done: bool = False

    def again(self, n: Node) -> bool:
        return self.again(n)

    def note(self, n: Node) -> bool:
        self.seen.add(n)
        return True

    @action
    def cast(self, n: Node) -> None:
        self.finish()
        self.done = self.again(n)

    @action
    def finish(self, early: bool = False) -> bool:
        return self.done

    @action
    def vote(self, n: Node) -> None:
        self.done = self.note(n, n)
        self.done = first_of(self.seen) == n

    @invariant
    def quiet(self, n: Node) -> bool:
        return n not in self.seen
