"""Z3, for theorems in first-order logic: whether two sets of nodes of some shape can be disjoint.

It imports `z3`, and is imported when a proof is asked for. Sorts are uninterpreted, so an answer is about any number of
nodes. Where a function goes from nodes to rows and one from rows to nodes, the theorem is outside of the fragment that
is decidable (EPR), and Z3 may answer `unknown`, which is told.
"""

from __future__ import annotations

from typing import Any

import z3 as untyped_z3  # pyright: ignore[reportMissingTypeStubs]

from indoubt.invariants.quorums.catalogue.structures import Structure
from indoubt.invariants.quorums.solver import Answer, Outcome, checked, milliseconds
from indoubt.specs.language.frozen import dataclass

z3: Any = untyped_z3


@dataclass(frozen=True, slots=True)
class Found:
    """Two sets of the nodes 0 to `nodes - 1` that are what a structure says and share nothing."""

    nodes: int
    sets: tuple[frozenset[int], frozenset[int]]


def refutable(structure: Structure, *, timeout_s: float) -> Answer:
    """Whether the sets of a structure can be disjoint, for any number of nodes."""
    solver, _ = _asked(structure, timeout_s)
    return checked(solver, timeout_s)


def assumed(structure: Structure) -> str:
    """What a structure assumes, in words."""
    return structure.describe(z3).assumed


class Possible:
    """Whether there are disjoint sets among so many nodes; when it has been asked, `found` are the least ones."""

    def __init__(self, structure: Structure, nodes: int, *, timeout_s: float) -> None:
        self._structure, self._nodes, self._timeout_s = structure, nodes, timeout_s
        self.found: Found | None = None

    def __call__(self) -> Answer:
        solver, described = _asked(self._structure, self._timeout_s)
        every = [z3.Const(f"n{number}", described.node) for number in range(self._nodes)]
        n = z3.Const("n", described.node)
        solver.add(z3.Distinct(*every), z3.ForAll([n], z3.Or(*(n == one for one in every))))
        inside = [[member(one) for one in every] for member in described.sets]
        total = z3.Sum([z3.If(one, 1, 0) for places in inside for one in places])
        while (answer := checked(solver, self._timeout_s)).outcome is Outcome.SATISFIABLE:
            model = solver.model()
            first, second = (
                frozenset(
                    place for place, one in enumerate(places) if z3.is_true(model.eval(one, model_completion=True))
                )
                for places in inside
            )
            self.found = Found(self._nodes, (first, second))
            solver.add(total < len(first) + len(second))
        if answer.outcome is Outcome.UNKNOWN or self.found is None:
            return answer
        return Answer(Outcome.SATISFIABLE)


def _asked(structure: Structure, timeout_s: float) -> tuple[Any, Any]:
    described = structure.describe(z3)
    solver = z3.Solver()
    solver.set("timeout", milliseconds(timeout_s))
    n = z3.Const("n", described.node)
    first, second = described.sets
    solver.add(*described.axioms, z3.ForAll([n], z3.Not(z3.And(first(n), second(n)))))
    return solver, described
