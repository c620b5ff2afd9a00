# $ indoubt check S211_permutation_changed.py Node=2
# A parameter is a value; what changes is a variable.
from __future__ import annotations

from indoubt.specs.language import Map, Permutation, Sort, Spec, action, initial


class Node(Sort): ...


class Demo(Spec):
    ids: Map[Node, Node]

    @initial
    def place(self, ids: Permutation[Node]) -> None:
        self.ids = ids

    @action
    def turn(self, n: Node, p: Permutation[Node]) -> None:
        p[n] = n
        self.ids = p
