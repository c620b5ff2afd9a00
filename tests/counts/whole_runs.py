"""Properties of whole runs, under the fairness of the reference modules."""

from __future__ import annotations

from typing import Any

from counts.row import OURS, Row, Source, broken_run, kept
from oracles.dictator import FairDictator
from oracles.duel import FairDuel, StronglyFairDuel
from oracles.exactly_once import FairExactlyOnce, Mode as Delivery
from oracles.flaky_raft import FairFlakyRaft, Topo
from oracles.locks import FairLocks, T2Kind
from oracles.saga import FairSaga, Mode as Effects
from oracles.three_pc import FairThreePC
from oracles.tpc import FairTPC

TPC_TLC = Source("TLC on the reference module TPC, formula Fair", "2.1")
THREE_PC_TLC = Source("TLC on the reference module ThreePC, formula Fair", "2.2")
FLAKY_TLC = Source("TLC on the reference module FlakyRaft", "2.5")
DUEL_TLC = Source("TLC on the reference module Duel, formulas WFair and SFair", "2.9")
DICTATOR_TLC = Source("TLC on the reference module Dictator", "2.9")
LOCKS_TLC = Source("TLC on the reference module Locks, formula Fair", "2.10")
SAGA_TLC = Source("TLC on the reference module Saga", "2.10")


def _two_phase_commit(n: int, blocked: dict[str, Any]) -> tuple[Row, ...]:
    """The liveness matrix of two-phase commit, for n participants."""
    return (
        kept(FairTPC, "termination", TPC_TLC, RM=n, c_crash=1, p_crash=1),
        broken_run(FairTPC, "termination", TPC_TLC, RM=n, **blocked),
        broken_run(FairTPC, "termination", TPC_TLC, RM=n, **blocked, coop=True),
        broken_run(FairTPC, "termination", TPC_TLC, RM=n, c_crash=1, lose_log=True),
        kept(FairTPC, "termination", TPC_TLC, RM=n, **blocked, heuristic=True),
    )


BLOCKED: dict[str, Any] = {"c_crash": 1, "c_recover": False}
"""The coordinator crashes and never comes back."""

TWO_PHASE_COMMIT = tuple(row for n in (1, 2, 3) for row in _two_phase_commit(n, BLOCKED))

THREE_PHASE_COMMIT = (
    kept(FairThreePC, "termination", THREE_PC_TLC, N=1, crashes=1),
    kept(FairThreePC, "termination", THREE_PC_TLC, N=2, crashes=1),
    kept(FairThreePC, "termination", THREE_PC_TLC, N=2, crashes=2),
)

SIZES = {Topo.FULL3: 3, Topo.CHAIN3: 3, Topo.BLOG5: 5, Topo.HUB5: 5, Topo.RING5: 5, Topo.CHAIN4: 4}
PLAIN: dict[str, Any] = {}
PRE_VOTE: dict[str, Any] = {"pre_vote": True}
BOTH: dict[str, Any] = {"pre_vote": True, "check_quorum": True}
UNSTABLE = ((Topo.BLOG5, PLAIN), (Topo.HUB5, PRE_VOTE), (Topo.CHAIN4, PLAIN), (Topo.CHAIN4, PRE_VOTE))
"""Where no capable leader stays."""
RESTLESS = ((Topo.CHAIN3, PLAIN), (Topo.BLOG5, PLAIN), (Topo.RING5, PLAIN), (Topo.CHAIN4, PLAIN))
"""Where the leader changes for ever."""


def _flaky(topo: Topo, switches: dict[str, Any], promise: str, broken: tuple[tuple[Topo, dict[str, Any]], ...]) -> Row:
    settings = {"N": SIZES[topo], "topo": topo, **switches}
    if (topo, switches) in broken:
        return broken_run(FairFlakyRaft, promise, FLAKY_TLC, **settings)
    return kept(FairFlakyRaft, promise, FLAKY_TLC, **settings)


FLAKY_RAFT = tuple(
    _flaky(topo, switches, promise, broken)
    for topo in SIZES
    for switches in (PLAIN, PRE_VOTE, BOTH)
    for promise, broken in (("stable", UNSTABLE), ("same_leader", RESTLESS))
)

SMALL = (
    kept(FairDuel, "termination", DUEL_TLC, P=1),
    broken_run(FairDuel, "termination", DUEL_TLC, P=2),
    broken_run(FairDuel, "termination", DUEL_TLC, P=3),
    kept(StronglyFairDuel, "termination", DUEL_TLC, P=2),
    kept(StronglyFairDuel, "termination", DUEL_TLC, P=3),
    kept(FairDuel, "termination", DUEL_TLC, P=2, leader=True),
    kept(FairDuel, "termination", DUEL_TLC, P=3, leader=True),
    kept(FairDictator, "termination", DICTATOR_TLC, N=2, V=2),
    kept(FairDictator, "termination", DICTATOR_TLC, N=3, V=2),
    broken_run(FairDictator, "termination", DICTATOR_TLC, N=2, V=2, crashes=1),
    broken_run(FairDictator, "termination", DICTATOR_TLC, N=3, V=2, crashes=1),
    kept(FairSaga, "eventually_all_or_none", SAGA_TLC, n=2),
    kept(FairSaga, "eventually_all_or_none", SAGA_TLC, n=3),
    kept(FairLocks, "t2_runs", LOCKS_TLC),
    kept(FairLocks, "t2_runs", LOCKS_TLC, crash_c=1),
    broken_run(FairLocks, "t2_runs", LOCKS_TLC, crash_c=1, c_recover=False, t2_kind=T2Kind.WRITER),
    broken_run(FairLocks, "t2_runs", LOCKS_TLC, crash_c=1, c_recover=False, t2_kind=T2Kind.READER2PL),
    kept(FairLocks, "t2_runs", LOCKS_TLC, crash_c=1, c_recover=False, t2_kind=T2Kind.READERMVCC),
    kept(FairSaga, "eventually_all_or_none", OURS, n=2, mode=Effects.ATOMIC),
    kept(FairExactlyOnce, "at_least_once", OURS, mode=Delivery.TWO_PC),
    broken_run(FairExactlyOnce, "at_least_once", OURS, mode=Delivery.ACKFIRST),
    kept(FairExactlyOnce, "at_least_once", OURS, mode=Delivery.DBFIRST),
    kept(FairExactlyOnce, "at_least_once", OURS, mode=Delivery.DEDUP),
)

ROWS: tuple[Row, ...] = (*TWO_PHASE_COMMIT, *THREE_PHASE_COMMIT, *FLAKY_RAFT, *SMALL)
