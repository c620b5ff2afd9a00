"""Atomic commit as its authors wrote it: abstract transaction commit, two-phase commit, Paxos Commit."""

from __future__ import annotations

from counts.row import OURS, Row, Source, When, holds, violated

from indoubt.specs.commit.paxos_commit import PaxosCommit, PaxosCommitIgnoringVotes
from indoubt.specs.commit.tcommit import HastyCommit, TCommit
from indoubt.specs.commit.two_phase import ImpatientTwoPhase, TwoPhase

TCOMMIT_TLC = Source("TLC on TCommit.tla of Gray and Lamport", "2.0")
TWO_PHASE_TLC = Source("TLC on TwoPhase.tla of Lamport", "2.1")
STATERIGHT = Source("TLC on TwoPhase.tla of Lamport, and the example 2pc of Stateright", "2.1")
STATED = Source("TLC on TwoPhase.tla of Lamport, whose text states it", "2.1")
PAXOS_COMMIT_TLC = Source("TLC on the actions of PaxosCommit.tla of Gray and Lamport", "4")

TRANSACTION_COMMIT: tuple[Row, ...] = (
    holds(TCommit, 4, 3, TCOMMIT_TLC, generated=5, RM=1),
    holds(TCommit, 12, 5, TCOMMIT_TLC, generated=23, RM=2),
    holds(TCommit, 34, 7, TCOMMIT_TLC, generated=94, RM=3),
    holds(TCommit, 96, 9, TCOMMIT_TLC, generated=357, RM=4),
    holds(TCommit, 274, 11, TCOMMIT_TLC, generated=1296, RM=5),
    holds(TCommit, 792, 13, TCOMMIT_TLC, generated=4567, RM=6),
    holds(TCommit, 2314, 15, TCOMMIT_TLC, generated=15_758, RM=7),
    violated(HastyCommit, "consistent", 4, OURS, RM=2),
)

TWO_PHASE: tuple[Row, ...] = (
    holds(TwoPhase, 12, 5, TWO_PHASE_TLC, generated=20, RM=1),
    holds(TwoPhase, 56, 8, TWO_PHASE_TLC, generated=154, RM=2),
    holds(TwoPhase, 288, 11, STATERIGHT, generated=1146, RM=3),
    holds(TwoPhase, 1568, 14, TWO_PHASE_TLC, generated=8258, RM=4),
    holds(TwoPhase, 8832, 17, STATERIGHT, generated=58146, RM=5),
    holds(TwoPhase, 50_816, 20, STATED, generated=402_306, when=When.SLOW, RM=6),
    holds(TwoPhase, 296_448, 23, TWO_PHASE_TLC, generated=2_744_706, when=When.BY_HAND, RM=7),
    violated(ImpatientTwoPhase, "consistent", 6, OURS, RM=2),
    violated(ImpatientTwoPhase, "consistent", 6, OURS, RM=3),
)

PAXOS_COMMIT: tuple[Row, ...] = (
    holds(PaxosCommit, 8, 5, PAXOS_COMMIT_TLC, generated=18, RM=1, Acceptor=1, Ballot=1),
    holds(PaxosCommit, 45, 9, PAXOS_COMMIT_TLC, generated=162, RM=1, Acceptor=1, Ballot=2),
    holds(PaxosCommit, 29, 7, PAXOS_COMMIT_TLC, generated=119, RM=1, Acceptor=3, Ballot=1),
    holds(PaxosCommit, 44, 8, PAXOS_COMMIT_TLC, generated=166, RM=2, Acceptor=1, Ballot=1),
    holds(PaxosCommit, 1461, 15, PAXOS_COMMIT_TLC, generated=8844, RM=1, Acceptor=3, Ballot=2),
    holds(PaxosCommit, 1425, 16, PAXOS_COMMIT_TLC, generated=9612, RM=2, Acceptor=1, Ballot=2),
    holds(PaxosCommit, 545, 12, PAXOS_COMMIT_TLC, generated=4109, RM=2, Acceptor=3, Ballot=1),
    holds(
        PaxosCommit,
        1_321_761,
        28,
        PAXOS_COMMIT_TLC,
        generated=15_242_979,
        when=When.BY_HAND,
        RM=2,
        Acceptor=3,
        Ballot=2,
    ),
    violated(PaxosCommitIgnoringVotes, "one_choice", 7, OURS, RM=1, Acceptor=1, Ballot=2),
    violated(PaxosCommitIgnoringVotes, "irrevocable", 11, OURS, RM=1, Acceptor=1, Ballot=2),
    violated(PaxosCommitIgnoringVotes, "consistent", 13, OURS, RM=2, Acceptor=1, Ballot=2),
    violated(PaxosCommitIgnoringVotes, "one_choice", 10, OURS, RM=1, Acceptor=3, Ballot=2),
)

ROWS: tuple[Row, ...] = (*TRANSACTION_COMMIT, *TWO_PHASE, *PAXOS_COMMIT)
