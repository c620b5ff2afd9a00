# $ indoubt check S330_permutation_held_by_a_variable.py Node=3
# What a choice promises, a state does not keep.
from __future__ import annotations

from indoubt.specs.language import Permutation, Sort, Spec, action, initial


class Node(Sort): ...


class Demo(Spec):
    ids: Permutation[Node]
    on: bool = False

    @initial
    def place(self, ids: Permutation[Node]) -> None:
        self.ids = ids

    @action
    def go(self) -> None:
        self.on = not self.on
