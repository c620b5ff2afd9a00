"""The count table: what each protocol must show, with the source of every figure.

One row is one check. Where a run ends at a violation only the verdict and the length of the counterexample mean
something, since the counts depend on the order of the search; such rows check the one property that they name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from indoubt import Verdict, check
from indoubt.explorer.search.breadth_first import DEADLOCK
from indoubt.specs.commit.paxos_commit import PaxosCommit, PaxosCommitIgnoringVotes
from indoubt.specs.commit.tcommit import HastyCommit, TCommit
from indoubt.specs.commit.three_phase_commit import Detector, Termination, ThreePhaseCommit
from indoubt.specs.commit.two_phase import ImpatientTwoPhase, TwoPhase
from indoubt.specs.commit.two_phase_commit import NonblockingTwoPhaseCommit, TwoPhaseCommit
from indoubt.specs.consensus.consensus import Consensus, FickleConsensus
from indoubt.specs.consensus.paxos import Paxos, PaxosIgnoringVotes
from indoubt.specs.consensus.paxos_with_faults import PaxosWithFaults
from indoubt.specs.consensus.voting import Voting, VotingIgnoringVotes
from indoubt.specs.language import Spec

TLC = "TLC on the TLA+ module of the same name by its authors"
TLC_PORT = "TLC on the same protocol in TLA+, variable by variable"
STATERIGHT = "TLC, and the examples of Stateright"
LIBRARY = "tlaplus/Examples, manifest of the module"
OURS = "this checker and the Python source of the spec; no other tool has run it"


@dataclass(frozen=True)
class Outcome:
    """What a check answers, as far as a row speaks of it."""

    verdict: Verdict
    initial: int | None = None
    generated: int | None = None
    distinct: int | None = None
    depth: int | None = None
    length: int | None = None


@dataclass(frozen=True)
class Row:
    """One check: `about` is the property that is violated, or reached, by a trace of `expected.length` states.

    `properties` are those to check where they are not just `about`, or all; DEADLOCK in their place asks for deadlocks.
    """

    spec: type[Spec]
    settings: Mapping[str, Any]
    expected: Outcome
    source: str
    about: str | None = None
    slow: bool = field(default=False, compare=False)
    properties: tuple[str, ...] | None = None

    @property
    def chosen(self) -> tuple[str, ...] | None:
        """The properties to check; None for all of them."""
        return self.properties if self.about is None else (self.about,)

    @property
    def name(self) -> str:
        """The row in the words of the command line."""
        settings = [f"{name}={getattr(value, 'name', value)}" for name, value in self.settings.items()]
        return " ".join([self.spec.__name__, *settings, *(self.chosen or ())])


def holds(
    spec: type[Spec],
    distinct: int | None,
    depth: int | None,
    source: str,
    *,
    initial: int = 1,
    generated: int | None = None,
    properties: tuple[str, ...] | None = None,
    slow: bool = False,
    **settings: Any,
) -> Row:
    """A run in which every property holds, or each of `properties`, explored to the end."""
    outcome = Outcome(Verdict.HOLDS, initial, generated, distinct, depth)
    return Row(spec, settings, outcome, source, slow=slow, properties=properties)


def violated(spec: type[Spec], violates: str, length: int, source: str, *, slow: bool = False, **settings: Any) -> Row:
    """A run in which `violates` has a shortest counterexample of `length` states."""
    return Row(spec, settings, Outcome(Verdict.VIOLATED, length=length), source, violates, slow)


def reached(spec: type[Spec], reaches: str, length: int, source: str, **settings: Any) -> Row:
    """A run in which a shortest way to `reaches` has `length` states."""
    return Row(spec, settings, Outcome(Verdict.HOLDS, length=length), source, reaches)


def observed(row: Row) -> Outcome:
    """Run a row: what the checker says of everything that `row.expected` speaks of."""
    chosen = None if row.chosen is None else [name for name in row.chosen if name != DEADLOCK]
    deadlock = row.chosen is not None and DEADLOCK in row.chosen
    result = check(row.spec, properties=chosen, deadlock=deadlock, **row.settings)
    trace = None if row.about is None else result.property(row.about).trace
    counts, expected = result.counts, row.expected
    return Outcome(
        result.verdict,
        None if expected.initial is None else counts.initial,
        None if expected.generated is None else counts.generated,
        None if expected.distinct is None else counts.distinct,
        None if expected.depth is None else counts.depth,
        None if trace is None else len(trace),
    )


def named(rows: Iterable[Row]) -> list[Any]:
    """Rows as parameters of a test, named, the slow ones marked."""
    return [pytest.param(row, id=row.name, marks=[pytest.mark.slow] if row.slow else []) for row in rows]


def cases(*specs: type[Spec]) -> list[Any]:
    """The rows of some specs as parameters of a test."""
    return named(row for row in ROWS if row.spec in specs)


MAJORITY_OF_1: dict[str, Any] = {"phase_1_quorum": 1, "phase_2_quorum": 1}
MAJORITY_OF_3: dict[str, Any] = {"phase_1_quorum": 2, "phase_2_quorum": 2}
ONE: dict[str, Any] = {"Acceptor": 1, "Value": 2, "Ballot": 2, **MAJORITY_OF_1}
FOUR: dict[str, Any] = {"Acceptor": 4, "Value": 2, "Ballot": 2}
THREE: dict[str, Any] = {"Acceptor": 3, "Value": 2, "Ballot": 2, **MAJORITY_OF_3}

TRANSACTION_COMMIT: tuple[Row, ...] = (
    holds(TCommit, 4, 3, TLC, generated=5, RM=1),
    holds(TCommit, 12, 5, TLC, generated=23, RM=2),
    holds(TCommit, 34, 7, TLC, generated=94, RM=3),
    holds(TCommit, 96, 9, TLC, generated=357, RM=4),
    holds(TCommit, 274, 11, TLC, generated=1296, RM=5),
    violated(HastyCommit, "consistent", 4, OURS, RM=2),
)

TWO_PHASE: tuple[Row, ...] = (
    holds(TwoPhase, 12, 5, TLC, generated=20, RM=1),
    holds(TwoPhase, 56, 8, TLC, generated=154, RM=2),
    holds(TwoPhase, 288, 11, STATERIGHT, generated=1146, RM=3),
    holds(TwoPhase, 1568, 14, TLC, generated=8258, RM=4),
    holds(TwoPhase, 8832, 17, STATERIGHT, generated=58146, RM=5),
    violated(ImpatientTwoPhase, "consistent", 6, OURS, RM=2),
    violated(ImpatientTwoPhase, "consistent", 6, OURS, RM=3),
)

TWO_PHASE_COMMIT: tuple[Row, ...] = (
    holds(TwoPhaseCommit, 17, 7, TLC_PORT, Participant=1),
    holds(TwoPhaseCommit, 49, 9, TLC_PORT, Participant=1, coordinator_crashes=1),
    holds(TwoPhaseCommit, 50, 9, TLC_PORT, Participant=1, participant_crashes=1),
    holds(TwoPhaseCommit, 143, 11, TLC_PORT, Participant=1, coordinator_crashes=1, participant_crashes=1),
    holds(TwoPhaseCommit, 381, 15, TLC_PORT, Participant=1, coordinator_crashes=2, participant_crashes=2),
    holds(TwoPhaseCommit, 85, 10, TLC_PORT, Participant=2),
    holds(TwoPhaseCommit, 189, 12, TLC_PORT, Participant=2, coordinator_crashes=1),
    holds(TwoPhaseCommit, 356, 12, TLC_PORT, Participant=2, participant_crashes=1),
    holds(TwoPhaseCommit, 790, 14, TLC_PORT, Participant=2, coordinator_crashes=1, participant_crashes=1),
    holds(TwoPhaseCommit, 790, 14, TLC_PORT, Participant=2, coordinator_crashes=1, participant_crashes=1, restarts=2),
    holds(TwoPhaseCommit, 411, 12, OURS, Participant=2, coordinator_crashes=1, participant_crashes=1, restarts=0),
    holds(TwoPhaseCommit, 428, 12, OURS, Participant=2, crashes=1),
    holds(TwoPhaseCommit, 307, 11, OURS, Participant=2, crashes=1, restarts=0),
    holds(TwoPhaseCommit, 479, 13, TLC_PORT, Participant=3),
    holds(TwoPhaseCommit, 4556, 17, TLC_PORT, Participant=3, coordinator_crashes=1, participant_crashes=1),
    holds(
        TwoPhaseCommit,
        860,
        None,
        TLC_PORT,
        Participant=2,
        coordinator_crashes=1,
        participant_crashes=1,
        cooperative=True,
    ),
    holds(TwoPhaseCommit, None, None, TLC_PORT, Participant=2, coordinator_crashes=1, lose_log=True),
    holds(TwoPhaseCommit, None, None, TLC_PORT, Participant=2, commit_on_majority=True),
    reached(TwoPhaseCommit, "can_block", 4, TLC_PORT, Participant=1, coordinator_crashes=1),
    reached(TwoPhaseCommit, "can_block", 5, TLC_PORT, Participant=2, coordinator_crashes=1),
    reached(TwoPhaseCommit, "can_block", 6, TLC_PORT, Participant=3, crashes=1, restarts=0),
    violated(NonblockingTwoPhaseCommit, "nonblocking", 4, TLC_PORT, Participant=1),
    violated(NonblockingTwoPhaseCommit, "nonblocking", 5, TLC_PORT, Participant=2),
    violated(NonblockingTwoPhaseCommit, "nonblocking", 6, TLC_PORT, Participant=3),
    violated(TwoPhaseCommit, "agreement", 13, TLC_PORT, Participant=2, coordinator_crashes=1, force_decision=False),
    violated(TwoPhaseCommit, "agreement", 11, TLC_PORT, Participant=2, participant_crashes=1, force_prepared=False),
    violated(TwoPhaseCommit, "agreement", 10, TLC_PORT, Participant=2, timeout_abort=True),
    violated(TwoPhaseCommit, "agreement", 5, TLC_PORT, Participant=2, timeout_commit=True),
    violated(TwoPhaseCommit, "agreement", 6, TLC_PORT, Participant=2, coordinator_crashes=1, heuristic_decisions=True),
    violated(TwoPhaseCommit, "agreement", 8, TLC_PORT, Participant=2, coordinator_crashes=1, presume_commit=True),
    violated(TwoPhaseCommit, "agreement", 12, TLC_PORT, Participant=2, early_forget=True),
    violated(TwoPhaseCommit, "agreement", 10, TLC_PORT, Participant=3, commit_on_majority=True),
    violated(TwoPhaseCommit, "unanimous", 9, TLC_PORT, Participant=3, commit_on_majority=True),
    violated(TwoPhaseCommit, "commit_point", 7, OURS, Participant=1, coordinator_crashes=1, force_decision=False),
    violated(TwoPhaseCommit, "commit_point", 4, OURS, Participant=1, timeout_commit=True),
    violated(TwoPhaseCommit, "commit_point", 5, OURS, Participant=1, coordinator_crashes=1, heuristic_decisions=True),
    violated(TwoPhaseCommit, "commit_point", 8, OURS, Participant=1, early_forget=True),
)

THREE_PHASE_COMMIT: tuple[Row, ...] = (
    holds(ThreePhaseCommit, 10, 7, TLC_PORT, Participant=1),
    holds(ThreePhaseCommit, 58, 10, TLC_PORT, Participant=1, crashes=1),
    holds(ThreePhaseCommit, 30, 10, TLC_PORT, Participant=2),
    holds(ThreePhaseCommit, 458, 16, TLC_PORT, Participant=2, crashes=1),
    holds(ThreePhaseCommit, 458, 16, TLC_PORT, Participant=2, crashes=1, detector=Detector.PERFECT),
    holds(ThreePhaseCommit, 1997, 18, TLC_PORT, Participant=2, crashes=2),
    holds(ThreePhaseCommit, 112, None, TLC_PORT, Participant=3),
    holds(ThreePhaseCommit, None, None, TLC_PORT, Participant=3, crashes=1, detector=Detector.PERFECT),
    holds(ThreePhaseCommit, None, None, TLC_PORT, Participant=2, crashes=1, rank_orders=False),
    holds(ThreePhaseCommit, 612, None, OURS, Participant=2, crashes=1, restarts=1),
    holds(ThreePhaseCommit, 612, None, OURS, Participant=2, crashes=1, restarts=9),
    violated(ThreePhaseCommit, "agreement", 11, TLC_PORT, Participant=2, crashes=1, rule=Termination.TEXTBOOK),
    violated(ThreePhaseCommit, "agreement", 12, TLC_PORT, Participant=3, crashes=1, rule=Termination.TEXTBOOK),
    violated(
        ThreePhaseCommit,
        "agreement",
        10,
        TLC_PORT,
        Participant=2,
        rule=Termination.TEXTBOOK,
        detector=Detector.UNRELIABLE,
    ),
    violated(ThreePhaseCommit, "agreement", 14, TLC_PORT, Participant=2, detector=Detector.UNRELIABLE),
    violated(ThreePhaseCommit, "agreement", 16, TLC_PORT, Participant=2, crashes=2, rank_orders=False),
    violated(ThreePhaseCommit, "coordinator_agrees", 14, TLC_PORT, Participant=2, crashes=2, restarts=2),
    violated(ThreePhaseCommit, "coordinator_agrees", 14, OURS, Participant=2, crashes=2, restarts=1),
    violated(ThreePhaseCommit, "agreement", 12, OURS, Participant=2, partitions=1),
    violated(ThreePhaseCommit, "agreement", 14, OURS, Participant=3, partitions=1),
    violated(ThreePhaseCommit, "agreement", 12, OURS, Participant=2, partitions=1, heals=1),
    holds(ThreePhaseCommit, 120, 11, OURS, Participant=2, partitions=1, detector=Detector.PERFECT),
    holds(ThreePhaseCommit, 55, 10, OURS, Participant=1, partitions=1),
)

PAXOS_COMMIT: tuple[Row, ...] = (
    holds(PaxosCommit, 8, 5, TLC, RM=1, Acceptor=1, Ballot=1),
    holds(PaxosCommit, 45, 9, TLC, RM=1, Acceptor=1, Ballot=2),
    holds(PaxosCommit, 29, 7, TLC, RM=1, Acceptor=3, Ballot=1),
    holds(PaxosCommit, 44, 8, TLC, RM=2, Acceptor=1, Ballot=1),
    holds(PaxosCommit, 1461, 15, OURS, RM=1, Acceptor=3, Ballot=2),
    holds(PaxosCommit, 1425, 16, OURS, RM=2, Acceptor=1, Ballot=2),
    holds(PaxosCommit, 545, 12, OURS, RM=2, Acceptor=3, Ballot=1),
    violated(PaxosCommitIgnoringVotes, "one_choice", 7, OURS, RM=1, Acceptor=1, Ballot=2),
    violated(PaxosCommitIgnoringVotes, "irrevocable", 11, OURS, RM=1, Acceptor=1, Ballot=2),
    violated(PaxosCommitIgnoringVotes, "consistent", 13, OURS, RM=2, Acceptor=1, Ballot=2),
    violated(PaxosCommitIgnoringVotes, "one_choice", 10, OURS, RM=1, Acceptor=3, Ballot=2),
)

CONSENSUS: tuple[Row, ...] = (
    holds(Consensus, 4, 2, LIBRARY, Value=3),
    violated(FickleConsensus, "agreement", 3, OURS, Value=2),
)

VOTING: tuple[Row, ...] = (
    holds(Voting, 6752, 16, LIBRARY, Acceptor=3, Value=2, Ballot=3),
    holds(Voting, 599, 11, OURS, Acceptor=3, Value=2, Ballot=2),
    violated(VotingIgnoringVotes, "votes_safe", 2, OURS, Acceptor=3, Value=2, Ballot=2),
    violated(VotingIgnoringVotes, "agreement", 3, OURS, Acceptor=1, Value=2, Ballot=2),
    violated(VotingIgnoringVotes, "agreement", 5, OURS, Acceptor=3, Value=2, Ballot=2),
)

PAXOS: tuple[Row, ...] = (
    holds(Paxos, 5, 5, TLC, Acceptor=1, Value=1, Ballot=1),
    holds(Paxos, 25, 9, TLC, Acceptor=1, Value=1, Ballot=2),
    holds(Paxos, 45, 9, TLC, Acceptor=1, Value=2, Ballot=2),
    holds(Paxos, 13, 7, TLC, Acceptor=2, Value=2, Ballot=1),
    holds(Paxos, 145, 13, TLC, Acceptor=2, Value=2, Ballot=2),
    holds(Paxos, 41, 9, TLC, Acceptor=3, Value=1, Ballot=1),
    holds(Paxos, 73, 9, TLC, Acceptor=3, Value=2, Ballot=1),
    holds(Paxos, 1681, 17, TLC, Acceptor=3, Value=1, Ballot=2),
    holds(Paxos, 3921, 17, TLC, Acceptor=3, Value=2, Ballot=2),
    violated(PaxosIgnoringVotes, "agreement", 9, TLC_PORT, Acceptor=1, Value=2, Ballot=2),
    violated(PaxosIgnoringVotes, "agreement", 13, TLC_PORT, Acceptor=3, Value=2, Ballot=2),
)

PAXOS_WITH_FAULTS: tuple[Row, ...] = (
    holds(PaxosWithFaults, 45, 9, TLC_PORT, **ONE),
    holds(PaxosWithFaults, 145, 13, TLC_PORT, Acceptor=2, Value=2, Ballot=2, phase_1_quorum=2, phase_2_quorum=2),
    holds(PaxosWithFaults, 3921, 17, TLC_PORT, **THREE),
    holds(PaxosWithFaults, 3921, 17, TLC_PORT, **THREE, lowest_vote=True),
    holds(PaxosWithFaults, 8985, None, TLC_PORT, **THREE, keep_promise_low=True),
    holds(
        PaxosWithFaults,
        None,
        None,
        TLC_PORT,
        Acceptor=2,
        Value=2,
        Ballot=2,
        phase_1_quorum=2,
        phase_2_quorum=2,
        amnesias=1,
    ),
    holds(PaxosWithFaults, None, None, TLC_PORT, Acceptor=2, Value=2, Ballot=2, phase_1_quorum=1, phase_2_quorum=2),
    violated(
        PaxosWithFaults, "agreement", 11, TLC_PORT, Acceptor=3, Value=2, Ballot=2, phase_1_quorum=1, phase_2_quorum=2
    ),
    violated(
        PaxosWithFaults, "agreement", 11, TLC_PORT, Acceptor=3, Value=2, Ballot=2, phase_1_quorum=2, phase_2_quorum=1
    ),
    violated(
        PaxosWithFaults, "agreement", 9, TLC_PORT, Acceptor=2, Value=2, Ballot=2, phase_1_quorum=1, phase_2_quorum=1
    ),
    violated(
        PaxosWithFaults, "agreement", 9, TLC_PORT, Acceptor=3, Value=2, Ballot=2, phase_1_quorum=1, phase_2_quorum=1
    ),
    violated(PaxosWithFaults, "agreement", 10, TLC_PORT, **ONE, amnesias=1),
    violated(PaxosWithFaults, "agreement", 14, TLC_PORT, **THREE, amnesias=1, slow=True),
    violated(PaxosWithFaults, "agreement", 10, TLC_PORT, **ONE, lost_promises=1),
    violated(PaxosWithFaults, "agreement", 14, TLC_PORT, **THREE, lost_promises=1, slow=True),
    violated(PaxosWithFaults, "agreement", 9, TLC_PORT, **ONE, ignore_votes=True),
    violated(PaxosWithFaults, "agreement", 13, TLC_PORT, **THREE, ignore_votes=True),
    violated(PaxosWithFaults, "agreement", 9, TLC_PORT, **ONE, accept_any_ballot=True),
    violated(PaxosWithFaults, "agreement", 13, TLC_PORT, **THREE, accept_any_ballot=True),
    violated(
        PaxosWithFaults, "agreement", 7, TLC_PORT, Acceptor=1, Value=2, Ballot=1, **MAJORITY_OF_1, share_ballots=True
    ),
    violated(
        PaxosWithFaults, "agreement", 10, TLC_PORT, Acceptor=3, Value=2, Ballot=1, **MAJORITY_OF_3, share_ballots=True
    ),
    violated(PaxosWithFaults, "agreement", 8, TLC_PORT, **ONE, count_old_promises=True),
    violated(PaxosWithFaults, "agreement", 11, TLC_PORT, **THREE, count_old_promises=True),
    violated(PaxosWithFaults, "agreement", 13, TLC_PORT, **FOUR, phase_1_quorum=2, phase_2_quorum=2, slow=True),
    holds(PaxosWithFaults, None, 21, TLC_PORT, **FOUR, phase_1_quorum=3, phase_2_quorum=2, slow=True),
    holds(PaxosWithFaults, None, 21, TLC_PORT, **FOUR, phase_1_quorum=3, phase_2_quorum=3, slow=True),
)

ROWS: tuple[Row, ...] = (
    *TRANSACTION_COMMIT,
    *TWO_PHASE,
    *TWO_PHASE_COMMIT,
    *THREE_PHASE_COMMIT,
    *PAXOS_COMMIT,
    *CONSENSUS,
    *VOTING,
    *PAXOS,
    *PAXOS_WITH_FAULTS,
)
