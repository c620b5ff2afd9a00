"""Commit on one node or without a vote, locks and messages, and the small models of consensus."""

from __future__ import annotations

from typing import Any

from counts.row import Row, Source, holds, violated
from oracles.dictator import Dictator
from oracles.duel import Duel
from oracles.exactly_once import ExactlyOnce, Mode as Delivery
from oracles.locks import Locks, T2Kind
from oracles.one_phase import OnePhase
from oracles.saga import Mode as Effects, Saga
from oracles.wal import WAL
from oracles.xa_lock import Detect, Kind, XALockMC
from oracles.xassi import XASSI, Mode as Conflicts

from indoubt.explorer.search.answers import DEADLOCK

ONEPHASE_TLC = Source("TLC on the reference module OnePhase", "8")
WAL_TLC = Source("TLC on the reference module WAL", "2.10")
SAGA_TLC = Source("TLC on the reference module Saga", "2.10")
LOCKS_TLC = Source("TLC on the reference module Locks", "2.10")
XALOCKMC_TLC = Source("TLC on the reference module XALockMC", "2.10")
EXACTLYONCE_TLC = Source("TLC on the reference module ExactlyOnce", "2.10")
XASSI_TLC = Source("TLC on the reference module XASSI", "2.10")
DICTATOR_TLC = Source("TLC on the reference module Dictator", "2.9")
DUEL_TLC = Source("TLC on the reference module Duel", "2.9")

ONE_PHASE: tuple[Row, ...] = (
    holds(OnePhase, 3, 3, ONEPHASE_TLC, generated=3, RM=1),
    holds(OnePhase, 5, 4, ONEPHASE_TLC, generated=6, RM=2),
    holds(OnePhase, 9, 5, ONEPHASE_TLC, generated=14, RM=3),
    violated(OnePhase, "atomicity", 4, ONEPHASE_TLC, RM=2, may_refuse=True),
    violated(OnePhase, "atomicity", 4, ONEPHASE_TLC, RM=2, may_crash=True),
)

WRITE_AHEAD_LOG: tuple[Row, ...] = (
    holds(WAL, 11, 6, WAL_TLC, generated=12, W=1),
    holds(WAL, 15, 7, WAL_TLC, generated=19, W=2),
    holds(WAL, 23, 8, WAL_TLC, generated=35, W=3),
    violated(WAL, "durable", 5, WAL_TLC, W=1, order=False),
    violated(WAL, "all_or_nothing", 5, WAL_TLC, W=2, order=False),
    violated(WAL, "all_or_nothing", 5, WAL_TLC, W=3, order=False),
)

SAGA: tuple[Row, ...] = (
    violated(Saga, "no_partial_seen", 5, SAGA_TLC, n=2),
    violated(Saga, "no_partial_seen", 5, SAGA_TLC, n=3),
    holds(Saga, 10, 5, SAGA_TLC, generated=11, n=2, properties=("can_end",)),
    holds(Saga, 18, 7, SAGA_TLC, generated=22, n=3, properties=("can_end",)),
    holds(Saga, 7, 4, SAGA_TLC, generated=7, n=2, mode=Effects.ATOMIC),
    holds(Saga, 11, 6, SAGA_TLC, generated=11, n=3, mode=Effects.ATOMIC),
)

LOCKS: tuple[Row, ...] = (
    holds(Locks, 14, 6, LOCKS_TLC, generated=20),
    holds(Locks, 32, 8, LOCKS_TLC, generated=58, crash_c=1),
    holds(Locks, 25, 7, LOCKS_TLC, generated=41, crash_c=1, c_recover=False),
    holds(Locks, 25, 7, LOCKS_TLC, generated=41, crash_c=1, c_recover=False, t2_kind=T2Kind.READER2PL),
    holds(Locks, 36, 7, LOCKS_TLC, generated=73, crash_c=1, c_recover=False, t2_kind=T2Kind.READERMVCC),
    violated(Locks, "no_dirty", 6, LOCKS_TLC, early=True),
)

CROSS: dict[str, Any] = {"t": 2, "d": 2, "kind": Kind.CROSS}
RING3: dict[str, Any] = {"t": 3, "d": 3, "kind": Kind.RING3}
SAME: dict[str, Any] = {"t": 2, "d": 2, "kind": Kind.SAME}
XA_LOCK: tuple[Row, ...] = (
    violated(XALockMC, DEADLOCK, 3, XALOCKMC_TLC, **CROSS, detect=Detect.LOCAL),
    violated(XALockMC, DEADLOCK, 4, XALOCKMC_TLC, **RING3, detect=Detect.LOCAL),
    holds(XALockMC, 19, 7, XALOCKMC_TLC, **CROSS, detect=Detect.GLOBAL, properties=(DEADLOCK,)),
    holds(XALockMC, 23, 7, XALOCKMC_TLC, generated=30, **CROSS, detect=Detect.TIMEOUT, properties=(DEADLOCK,)),
    holds(XALockMC, 60, 10, XALOCKMC_TLC, **RING3, detect=Detect.GLOBAL, properties=(DEADLOCK,)),
    holds(XALockMC, 111, 10, XALOCKMC_TLC, generated=179, **RING3, detect=Detect.TIMEOUT, properties=(DEADLOCK,)),
    holds(XALockMC, 12, 7, XALOCKMC_TLC, generated=14, **SAME, detect=Detect.LOCAL, properties=(DEADLOCK,)),
    holds(XALockMC, 12, 7, XALOCKMC_TLC, **SAME, detect=Detect.GLOBAL, properties=(DEADLOCK,)),
    holds(XALockMC, 18, 7, XALOCKMC_TLC, generated=24, **SAME, detect=Detect.TIMEOUT, properties=(DEADLOCK,)),
)

EXACT = ("at_most_once", "no_loss", "done_implies_written")
EXACTLY_ONCE: tuple[Row, ...] = (
    holds(ExactlyOnce, 6, 5, EXACTLYONCE_TLC, generated=6, mode=Delivery.TWO_PC),
    holds(ExactlyOnce, 12, 7, EXACTLYONCE_TLC, generated=12, mode=Delivery.TWO_PC, email=True, properties=EXACT),
    holds(ExactlyOnce, 9, 6, EXACTLYONCE_TLC, generated=9, mode=Delivery.ACKFIRST, properties=("at_most_once",)),
    holds(
        ExactlyOnce,
        16,
        8,
        EXACTLYONCE_TLC,
        generated=16,
        mode=Delivery.ACKFIRST,
        email=True,
        properties=("at_most_once",),
    ),
    violated(ExactlyOnce, "done_implies_written", 4, EXACTLYONCE_TLC, mode=Delivery.ACKFIRST),
    holds(ExactlyOnce, 12, 7, EXACTLYONCE_TLC, generated=12, mode=Delivery.DBFIRST, properties=("no_loss",)),
    holds(
        ExactlyOnce, 20, 9, EXACTLYONCE_TLC, generated=20, mode=Delivery.DBFIRST, email=True, properties=("no_loss",)
    ),
    violated(ExactlyOnce, "at_most_once", 6, EXACTLYONCE_TLC, mode=Delivery.DBFIRST),
    holds(ExactlyOnce, 10, 6, EXACTLYONCE_TLC, generated=11, mode=Delivery.DEDUP),
    holds(ExactlyOnce, 18, 8, EXACTLYONCE_TLC, generated=19, mode=Delivery.DEDUP, email=True, properties=EXACT),
    *(violated(ExactlyOnce, "mail_at_most_once", 6, EXACTLYONCE_TLC, mode=mode, email=True) for mode in Delivery),
)

XA_SSI: tuple[Row, ...] = (
    violated(XASSI, "serializable", 7, XASSI_TLC, mode=Conflicts.LOCAL),
    holds(XASSI, 25, 7, XASSI_TLC, generated=31, mode=Conflicts.GLOBAL_),
    holds(XASSI, 20, 7, XASSI_TLC, generated=21, mode=Conflicts.TWO_PL),
)

DICTATOR: tuple[Row, ...] = (
    holds(Dictator, 6, 3, DICTATOR_TLC, generated=6, initial=2, N=1, V=2),
    holds(Dictator, 28, 4, DICTATOR_TLC, generated=36, initial=4, N=2, V=2),
    holds(Dictator, 120, 5, DICTATOR_TLC, generated=200, initial=8, N=3, V=2),
    holds(Dictator, 84, 5, DICTATOR_TLC, generated=124, initial=4, N=2, V=2, crashes=1),
    holds(Dictator, 480, 6, DICTATOR_TLC, generated=944, initial=8, N=3, V=2, crashes=1),
)

DUEL: tuple[Row, ...] = (
    holds(Duel, 3, 3, DUEL_TLC, generated=3, P=1),
    holds(Duel, 9, 4, DUEL_TLC, generated=11, P=2),
    holds(Duel, 25, 5, DUEL_TLC, generated=40, P=3),
)

ROWS: tuple[Row, ...] = (
    *ONE_PHASE,
    *WRITE_AHEAD_LOG,
    *SAGA,
    *LOCKS,
    *XA_LOCK,
    *EXACTLY_ONCE,
    *XA_SSI,
    *DICTATOR,
    *DUEL,
)
