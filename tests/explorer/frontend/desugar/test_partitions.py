"""Every shape of a partition cuts what the literature says, and all of it: compared with brute force, node by node."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations, permutations, product
from typing import Any

import pytest
from agreement import agree
from examples.nodes_talking import Hello, Hub, Peer, Peers, Streams, Wheel

from indoubt import Verdict, check
from indoubt.counterexamples.export import to_data
from indoubt.counterexamples.text import to_text
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.renaming import renamer
from indoubt.explorer.ir.values import decode
from indoubt.explorer.passes.pipeline import prepared
from indoubt.finding import UsageError
from indoubt.specs.language import (
    Detector,
    Faults,
    Map,
    Node,
    Partition,
    Sort,
    System,
    invariant,
    on_message,
    on_timeout,
    require,
)
from indoubt.specs.language.partition import FEWEST, SHAPES, Shape, partition_of
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
}


@pytest.mark.parametrize("by", [Reference, Source])
@pytest.mark.parametrize("text", NAMED)
def test_nodes_that_are_named_are_cut_as_they_are_named(text: str, by: type[Reference | Source]) -> None:
    """One way and no other; a shape is written back as it can be read."""
    count, wanted = NAMED[text]
    partition = partition_of(text, 1)
    assert tried(Peers, partition, count, by=by) == [wanted]
    assert tried(Peers, partition_of(partition.told_shape, 1), count, by=by) == [wanted]


def test_nodes_of_several_classes_are_named() -> None:
    """By the names of their addresses, or by these; where a class has one node, its name will do."""
    wanted = frozenset({(0, 2), (2, 0)})
    for groups in (["Hub", "Peer1"], ["Peer0"]), ([Hub(0), Peer(1)], [Peer(0)]), ([Peer(0)], [Hub(0), "Peer1"]):
        for by in (Reference, Source):
            assert tried(Wheel, Partition.split(*groups), 2, by=by) == [wanted]
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
        ("bridge:0|1,2", "bridge tries all nodes; write partition=bridge"),
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


class Doubting(Node[Peer]):
    """It talks, doubts those that it does not hear, and may lead."""

    leads: bool = False
    doubts: bool = False

    @on_timeout
    def lead(self) -> None:
        require(not self.leads)
        self.leads = True
        self.broadcast(Hello(), to=Peer)

    @on_timeout
    def doubt(self, other: Peer) -> None:
        require(not self.doubts)
        require(self.suspects(other))
        self.doubts = True

    @on_message
    def on_hello(self, hello: Hello, sender: Peer) -> None:
        """It is greeted."""

    def is_leader(self) -> bool:
        return self.leads


class Doubts(System):
    """Peers that greet each other, and have timeouts."""

    peers: Map[Peer, Doubting]
    detector = Detector.timeout()

    @invariant
    def trusting(self) -> bool:
        """Nobody doubts."""
        return not any(peer.doubts for peer in self.peers.values())

    @invariant
    def led(self) -> bool:
        """Who doubts has a leader among all peers."""
        return not any(a.doubts and not any(b.leads for b in self.peers.values()) for a in self.peers.values())


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


@pytest.mark.parametrize(("who", "peers"), [("one", 3), ("minority", 3), ("majority", 3), ("is_leader", 3), ("one", 2)])
def test_who_fails_means_the_same_in_plain_python(who: str, peers: int) -> None:
    """Crashes, pauses and a node that is isolated, together: the translation takes the steps of the source."""
    faults = Faults(crashes=1, restarts=1, pauses=1, partitions=Partition.isolate(), who=who)
    chosen = configured(Doubts, faults=faults)
    settings = settle(chosen, {"Peer": peers})
    machine = prepared(lower(chosen, settings))
    assert agree(machine, Reference(machine), Source(chosen, settings, machine), most_states=15) == 15
