# $ indoubt prove S703_some_sets_and_not_others.py
# What exists would have to be divided by sets that are any.
from __future__ import annotations

from indoubt.invariants.quorums import Nodes, theorem


@theorem(some="B")
def meet(N: int, A: Nodes, B: Nodes) -> bool:
    """For every set there is a disjoint one."""
    return A.isdisjoint(B)
