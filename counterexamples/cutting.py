"""What the partition of a system cuts, as a trace tells it: the groups of lanes, and who does not hear whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indoubt.counterexamples.shape import is_set
from indoubt.counterexamples.trace import Step
from indoubt.specs.language.cuts import ACROSS, BRIDGE, CUTS, RING, SIDE
from indoubt.specs.language.display import show
from indoubt.specs.language.groups import fixed_choices, named_groups
from indoubt.specs.language.machine import Fault
from indoubt.specs.language.partition import Shape

COMPLETE: tuple[Shape, ...] = ("split", "isolate")
"""The shapes of which nothing passes between two groups."""


def shape_of_cut(spec: Any, step: Step) -> Shape | None:
    """The shape of the partition that a step of a system makes; None of any other step."""
    if not hasattr(spec, "__faults__") or step.fault is not Fault.PARTITION or spec.__faults__.partitions is None:
        return None
    shape: Shape = spec.__faults__.partitions.shape
    return shape


def groups_of_cut(spec: Any, shape: Shape, step: Step, names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The groups of lanes, of those that there are: who reaches both of two groups stands between them.

    A ring is one group, in the order of the ring, since each of its nodes hears some of the others.
    """
    names = list(names)
    named = named_groups(spec.__layout__, spec.__faults__.partitions)
    if shape == "split" and named:
        return tuple(found for group in named if (found := tuple(name for name in names if name in _shown_all(group))))
    given = _given(spec, step)
    if shape == "majorities_ring":
        in_ring = _around(given[RING], names)
        return ((*in_ring, *(name for name in names if name not in in_ring)),)
    side = _shown(given[SIDE])
    match shape:
        case "partial":
            groups = [side, None, _shown(given[ACROSS])]
        case "bridge":
            groups = [side, {show(given[BRIDGE])}, None]
        case "one_way":
            groups = [side, None]
        case _:
            first = names[0] in side if names else False
            groups = [side, None] if first else [None, side]
    known = {name for group in groups if group is not None for name in group}
    filled = [{name for name in names if name not in known} if group is None else group for group in groups]
    return tuple(found for group in filled if (found := tuple(name for name in names if name in group)))


def _given(spec: Any, step: Step) -> dict[str, Any]:
    """The choices of a step that cuts the network, with those that the nodes which a run names stand for."""
    cut = spec.__faults__.partitions
    named = named_groups(spec.__layout__, cut)
    return {**step.arguments, **(fixed_choices(cut.shape, named) if named else {})}


def _shown_all(group: Iterable[Any]) -> set[str]:
    return {show(node) for node in group}


def told_of_cut(spec: Any, shape: Shape, step: Step, names: Iterable[str]) -> str:
    """A partition in words: who cannot reach whom, and who reaches both."""
    groups = groups_of_cut(spec, shape, step, names)
    listed = [", ".join(group) for group in groups]
    match shape:
        case "one_way" if len(groups) == 2:
            return f"{listed[0]} {'does' if len(groups[0]) == 1 else 'do'} not reach {listed[1]}"
        case "partial" | "bridge" if len(groups) == 3:
            verb = "reaches" if len(groups[1]) == 1 else "reach"
            return f"{listed[0]} | {listed[2]}; {listed[1]} {verb} both"
        case "majorities_ring":
            ring = _given(spec, step)[RING]
            nodes = [node for name in groups[0] for node in ring if show(node) == name]
            return "; ".join(f"{show(one)} hears {', '.join(_heard(ring, one, nodes))}" for one in nodes)
        case _:
            return " | ".join(listed)


def _heard(ring: Any, node: Any, nodes: list[Any]) -> list[str]:
    return [show(other) for other in nodes if other != node and not CUTS["majorities_ring"]({RING: ring}, other, node)]


def _around(ring: Any, names: list[str]) -> list[str]:
    """The nodes of a ring in its order, beginning with the first of some names."""
    first = next(node for name in names for node in ring if show(node) == name)
    found, node = [show(first)], ring[first]
    while node != first:
        found.append(show(node))
        node = ring[node]
    return found


def _shown(side: Any) -> set[str]:
    return {show(node) for node in (side if is_set(side) else [side])}
