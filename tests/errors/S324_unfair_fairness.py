# $ indoubt check S324_unfair_fairness.py Node=2
from __future__ import annotations

from indoubt.specs.language import (
    Map,
    Sort,
    Spec,
    action,
    eventually_always,
    every,
    leads_to,
    require,
    strong,
    weak,
)


class Node(Sort):
    """A member."""


class Votes(Spec):
    voted: Map[Node, bool] = every(False)
    counted: bool = False

    @action(fairness=weak("m"))
    def vote(self, n: Node) -> None:
        require(not self.voted[n])
        self.voted[n] = True

    @action(fairness=weak("n"))
    def count(self) -> None:
        require(not self.counted)
        self.counted = True

    @action(fairness=weak(group="clerk"))
    def open(self) -> None:
        require(self.counted)
        self.counted = False

    @action(fairness=strong(group="clerk"))
    def close(self) -> None:
        require(not self.counted)
        self.counted = True

    @leads_to
    def all_count(self, n: Node) -> bool:
        return self.voted[n]

    @leads_to
    def of_two_kinds(self, n: Node) -> tuple[bool, bool]:
        return self.voted[n], n

    @eventually_always(some="m")
    def same(self, n: Node) -> bool:
        return self.voted[n]

    @eventually_always
    def wrong_type(self, n: int) -> bool:
        return self.counted
