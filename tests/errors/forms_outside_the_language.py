# $ indoubt check forms_outside_the_language.py Node=2
from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import *


class Node(Sort): ...


class Vote(Enum):
    YES, NO = range(2)


class Ballot(Spec):
    vote: Map[Node, Vote | None] = every(None)
    seen: Set[Node] = empty()
    done: bool = False

    @action
    def a(self, n: Node) -> None:
        self.done, x = True, False

    @action
    def b(self, n: Node) -> None:
        for m in Node:
            if m == n:
                break
            continue

    @action
    def c(self, n: Node) -> None:
        try:
            self.seen.remove(n)
        except KeyError:
            raise ValueError

    @action
    def d(self, n: Node) -> None:
        if (size := len(self.seen)) > 1:
            del self.vote[n]

    @action
    def e(self, n: Node) -> None:
        pick = lambda m: m != n
        self.seen = {m for m in Node if pick(m)}

    @action
    def f(self, n: Node) -> None:
        require(self.vote[n] in (Vote.YES, Vote.NO))
        self.vote = {m: None for m in Node}
        self.seen.pop()

    @action
    async def g(self, n: Node) -> None:
        self.done = True
