"""`--symmetry`: what it counts, what the verdict says of it, when it is switched off, and where it is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indoubt import check
from indoubt.cli import run
from indoubt.finding.specs import UsageError
from indoubt.specs.commit.tcommit import TCommit
from indoubt.specs.commit.two_phase import RM, TwoPhase
from indoubt.specs.consensus.paxos import Paxos

SPEC = '''\
"""Voters with an order, in places in a circle."""

from __future__ import annotations

from indoubt.specs.language import Map, Ordered, Ring, Sort, Spec, action, constraint, eventually, every
from indoubt.specs.language import invariant, view


class Node(Ordered): ...


class Place(Ring): ...


class Clerk(Sort): ...


class Votes(Spec):
    voted: Map[Node, bool] = every(False)
    at: Map[Node, Place | None] = every(None)

    @action
    def vote(self, n: Node, c: Clerk) -> None:
        """Votes."""
        self.voted[n] = True

    @action
    def go(self, n: Node, p: Place) -> None:
        """Goes."""
        self.at[n] = p

    @action
    def move(self, n: Node) -> None:
        """Goes on."""
        place = self.at[n]
        if place is not None:
            self.at[n] = place.next()

    @invariant
    def fine(self) -> bool:
        """True of everybody."""
        return all(self.voted[n] or not self.voted[n] for n in Node)

    @invariant
    def in_order(self) -> bool:
        """True of the least first."""
        return all(self.voted[m] or not self.voted[n] or n < m or not n < m for n in Node for m in Node)

    @constraint
    def least_first(self) -> bool:
        """Whoever votes has everybody below vote before."""
        return all(self.voted[m] or not self.voted[n] for n in Node for m in Node if m < n)

    @view
    def votes(self) -> tuple[Map[Node, bool]]:
        """The votes."""
        return (self.voted,)

    @eventually
    def done(self) -> bool:
        """Everybody votes."""
        return all(self.voted[n] for n in Node)
'''


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with the spec."""
    (tmp_path / "votes.py").write_text(SPEC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        "check two_phase RM=5 --symmetry",
        "check two_phase --symmetry RM=5",
        "check --symmetry two_phase RM=5",
        "check two_phase --symmetry RM RM=5",
        "check two_phase --symmetry=RM RM=5",
        "check two_phase RM=5 --symmetry --engine native",
    ],
)
def test_symmetry_is_asked_for_with_or_without_names(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """Wherever it stands, it takes neither the spec nor a setting for the name of a sort."""
    assert run(command.split()) == 0
    printed = capsys.readouterr().out
    assert "314 distinct, depth 17" in printed
    assert "one state of each orbit, every one expanded" in printed
    assert "breadth first, symmetric in RM (orbits stored)" in printed


def test_the_data_say_what_was_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Programs read the same as people."""
    assert (
        run(["check", "paxos", "Acceptor=3", "Value=2", "Ballot=2", "--symmetry", "Value,Acceptor", "--format", "json"])
        == 0
    )
    data = json.loads(capsys.readouterr().out)
    assert data["counts"]["distinct"] == 443
    assert data["envelope"]["search"] == "breadth first, symmetric in Acceptor, Value (orbits stored)"
    assert data["envelope"]["symmetry"].startswith("Acceptor, Value: states that differ in nothing but the names")


def test_sorts_are_chosen_by_name_or_class() -> None:
    """Those that are not named stay as they are."""
    assert check(Paxos, Acceptor=3, Value=2, Ballot=2, symmetry="Value").counts.distinct == 2001
    assert check(TwoPhase, RM=3, symmetry=RM).counts.distinct == 80
    assert check(TwoPhase, RM=3, symmetry=["RM"]).counts.distinct == 80
    assert check(TwoPhase, RM=3).counts.distinct == 288


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_symmetry_that_does_not_pay_is_switched_off(folder: Path, engine: str) -> None:
    """Clerks are in no state, so no two states differ in their names; one member has nobody to change with."""
    spec = f"{folder / 'votes.py'}::Votes"
    plain = check(spec, Node=2, Place=2, Clerk=3, properties=["fine"])
    for clerks, told in ((3, "an orbit has about 1 states"), (1, "Clerk has one member")):
        result = check(spec, Node=2, Place=2, Clerk=clerks, properties=["fine"], symmetry=True, engine=engine)
        assert result.counts.distinct == plain.counts.distinct
        assert result.envelope.symmetry == f"switched off, since it does not pay here: {told}"
        assert "no reduction" in result.envelope.search


SIZES = "Node=3 Place=2 Clerk=2"
REFUSED = [
    (f"{SIZES} -k fine --symmetry=Nod", ["unknown sort 'Nod' of Votes", "it has: Node, Place, Clerk"]),
    (f"{SIZES} -k fine --symmetry=Place", ["not interchangeable: Place", "`move` goes to the next member (votes.py:3"]),
    (
        f"{SIZES} -k fine -k in_order --symmetry=Node",
        ["the property `in_order` compares members with `<` (votes.py:4", "of Node; check the other", "-k fine"],
    ),
    (
        f"{SIZES} -k fine --constraint least_first --symmetry=Node",
        ["the constraint `least_first` compares members with `<` (votes.py:", "run without it"],
    ),
    (f"{SIZES} -k done --symmetry=Node", ["does not go with properties of whole runs", "leave out done", "-k"]),
    (f"{SIZES} -k fine --symmetry --view votes", ["--symmetry does not go with --view"]),
]


@pytest.mark.parametrize(("given", "told"), REFUSED, ids=[given for given, _ in REFUSED])
def test_symmetry_is_refused_where_members_are_told_apart(
    capsys: pytest.CaptureFixture[str], folder: Path, given: str, told: list[str]
) -> None:
    """What tells them apart is named with its place, and what to write instead."""
    assert (folder / "votes.py").exists()
    assert run(["check", "votes.py", *given.split()]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    for part in told:
        assert part in printed.err


def test_an_order_that_nothing_uses_may_be_named(folder: Path) -> None:
    """It is the author who says so; without a name only plain sorts are symmetric."""
    spec = f"{folder / 'votes.py'}::Votes"
    result = check(spec, Node=3, Place=2, Clerk=2, properties=["fine"], symmetry="Node")
    assert (result.counts.distinct, result.envelope.symmetry) == (56, result.envelope.symmetry)
    with pytest.raises(UsageError, match=r"its sorts are Participant \(an Ordered\); name those whose order"):
        check("three_phase_commit", Participant=2, symmetry=True)
    with pytest.raises(UsageError, match="--symmetry does not go with --refines"):
        check(TwoPhase, RM=2, refines=TCommit, symmetry=True)


def test_members_that_the_first_states_tell_apart_fall_into_blocks(folder: Path) -> None:
    """Those of one block are still interchangeable: the captain is another one, the crew is alike."""
    (folder / "crew.py").write_text(CREW, encoding="utf-8")
    spec = f"{folder / 'crew.py'}::Crew"
    plain, symmetric = (check(spec, Sailor=4, symmetry=wanted) for wanted in (False, "Sailor"))
    assert (plain.counts.distinct, symmetric.counts.distinct) == (16, 8)
    assert symmetric.envelope.search == "breadth first, symmetric in Sailor (1, 2, 3) (orbits stored)"


CREW = '''\
"""A captain, and sailors who go ashore."""

from __future__ import annotations

from indoubt.specs.language import Map, Ordered, Set, Spec, action, empty, every, first, initial, invariant


class Sailor(Ordered): ...


class Crew(Spec):
    commands: Map[Sailor, bool]
    ashore: Set[Sailor] = empty()

    @initial
    def start(self) -> None:
        """The first one commands."""
        self.commands = Map({s: s == first(Sailor) for s in Sailor})

    @action
    def go(self, s: Sailor) -> None:
        """Goes ashore."""
        self.ashore.add(s)

    @invariant
    def fine(self) -> bool:
        """Somebody commands."""
        return any(self.commands[s] for s in Sailor)
'''
