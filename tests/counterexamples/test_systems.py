"""Traces of systems speak of nodes and their messages: text, space-time diagram and export."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from examples.nodes_two_phase import RM, TM, Decided, Prepare, TwoPhaseCommit, Voted
from watched_nodes import P, Peers

from indoubt.counterexamples import export, graph, space_time
from indoubt.counterexamples.record import record
from indoubt.counterexamples.replay import ObservedTrace, replay
from indoubt.counterexamples.text import to_text
from indoubt.specs.language import (
    Detector,
    Faults,
    Map,
    Network,
    Node,
    Partition,
    Set,
    Sort,
    System,
    invariant,
    on_timeout,
    require,
)
from indoubt.specs.language.machine import Fault
from indoubt.specs.language.partition import InFlight


@pytest.fixture(scope="module")
def seen() -> ObservedTrace:
    """A run with every fault of a system, driven by hand and confirmed by its handlers."""
    faults = Faults(crashes=1, restarts=1, losses=1, duplicates=1, partitions=Partition.split())
    start = TwoPhaseCommit(RM=2, network=Network.fifo(), faults=faults)
    steps = [
        ("tm.ask",),
        ("network.tm.rms.duplicate", TM(0), RM(0), Prepare()),
        ("rms.on_prepare", RM(0), Prepare(), TM(0), True),
        ("network.rms.tm.lose", RM(0), TM(0), Voted(yes=True)),
        ("tm.crash",),
        ("tm.restart",),
        ("network.partition", Set({RM(0)})),
        ("rms.on_prepare", RM(1), Prepare(), TM(0), True),
        ("tm.on_vote", Voted(yes=True), RM(1)),
        ("network.heal",),
        ("tm.give_up",),
        ("rms.on_decided", RM(0), Decided(commit=False), TM(0)),
    ]
    return replay(record(start, steps))


def test_the_text_of_a_system(seen: ObservedTrace, golden: Callable[[str, str], None]) -> None:
    """Each step says what it receives and from whom, what changes at the node, and what it sends to whom."""
    golden(f"{to_text(seen)}\n", "nodes_two_phase.trace.txt")


def test_arrows_lead_from_the_handler_that_sends_to_the_one_that_receives(seen: ObservedTrace) -> None:
    """Lanes are nodes; a message that nobody receives has no arrow, and one that is sent to several has several."""
    found = space_time.diagram(seen)
    assert found.lanes == ("TM0", "RM1", "RM0")
    arrows = [(arrow.label, arrow.source, arrow.target) for arrow in found.arrows]
    assert arrows == [
        ("Prepare", ("TM0", 1), ("RM0", 3)),
        ("Prepare", ("TM0", 1), ("RM1", 8)),
        ("Voted(True)", ("RM1", 8), ("TM0", 9)),
        ("Decided(False)", ("TM0", 11), ("RM0", 12)),
    ]


def test_faults_stand_where_they_happen(seen: ObservedTrace) -> None:
    """A crash on the lane of its node, what the network does across all lanes, a partition with its groups."""
    found = space_time.diagram(seen)
    faults = {mark.row: (mark.lane, mark.action, mark.arguments) for mark in found.marks if mark.fault}
    assert faults[2] == (None, "network.duplicate", "Prepare(), TM0 -> RM0")
    assert faults[4] == (None, "network.lose", "Voted(True), RM0 -> TM0")
    assert faults[5] == ("TM0", "tm.crash", "")
    assert [mark.fault for mark in found.marks if mark.row == 6] == [Fault.RESTART]
    (region,) = found.regions
    assert (region.first, region.last, region.groups) == (7, 10, (("TM0", "RM1"), ("RM0",)))


def test_the_export_names_handlers(seen: ObservedTrace) -> None:
    """Steps have the names of handlers, and say what they sent and received; the network and the faults are named."""
    data = export.to_data(seen)
    steps = data["steps"]
    budgets = ["crashes=1", "restarts=1", "losses=1", "duplicates=1", "partitions=1"]
    assert data["settings"]["environment"] == ["network=fifo", *budgets]
    assert [step["action"] for step in steps][2] == "rms.on_prepare"
    assert steps[2]["sent"]
    assert steps[2]["received"]


@pytest.fixture(scope="module")
def lied() -> ObservedTrace:
    """A manager that is Byzantine, and tells one participant to commit and the other to abort."""
    start = TwoPhaseCommit(RM=2, network=Network.bag(), faults=Faults(byzantine=1))
    steps = [
        ("tm.byzantine",),
        ("rms.on_decided.lie", RM(0), TM(0), Decided(commit=True)),
        ("rms.on_decided.lie", RM(1), TM(0), Decided(commit=False)),
    ]
    return replay(record(start, steps))


def test_a_lie_is_told_by_who_says_it(lied: ObservedTrace) -> None:
    """It is received, and no step has sent it; what says whether somebody has taken a step is nobody's business."""
    text = to_text(lied)
    assert "!! BYZANTINE: TM0" in text
    assert "rms[RM0].on_decided.lie(TM0, Decided(True))   by RM0" in text
    assert "receives Decided(True), said by TM0, which is Byzantine" in text
    assert "has_begun" not in text


def test_a_lie_is_an_arrow_from_the_lane_of_the_liar(lied: ObservedTrace) -> None:
    """It leaves where it arrives; from the turn on the lane has no phase."""
    found = space_time.diagram(lied)
    assert [(arrow.label, arrow.source, arrow.target) for arrow in found.arrows] == [
        ("Decided(True)", ("TM0", 2), ("RM0", 2)),
        ("Decided(False)", ("TM0", 3), ("RM1", 3)),
    ]
    assert found.lying == {"TM0"}
    assert "TM0" not in found.final
    assert [part.is_lying for part in found.stretches if part.lane == "TM0"] == [False, True]
    edges = graph.to_networkx(lied).edges(data=True)
    told = [(source, target) for source, target, facts in edges if facts["kind"] == "message"]
    assert told == [("1", "2"), ("1", "3")]


def test_what_is_said_to_all_alike_is_told_by_the_steps_that_hear_it() -> None:
    """Not by the queues of what others have still to hear."""
    start = TwoPhaseCommit(RM=2, faults=Faults(byzantine=1, equivocation=False))
    said = Decided(commit=True)
    steps = [("tm.byzantine",), *(("rms.on_decided.lie", RM(number), TM(0), said) for number in (0, 1))]
    text = to_text(replay(record(start, steps)))
    assert text.count("receives Decided(True), said by TM0, which is Byzantine") == 2
    assert "said.tm" not in text


def test_where_a_node_crashes_is_told_of_that_step_alone() -> None:
    """States that come of a crash inside a handler remember the line; later steps have nothing to do with it."""
    start = TwoPhaseCommit(RM=1, faults=Faults(torn=1, restarts=1))
    steps = [
        ("tm.ask",),
        ("rms.on_prepare", RM(0), Prepare(), TM(0), True),
        ("tm.on_vote.crash", Voted(yes=True), RM(0), 0, Map({RM(0): RM(0)})),
        ("tm.restart",),
        ("tm.on_vote", Voted(yes=True), RM(0)),
    ]
    seen = replay(record(start, steps))
    assert [bool(step.crashed) for step in seen.steps] == [False, False, True, False, False]
    marks = space_time.diagram(seen).marks
    assert [mark.arguments for mark in marks if "line" in mark.arguments] == [seen.steps[2].crashed]


def test_what_a_detector_promises_is_told_in_words() -> None:
    """Whom it spares, whom all trust; and a node that trusts itself says so."""
    spare = Peers(P=2, detector=Detector.eventually_strong())
    assert _arguments(spare, [("detector.gst", P(1))]) == ["spares P1"]
    leader = Elected(Site=2)
    assert _arguments(leader, [("sites.trust", Site(0), Site(0)), ("detector.gst", Site(1))]) == [
        "Site0",
        "all trust Site1",
    ]


def _arguments(start: System, steps: list[tuple[object, ...]]) -> list[str]:
    return [mark.arguments for mark in space_time.diagram(replay(record(start, steps))).marks]


class Site(Sort): ...


class Obeying(Node[Site]):
    leads: bool = False

    @on_timeout
    def lead(self) -> None:
        require(self.trusts(self.address))
        self.leads = True


class Elected(System):
    sites: Map[Site, Obeying]
    detector = Detector.omega()

    @invariant
    def fine(self) -> bool:
        """Nothing is claimed."""
        return len(self.sites) > 0


def test_what_a_step_drops_is_told() -> None:
    """By a loss, a link that is cut while messages are on it or after, and one that is full: where they were sent, why.

    In text, as data and in the diagram.
    """
    faults = Faults(losses=1, partitions=Partition.split())
    start = TwoPhaseCommit(RM=2, network=Network.bag(capacity=1, full="drop"), faults=faults)
    steps = [
        ("tm.ask",),
        ("network.tm.rms.lose", TM(0), RM(1), Prepare()),
        ("rms.on_prepare", RM(0), Prepare(), TM(0), False),
        ("tm.ask",),
        ("tm.give_up",),
        ("network.partition", Set({RM(0)})),
        ("rms.on_prepare", RM(1), Prepare(), TM(0), True),
    ]
    seen = replay(record(start, steps))
    dropped = [line.strip() for line in to_text(seen).splitlines() if line.strip().startswith("drops")]
    assert dropped == [
        "drops Prepare() to RM1, sent by TM0 in step 1",
        "drops Decided(False) to RM0, RM1: the links are full",
        "drops Voted(False) to TM0, sent by RM0 in step 3",
        "drops Prepare() to RM0, sent by TM0 in step 4",
    ]
    told = [
        (step["number"], one["message"]["text"], one["from"], one["to"], one["why"], one["sent_in"])
        for step in export.to_data(seen)["steps"]
        for one in step["dropped"]
    ]
    assert told == [
        (2, "Prepare()", "TM0", "RM1", "lost", 1),
        (5, "Decided(False)", "TM0", "RM0", "full", 5),
        (5, "Decided(False)", "TM0", "RM1", "full", 5),
        (6, "Voted(False)", "RM0", "TM0", "cut", 3),
        (6, "Prepare()", "TM0", "RM0", "cut", 4),
    ]
    drops = {mark.row: mark.drops for mark in space_time.diagram(seen).marks if mark.drops}
    assert drops == {5: ("Decided(False) to RM0, RM1",), 6: ("2 messages",)}


def test_what_is_sent_on_a_link_that_is_cut_is_dropped() -> None:
    """Nothing else changes where it is kept; the step that does nothing but send it says so."""
    steps = [("network.partition", Set({RM(0)})), ("tm.ask",), ("network.heal",)]
    told: dict[InFlight, str] = {
        "lost": "drops Prepare() to RM0: the link is cut",
        "kept": "sends Prepare() to RM0, RM1",
    }
    for in_flight, line in told.items():
        faults = Faults(partitions=Partition.split(in_flight=in_flight))
        text = to_text(replay(record(TwoPhaseCommit(RM=2, network=Network.fifo(), faults=faults), steps)))
        assert line in text
        assert ("drops" in text) == (in_flight == "lost")
