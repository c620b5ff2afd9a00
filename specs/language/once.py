"""Each partition once: which of the choices that cut the same links is the one that is taken.

A split of `a` from `b, c` is one of `b, c` from `a`, so two choices of a side say the same. Others do where not every
node sends to every other: of a hub and its spokes, a spoke on neither side of a partial partition changes nothing. A
choice is *first* if no earlier one cuts the same links, in the order in which members are tried: sets by their sizes,
and then by their first members.

`is_swapped` says so in short of two choices that change sides about, which is all where every node sends to every
other; `repeated` finds the rest by trying all. The translation has it from `explorer.frontend.desugar.faults.once`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set as AbstractSet
from functools import lru_cache
from itertools import combinations, islice, permutations
from typing import Any

from indoubt.specs.language.cuts import ACROSS, BRIDGE, CUTS, FITS, RING, SIDE, Chosen, heard_around
from indoubt.specs.language.partition import Shape

Link = tuple[Any, Any]
"""From whom to whom."""
Key = tuple[Any, ...]
TRIED = 1 << 13
"""So many choices are compared with each other at most; of more, some may cut the same links."""


def earlier(
    shape: Shape, chosen: Chosen, nodes: Sequence[Any], links: Collection[Link], bridge: Any = None
) -> Chosen | None:
    """The first choice that cuts the same links as one that is not swapped; None where that is this one.

    `nodes` are those that may be chosen, in the order in which they are tried; `bridge` is the only one that may see
    both halves, if it is not None.
    """
    return repeated(shape, tuple(nodes), frozenset(links), bridge).get(frozen(chosen))


def is_swapped(shape: Shape, chosen: Chosen, nodes: Sequence[Any], links: Collection[Link]) -> bool:
    """Whether an earlier choice is this one with its sides, or the directions of its ring, changed about.

    Or one without nodes that have no link to the other side.
    """
    match shape:
        case "split":
            return any(_is_second_half(chosen[SIDE], group) for group in joined(nodes, links))
        case "partial":
            side, across = chosen[SIDE], chosen[ACROSS]
            first = next((node for node in nodes if node in side or node in across), None)
            if len(side) > len(across) or (len(side) == len(across) and first in across):
                return True
            near = neighbours(nodes, links)
            return _has_idle(side, across, near) or _has_idle(across, side, near)
        case "bridge":
            first = next(node for node in nodes if node != chosen[BRIDGE])
            return has_equal_halves(nodes) and first not in chosen[SIDE]
        case "majorities_ring":
            ring, first = chosen[RING], nodes[0]
            before = next(node for node in nodes if ring[node] == first)
            return has_two_directions(nodes) and nodes.index(before) < nodes.index(ring[first])
        case _:
            return False


def has_equal_halves(nodes: Collection[Any]) -> bool:
    """Whether the halves on the sides of a bridge are equal, so that either may be called the first."""
    return len(nodes) % 2 == 1


def has_two_directions(nodes: Collection[Any]) -> bool:
    """Whether a node in a ring hears as many before it as behind it, so that it may be gone through either way."""
    before, behind = heard_around(len(nodes))
    return before == behind


def neighbours(nodes: Sequence[Any], links: Collection[Link]) -> dict[Any, list[Any]]:
    """Of each node those that it sends to or hears."""
    return {
        node: [other for other in nodes if other != node and ((node, other) in links or (other, node) in links)]
        for node in nodes
    }


def _has_idle(side: Collection[Any], across: Collection[Any], near: Mapping[Any, Collection[Any]]) -> bool:
    """Whether a node on a side has no link to the other one, so that without it, which is earlier, the same is cut."""
    return any(not any(other in across for other in near[node]) for node in side)


def joined(nodes: Sequence[Any], links: Collection[Link]) -> list[list[Any]]:
    """The groups of nodes that are joined by links: of each, either part may be called the side of a split."""
    group = {node: frozenset({node}) for node in nodes}
    for one, other in links:
        if group[one] is not group[other]:
            group |= dict.fromkeys(group[one] | group[other], group[one] | group[other])
    return [[node for node in nodes if node in one] for one in dict.fromkeys(group.values())]


def _is_second_half(side: Collection[Any], group: Sequence[Any]) -> bool:
    """Whether the rest of a group comes before the part of it that is on a side."""
    size = sum(node in side for node in group)
    return 2 * size > len(group) or (2 * size == len(group) and group[0] not in side)


def frozen(chosen: Chosen) -> Key:
    """The values of a choice as a key."""
    if RING in chosen:
        return tuple(chosen[RING].items())
    return tuple(_member(chosen[name]) for name in (BRIDGE, SIDE, ACROSS) if name in chosen)


def _member(value: Any) -> Any:
    """A node as it is, and a set of nodes as one that can be a member."""
    return frozenset(value) if isinstance(value, AbstractSet) else value  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]


@lru_cache(maxsize=256)
def repeated(shape: Shape, nodes: tuple[Any, ...], links: frozenset[Link], bridge: Any = None) -> dict[Key, Chosen]:
    """The choices that cut what an earlier one cuts, beside those that are swapped, each with that earlier one.

    Empty where every node sends to every other, or where there are more than `TRIED` of them.
    """
    ends = [(one, other) for one, other in links if one != other]
    if len(nodes) > 2 and all(pair in links for pair in permutations(nodes, 2)):
        return {}
    tried = (one for one in _first_choices(shape, nodes, links) if bridge is None or one[BRIDGE] == bridge)
    every = list(islice(tried, TRIED + 1))
    if len(every) > TRIED:
        return {}
    found: dict[Key, Chosen] = {}
    known: dict[frozenset[Link], Chosen] = {}
    for chosen in every:
        cut = frozenset(link for link in ends if CUTS[shape](chosen, *link))
        first = known.setdefault(cut, chosen)
        if cut and first is not chosen:
            found[frozen(chosen)] = first
    return found


def _first_choices(shape: Shape, nodes: tuple[Any, ...], links: frozenset[Link]) -> Iterator[Chosen]:
    """The choices of a shape that are none of another one swapped, in the order in which they are tried."""
    fits = FITS.get(shape)
    for chosen in _choices(shape, nodes):
        if (fits is None or fits(chosen, nodes)) and not is_swapped(shape, chosen, nodes, links):
            yield chosen


def _choices(shape: Shape, nodes: tuple[Any, ...]) -> Iterator[Chosen]:
    match shape:
        case "isolate":
            yield from ({SIDE: node} for node in nodes)
        case "partial":
            for side in _subsets(nodes):
                rest = tuple(node for node in nodes if node not in side)
                yield from ({SIDE: side, ACROSS: across} for across in _subsets(rest))
        case "bridge":
            for node in nodes:
                yield from ({BRIDGE: node, SIDE: side} for side in _subsets(nodes))
        case "majorities_ring":
            yield from ({RING: dict(zip(nodes, order, strict=True))} for order in permutations(nodes))
        case _:
            yield from ({SIDE: side} for side in _subsets(nodes))


def _subsets(nodes: Sequence[Any]) -> Iterator[frozenset[Any]]:
    yield from (frozenset(one) for size in range(len(nodes) + 1) for one in combinations(nodes, size))
