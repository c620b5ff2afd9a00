# $ indoubt prove S702_theorem_with_six_sets.py
# Regions of a Venn diagram double with every set; the sixth one is told once, and not again where it is used.
from __future__ import annotations

from indoubt.invariants.quorums import Nodes, require, theorem


@theorem
def six(N: int, A: Nodes, B: Nodes, C: Nodes, D: Nodes, E: Nodes, F: Nodes) -> bool:
    """Six majorities meet two by two."""
    require(2 * len(A) > N and 2 * len(F) > N)
    return len(A & F) >= 1 and len(B & C) + len(D & E) >= 0
