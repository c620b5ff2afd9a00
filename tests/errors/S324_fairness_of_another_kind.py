# $ indoubt check S324_fairness_of_another_kind.py Node=2
from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty, eventually, weak


class Node(Sort):
    """A member."""


class Votes(Spec):
    voted: Set[Node] = empty()

    @action(fairness=True)
    def vote(self, n: Node) -> None:
        self.voted.add(n)

    @action(fairness=weak)
    def again(self, n: Node) -> None:
        self.voted.add(n)

    @action(fairness=weak("n", group=3))
    def once_more(self, n: Node) -> None:
        self.voted.add(n)

    @eventually
    def all_vote(self) -> bool:
        return len(self.voted) == len(Node)
