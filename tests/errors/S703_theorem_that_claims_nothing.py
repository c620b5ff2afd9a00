# $ indoubt prove S703_theorem_that_claims_nothing.py::meet
# Without a claim there is nothing to prove.
from __future__ import annotations

from indoubt.invariants.quorums import Nodes, require, theorem


@theorem(some="C")
def meet(N: int, A: Nodes, B: Nodes) -> bool:
    """They meet."""
    require(2 * len(A) > N)
