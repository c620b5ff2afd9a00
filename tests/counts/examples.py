"""The specs of tests/examples: classic algorithms, written as a user of the language would write them."""

from __future__ import annotations

from typing import Any

from counts.row import OURS, Row, Source, When, broken_run, holds, violated
from examples.alternating_bit import AlternatingBit, Overtaking as OvertakingFrames
from examples.blocking_queue import BlockingQueue, NaiveBlockingQueue
from examples.chang_roberts import ChangRoberts, Indifferent
from examples.dijkstra_ring import DijkstraRing, UniformRing
from examples.ewd840 import EWD840, LazyToken, WhiteSenders
from examples.lamport_mutex import LamportMutex, WithoutAcks, WithoutTies
from examples.nodes_two_phase import TwoPhaseCommit as NodesTwoPhase
from examples.peterson import Peterson, StaysInside, TurnFirst
from examples.raft_log import CommitOldTerms, NoConsistencyCheck, RaftLog
from examples.snapshot import NobodyTells, Overtaking as OvertakingMarkers, Snapshot

BY_HAND = Source("the same nodes translated into a state machine by hand, tests/examples/nodes_two_phase_desugared.py")

NODES_TWO_PHASE: tuple[Row, ...] = (
    holds(NodesTwoPhase, 13, 5, BY_HAND, generated=29, RM=1, keep_dead=True),
    holds(NodesTwoPhase, 69, 8, BY_HAND, generated=275, RM=2, keep_dead=True),
    holds(NodesTwoPhase, 415, 11, BY_HAND, generated=2_448, RM=3, keep_dead=True),
)

PLAIN = Source("a search in plain Python, written from the paper and apart from the spec; it is not kept here")

ALTERNATING_BIT: tuple[Row, ...] = (
    holds(AlternatingBit, 9, 6, PLAIN, generated=17, ITEMS=1, frames=1, acks=1),
    holds(AlternatingBit, 49, 12, PLAIN, generated=147, ITEMS=2, frames=2, acks=2),
    holds(AlternatingBit, 78, 15, PLAIN, generated=240, ITEMS=3, frames=2, acks=2),
    holds(AlternatingBit, 169, 18, PLAIN, generated=601, ITEMS=3, frames=3, acks=3),
    holds(OvertakingFrames, 12, 6, PLAIN, generated=26, ITEMS=1, link=2),
    violated(OvertakingFrames, "in_order", 8, PLAIN, ITEMS=2, link=3),
    violated(OvertakingFrames, "in_order", 8, PLAIN, ITEMS=3, link=2),
)


def _queue(producers: int, consumers: int, capacity: int) -> dict[str, Any]:
    return {"Producer": producers, "Consumer": consumers, "buf_capacity": capacity, "buffer": capacity}


BLOCKING_QUEUE: tuple[Row, ...] = (
    holds(BlockingQueue, 4, 3, PLAIN, generated=7, **_queue(1, 1, 1)),
    holds(BlockingQueue, 10, 5, PLAIN, generated=21, **_queue(1, 2, 1)),
    holds(BlockingQueue, 14, 6, PLAIN, generated=30, **_queue(2, 1, 1)),
    holds(BlockingQueue, 36, 7, PLAIN, generated=97, **_queue(2, 2, 1)),
    holds(BlockingQueue, 30, 6, PLAIN, generated=103, properties=("somebody_runs",), **_queue(2, 2, 2)),
    holds(BlockingQueue, 127, 11, PLAIN, generated=560, **_queue(3, 2, 2)),
    holds(BlockingQueue, 1600, 16, PLAIN, generated=12_313, **_queue(4, 3, 3)),
    holds(NaiveBlockingQueue, 30, 6, PLAIN, generated=103, properties=("somebody_runs",), **_queue(2, 2, 2)),
    violated(NaiveBlockingQueue, "somebody_runs", 8, PLAIN, **_queue(1, 2, 1)),
    violated(NaiveBlockingQueue, "somebody_runs", 9, PLAIN, **_queue(2, 1, 1)),
    violated(NaiveBlockingQueue, "somebody_runs", 9, PLAIN, **_queue(2, 2, 1)),
    violated(NaiveBlockingQueue, "somebody_runs", 24, PLAIN, **_queue(3, 2, 2)),
)

CHANG_ROBERTS: tuple[Row, ...] = (
    holds(ChangRoberts, 3, 3, PLAIN, generated=3, Process=1, Number=1),
    holds(ChangRoberts, 22, 5, PLAIN, initial=2, generated=30, Process=2, Number=2),
    holds(ChangRoberts, 279, 9, PLAIN, initial=6, generated=516, Process=3, Number=3),
    holds(ChangRoberts, 5016, 14, PLAIN, initial=24, generated=11_928, Process=4, Number=4),
    violated(Indifferent, "highest_wins", 4, PLAIN, Process=2, Number=2),
    violated(Indifferent, "highest_wins", 5, PLAIN, Process=3, Number=3),
    violated(Indifferent, "highest_wins", 6, PLAIN, Process=4, Number=4),
)

DIJKSTRA_RING: tuple[Row, ...] = (
    holds(DijkstraRing, 8, 1, PLAIN, initial=8, generated=20, Machine=3, K=2),
    holds(DijkstraRing, 27, 1, PLAIN, initial=27, generated=72, Machine=3, K=3),
    holds(DijkstraRing, 81, 1, PLAIN, initial=81, generated=270, Machine=4, K=3),
    holds(DijkstraRing, 256, 1, PLAIN, initial=256, generated=896, Machine=4, K=4),
    holds(DijkstraRing, 1024, 1, PLAIN, initial=1024, generated=4352, Machine=5, K=4),
    broken_run(DijkstraRing, "stabilises", PLAIN, Machine=4, K=2),
    broken_run(DijkstraRing, "stabilises", PLAIN, Machine=5, K=3),
    violated(UniformRing, "some_privilege", 1, PLAIN, Machine=3, K=3),
)

TERMINATION_DETECTION: tuple[Row, ...] = (
    holds(EWD840, 38, 6, PLAIN, initial=16, generated=122, Node=2),
    holds(EWD840, 206, 9, PLAIN, initial=64, generated=1161, Node=3),
    holds(EWD840, 1054, 12, PLAIN, initial=256, generated=9586, Node=4),
    violated(WhiteSenders, "inv", 4, PLAIN, Node=2),
    violated(WhiteSenders, "inv", 4, PLAIN, Node=4),
    broken_run(LazyToken, "termination_leads_to_detection", OURS, Node=3),
)

LAMPORT_MUTEX: tuple[Row, ...] = (
    holds(LamportMutex, 56, 15, PLAIN, generated=86, Proc=2, Time=2, network=4),
    holds(LamportMutex, 191, 22, PLAIN, generated=310, Proc=2, Time=3, network=4),
    holds(LamportMutex, 401, 28, PLAIN, generated=663, Proc=2, Time=4, network=4),
    holds(LamportMutex, 511, 15, PLAIN, generated=1207, Proc=3, Time=2, network=4),
    violated(WithoutTies, "mutual_exclusion", 9, PLAIN, Proc=2, Time=3, network=4),
    violated(WithoutAcks, "mutual_exclusion", 5, PLAIN, Proc=2, Time=3, network=4),
)

PETERSON: tuple[Row, ...] = (
    holds(Peterson, 26, 7, PLAIN, initial=2, generated=46),
    violated(TurnFirst, "mutual_exclusion", 7, PLAIN),
    broken_run(StaysInside, "whoever_wants_enters", PLAIN),
)

FEW = ("log_matching", "leader_completeness", "state_machine_safety", "leader_append_only", "everybody_commits")
"""The properties of two servers, or of one term: their logs never conflict."""


def _logs(servers: int, terms: int, entries: int) -> dict[str, Any]:
    return {"Server": servers, "Term": terms, "MOST": entries, "log": entries}


RAFT_LOG: tuple[Row, ...] = (
    holds(RaftLog, 64, 8, PLAIN, generated=166, properties=FEW, **_logs(3, 1, 1)),
    holds(RaftLog, 349, 11, PLAIN, generated=869, properties=FEW, **_logs(2, 2, 2)),
    holds(RaftLog, 2829, 13, PLAIN, generated=6821, properties=FEW, **_logs(2, 3, 2)),
    holds(RaftLog, 1126, 11, PLAIN, generated=3220, **_logs(3, 2, 1)),
    holds(RaftLog, 13_564, 15, PLAIN, generated=63_754, **_logs(3, 2, 2)),
    violated(NoConsistencyCheck, "log_matching", 7, PLAIN, **_logs(3, 2, 2)),
    violated(CommitOldTerms, "leader_completeness", 9, PLAIN, when=When.SLOW, **_logs(3, 4, 1)),
)


def _channels(processes: int, coins: int, capacity: int) -> dict[str, Any]:
    return {"Process": processes, "COINS": coins, "channel": capacity, "in_transit": coins}


SNAPSHOT: tuple[Row, ...] = (
    holds(Snapshot, 56, 9, PLAIN, initial=2, generated=88, **_channels(2, 1, 3)),
    holds(Snapshot, 270, 14, PLAIN, initial=3, generated=527, **_channels(2, 2, 4)),
    holds(Snapshot, 914, 19, PLAIN, initial=4, generated=2054, **_channels(2, 3, 5)),
    holds(Snapshot, 3672, 14, PLAIN, initial=3, generated=12_522, **_channels(3, 1, 3)),
    violated(OvertakingMarkers, "consistent", 5, PLAIN, **_channels(2, 1, 3)),
    violated(NobodyTells, "consistent", 4, PLAIN, **_channels(2, 1, 3)),
)

ROWS: tuple[Row, ...] = (
    *ALTERNATING_BIT,
    *BLOCKING_QUEUE,
    *CHANG_ROBERTS,
    *DIJKSTRA_RING,
    *TERMINATION_DETECTION,
    *LAMPORT_MUTEX,
    *NODES_TWO_PHASE,
    *PETERSON,
    *RAFT_LOG,
    *SNAPSHOT,
)
