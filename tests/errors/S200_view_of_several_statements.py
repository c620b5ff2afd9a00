# $ indoubt check S200_view_of_several_statements.py Node=2
from __future__ import annotations

from indoubt.specs.language import Map, Set, Sort, Spec, action, empty, every, invariant, view


class Node(Sort):
    """A member."""


class Record(Spec):
    seen: Set[Node] = empty()
    asked: Map[Node, bool] = every(False)

    @action
    def see(self, n: Node) -> None:
        self.seen.add(n)

    @action
    def ask(self, n: Node) -> None:
        self.asked[n] = True

    @invariant
    def nobody_else(self) -> bool:
        return len(self.seen) <= len(Node)

    @view
    def what_was_seen(self) -> object:
        some = self.seen
        return some

    @view
    def in_a_list(self) -> object:
        return self.seen, [self.asked[n] for n in Node]

    @view
    def of_two(self, after: Record) -> object:
        return after.seen

    @view
    def misspelt(self) -> object:
        return self.sen
