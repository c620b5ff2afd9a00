"""Quorum systems in proofs: what is assumed of them is true of them, and what is shown is of the run's own system."""

from __future__ import annotations

import json
from itertools import combinations
from types import new_class
from typing import Any

import pytest
from agreement import spec_of
from finite_structures import Finite

import indoubt
from indoubt import SettingError, Verdict, check
from indoubt.cli import run
from indoubt.finding.specs import UsageError
from indoubt.invariants.quorums import Byzantine, FastPaxos, Flexible, Majority, QuorumSystem, Threshold, written
from indoubt.invariants.unbounded.quorums import axioms_of_quorums
from indoubt.proofs import Status
from indoubt.runs.quorum_choice import is_sound
from indoubt.specs.language.quorum_systems import Counted, Kind, Overlap
from indoubt.specs.language.types import QuorumType, SortType
from indoubt.specs.language.universe import Universe, within

VOTE = """from typing import Annotated
from indoubt.specs.language import *


class Node(Sort): ...


class Value(Sort): ...


class Vote(Spec):
    vote: Map[Node, Value | None] = every(None)
    decided: Set[Value] = empty()

    @action
    def cast(self, n: Node, v: Value) -> None:
        require(self.vote[n] is None)
        self.vote[n] = v

    @action
    def decide(self, v: Value, q: Annotated[Quorum[Node], Phase(PHASE)]) -> None:
        require(all(self.vote[n] == v for n in q))
        self.decided.add(v)

    @invariant
    def agreement(self) -> bool:
        return all(v == w for v in self.decided for w in self.decided)

    @invariant
    def decided_was_voted(self) -> bool:
        return all(any(self.vote[n] == v for n in Node) for v in self.decided)

    @invariant
    def decisions_have_a_quorum(self) -> bool:
        return all(any(all(self.vote[n] == v for n in q) for q in quorums(Node, phase=PHASE)) for v in self.decided)
"""
MEET = """
    @invariant
    def meet(self) -> bool:
        return all(any(n in r for n in q) for q in quorums(Node, phase=1) for r in quorums(Node, phase=1))
"""


def vote(more: str = "", phase: Kind = 1) -> type[Any]:
    """A vote by the quorums of a phase."""
    return spec_of(VOTE.replace("PHASE", repr(phase)) + more, "Vote")


def systems() -> list[QuorumSystem]:
    """One of each, as it is written in examples."""
    return [written.parsed(written.usage(system)) for system in written.SYSTEMS.values()]


def test_quorums_of_one_phase_need_not_meet() -> None:
    """A vote by quorums of phase 1 alone is safe with majorities, and not with all flexible quorums: they are named."""
    assert indoubt.prove(vote()).verdict is Verdict.HOLDS
    proof = indoubt.prove(vote(MEET), quorums=Flexible(q1=3, q2=2))
    assert proof.verdict is Verdict.INCONCLUSIVE
    shown = proof.property("agreement").against
    assert shown is not None
    phases = {frozenset(one) for one in shown.before["Quorum[Node, phase 1]"]}
    assert any(not one & other for one in phases for other in phases)
    assert shown.failing == "agreement may fail, with other quorums than those of flexible(q1=3, q2=2)"
    assert shown.reachable == (
        "was not looked for: flexible(q1=3, q2=2) has no quorums that overlap as they should at Node=2"
    )
    assert frozenset() not in phases
    assert proof.property("decided_was_voted").status is Status.PROVED  # no quorum is empty
    start = proof.property("meet").against
    assert start is not None
    assert not start.steps
    assert set(start.before) == {"Quorum[Node, phase 1]"}


def test_counterexamples_and_violations_are_of_the_system_of_the_run() -> None:
    """Where quorums of one phase may miss each other, the explorer finds it with these quorums, at a size that fits."""
    proof = indoubt.prove(vote(MEET), quorums=Flexible(q1=1, q2=3))
    assert (proof.verdict, proof.exit_status) == (Verdict.VIOLATED, 1)
    shown = proof.property("agreement").against
    assert shown is not None
    assert shown.sizes == {"Node": 3, "Value": 2}
    assert shown.reachable == "is reachable at Node=3 Value=2, in 4 steps,"
    trace = proof.property("agreement").result.trace
    assert trace is not None
    first = check(vote(), Node=3, Value=2, quorums=Flexible(q1=1, q2=3), engine="reference").first_violation()
    assert first is not None
    assert first.trace is not None
    assert len(trace) == len(first.trace) == 5
    assert proof.property("meet").status is Status.VIOLATED
    assert indoubt.prove(vote(), quorums={"Node": Majority()}).scope == "for every number of Node and Value"


@pytest.mark.parametrize("is_fixed", [False, True])
@pytest.mark.parametrize("system", systems(), ids=str)
def test_what_is_assumed_of_quorums_is_true_of_them(system: QuorumSystem, is_fixed: bool) -> None:
    """Of every system, for a spec with quorums of any of its phases, at every size at which they are as they should."""
    phases: tuple[Kind | None, ...] = system.phases or (None,)
    chosen = [some for count in range(1, len(phases) + 1) for some in combinations(phases, count)]
    tried = 0
    for size in range(1, 10 if system.members else 6):
        if not is_sound(system, size):
            continue
        sort = new_class("Node", (indoubt.specs.language.Sort,), {"size": size} if is_fixed else {})
        with within(Universe({"Node": size}, quorums={None: system})):
            for some in chosen:
                kinds = [QuorumType(SortType(sort), system, phase) for phase in some]
                axioms = list(axioms_of_quorums(kinds))
                assert axioms, "no quorum is empty"
                finite = Finite({"Node": size}, kinds)
                assert all(finite.true(formula) for _, formula in axioms), [label for label, _ in axioms]
                tried += 1
    assert tried


def test_what_follows_for_some_phases_is_assumed_of_them() -> None:
    """A spec without a phase has what its quorums share with the others; the number of shared members counts."""
    sort = SortType(type("Node", (indoubt.specs.language.Sort,), {}))

    def told(system: QuorumSystem, *phases: Kind | None) -> list[str]:
        return [label for label, _ in axioms_of_quorums([QuorumType(sort, system, phase) for phase in phases])]

    assert told(Flexible(q1=3, q2=2), 1) == ["any of Quorum[Node, phase 1] has a member"]
    assert told(FastPaxos(), "fast") == ["any two of Quorum[Node, phase fast] share a member"]
    assert told(FastPaxos(), "classic") == ["any two of Quorum[Node, phase classic] share a member"]
    assert told(Byzantine(f=2), None) == ["any two of Quorum[Node] share 3 members"]
    assert told(Loose(), None) == []


class Loose(Counted):
    """Quorums that only have to meet where there are many members."""

    def threshold(self, size: int, phase: Kind | None) -> int:
        """Two, of any phase."""
        return 2 if phase is None else size

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Nothing below ten members."""
        return (Overlap((None, None)),) if size >= 10 else ()


TWO = """from typing import Annotated
from indoubt.specs.language import *


class Node(Sort, size=3): ...


class Reader(Sort): ...


class Two(Spec):
    seen: Set[Node] = empty()
    readers: Set[Reader] = empty()
    done: bool = False

    @action
    def see(self, q: Quorum[Node]) -> None:
        self.seen |= q

    @action
    def read(self, r: Reader) -> None:
        self.readers.add(r)

    @action
    def finish(self, q: Annotated[Quorum[Reader], Phase("fast")], r: Quorum[Node]) -> None:
        require(q <= self.readers and r <= self.seen)
        self.done = True

    @invariant
    def done_means_seen(self) -> bool:
        return not self.done or (len(self.seen) > 0 and len(self.readers) > 0)

    @invariant
    def two_seen(self) -> bool:
        return len(self.seen) != 1
"""


def test_quorums_of_a_sort_whose_size_is_fixed() -> None:
    """Its members are told apart one by one, in quorums as in sets; what never overlaps is refused."""
    two = spec_of(TWO, "Two")
    proof = indoubt.prove(two)
    assert proof.property("done_means_seen").status is Status.PROVED
    other = proof.property("two_seen").against  # of majorities, all have two members; that they meet says less
    assert other is not None
    assert [len(one) for one in other.before["Quorum[Node]"]] == [1]
    assert other.reachable == "is an initial state at Reader=1 Node=3"
    whole = indoubt.prove(two, quorums={"Node": Byzantine(1)})
    assert (whole.verdict, whole.property("two_seen").status) == (Verdict.HOLDS, Status.PROVED)
    assert indoubt.prove(two, quorums={"Node": written.parsed("grid(1, 3)")}).property("done_means_seen").result.claim
    for quorums, among in (
        ({"Node": Threshold(1)}, "3 Node"),
        ({"Reader": FastPaxos(classic=1, fast=5)}, "any number of Reader up to 64"),
    ):
        with pytest.raises(UsageError, match=f"overlap as they should among {among}.* it would be about nothing"):
            indoubt.prove(two, quorums=quorums)


def test_a_system_that_is_not_for_every_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the reason, and what can be asked instead."""
    for system, why in (
        ("grid(rows=2, columns=2)", "is for 4 members"),
        ("epaxos", "is for an odd number of members"),
        ("joint(old=(0, 1, 2), new=(1, 2, 3))", "names members by their numbers"),
    ):
        assert run(["prove", "paxos_proved", f"quorums={system}"]) == 2
        assert f"{why}, and this proof is for every number; say how far to look" in capsys.readouterr().err


@pytest.mark.parametrize("quorums", [Threshold(1), Flexible(q1=2, q2=1), Majority()], ids=str)
@pytest.mark.parametrize("how", [{"bmc": 2}, {"induction": 1}], ids=str)
def test_a_proof_at_fixed_sizes_tells_of_its_quorums_what_a_check_tells(
    quorums: QuorumSystem, how: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    """The title, the rows and the data: also that they may miss each other."""
    sizes: dict[str, Any] = {"Node": 2, "Value": 2, "quorums": quorums}
    both: dict[str, Any] = {**how, **sizes}
    proof, checked = indoubt.prove(vote(), **both), check(vote(), engine="reference", **sizes)
    assert proof.quorums == checked.envelope.quorums
    assert proof.warnings == checked.envelope.warnings
    assert bool(proof.warnings) is (quorums == Threshold(1))
    title = "" if quorums == Majority() else f" quorums={quorums}"
    assert proof.scope.startswith(f"Node=2 Value=2{title} ")
    asked = ["paxos", "Acceptor=2", "Value=1", "Ballot=1", f"quorums={quorums}"]
    run(["check", *asked, "--engine", "reference"])
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("  quorums  ", "  warning  "))]
    run(["prove", *asked, *(f"--{name}={depth}" for name, depth in how.items())])
    assert [one for one in capsys.readouterr().out.splitlines() if one in rows] == rows
    assert rows
    run(["prove", *asked, "--bmc", "1", "--format", "json"])
    data = json.loads(capsys.readouterr().out)
    assert [one["system"] for one in data["quorums"]] == [str(quorums)]
    assert bool(data["warnings"]) is (quorums == Threshold(1))


def test_quorums_of_a_sort_that_has_none_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """By every command, with what there is."""
    told = "quorums=Value:majority means nothing to Paxos, whose quorums are over Acceptor; leave it out"
    asked = ["paxos", "Acceptor=2", "Value=1", "Ballot=1", "quorums=Acceptor:majority;Value:majority"]
    for arguments in (["check", *asked], ["simulate", *asked], ["prove", *asked, "--bmc", "1"]):
        assert run(arguments) == 2
        assert told in capsys.readouterr().err
    with pytest.raises(SettingError, match="means nothing to Paxos"):
        indoubt.prove("paxos", quorums={"Value": Majority()})
