"""Runs with quorum systems: what the engines count is what Python counts, and what a verdict says of its quorums."""

import json
from collections.abc import Collection, Iterator
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import pytest

from indoubt import SettingError, check, simulate
from indoubt.cli import run
from indoubt.invariants.quorums import Flexible, Grid, Joint, Majority, QuorumSystem, Threshold, Weighted, written
from indoubt.reports.report import to_data
from indoubt.specs.consensus.paxos import Acceptor, Paxos
from indoubt.specs.language import Phase, Quorum, Set, Sort, Spec, action, empty, invariant, quorums, reachable, require

State = tuple[tuple[int, ...], tuple[Any, ...], frozenset[Any]]
Quorums = Collection[frozenset[int]]


def paxos_steps(state: State, values: int, ballots: int, first: Quorums) -> Iterator[State]:
    """The steps of single-decree Paxos, written again: promises and votes of acceptors, and all messages."""
    joined, votes, sent = state
    for ballot in range(ballots):
        yield joined, votes, sent | {("1a", ballot)}
        promises = {m[1]: m[3] for m in sent if m[0] == "1b" and m[2] == ballot}
        for value, quorum in product(range(values), first):
            if quorum <= promises.keys() and not any(m[0] == "2a" and m[1] == ballot for m in sent):
                reported = [promises[a] for a in quorum if promises[a] is not None]
                if not reported or max(reported)[1] == value:
                    yield joined, votes, sent | {("2a", ballot, value)}
    for a, message in product(range(len(joined)), sent):
        changed = (*joined[:a], message[1], *joined[a + 1 :])
        if message[0] == "1a" and joined[a] < message[1]:
            yield changed, votes, sent | {("1b", a, message[1], votes[a])}
        if message[0] == "2a" and joined[a] <= message[1]:
            voted = (*votes[:a], message[1:], *votes[a + 1 :])
            yield changed, voted, sent | {("2b", a, *message[1:])}


def agrees(state: State, values: int, ballots: int, second: Quorums) -> bool:
    """Whether at most one value has the votes of a quorum in a ballot."""
    chosen = {
        v
        for v, b, quorum in product(range(values), range(ballots), second)
        if all(("2b", a, b, v) in state[2] for a in quorum)
    }
    return len(chosen) <= 1


def enumerated(system: QuorumSystem, acceptors: int, values: int, ballots: int) -> tuple[int, int, bool]:
    """Distinct states, depth, and whether agreement holds; a search ends with the level of the first violation."""
    first, second = (list(system.minimal(range(acceptors), phase)) for phase in (1, 2))
    start: State = ((-1,) * acceptors, (None,) * acceptors, frozenset())
    seen, level, depth = {start}, [start], 1
    while level and all(agrees(state, values, ballots, second) for state in level):
        found = {after for state in level for after in paxos_steps(state, values, ballots, first)} - seen
        seen, level, depth = seen | found, list(found), depth + bool(found)
    return len(seen), depth, not level


@pytest.mark.parametrize(
    ("system", "acceptors"),
    [
        (Flexible(q1=3, q2=1), 3),
        (Flexible(q1=2, q2=1), 3),
        (Flexible(q1=1, q2=1), 2),
        (Threshold(1), 2),
        (Weighted((1, 0, 1, 1)), 4),
        (Weighted((1, 1, 3)), 3),
    ],
    ids=str,
)
def test_paxos_has_the_states_that_python_finds(system: QuorumSystem, acceptors: int) -> None:
    """States, depth and verdict, with two ballots and two values, under any quorum system; by the interpreter too."""
    sizes: dict[str, Any] = {"Acceptor": acceptors, "Value": 2 if acceptors < 4 else 1, "Ballot": 2}
    engine = "native" if acceptors == 2 else "reference"
    found = check(Paxos, **sizes, quorums=system, properties=["agreement"], engine=engine)
    holds = found.exit_status == 0
    assert (found.counts.distinct, found.counts.depth, holds) == enumerated(system, *sizes.values())
    if acceptors == 2:
        reference = check(Paxos, **sizes, quorums=system, properties=["agreement"], engine="reference")
        assert (reference.counts, reference.verdict) == (found.counts, found.verdict)


@pytest.mark.parametrize(("q1", "q2"), [(1, 2), (3, 1)])
def test_flexible_quorums_count_as_the_thresholds_of_another_spec_do(q1: int, q2: int) -> None:
    """Paxos with `Quorum[Acceptor]` has the states of Paxos whose leaders count to a parameter."""
    sizes: dict[str, Any] = {"Acceptor": 3, "Value": 2, "Ballot": 2}
    found = check("paxos", **sizes, quorums=Flexible(q1=q1, q2=q2))
    other = check("paxos_with_faults", **sizes, phase_1_quorum=q1, phase_2_quorum=q2)
    assert (found.counts.distinct, found.counts.depth) == (other.counts.distinct, other.counts.depth)
    lengths = [one and len(one.trace or ()) for one in (found.first_violation(), other.first_violation())]
    assert lengths == ([11, 11] if q1 + q2 <= 3 else [None, None])
    assert found.envelope.quorums[0].system == f"flexible(q1={q1}, q2={q2})"


def test_symmetry_keeps_members_apart_that_a_quorum_system_tells_apart() -> None:
    """Three acceptors of four are alike, and the verdict says so; where all are different, symmetry is refused."""
    sizes: dict[str, Any] = {"Acceptor": 4, "Value": 1, "Ballot": 2, "engine": "reference"}
    alike = check(Paxos, **sizes, quorums=Weighted((1, 0, 0, 1)), symmetry="Acceptor", properties=["agreement"])
    assert alike.envelope.symmetry is not None
    assert "Acceptor (0, 3; 1, 2)" in alike.envelope.symmetry
    sizes |= {"Acceptor": 3, "Value": 2, "quorums": Weighted((1, 1, 2), votes=2), "properties": ["agreement"]}
    whole, folded = check(Paxos, **sizes), check(Paxos, **sizes, symmetry="Acceptor")
    assert whole.verdict is folded.verdict
    assert whole.counts.depth == folded.counts.depth
    assert folded.counts.distinct < whole.counts.distinct <= 2 * folded.counts.distinct
    with pytest.raises(ValueError, match="the quorum system gives members different places: grid"):
        check(Reading, Node=9, Reader=1, quorums={Node: Grid(3, 3)}, symmetry="Node", properties=["everybody"])


class Node(Sort): ...


class Reader(Sort): ...


class Reading(Spec):
    """Nodes are seen by quorums of nodes, and then of readers."""

    seen: Set[Node] = empty()
    readers: Set[Reader] = empty()

    @action
    def see(self, q: Quorum[Node]) -> None:
        require(not q <= self.seen)
        self.seen |= q

    @action
    def read(self, q: Annotated[Quorum[Reader], Phase("fast")]) -> None:
        require(not q <= self.readers)
        self.readers |= q

    @invariant
    def meets(self) -> bool:
        """What has been seen meets every quorum."""
        return len(self.seen) == 0 or all(any(n in self.seen for n in q) for q in quorums(Node))

    @reachable
    def everybody(self) -> bool:
        """All are seen, by everyone."""
        return len(self.seen) == len(Node) and len(self.readers) == len(Reader)


def shared(one: str, other: str) -> str:
    """What a verdict says of two phases."""
    return f"quorums of phases {one} and {other} share a member"


def test_each_sort_may_have_a_system_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """In Python by the name of the sort, on the command line with a colon; the verdict names both."""
    chosen = {"Node": Joint(old=(0, 1), new=(1, 2)), Reader: written.parsed("epaxos")}
    result = check(Reading, Node=3, Reader=3, quorums=chosen, engine="reference")
    assert [one.told for one in result.envelope.quorums] == [
        "joint(old=(0, 1), new=(1, 2)) over Node: "
        + "; ".join(shared("joint", one) for one in ("old", "new", "joint")),
        f"epaxos over Reader: {shared('fast', 'slow')}; {shared('slow', 'slow')}",
    ]
    assert result.counts.distinct == 10  # nothing or all three nodes; nobody, three pairs of readers, or all three
    at_once = ["check", f"{__file__}::Reading", "Node=3", "Reader=3", "--engine", "reference"]
    assert run([*at_once, "quorums=Node:joint((0, 1), (1, 2)); Reader:epaxos"]) == 0
    assert "joint(old=(0, 1), new=(1, 2)) over Node" in capsys.readouterr().out
    assert run([*at_once, "quorums=Node:majority;Node:threshold(1)"]) == 2
    assert "quorums has Node twice: majority and threshold(1); leave one of them out" in capsys.readouterr().err


def test_a_state_in_plain_python_has_the_quorums_of_its_settings() -> None:
    """Quorums are asked for in a debugger as they are in a run."""
    state = Reading(Node=4, Reader=3, quorums={"Node": Grid(2, 2)})
    state.see(Quorum({Node(0), Node(1), Node(2)}))
    assert state.meets()
    assert Reading(Node=4, Reader=3).__settings__.given() == {"Node": "4", "Reader": "3"}
    assert state.__settings__.given()["quorums"] == "Node:grid(rows=2, columns=2)"


def test_a_run_warns_where_quorums_have_not_been_shown_to_intersect(tmp_path: Path) -> None:
    """The verdict is that of the search; the warning names two quorums without a common member."""
    result = check(Reading, Node=4, Reader=3, quorums={"Node": "threshold(2)"}, engine="reference")
    (warning,) = result.envelope.warnings
    assert warning.startswith("quorums of threshold(q=2) over Node do not intersect as they should: ")
    assert warning.endswith("{Node0, Node1} and {Node2, Node3} share nothing")
    data = to_data(result)
    assert data["envelope"]["warnings"] == list(result.envelope.warnings)
    assert data["envelope"]["quorums"][0] == {
        "sort": "Node",
        "system": "threshold(q=2)",
        "requires": ["any 2 quorums share a member"],
        "intersects": False,
    }
    walks = simulate(Reading, Node=4, Reader=3, quorums="Node:threshold(2)", runs=1, seed=1, engine="reference")
    assert walks.envelope.warnings == result.envelope.warnings
    place = tmp_path / "out.json"
    arguments = ["check", f"{__file__}::Reading", "Node=4", "Reader=3", "--engine", "reference", "-o", f"json={place}"]
    assert run([*arguments, "quorums=Node:threshold(q=3)"]) == 0
    assert json.loads(place.read_text())["envelope"]["warnings"] == []


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (3, "quorums=3 is no quorum system; for example `quorums=Flexible"),
        ({"Nod": Majority()}, "quorums names 'Nod'; the sorts of Reading are Node, Reader"),
        ({"Node": 3}, "quorums of Node is 3, no quorum system"),
        ("grid(2)", "grid needs columns"),
        ({"Node": "majorty"}, "majorty"),
    ],
)
def test_what_is_no_quorum_system_is_refused(chosen: object, told: str) -> None:
    """What was asked, what there is, and an example."""
    with pytest.raises(SettingError) as caught:
        check(Reading, Node=3, Reader=3, quorums=chosen)
    assert told in str(caught.value)


def test_a_spec_without_quorums_takes_no_system() -> None:
    """A setting that could have no effect is a mistake."""
    with pytest.raises(SettingError, match="TwoPhase has no quorums, neither"):
        check("two_phase", RM=2, quorums=Majority())
    with pytest.raises(ValueError, match="is for 4 members, and Acceptor has 3"):
        check(Paxos, Acceptor=3, Value=1, Ballot=1, quorums=Grid(2, 2))
    assert Acceptor.__name__ == "Acceptor"


class Decide(Spec):
    """What a quorum of nodes has seen is decided."""

    seen: Set[Node] = empty()
    decided: Set[Node] = empty()

    @action
    def see(self, n: Node) -> None:
        self.seen.add(n)

    @action
    def decide(self, n: Node, q: Quorum[Node]) -> None:
        require(q <= self.seen)
        self.decided.add(n)

    @invariant
    def some(self) -> bool:
        """Nothing is decided unseen."""
        return len(self.decided) == 0 or len(self.seen) > 0


class DecideAlike(Decide):
    """The same."""


def test_what_is_refined_has_the_quorums_of_the_run() -> None:
    """A quorum of one node is a quorum of the abstract spec too; with two of other sizes a step would be missing."""
    sizes: dict[str, Any] = {"Node": 3, "engine": "reference"}
    for given in (None, Threshold(1), {"Node": Threshold(3)}):
        found = check(DecideAlike, **sizes, refines=Decide, quorums=given)
        assert found.exit_status == 0, given
