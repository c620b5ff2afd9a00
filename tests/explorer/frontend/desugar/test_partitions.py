"""Every shape of a partition cuts what the literature says, and all of it: compared with brute force, node by node."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any

import pytest
from agreement import agree
from cut_relations import (
    DEFINED,
    between,
    defined,
    everything,
    generated,
    tried,
)
from examples.nodes_doubting import Doubts
from examples.nodes_talking import Peer, Peers, Streams, Wheel

from indoubt import Verdict, check
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.renaming import renamer
from indoubt.explorer.passes.pipeline import prepared
from indoubt.finding.specs import UsageError
from indoubt.specs.language import (
    Faults,
    Partition,
)
from indoubt.specs.language.partition import FEWEST, SHAPES, Shape
from indoubt.specs.language.systems import configured
from indoubt.specs.language.universe import within


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_cuts_what_its_definition_says_and_all_of_it_once(shape: Shape) -> None:
    """Of two to four nodes every directed relation is tried, which is all that a partition can be."""
    for count in range(2, 5):
        assert bool(defined(shape, count)) == (count >= FEWEST[shape])
        for by in (Reference, Source) if count >= FEWEST[shape] else ():
            assert Counter(tried(Peers, Partition(shape), count, by=by)) == Counter(defined(shape, count))


@pytest.mark.parametrize(
    ("shape", "count", "many"), [("bridge", 5, 15), ("partial", 5, 75), ("majorities_ring", 5, 12)]
)
def test_larger_networks_are_cut_in_every_way(shape: Shape, count: int, many: int) -> None:
    """As many ways as can be counted by hand: 5 * C(4, 2) / 2 bridges, S(5, 3) * 3 triples, 4! / 2 rings."""
    found = tried(Peers, Partition(shape), count, by=Reference)
    assert len(found) == len(set(found)) == many
    assert all(DEFINED[shape](cut, count) for cut in found)


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_in_a_ring_all_see_a_majority_and_no_two_the_same(count: int) -> None:
    """The vocabulary's own words; of three nodes, these are all relations in which nobody hears more than it has to."""
    every = tried(Peers, Partition.majorities_ring(), count, by=Reference)
    rings = set(every)
    assert len(every) == len(rings)
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
    """Of a hub and its spokes, a partition cuts what the definition says of the links that there are, and each once."""
    for count in range(1, 4):
        links = {link for node in range(count) for link in ((node, count), (count, node))}
        wanted = {cut & links for cut in defined(shape, count + 1)} - {frozenset()}
        for by in (Reference, Source) if count + 1 >= FEWEST[shape] else ():
            assert Counter(tried(Wheel, Partition(shape), count, by=by)) == Counter(wanted)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_partition_is_one_step_where_messages_go_one_way(shape: Shape) -> None:
    """Peers that tell readers, who tell nobody, and two nodes that talk to each other alone."""
    assert generated(shape, 4) == defined(shape, 4)
    links = {(0, 2), (0, 3), (1, 2), (1, 3), (4, 5), (5, 4)}
    wanted = {cut & links for cut in generated(shape, 6)} - {frozenset()}
    for by in (Reference, Source):
        assert Counter(tried(Streams, Partition(shape), 2, by=by)) == Counter(wanted)


@pytest.mark.parametrize("shape", SHAPES)
def test_native_code_counts_each_partition_once(shape: Shape) -> None:
    """As many steps from the first state, in which nobody has said anything, as there are relations."""
    result = check(Peers, Peer=4, faults=Faults(partitions=Partition(shape)), max_depth=2)
    assert result.envelope.taken["network.partition"] == len(defined(shape, 4))


def test_symmetry_leaves_one_partition_of_each_kind() -> None:
    """Five peers can be bridged in fifteen ways, which differ in nothing but the names of the peers."""
    faults = Faults(partitions=Partition.bridge())
    alike = check(Peers, Peer=5, faults=faults, symmetry=True, max_depth=2, engine="reference")
    every = check(Peers, Peer=5, faults=faults, max_depth=2, engine="reference")
    assert every.counts.distinct - alike.counts.distinct == (5 + 15) - (1 + 1)


@pytest.mark.parametrize("shape", ["split", "partial", "majorities_ring"])
def test_symmetry_does_not_mind_which_of_two_sides_is_told(shape: Shape) -> None:
    """The guard that leaves one of them names nodes; what is found is one state for each orbit, by counting orbits."""
    faults = Faults(partitions=Partition(shape))
    alike = check(Peers, Peer=4, faults=faults, symmetry=True)
    every = check(Peers, Peer=4, faults=faults)
    assert "Peer" in (alike.envelope.symmetry or "")
    assert alike.verdict is every.verdict is Verdict.HOLDS
    assert alike.counts.depth == every.counts.depth
    assert alike.counts.distinct == orbits_of(faults)


def orbits_of(faults: Faults) -> int:
    """How many states four peers have, where states that renamings turn into each other count as one."""
    settings = settle(configured(Peers, faults=faults), {"Peer": 4})
    machine = prepared(lower(configured(Peers, faults=faults), settings))
    with within(settings.universe):
        engine, found = Reference(machine), set[frozenset[Any]]()
        known = {outcome[1] for outcome in engine.initial() if isinstance(outcome, tuple)}
        waiting = list(known)
        while waiting:
            new = {one[1] for one in engine.steps(waiting.pop()) if isinstance(one, tuple)} - known
            known |= new
            waiting += new
        types = [one.type for one in machine.variables]
        renamers = [renamer(type_, frozenset({Peer})) for type_ in types]
        for state in known:
            images = (
                tuple(
                    value if one is None else one(value, {Peer: order})
                    for one, value in zip(renamers, state, strict=True)
                )
                for order in permutations(range(4))
            )
            found.add(frozenset(images))
    return len(found)


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_who_is_isolated_is_said_by_a_helper(engine: str) -> None:
    """A leader may be, and nobody else: who doubts without a leader has been cut off as one that does not lead."""
    asked: dict[str, Any] = {"Peer": 3, "engine": engine}
    for who, verdict in (("any", Verdict.VIOLATED), ("is_leader", Verdict.HOLDS)):
        faults = Faults(partitions=Partition.isolate(), who=who)
        assert check(Doubts, faults=faults, properties=["led"], **asked).verdict is verdict
    leaders = check(Doubts, faults=Faults(partitions=Partition.isolate(), who="is_leader"), **asked)
    assert leaders.property("trusting").verdict is Verdict.VIOLATED
    assert "who=is_leader" in leaders.envelope.environment


def test_a_minority_is_isolated_where_one_is_fewer_than_half() -> None:
    """Of three peers each one, of two none, and a single hub never."""
    minority = Faults(partitions=Partition.isolate(), who="minority")
    for by in (Reference, Source):
        cuts = tried(Peers, Partition.isolate(), 3, by=by, who="minority")
        assert sorted(map(sorted, cuts)) == sorted(sorted(between({node}, {0, 1, 2} - {node})) for node in range(3))
        assert not any(links for links in tried(Wheel, Partition.isolate(), 3, by=by, who="minority") if len(links) > 2)
    with pytest.raises(UsageError, match=r"no minority of nodes that may be isolated \(2 in peers\)"):
        check(Peers, Peer=2, faults=minority, engine="reference")
    with pytest.raises(UsageError, match="who=one is not possible without crashes, pauses"):
        check(Peers, Peer=3, faults=Faults(partitions=Partition.split(), who="one"), engine="reference")


@pytest.mark.parametrize(("who", "peers"), [("one", 3), ("minority", 3), ("majority", 3), ("is_leader", 3), ("one", 2)])
def test_who_fails_means_the_same_in_plain_python(who: str, peers: int) -> None:
    """Crashes, pauses and a node that is isolated, together: the translation takes the steps of the source."""
    faults = Faults(crashes=1, restarts=1, pauses=1, partitions=Partition.isolate(), who=who)
    chosen = configured(Doubts, faults=faults)
    settings = settle(chosen, {"Peer": peers})
    machine = prepared(lower(chosen, settings))
    assert agree(machine, Reference(machine), Source(chosen, settings, machine), most_states=15) == 15


def test_one_of_two_nodes_that_may_be_isolated_is_named() -> None:
    """To cut off one of two leaders cuts off the other; where one leads, it is that one."""
    faults = Faults(partitions=Partition.isolate(), who="is_leader")
    chosen = configured(Doubts, faults=faults)
    settings = settle(chosen, {"Peer": 2})
    machine = prepared(lower(chosen, settings))
    engine, source = Reference(machine), Source(chosen, settings, machine)
    state = next(state for _, state in (one for one in engine.initial() if isinstance(one, tuple)))
    counts: list[list[int]] = []
    for _ in range(3):
        cuts = [
            [
                one[0].arguments[0]
                for one in by.steps(state)
                if isinstance(one, tuple) and one[0].action.fault is not None
            ]
            for by in (engine, source)
        ]
        assert cuts[0] == cuts[1]
        counts.append(cuts[0])
        leads = [one[1] for one in engine.steps(state) if isinstance(one, tuple) and one[0].action.name == "peers.lead"]
        state = leads[-1] if leads else state
    assert counts == [[], [1], [0]]
