"""Whether the sets of a structure can be disjoint: in first-order logic for every N, and in plain Python for few."""

from __future__ import annotations

from functools import partial

from indoubt.invariants.quorums.asking import FEWER, Asking, Disagreement, where
from indoubt.invariants.quorums.catalogue.structures import Structure
from indoubt.invariants.quorums.results import Counterexample

SORTS = "uninterpreted sorts"
"""The name of the encoding in first-order logic."""
Shown = tuple[str, frozenset[int], frozenset[int]]
"""A shape in words, and two sets in it."""


def refuted(structure: Structure, asking: Asking) -> Counterexample | None:
    """The smallest disjoint sets of a structure, or None if there are none for any N."""
    from indoubt.invariants.quorums import epr  # noqa: PLC0415 - Z3 takes a while to load
    from indoubt.invariants.quorums.solver import Outcome, Undecided  # noqa: PLC0415 - as above

    asking.told("searched for", f"disjoint A and B, where {epr.assumed(structure)}")
    asking.look(f"{SORTS}, every N")
    every = partial(epr.refutable, structure, timeout_s=asking.timeout_s)
    found: dict[int, epr.Found | None] = {}
    exists: bool | None = None
    try:
        exists = asking.decided(SORTS, None, every).outcome is Outcome.SATISFIABLE
        asking.look(f"{SORTS} and plain Python, N = 1..{FEWER[-1]}")
        for n in FEWER:
            possible = epr.Possible(structure, n, timeout_s=asking.timeout_s)
            asking.decided(SORTS, n, possible)
            found[n] = possible.found
    except Undecided:
        for n in FEWER:
            if (shown := _disjoint(structure, n)) is not None:
                if exists is False:
                    raise Disagreement(f"theorem '{structure.name}', N = {n}: plain Python finds {shown}") from None
                asking.told(f"N = 1..{n}", f"they exist, first at N = {n} (plain Python of every shape)")
                return _counterexample(n, shown)
        asking.told(f"N = 1..{FEWER[-1]}", "there are none (plain Python of every shape)")
        raise
    listed = {n: _disjoint(structure, n) for n in FEWER}
    wrong = [n for n in FEWER if (found[n] is None) != (listed[n] is None)]
    if wrong or (not exists and any(found.values())):
        raise Disagreement(f"theorem '{structure.name}': first-order logic and plain Python differ at N = {wrong}")
    least = next((n for n in FEWER if found[n] is not None), None)
    told = "there are none" if not exists else "they exist" + ("" if least is None else f", first at N = {least}")
    asking.told("every N", f"{told} ({SORTS}, N unbounded)")
    broken = tuple(one is not None for one in found.values())
    asking.told(f"N = 1..{len(broken)}", f"{where(broken)} ({SORTS}, and plain Python of every shape)")
    if not exists:
        return None
    if least is None or (shown := listed[least]) is None:
        raise Disagreement(f"theorem '{structure.name}': it can be refuted, but not with {FEWER[-1]} nodes or fewer")
    _, first, second = shown
    smallest = found[least]
    if smallest is None or len(first) + len(second) != sum(len(one) for one in smallest.sets):
        raise Disagreement(
            f"theorem '{structure.name}', N = {least}: first-order logic finds {smallest}, plain Python {shown}"
        )
    return _counterexample(least, shown)


def _counterexample(nodes: int, shown: Shown) -> Counterexample:
    shape, first, second = shown
    sets = tuple((name, tuple(sorted(one))) for name, one in (("A", first), ("B", second)))
    return Counterexample(nodes, sets, shape=shape)


def _disjoint(structure: Structure, nodes: int) -> Shown | None:
    """The least two disjoint sets that plain Python finds among all shapes with so many nodes."""
    pairs = [
        (shape, one, other)
        for shape, first, second in structure.shapes(nodes)
        for one in first
        for other in second
        if not one & other
    ]
    return min(
        pairs,
        key=lambda pair: (len(pair[1]) + len(pair[2]), len(pair[1]), sorted(pair[1]), sorted(pair[2])),
        default=None,
    )
