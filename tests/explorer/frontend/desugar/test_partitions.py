"""Every shape of a partition cuts what the literature says, and all of it: compared with brute force, node by node."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations, permutations, product

import pytest
from examples.nodes_talking import Peers, Wheel

from indoubt import check
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.values import decode
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.language import Faults, Partition, Sort, System
from indoubt.specs.language.partition import FEWEST, SHAPES, Shape
from indoubt.specs.language.systems import configured
from indoubt.specs.language.universe import within

Link = tuple[int, int]
Relation = frozenset[Link]
"""The links that are cut, from whom to whom."""


def tried(system: type[System], partition: Partition, count: int, *, by: type[Reference | Source]) -> list[Relation]:
    """What each partition step from the first state cuts; nodes are numbered, the hub after the others."""
    chosen = configured(system, faults=Faults(partitions=partition))
    settings = settle(chosen, {"Peer": count})
    machine = prepared(lower(chosen, settings))
    only = dataclasses.replace(machine, actions=tuple(one for one in machine.actions if one.fault is not None))
    engine = Reference(only) if by is Reference else Source(chosen, settings, only)
    first = next(state for _, state in (one for one in engine.initial() if isinstance(one, tuple)))
    found: list[Relation] = []

    def number(part: str, node: Sort) -> int:
        return count if part == "hub" else node.index

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


def between(a: set[int], b: set[int]) -> set[Link]:
    """The links from each of some nodes to each of others, in both directions."""
    return set(product(a, b)) | set(product(b, a))


def is_split(cut: Relation, count: int) -> bool:
    """Nodes in two groups, no communication between groups."""
    return any(cut == between(a, b) for a, b in groups(count, 2))


def is_one_way(cut: Relation, count: int) -> bool:
    """The second group hears nothing of the first; the first hears the second."""
    return any(cut == set(product(a, b)) for a, b in groups(count, 2))


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
        if cut == {(a, b) for b in range(count) for a in range(count) if a not in heard[b]}:
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


@cache
def defined(shape: Shape, count: int) -> frozenset[Relation]:
    """The relations between so many nodes that a definition is true of."""
    return frozenset(cut for cut in everything(count) if cut and DEFINED[shape](cut, count))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_cuts_what_its_definition_says_and_all_of_it(shape: Shape) -> None:
    """Of two to four nodes every directed relation is tried, which is all that a partition can be."""
    for count in range(2, 5):
        assert bool(defined(shape, count)) == (count >= FEWEST[shape])
        for by in (Reference, Source) if count >= FEWEST[shape] else ():
            assert set(tried(Peers, Partition(shape), count, by=by)) == defined(shape, count)


@pytest.mark.parametrize(
    ("shape", "count", "many"), [("bridge", 5, 15), ("partial", 5, 75), ("majorities_ring", 5, 12)]
)
def test_larger_networks_are_cut_in_every_way(shape: Shape, count: int, many: int) -> None:
    """As many ways as can be counted by hand: 5 * C(4, 2) / 2 bridges, S(5, 3) * 3 triples, 4! / 2 rings."""
    found = tried(Peers, Partition(shape), count, by=Reference)
    assert len(set(found)) == many
    assert all(DEFINED[shape](cut, count) for cut in set(found))


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_in_a_ring_all_see_a_majority_and_no_two_the_same(count: int) -> None:
    """The vocabulary's own words; of three nodes, these are all relations in which nobody hears more than it has to."""
    rings = set(tried(Peers, Partition.majorities_ring(), count, by=Reference))
    for cut in rings:
        seen = [frozenset(a for a in range(count) if (a, b) not in cut) for b in range(count)]
        assert all(2 * len(one) > count and node in one for node, one in enumerate(seen))
        assert len(set(seen)) == count
    if count == 3:
        least = {
            cut
            for cut in everything(3)
            if all(sum(b == node for _, b in cut) == 1 for node in range(3))
            and len({frozenset(a for a in range(3) if (a, b) not in cut) for b in range(3)}) == 3
        }
        assert rings == least


@pytest.mark.parametrize("shape", SHAPES)
def test_links_that_nobody_uses_are_not_cut(shape: Shape) -> None:
    """Of a hub and its spokes, a partition cuts what the definition says of the links that there are."""
    count = 3
    links = {link for node in range(count) for link in ((node, count), (count, node))}
    wanted = {cut & links for cut in defined(shape, count + 1)} - {frozenset()}
    assert set(tried(Wheel, Partition(shape), count, by=Reference)) == wanted


def test_symmetry_leaves_one_partition_of_each_kind() -> None:
    """Five peers can be bridged in fifteen ways, which differ in nothing but the names of the peers."""
    faults = Faults(partitions=Partition.bridge())
    alike = check(Peers, Peer=5, faults=faults, symmetry=True, max_depth=2, engine="reference")
    every = check(Peers, Peer=5, faults=faults, max_depth=2, engine="reference")
    assert every.counts.distinct - alike.counts.distinct == (5 + 15) - (1 + 1)
