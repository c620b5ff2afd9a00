"""Which links a partition cuts, in plain Python: a directed relation between nodes, for each shape and its choices.

A link leads from a sender to a receiver. A shape says who is cut off from whom (`CUTS`) and which choices it has
(`FITS`). The translation says the same in `explorer.frontend.desugar.faults.partition`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from indoubt.specs.language.partition import Shape
from indoubt.specs.language.values import Permutation, Set

SIDE, ACROSS, BRIDGE, RING = "side", "across", "bridge", "ring"
"""The parameters of a partition: nodes of one side, or the one that is cut off; those of the other side; the node that
sees both; and of each node the next one in the ring."""

Chosen = Mapping[str, Any]
"""The values of the parameters."""


def _partial(chosen: Chosen, one: Any, other: Any) -> bool:
    side, across = chosen[SIDE], chosen[ACROSS]
    return (one in side and other in across) or (one in across and other in side)


def _bridge(chosen: Chosen, one: Any, other: Any) -> bool:
    return chosen[BRIDGE] not in (one, other) and (one in chosen[SIDE]) != (other in chosen[SIDE])


def _majorities_ring(chosen: Chosen, one: Any, other: Any) -> bool:
    before, after = heard_around(len(chosen[RING]))
    return one != other and one not in {*_next(chosen[RING], other, after), *_last(chosen[RING], other, before)}


CUTS: dict[Shape, Callable[[Chosen, Any, Any], bool]] = {
    "split": lambda chosen, one, other: (one in chosen[SIDE]) != (other in chosen[SIDE]),
    "one_way": lambda chosen, one, other: one in chosen[SIDE] and other not in chosen[SIDE],
    "isolate": lambda chosen, one, other: (one == chosen[SIDE]) != (other == chosen[SIDE]),
    "partial": _partial,
    "bridge": _bridge,
    "majorities_ring": _majorities_ring,
}
"""Whether a partition cuts the link from a node to another."""


def _is_partial(chosen: Chosen, nodes: Collection[Any]) -> bool:
    side, across = set(chosen[SIDE]), set(chosen[ACROSS])
    return bool(side) and bool(across) and not side & across and len(side) + len(across) < len(nodes)


def _are_halves(chosen: Chosen, nodes: Collection[Any]) -> bool:
    rest = len(nodes) - 1
    return chosen[BRIDGE] not in chosen[SIDE] and rest - 1 <= 2 * len(chosen[SIDE]) <= rest


def _is_ring(chosen: Chosen, nodes: Collection[Any]) -> bool:
    ring, first = chosen[RING], next(iter(nodes))
    return len({first, *_next(ring, first, len(nodes))}) == len(nodes)


FITS: dict[Shape, Callable[[Chosen, Collection[Any]], bool]] = {
    "partial": _is_partial,
    "bridge": _are_halves,
    "majorities_ring": _is_ring,
}
"""Whether choices make a partition of that shape, of so many nodes; for the others all do."""


def choices_of(shape: Shape, nodes: Any) -> dict[str, Any]:
    """The parameters of a partition of a shape, whose nodes are of this annotation."""
    sets: Any = Set
    rings: Any = Permutation
    match shape:
        case "isolate":
            return {SIDE: nodes}
        case "partial":
            return {SIDE: sets[nodes], ACROSS: sets[nodes]}
        case "bridge":
            return {BRIDGE: nodes, SIDE: sets[nodes]}
        case "majorities_ring":
            return {RING: rings[nodes]}
        case _:
            return {SIDE: sets[nodes]}


def heard_around(count: int) -> tuple[int, int]:
    """How many nodes before it, and how many behind it, a node in a ring of so many hears: with itself a majority."""
    majority = count // 2 + 1
    return majority // 2, majority - 1 - majority // 2


def _next(ring: Any, node: Any, steps: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(steps):
        node = ring[node]
        found.append(node)
    return found


def _last(ring: Any, node: Any, steps: int) -> list[Any]:
    return _next({after: before for before, after in ring.items()}, node, steps)
