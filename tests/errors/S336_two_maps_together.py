# $ indoubt check S336_two_maps_together.py Node=4
from __future__ import annotations

from indoubt.specs.language import Map, Set, Sort, Spec, action, invariant, require


class Node(Sort):
    """A member."""


class Views(Spec):
    agreed: bool = False

    @action
    def compare(self, mine: Map[Node, Set[Node]], yours: Map[Node, Set[Node]]) -> None:
        require(all(mine[n] == yours[n] for n in Node))
        self.agreed = True

    @invariant
    def never(self) -> bool:
        return not self.agreed
