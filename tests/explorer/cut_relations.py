"""Partitions as directed relations: what each shape is by its own words, and what a translated system tries."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations, permutations, product

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.values import decode
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.language import (
    Faults,
    Partition,
    Sort,
    System,
)
from indoubt.specs.language.partition import Shape
from indoubt.specs.language.systems import configured
from indoubt.specs.language.universe import within

Link = tuple[int, int]
Relation = frozenset[Link]
"""The links that are cut, from whom to whom."""


def tried(
    system: type[System], partition: Partition, count: int, *, by: type[Reference | Source], who: str = "any"
) -> list[Relation]:
    """What each partition step from the first state cuts; nodes are numbered, those of the first class first."""
    chosen = configured(system, faults=Faults(partitions=partition, who=who))
    settings = settle(chosen, {"Peer": count})
    before = {"peers": 0, "hub": count, "readers": count, "left": 2 * count, "right": 2 * count + 1}
    machine = prepared(lower(chosen, settings))
    only = dataclasses.replace(machine, actions=tuple(one for one in machine.actions if one.fault is not None))
    engine = Reference(only) if by is Reference else Source(chosen, settings, only)
    first = next(state for _, state in (one for one in engine.initial() if isinstance(one, tuple)))
    found: list[Relation] = []

    def number(part: str, node: Sort) -> int:
        return before[part] + node.index

    with within(settings.universe):
        for outcome in engine.steps(first):
            assert isinstance(outcome, tuple)
            cut: set[Link] = set()
            for one, value in zip(machine.variables, outcome[1], strict=True):
                if one.name.startswith("cut."):
                    sender, receiver = one.name.split(".")[1:]
                    for a, row in decode(value, one.type).items():
                        cut |= {(number(sender, a), number(receiver, b)) for b, is_cut in row.items() if is_cut}
            found.append(frozenset(cut))
    return found


# ---- the definitions, each from its own words


def everything(count: int) -> Iterator[Relation]:
    """Every relation between two different nodes."""
    links = list(permutations(range(count), 2))
    for size in range(len(links) + 1):
        yield from map(frozenset, combinations(links, size))


@cache
def groups(count: int, kinds: int) -> list[list[set[int]]]:
    """Every way to put nodes into so many groups, none of them empty."""
    told = product(range(kinds), repeat=count)
    found = ([{node for node in range(count) if one[node] == kind} for kind in range(kinds)] for one in told)
    return [one for one in found if all(one)]


def between(a: set[int], b: set[int]) -> Relation:
    """The links from each of some nodes to each of others, in both directions."""
    return frozenset(product(a, b)) | frozenset(product(b, a))


def is_split(cut: Relation, count: int) -> bool:
    """Nodes in two groups, no communication between groups."""
    return any(cut == between(a, b) for a, b in groups(count, 2))


def is_one_way(cut: Relation, count: int) -> bool:
    """The second group hears nothing of the first; the first hears the second."""
    return any(cut == frozenset(product(a, b)) for a, b in groups(count, 2))


def is_isolating(cut: Relation, count: int) -> bool:
    """One node cut off."""
    return any(cut == between({node}, set(range(count)) - {node}) for node in range(count))


def is_partial(cut: Relation, count: int) -> bool:
    """Groups 1 and 2 cannot communicate, group 3 reaches both."""
    return any(cut == between(a, b) for a, b, _ in groups(count, 3))


def is_bridged(cut: Relation, count: int) -> bool:
    """Two halves, exactly one node sees both."""
    return any(len(c) == 1 and abs(len(a) - len(b)) <= 1 and cut == between(a, b) for a, b, c in groups(count, 3))


def is_ring(cut: Relation, count: int) -> bool:
    """Nodes in a ring, each of which hears the majority around it, as `jepsen.nemesis/majorities-ring` has it."""
    majority = count // 2 + 1
    for order in permutations(range(count)):
        windows = [[order[(start + place) % count] for place in range(majority)] for start in range(count)]
        heard = {window[majority // 2]: set(window) for window in windows}
        if cut == frozenset((a, b) for b in range(count) for a in range(count) if a not in heard[b]):
            return True
    return False


DEFINED: dict[Shape, Callable[[Relation, int], bool]] = {
    "split": is_split,
    "one_way": is_one_way,
    "isolate": is_isolating,
    "partial": is_partial,
    "bridge": is_bridged,
    "majorities_ring": is_ring,
}


def generated(shape: Shape, count: int) -> set[Relation]:
    """The same, made from groups and rings: of more nodes than there can be all relations of."""
    every = set(range(count))
    match shape:
        case "split":
            return {between(a, b) for a, b in groups(count, 2)}
        case "one_way":
            return {frozenset(product(a, b)) for a, b in groups(count, 2)}
        case "isolate":
            return {between({node}, every - {node}) for node in every}
        case "partial":
            return {between(a, b) for a, b, _ in groups(count, 3)}
        case "bridge":
            return {between(a, b) for a, b, c in groups(count, 3) if len(c) == 1 and abs(len(a) - len(b)) <= 1}
        case "majorities_ring":
            majority = count // 2 + 1
            orders = [[*order, *order] for order in permutations(range(count))]
            heard = [
                {(one[at + n], one[at + majority // 2]) for at in every for n in range(majority)} for one in orders
            ]
            return {frozenset(set(permutations(every, 2)) - one) for one in heard}


@cache
def defined(shape: Shape, count: int) -> frozenset[Relation]:
    """The relations between so many nodes that a definition is true of."""
    return frozenset(cut for cut in everything(count) if cut and DEFINED[shape](cut, count))
