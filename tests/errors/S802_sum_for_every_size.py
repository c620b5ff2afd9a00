# $ indoubt prove S802_sum_for_every_size.py
# First-order logic does not add up; the refusal names what the author has written.
from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Map, Sort, Spec, action, every, invariant, require


class Node(Sort): ...


class Votes(Spec):
    votes: Map[Node, Annotated[int, Between(0, 1)]] = every(0)
    done: bool = False

    @action
    def vote(self, n: Node) -> None:
        require(not self.done)
        self.votes[n] = 1

    @action
    def finish(self) -> None:
        require(sum(self.votes[n] for n in Node) >= 2)
        self.done = True

    @invariant
    def somebody_has_voted(self) -> bool:
        return not self.done or any(self.votes[n] == 1 for n in Node)
