"""Specs that are proved for every size, at some."""

from __future__ import annotations

from counts.row import OURS, Row, Source, holds, reached, violated

from indoubt.specs.commit.two_phase_proved import TwoPhaseProved
from indoubt.specs.consensus.paxos_proved import PaxosProved
from indoubt.specs.consensus.toy_consensus import FickleToyConsensus, ToyConsensus
from indoubt.specs.coordination.lock_server import GenerousLockServer, LockServer

VOTES = Source("3^N votes of two values and none, and once more those with a majority, in which it may be decided")
LOCKS = Source("(1 + 3 C)^S: each lock is at home, or with one of C clients on one of three ways")
PLAIN = Source("the spec without the further invariants, which change nothing")

ROWS: tuple[Row, ...] = (
    holds(ToyConsensus, 5, 3, VOTES, generated=7, Node=1, Value=2),
    holds(ToyConsensus, 41, 5, VOTES, generated=103, Node=3, Value=2),
    reached(ToyConsensus, "something_is_decided", 4, OURS, Node=3, Value=2),
    violated(FickleToyConsensus, "agreement", 5, OURS, Node=1, Value=2),
    violated(FickleToyConsensus, "agreement", 7, OURS, Node=3, Value=2),
    holds(LockServer, 7, 4, LOCKS, generated=9, Client=2, Server=1),
    holds(LockServer, 100, 7, LOCKS, generated=241, Client=3, Server=2),
    reached(LockServer, "somebody_holds_a_lock", 3, OURS, Client=2, Server=1),
    violated(GenerousLockServer, "mutual_exclusion", 5, OURS, Client=2, Server=1),
    holds(TwoPhaseProved, 288, 11, PLAIN, generated=1146, RM=3),
    holds(PaxosProved, 3921, 17, PLAIN, generated=23_467, Acceptor=3, Value=2, Ballot=2),
)
