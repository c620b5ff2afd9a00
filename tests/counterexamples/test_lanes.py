"""Which node takes a step, rule by rule, and which groups a partition separates."""

from __future__ import annotations

from enum import Enum

import pytest

from indoubt.counterexamples.lanes import groups_of, lanes_of
from indoubt.counterexamples.record import record
from indoubt.counterexamples.trace import Trace
from indoubt.specs.language import (
    Bag,
    Fault,
    Map,
    Message,
    Ordered,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    require,
)


class Node(Sort): ...


class Ballot(Ordered): ...


class Mood(Enum):
    CALM, BUSY = range(2)


class Side(Enum):
    LEFT, RIGHT = range(2)


class Ping(Message):
    node: Node


class Cluster(Spec):
    """One action for each rule."""

    tm_mood: Mood = Mood.CALM
    tm_known: Set[Node] = empty()
    mood: Map[Node, Mood] = every(Mood.CALM)
    votes: Map[Node, Map[Ballot, bool]] = every(every(False))
    inbox: Map[Node, Set[Ping]] = every(empty())
    down: Map[Node, bool] = every(False)
    side: Map[Node, Side] = every(Side.LEFT)

    @action
    def wake(self, other: Node, n: Node) -> None:
        require(n != other)
        self.mood[n] = Mood.BUSY

    @action
    def vote(self, b: Ballot, n: Node) -> None:
        self.votes[n][b] = True

    @action
    def know(self, n: Node) -> None:
        self.tm_known.add(n)

    @action
    def introduce(self, n: Node, other: Node) -> None:
        self.tm_known.add(n)
        self.tm_known.add(other)

    @action
    def ping(self, n: Node, to: Node) -> None:
        self.inbox[to].add(Ping(n))

    @action
    def tick(self) -> None:
        self.tm_mood = Mood.BUSY

    @action
    def settle(self) -> None:
        self.mood = every(Mood.BUSY)

    @action(fault=Fault.CRASH)
    def crash(self, n: Node) -> None:
        self.down[n] = True

    @action(fault=Fault.PARTITION)
    def split(self, n: Node) -> None:
        self.side[n] = Side.RIGHT

    @action(fault=Fault.HEAL)
    def heal(self) -> None:
        self.side = every(Side.LEFT)

    @action(fault=Fault.LOSS)
    def lose(self, n: Node) -> None:
        self.inbox[n] = empty()


def taken_by(*call: object) -> str | None:
    """The lane of a step in a cluster of three nodes."""
    return lanes_of(record(Cluster(Node=3, Ballot=2), [call])).of_step[0]


@pytest.mark.parametrize(
    ("call", "lane"),
    [
        (("wake", Node(0), Node(2)), "Node2"),
        (("vote", Ballot(1), Node(1)), "Node1"),
        (("know", Node(1)), "Node1"),
        (("introduce", Node(1), Node(2)), "TM"),
        (("ping", Node(1), Node(2)), "Node1"),
        (("tick",), "TM"),
        (("settle",), "TM"),
        (("crash", Node(1)), "Node1"),
        (("split", Node(1)), None),
        (("heal",), None),
        (("lose", Node(1)), None),
    ],
)
def test_each_rule_finds_the_node_that_takes_a_step(call: tuple[object, ...], lane: str | None) -> None:
    """One changed node, the spec's own variables, a node as parameter, or the spec itself; the network has no lane."""
    assert taken_by(*call) == lane


def test_ballots_are_no_nodes_where_there_are_nodes() -> None:
    """An order that maps are kept by is a rank, unless nothing else is."""
    lanes = lanes_of(record(Cluster(Node=3, Ballot=2), [("tick",)]))
    assert lanes.names == ("TM", "Node0", "Node1", "Node2")


def test_an_own_lane_that_takes_no_step_is_left_out() -> None:
    """There is nothing to draw on it."""
    assert lanes_of(record(Cluster(Node=2, Ballot=2), [("crash", Node(0))])).names == ("Node0", "Node1")


def test_the_phase_of_a_lane_is_its_first_enum() -> None:
    """A node has the value of a map at its key, the own lane a variable of no node."""
    trace = record(Cluster(Node=2, Ballot=2), [("tick",), ("wake", Node(1), Node(0))])
    lanes = lanes_of(trace)
    assert {name: lanes.phase(name, trace.last) for name in lanes.names} == {
        "TM": Mood.BUSY,
        "Node0": Mood.BUSY,
        "Node1": Mood.CALM,
    }


def test_a_map_from_nodes_to_sides_tells_the_groups() -> None:
    """Nodes with equal values are on one side."""
    trace = record(Cluster(Node=3, Ballot=2), [("split", Node(1))])
    assert groups_of(lanes_of(trace), trace.steps[0]) == (("Node0", "Node2"), ("Node1",))


def test_a_set_of_nodes_tells_the_groups(split: Trace) -> None:
    """The set is one group, all other lanes are the other; the coordinator is a node without a sort."""
    lanes = lanes_of(split)
    assert lanes.names == ("coordinator", "Site0", "Site1", "Site2")
    assert groups_of(lanes, split.steps[6]) == (("coordinator", "Site0"), ("Site1", "Site2"))


def test_a_node_that_is_none_is_the_lane_named_by_its_author(storm: Trace) -> None:
    """`crash(None)` stops the coordinator."""
    lanes = lanes_of(storm)
    crashes = [lanes.of_step[number] for number, step in enumerate(storm.steps) if step.fault is Fault.CRASH]
    assert crashes == ["Site1", "Site0", "coordinator"]


class Reach(Spec):
    """Says for each node whom it still hears."""

    hears: Map[Node, Set[Node]] = every(empty())

    @action(fault=Fault.PARTITION)
    def cut(self) -> None:
        for n in Node:
            for m in Node:
                if n != m and (n == Node(0)) == (m == Node(0)):
                    self.hears[n].add(m)

    @action(fault=Fault.PARTITION)
    def fail(self) -> None:
        self.hears = every(empty())


def test_whom_each_node_hears_tells_the_groups() -> None:
    """A node does not count itself among those it hears."""
    trace = record(Reach(Node=4), [("cut",)])
    assert groups_of(lanes_of(trace), trace.steps[0]) == (("Node0",), ("Node1", "Node2", "Node3"))


def test_a_partition_that_shows_no_groups_has_none() -> None:
    """Then a figure shades all lanes alike."""
    trace = record(Reach(Node=4), [("fail",)])
    assert groups_of(lanes_of(trace), trace.steps[0]) == ()


class Who(Enum):
    READER, WRITER = range(2)


class Door(Spec):
    """Who goes through it, as far as that can be told."""

    inside: Set[Node] = empty()
    awake: Map[Node, bool] = every(False)
    inbox: Map[Node, Bag[Ping]] = every(Bag())
    channel: Map[Node, Map[Node, Seq[Ping]]] = every(every(Seq()))

    @action
    def push(self, p: Node, q: Node) -> None:
        require(p != q)
        self.inside.add(q)

    @action
    def swap(self, p: Node, q: Node) -> None:
        self.inside.discard(p)
        self.inside.add(q)

    @action
    def rouse(self, p: Node) -> None:
        for q in Node:
            if q != p:
                self.awake[q] = True

    @action
    def wake(self, p: Node, q: Node) -> None:
        require(p != q)
        self.awake[q] = True

    @action(by="p")
    def call(self, p: Node, q: Node) -> None:
        require(p != q)
        self.awake[q] = True

    @action
    def post(self, p: Node, q: Node) -> None:
        self.inbox[q].add(Ping(p))

    @action
    def fetch(self, p: Node, q: Node) -> None:
        self.inbox[q].remove(Ping(p))

    @action
    def take(self, p: Node, q: Node) -> None:
        self.channel[p][q].pop_first()
        self.awake[q] = True

    @action(by="w")
    def knock(self, w: Who) -> None:
        require(w is Who.WRITER)
        self.inside = empty()

    def prepare(self, p: Node, q: Node) -> None:
        self.inbox[q].add(Ping(p))
        self.channel[p][q].append(Ping(p))


@pytest.mark.parametrize(
    ("call", "lane"),
    [
        (("push", Node(0), Node(2)), "Node2"),
        (("swap", Node(1), Node(0)), "system"),
        (("rouse", Node(1)), "Node1"),
        (("wake", Node(0), Node(1)), "Node1"),
        (("call", Node(0), Node(1)), "Node0"),
        (("post", Node(0), Node(1)), "Node0"),
        (("fetch", Node(0), Node(1)), "Node1"),
        (("take", Node(0), Node(1)), "Node1"),
        (("knock", Who.WRITER), "WRITER"),
    ],
)
def test_the_taker_is_told_by_a_parameter_or_by_what_the_step_writes(call: tuple[object, ...], lane: str) -> None:
    """A single node takes the step; of several, one who enters a set or whose entry changes; `by` comes first."""
    start = Door(Node=3, inbox=2, channel=2)
    start.inside.add(Node(1))
    start.prepare(Node(0), Node(1))
    lanes = lanes_of(record(start, [call]))
    assert lanes.of_step == (lane,)
    assert lane in lanes.names


class Lock(Spec):
    """No variable is kept by its nodes; the author says that they take the steps."""

    holder: Ballot | None = None

    @action(by="b")
    def grab(self, b: Ballot | None) -> None:
        require(self.holder is None)
        self.holder = b


def test_a_parameter_that_takes_steps_is_a_node() -> None:
    """An order too, where it stands in no map."""
    lanes = lanes_of(record(Lock(Ballot=2), [("grab", Ballot(1))]))
    assert (lanes.of_step, lanes.names) == (("Ballot1",), ("system", "Ballot0", "Ballot1"))


class Race(Spec):
    """Keeps everything by an order, and has no other variables."""

    done: Map[Ballot, bool] = every(False)

    @action
    def run(self, b: Ballot) -> None:
        self.done[b] = True


def test_an_order_has_lanes_where_there_is_no_other_sort() -> None:
    """Ranked participants are nodes."""
    lanes = lanes_of(record(Race(Ballot=2), [("run", Ballot(1))]))
    assert (lanes.names, lanes.of_step) == (("Ballot0", "Ballot1"), ("Ballot1",))


class Switch(Spec):
    """Has no nodes at all."""

    on: bool = False

    @action
    def flip(self) -> None:
        self.on = not self.on


@pytest.mark.parametrize("calls", [[], [("flip",)]])
def test_a_spec_without_nodes_has_one_lane(calls: list[tuple[object, ...]]) -> None:
    """Even a trace without steps can be drawn."""
    assert lanes_of(record(Switch(), calls)).names == ("system",)


class Bank(Spec):
    """Its author names the node that has no sort."""

    suspected: Set[Node] = empty()

    held: Map[Node, bool] = every(False)

    @action(by="bank")
    def audit(self) -> None:
        self.suspected = empty()

    @action
    def suspect(self, n: Node) -> None:
        self.suspected.add(n)


def test_where_the_author_names_a_lane_the_other_steps_are_of_their_parameters() -> None:
    """A set that belongs to no node may still be changed by one of its nodes."""
    lanes = lanes_of(record(Bank(Node=2), [("suspect", Node(1)), ("audit",)]))
    assert lanes.of_step == ("Node1", "bank")
    assert lanes.names == ("bank", "Node0", "Node1")
