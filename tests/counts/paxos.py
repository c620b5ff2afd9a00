"""Consensus, Voting and Paxos as the library has them."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from counts.row import OURS, Renaming, Row, Source, When, holds, symmetric, violated

from indoubt.specs.consensus.consensus import Consensus, FickleConsensus
from indoubt.specs.consensus.paxos import Acceptor, Paxos, PaxosIgnoringVotes, Value
from indoubt.specs.consensus.paxos_with_faults import PaxosWithFaults
from indoubt.specs.consensus.voting import Acceptor as Voter, Value as Option, Voting, VotingIgnoringVotes
from indoubt.specs.language import Sort

CONSENSUS_LIBRARY = Source("tlaplus/Examples, manifest of MCConsensus", "2.0")
VOTING_LIBRARY = Source("tlaplus/Examples, manifest of MCVoting", "2.0")
PAXOS_TLC = Source("TLC on Paxos.tla of Lamport", "2.4")
SYMMETRIC_TLC = Source("TLC, acceptors and values symmetric, on Paxos.tla of Lamport or the module PaxosM", "2.4")
TLC = Source("TLC on the reference module PaxosM", "2.4")

MAJORITY_OF_1: dict[str, Any] = {"phase_1_quorum": 1, "phase_2_quorum": 1}
MAJORITY_OF_3: dict[str, Any] = {"phase_1_quorum": 2, "phase_2_quorum": 2}
ONE: dict[str, Any] = {"Acceptor": 1, "Value": 2, "Ballot": 2, **MAJORITY_OF_1}
THREE: dict[str, Any] = {"Acceptor": 3, "Value": 2, "Ballot": 2, **MAJORITY_OF_3}
FOUR: dict[str, Any] = {"Acceptor": 4, "Value": 2, "Ballot": 2}

CONSENSUS: tuple[Row, ...] = (
    holds(Consensus, 4, 2, CONSENSUS_LIBRARY, Value=3),
    violated(FickleConsensus, "agreement", 3, OURS, Value=2),
)

VOTING: tuple[Row, ...] = (
    holds(Voting, 6752, 16, VOTING_LIBRARY, Acceptor=3, Value=2, Ballot=3),
    holds(Voting, 599, 11, OURS, generated=2080, Acceptor=3, Value=2, Ballot=2),
    violated(VotingIgnoringVotes, "votes_safe", 2, OURS, Acceptor=3, Value=2, Ballot=2),
    violated(VotingIgnoringVotes, "agreement", 3, OURS, Acceptor=1, Value=2, Ballot=2),
    violated(VotingIgnoringVotes, "agreement", 5, OURS, Acceptor=3, Value=2, Ballot=2),
)

PAXOS: tuple[Row, ...] = (
    holds(Paxos, 5, 5, PAXOS_TLC, Acceptor=1, Value=1, Ballot=1),
    holds(Paxos, 25, 9, PAXOS_TLC, Acceptor=1, Value=1, Ballot=2),
    holds(Paxos, 45, 9, PAXOS_TLC, Acceptor=1, Value=2, Ballot=2),
    holds(Paxos, 13, 7, PAXOS_TLC, Acceptor=2, Value=2, Ballot=1),
    holds(Paxos, 145, 13, PAXOS_TLC, Acceptor=2, Value=2, Ballot=2),
    holds(Paxos, 41, 9, PAXOS_TLC, Acceptor=3, Value=1, Ballot=1),
    holds(Paxos, 73, 9, PAXOS_TLC, Acceptor=3, Value=2, Ballot=1),
    holds(Paxos, 1681, 17, PAXOS_TLC, Acceptor=3, Value=1, Ballot=2),
    holds(Paxos, 3921, 17, PAXOS_TLC, Acceptor=3, Value=2, Ballot=2),
    violated(PaxosIgnoringVotes, "agreement", 9, TLC, Acceptor=1, Value=2, Ballot=2),
    violated(PaxosIgnoringVotes, "agreement", 13, TLC, Acceptor=3, Value=2, Ballot=2),
)

PAXOS_WITH_FAULTS: tuple[Row, ...] = (
    holds(PaxosWithFaults, 45, 9, TLC, **ONE),
    holds(PaxosWithFaults, 145, 13, TLC, Acceptor=2, Value=2, Ballot=2, phase_1_quorum=2, phase_2_quorum=2),
    holds(PaxosWithFaults, 3921, 17, TLC, **THREE),
    holds(PaxosWithFaults, 3921, 17, TLC, **THREE, lowest_vote=True),
    holds(PaxosWithFaults, 8985, 17, TLC, **THREE, keep_promise_low=True),
    holds(
        PaxosWithFaults,
        1070,
        15,
        TLC,
        Acceptor=2,
        Value=2,
        Ballot=2,
        phase_1_quorum=2,
        phase_2_quorum=2,
        amnesias=1,
    ),
    holds(PaxosWithFaults, 721, 13, TLC, Acceptor=2, Value=2, Ballot=2, phase_1_quorum=1, phase_2_quorum=2),
    violated(PaxosWithFaults, "agreement", 11, TLC, Acceptor=3, Value=2, Ballot=2, phase_1_quorum=1, phase_2_quorum=2),
    violated(PaxosWithFaults, "agreement", 11, TLC, Acceptor=3, Value=2, Ballot=2, phase_1_quorum=2, phase_2_quorum=1),
    violated(PaxosWithFaults, "agreement", 9, TLC, Acceptor=2, Value=2, Ballot=2, phase_1_quorum=1, phase_2_quorum=1),
    violated(PaxosWithFaults, "agreement", 9, TLC, Acceptor=3, Value=2, Ballot=2, phase_1_quorum=1, phase_2_quorum=1),
    violated(PaxosWithFaults, "agreement", 10, TLC, **ONE, amnesias=1),
    violated(PaxosWithFaults, "agreement", 14, TLC, **THREE, amnesias=1),
    violated(PaxosWithFaults, "agreement", 10, TLC, **ONE, lost_promises=1),
    violated(PaxosWithFaults, "agreement", 14, TLC, **THREE, lost_promises=1),
    violated(PaxosWithFaults, "agreement", 9, TLC, **ONE, ignore_votes=True),
    violated(PaxosWithFaults, "agreement", 13, TLC, **THREE, ignore_votes=True),
    violated(PaxosWithFaults, "agreement", 9, TLC, **ONE, accept_any_ballot=True),
    violated(PaxosWithFaults, "agreement", 13, TLC, **THREE, accept_any_ballot=True),
    violated(PaxosWithFaults, "agreement", 7, TLC, Acceptor=1, Value=2, Ballot=1, **MAJORITY_OF_1, share_ballots=True),
    violated(PaxosWithFaults, "agreement", 10, TLC, Acceptor=3, Value=2, Ballot=1, **MAJORITY_OF_3, share_ballots=True),
    violated(PaxosWithFaults, "agreement", 8, TLC, **ONE, count_old_promises=True),
    violated(PaxosWithFaults, "agreement", 11, TLC, **THREE, count_old_promises=True),
    violated(PaxosWithFaults, "agreement", 13, TLC, **FOUR, phase_1_quorum=2, phase_2_quorum=2),
    holds(PaxosWithFaults, 20_609, 21, TLC, **FOUR, phase_1_quorum=3, phase_2_quorum=2),
    holds(PaxosWithFaults, 20_609, 21, TLC, **FOUR, phase_1_quorum=3, phase_2_quorum=3),
)

ACCEPTORS = {count: tuple(permutations(range(count))) for count in (1, 2, 3)}
VALUES = ACCEPTORS


def up_to_symmetry(acceptors: int, values: int, ballots: int, distinct: int, when: When = When.ALWAYS) -> Row:
    """A run of Paxos in which acceptors and values are told apart by nothing but their names."""
    symmetry: dict[type[Sort], tuple[Renaming, ...]] = {Acceptor: ACCEPTORS[acceptors], Value: VALUES[values]}
    source = SYMMETRIC_TLC
    return symmetric(Paxos, distinct, source, symmetry, when=when, Acceptor=acceptors, Value=values, Ballot=ballots)


UP_TO_SYMMETRY: tuple[Row, ...] = (
    symmetric(Voting, 77, VOTING_LIBRARY, {Voter: ACCEPTORS[3], Option: VALUES[2]}, Acceptor=3, Value=2, Ballot=2),
    up_to_symmetry(1, 1, 1, 5),
    up_to_symmetry(1, 1, 2, 25),
    up_to_symmetry(1, 2, 2, 27),
    up_to_symmetry(2, 2, 2, 56),
    up_to_symmetry(3, 1, 2, 373),
    up_to_symmetry(3, 2, 1, 15),
    up_to_symmetry(3, 2, 2, 443),
    up_to_symmetry(3, 3, 2, 443),
    up_to_symmetry(3, 1, 3, 12_627, When.BY_HAND),
    up_to_symmetry(3, 2, 3, 17_153, When.BY_HAND),
)

ROWS: tuple[Row, ...] = (*CONSENSUS, *VOTING, *PAXOS, *PAXOS_WITH_FAULTS, *UP_TO_SYMMETRY)
