"""A run names the nodes of a partition: what is cut then, and what is refused, with nodes that there are."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import pytest
from cut_relations import (
    Relation,
    between,
    groups,
    tried,
)
from examples.nodes_doubting import Doubts
from examples.nodes_talking import Hub, Peer, Peers, Wheel

from indoubt import check
from indoubt.counterexamples.export import to_data
from indoubt.counterexamples.record import record
from indoubt.counterexamples.replay import replay
from indoubt.counterexamples.text import to_text
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.backends.source import Source
from indoubt.finding.specs import UsageError
from indoubt.specs.language import (
    Faults,
    Partition,
    Set,
)
from indoubt.specs.language.partition import partition_of


def test_nodes_that_are_named_are_not_alike() -> None:
    """Symmetry is refused in the words of the run; nodes of another class, and a class of one node, stay alike."""
    for wanted in (True, "Peer"):
        with pytest.raises(UsageError) as refused:
            check(Peers, Peer=3, faults=Faults(partitions=Partition.isolate("Peer1")), symmetry=wanted)
        assert str(refused.value) == (
            "--symmetry is not possible with partition=isolate:Peer1: nodes of Peer that are named are not alike; "
            "name none, as in --partition isolate, or run without --symmetry"
        )
    hub = check(Wheel, Peer=3, faults=Faults(partitions=Partition.isolate(Hub(0))), symmetry=True)
    assert "(orbits stored)" in hub.envelope.search
    one = check(Wheel, Peer=1, faults=Faults(partitions=Partition.split(["Hub"], ["Peer0"])), symmetry=True)
    assert "have one member each" in (one.envelope.symmetry or "")


NAMED: dict[str, tuple[int, Relation]] = {
    "0|1,2": (3, between({0}, {1, 2})),
    "split:Peer1,Peer(2)|peer0": (3, between({0}, {1, 2})),
    "0|1,2|3": (4, between({0}, {1, 2, 3}) | between({1, 2}, {3})),
    "one_way:0,1|2": (3, frozenset(product({0, 1}, {2}))),
    "isolate:1": (3, between({1}, {0, 2})),
    "partial:0|2,3": (4, between({0}, {2, 3})),
    "bridge:1": (3, between({0}, {2})),
    "majorities_ring:0,2,1,3": (4, between({0}, {1}) | between({2}, {3})),
    "majorities_ring:0,2,1": (3, frozenset({(2, 0), (1, 2), (0, 1)})),
}


@pytest.mark.parametrize("by", [Reference, Source])
@pytest.mark.parametrize("text", NAMED)
def test_nodes_that_are_named_are_cut_as_they_are_named(text: str, by: type[Reference | Source]) -> None:
    """One way and no other; a shape is written back as it can be read."""
    count, wanted = NAMED[text]
    partition = partition_of(text, 1)
    assert tried(Peers, partition, count, by=by) == [wanted]
    assert tried(Peers, partition_of(partition.told_shape, 1), count, by=by) == [wanted]


def test_a_bridge_that_is_named_has_all_halves() -> None:
    """Those of the definition in which it sees both, each once, whichever links there are."""
    links = {link for node in range(3) for link in ((node, 3), (3, node))}
    for by in (Reference, Source):
        for system, bridge, of, there in ((Peers, 1, 1, None), (Wheel, "Peer1", 1, links), (Wheel, "Hub", 3, links)):
            count = 5 if there is None else 4
            cuts = {
                between(a, b) & (there or between(a, b))
                for a, b, c in groups(count, 3)
                if c == {of} and abs(len(a) - len(b)) <= 1
            }
            found = tried(system, Partition.bridge(bridge), count if there is None else 3, by=by)
            assert Counter(found) == Counter(cuts - {frozenset()})


def test_nodes_of_several_classes_are_named() -> None:
    """By the names of their addresses, or by these; where a class has one node, its name will do."""
    wanted = frozenset({(0, 2), (2, 0)})
    for sides in (["Hub", "Peer1"], ["Peer0"]), ([Hub(0), Peer(1)], [Peer(0)]), ([Peer(0)], [Hub(0), "Peer1"]):
        for by in (Reference, Source):
            assert tried(Wheel, Partition.split(*sides), 2, by=by) == [wanted]
    assert tried(Wheel, Partition.isolate(Hub(0)), 2, by=Reference) == [wanted | {(1, 2), (2, 1)}]
    assert tried(Wheel, Partition.one_way([Peer(0), Peer(1)], ["Hub"]), 2, by=Reference) == [
        frozenset({(0, 2), (1, 2)})
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0|1", "Peer2 is in no group; split has every node in one of them: the nodes that send or receive are Peer0,"),
        ("0,1|1,2", "Peer1 is named 2 times; name each node once"),
        ("0,1|2,3", "there is no Peer3; the nodes that send or receive are Peer0, Peer1, Peer2"),
        ("0,1|Hub0", "Hub0 is no node that sends or receives; nodes are named as in Peer0"),
        ("isolate:0,1", "isolate takes one node, as in 'isolate:0'"),
        ("one_way:0|1|2", "one_way takes two groups, as in 'one_way:0|1,2'"),
        ("0,1,2", "it names one group, and a split has two or more, as in '0|1,2'; one node is cut off by 'isolate:0'"),
        ("", "unknown partition ''; there are: split,"),
        ("one-way:0|1", "as in '0|1,2' or 'isolate:0'; did you mean one_way?"),
        ("ring", "did you mean majorities_ring?"),
        ("split:0,1,2", "split takes two groups or more, as in '0|1,2'"),
        ("0,|1,2", "partition=0,|1,2 is not possible: a group has no nodes; name those of each group, as in '0|1,2'"),
        ("isolate:", "isolate takes one node, as in 'isolate:0'"),
        ("bridge:0|1,2", "bridge takes one node, as in 'bridge:0'"),
        ("majorities_ring:0|1,2", "takes one group, the nodes in their order, as in 'majorities_ring:0,1,2'"),
        ("majorities_ring:0,1", "Peer2 is not in the ring; majorities_ring has every node in it"),
        (
            "partial:0,1|2",
            "no node is left that reaches both groups; leave one out, or write partition=0,1|2",
        ),
        ("tree:0|1,2", "unknown partition 'tree:0|1,2'; there are: split,"),
    ],
)
def test_groups_that_cannot_be_are_refused(text: str, told: str) -> None:
    """With what was asked, what there is and what to write."""
    with pytest.raises(UsageError) as refused:
        check(Peers, Peer=3, faults={"partitions": 1, "partition": text}, engine="reference")
    assert told in str(refused.value)


def test_a_partition_that_never_happens_has_no_shape() -> None:
    """Zero partitions are none; how they would be is refused, in Python and as the command line has it."""
    assert Peers(Peer=2, faults=Faults(partitions=Partition.split(times=0))) == Peers(Peer=2)
    for refused in (
        Partition.bridge(times=0),
        Partition.split([0], [1], times=0),
        Partition.split(times=0, in_flight="kept"),
    ):
        with pytest.raises(ValueError, match=r"is not possible with partitions=0: .* or ask for partitions=1"):
            Peers(Peer=3, faults=Faults(partitions=refused))
    with pytest.raises(UsageError, match="partition=bridge is not possible with partitions=0"):
        check(Peers, Peer=3, faults={"partitions": 0, "partition": "bridge"})
    with pytest.raises(UsageError, match=r"partition=bridge is not possible beside partitions=Partition.split\(...\)"):
        check(Peers, Peer=3, faults={"partitions": Partition.split(), "partition": "bridge"})


def test_a_system_with_several_classes_wants_names() -> None:
    """A number alone says nothing of its class."""
    with pytest.raises(UsageError, match="0 is no node that sends or receives; nodes are named as in Hub0, Peer0"):
        check(Wheel, Peer=2, faults=Faults(partitions=Partition.split([0], [1])), engine="reference")
    for text, told in (
        ("0|", "'Hub0|Peer0,Peer1'"),
        ("isolate:", "'isolate:Hub0'"),
        ("partial:0", "'partial:Hub0|Peer0'"),
    ):
        with pytest.raises(UsageError) as refused:
            check(Wheel, Peer=2, faults={"partition": text}, engine="reference")
        assert str(refused.value).endswith(f"as in {told}")


def test_one_node_is_a_group() -> None:
    """In Python, with or without a list around it."""
    assert Partition.split(Peer(0), [Peer(1)]) == Partition.split([Peer(0)], [Peer(1)])
    assert Partition.isolate([Peer(0)]) == Partition.isolate(Peer(0))


def test_a_trace_tells_the_groups_that_are_named() -> None:
    """As it tells those that are tried, in text, as data and in the title."""
    faults = Faults(partitions=Partition.split([0], [1], [2, 3]))
    found = check(Doubts, Peer=4, faults=faults, engine="reference")
    observed = found.property("trusting").observed
    assert observed is not None
    assert "!! PARTITION: Peer0 | Peer1 | Peer2, Peer3" in to_text(observed)
    (cut,) = [step for step in to_data(observed)["steps"] if step["fault"] == "PARTITION"]
    assert cut["groups"] == [["Peer0"], ["Peer1"], ["Peer2", "Peer3"]]
    assert found.envelope.environment == (
        "network=soup",
        "detector=timeout",
        "partitions=1",
        "partition=0|1|2,3",
    )
    assert "a partition splits it into Peer0 | Peer1 | Peer2, Peer3" in (found.envelope.network or "")


@pytest.mark.parametrize(
    ("partition", "step", "told"),
    [
        (Partition.bridge("Peer1"), ("network.partition", Set({Peer(0)})), "Peer0 | Peer2; Peer1 reaches both"),
        (Partition.majorities_ring(0, 2, 1), ("network.partition",), "Peer0 hears Peer1; Peer2 hears Peer0; Peer1"),
    ],
)
def test_a_trace_tells_a_bridge_and_a_ring_that_are_named(
    partition: Partition, step: tuple[Any, ...], told: str
) -> None:
    """As it tells those that are tried."""
    seen = replay(record(Peers(Peer=3, faults=Faults(partitions=partition)), [step]))
    assert f"!! PARTITION: {told}" in to_text(seen)
