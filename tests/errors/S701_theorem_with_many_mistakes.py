# $ indoubt prove S701_theorem_with_many_mistakes.py
# All mistakes of a theorem are told at once, each with its edit.
from __future__ import annotations

from indoubt.invariants.quorums import Nodes, Weights, require, theorem


def twice(n: int) -> int:
    m = 2 * n
    return m


def deep(n: int) -> int:
    return deep(n - 1)


@theorem
def meet(A: Nodes, B: Nodes, C, w: Weights) -> bool:
    """They meet."""
    require(len(A) > N)
    require(len(A) / 2 > 1)
    require(max(len(A), len(B)) > 1)
    require(A)
    require(len(A) + B > 2)
    require(A < B)
    require(twice(len(A)) > 2)
    require(deep(len(A)) > 2)
    require(len(3) > w(2))
    require(A | B > len(A & B))
    require(len(A) if A <= B else 2)
    for one in A:
        require(one > 1)
    return len(A & B) >= 1
    return False
