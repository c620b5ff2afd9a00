# $ indoubt prove S109_two_theorems_of_one_name.py
# A theorem, or a spec, that Python forgets would never be asked about.
from __future__ import annotations

from indoubt.invariants.quorums import Nodes, require, theorem
from indoubt.specs.language import Spec, action


@theorem
def meet(N: int, A: Nodes, B: Nodes) -> bool:
    """Two halves meet."""
    require(2 * len(A) >= N and 2 * len(B) >= N)
    return len(A & B) >= 1


@theorem(source="another book")
def meet(N: int, A: Nodes, B: Nodes) -> bool:
    """Two majorities meet."""
    require(2 * len(A) > N and 2 * len(B) > N)
    return len(A & B) >= 1


class Light(Spec):
    on: bool = False

    @action
    def go(self) -> None:
        self.on = True


class Light(Light):
    """Python keeps the first as its base."""


class Light(Spec):
    on: bool = True

    @action
    def go(self) -> None:
        self.on = False
