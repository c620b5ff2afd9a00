"""The count table of the reference modules: every figure that TLC gave for them and that a port must give too.

One row is one check, as in `oracle_table`. Rows without counts say only that a property holds. Where the full number
of states is known of a run in which a property fails, the row checks those properties that hold.
"""

from __future__ import annotations

from typing import Any

from oracle_table import Row, holds, violated
from oracles.abd import ABD
from oracles.dictator import Dictator
from oracles.duel import Duel
from oracles.exactly_once import ExactlyOnce, Mode as Delivery
from oracles.failover import Failover
from oracles.fence import Fence
from oracles.flaky_raft import FlakyRaftMC, Topo
from oracles.locks import Locks, T2Kind
from oracles.lowest_id import LowestId
from oracles.one_phase import OnePhase
from oracles.paxos_m import PaxosM
from oracles.saga import Mode as Effects, Saga
from oracles.vr_recover import VRRecover
from oracles.wal import WAL
from oracles.xa_lock import Detect, Kind, XALockMC
from oracles.xassi import XASSI, Mode as Conflicts

from indoubt.explorer.search.breadth_first import DEADLOCK

REFERENCE = "TLC on the reference module of the same name"

ONE_PHASE: tuple[Row, ...] = (
    holds(OnePhase, 3, None, REFERENCE, RM=1),
    holds(OnePhase, 5, None, REFERENCE, RM=2),
    holds(OnePhase, 9, None, REFERENCE, RM=3),
    violated(OnePhase, "atomicity", 4, REFERENCE, RM=2, may_refuse=True),
    violated(OnePhase, "atomicity", 4, REFERENCE, RM=2, may_crash=True),
)

WRITE_AHEAD_LOG: tuple[Row, ...] = (
    holds(WAL, 11, None, REFERENCE, W=1),
    holds(WAL, 15, None, REFERENCE, W=2),
    holds(WAL, 23, None, REFERENCE, W=3),
    violated(WAL, "durable", 5, REFERENCE, W=1, order=False),
    violated(WAL, "all_or_nothing", 5, REFERENCE, W=2, order=False),
    violated(WAL, "all_or_nothing", 5, REFERENCE, W=3, order=False),
)

SAGA: tuple[Row, ...] = (
    violated(Saga, "no_partial_seen", 5, REFERENCE, n=2),
    violated(Saga, "no_partial_seen", 5, REFERENCE, n=3),
    holds(Saga, 10, None, REFERENCE, n=2, properties=("can_end",)),
    holds(Saga, 18, None, REFERENCE, n=3, properties=("can_end",)),
    holds(Saga, 7, None, REFERENCE, n=2, mode=Effects.ATOMIC),
    holds(Saga, 11, None, REFERENCE, n=3, mode=Effects.ATOMIC),
)

DICTATOR: tuple[Row, ...] = (
    holds(Dictator, 6, None, REFERENCE, initial=2, N=1, V=2),
    holds(Dictator, 28, None, REFERENCE, initial=4, N=2, V=2),
    holds(Dictator, 120, None, REFERENCE, initial=8, N=3, V=2),
    holds(Dictator, 84, None, REFERENCE, initial=4, N=2, V=2, crashes=1),
)

DUEL: tuple[Row, ...] = (
    holds(Duel, 3, None, REFERENCE, P=1),
    holds(Duel, 9, None, REFERENCE, P=2),
    holds(Duel, 25, None, REFERENCE, P=3),
)

LOWEST_ID: tuple[Row, ...] = (
    *(violated(LowestId, "one_leader", 2, REFERENCE, N=n) for n in (2, 3, 4)),
    *(violated(LowestId, "one_leader", 2, REFERENCE, N=n, agreed=True) for n in (2, 3, 4)),
    holds(LowestId, 4, None, REFERENCE, N=2, agreed=True, properties=("one_leader_per_epoch",)),
    holds(LowestId, 27, None, REFERENCE, N=3, agreed=True, properties=("one_leader_per_epoch",)),
    holds(LowestId, 256, None, REFERENCE, N=4, agreed=True, properties=("one_leader_per_epoch",)),
)

FENCED = ("one_leader_per_epoch", "no_lost_write")
FAILOVER: tuple[Row, ...] = (
    violated(Failover, "one_leader", 2, REFERENCE, N=2, max_w=1),
    violated(Failover, "no_lost_write", 4, REFERENCE, N=2, max_w=1),
    violated(Failover, "one_leader_per_epoch", 3, REFERENCE, N=3, max_w=1),
    holds(Failover, 16, None, REFERENCE, N=2, max_w=1, sync=True, properties=("no_lost_write",)),
    holds(Failover, 55, None, REFERENCE, N=2, max_w=2, sync=True, properties=("no_lost_write",)),
    holds(Failover, 68, None, REFERENCE, N=3, max_w=1, sync=True, properties=("no_lost_write",)),
    holds(Failover, 369, None, REFERENCE, N=3, max_w=2, sync=True, properties=("no_lost_write",)),
    violated(Failover, "one_leader_per_epoch", 3, REFERENCE, N=3, max_w=1, sync=True),
    holds(Failover, 17, None, REFERENCE, N=2, max_w=1, quorum=True, properties=FENCED),
    holds(Failover, 55, None, REFERENCE, N=2, max_w=2, quorum=True, properties=FENCED),
    holds(Failover, None, None, REFERENCE, N=3, max_w=1, quorum=True, properties=FENCED),
    holds(Failover, None, None, REFERENCE, N=3, max_w=2, quorum=True, properties=FENCED),
    violated(Failover, "one_leader", 2, REFERENCE, N=3, max_w=1, quorum=True),
)

FENCE: tuple[Row, ...] = (
    *(
        violated(Fence, "mutual_belief", 4, REFERENCE, C=c, max_tok=2, fencing=fencing)
        for c in (2, 3)
        for fencing in (True, False)
    ),
    violated(Fence, "no_stale_write", 6, REFERENCE, C=2, max_tok=2, fencing=False),
    holds(Fence, 85, None, REFERENCE, C=2, max_tok=2, properties=("no_stale_write",)),
    holds(Fence, None, None, REFERENCE, C=2, max_tok=3, properties=("no_stale_write",)),
    holds(Fence, None, None, REFERENCE, C=3, max_tok=2, properties=("no_stale_write",)),
    holds(Fence, None, None, REFERENCE, C=3, max_tok=3, properties=("no_stale_write",)),
    holds(Fence, 41, None, REFERENCE, C=2, max_tok=2, sessions=False),
)

LOCKS: tuple[Row, ...] = (
    holds(Locks, 14, None, REFERENCE),
    holds(Locks, 32, None, REFERENCE, crash_c=1),
    holds(Locks, 36, None, REFERENCE, crash_c=1, c_recover=False, t2_kind=T2Kind.READERMVCC),
    violated(Locks, "no_dirty", 6, REFERENCE, early=True),
)

CROSS: dict[str, Any] = {"t": 2, "d": 2, "kind": Kind.CROSS}
RING3: dict[str, Any] = {"t": 3, "d": 3, "kind": Kind.RING3}
SAME: dict[str, Any] = {"t": 2, "d": 2, "kind": Kind.SAME}
XA_LOCK: tuple[Row, ...] = (
    violated(XALockMC, DEADLOCK, 3, REFERENCE, **CROSS, detect=Detect.LOCAL),
    violated(XALockMC, DEADLOCK, 4, REFERENCE, **RING3, detect=Detect.LOCAL),
    holds(XALockMC, 19, None, REFERENCE, **CROSS, detect=Detect.GLOBAL, properties=(DEADLOCK,)),
    holds(XALockMC, 23, None, REFERENCE, **CROSS, detect=Detect.TIMEOUT, properties=(DEADLOCK,)),
    holds(XALockMC, 60, None, REFERENCE, **RING3, detect=Detect.GLOBAL, properties=(DEADLOCK,)),
    holds(XALockMC, 111, None, REFERENCE, **RING3, detect=Detect.TIMEOUT, properties=(DEADLOCK,)),
    holds(XALockMC, 12, None, REFERENCE, **SAME, detect=Detect.LOCAL, properties=(DEADLOCK,)),
    holds(XALockMC, 12, None, REFERENCE, **SAME, detect=Detect.GLOBAL, properties=(DEADLOCK,)),
    holds(XALockMC, 18, None, REFERENCE, **SAME, detect=Detect.TIMEOUT, properties=(DEADLOCK,)),
)

EXACT = ("at_most_once", "no_loss", "done_implies_written")
EXACTLY_ONCE: tuple[Row, ...] = (
    holds(ExactlyOnce, 6, None, REFERENCE, mode=Delivery.TWO_PC),
    holds(ExactlyOnce, 12, None, REFERENCE, mode=Delivery.TWO_PC, email=True, properties=EXACT),
    holds(ExactlyOnce, 9, None, REFERENCE, mode=Delivery.ACKFIRST, properties=("at_most_once",)),
    holds(ExactlyOnce, 16, None, REFERENCE, mode=Delivery.ACKFIRST, email=True, properties=("at_most_once",)),
    violated(ExactlyOnce, "done_implies_written", 4, REFERENCE, mode=Delivery.ACKFIRST),
    holds(ExactlyOnce, 12, None, REFERENCE, mode=Delivery.DBFIRST, properties=("no_loss",)),
    holds(ExactlyOnce, 20, None, REFERENCE, mode=Delivery.DBFIRST, email=True, properties=("no_loss",)),
    violated(ExactlyOnce, "at_most_once", 6, REFERENCE, mode=Delivery.DBFIRST),
    holds(ExactlyOnce, 10, None, REFERENCE, mode=Delivery.DEDUP),
    holds(ExactlyOnce, 18, None, REFERENCE, mode=Delivery.DEDUP, email=True, properties=EXACT),
    *(violated(ExactlyOnce, "mail_at_most_once", 6, REFERENCE, mode=mode, email=True) for mode in Delivery),
)

XA_SSI: tuple[Row, ...] = (
    violated(XASSI, "serializable", 7, REFERENCE, mode=Conflicts.LOCAL),
    holds(XASSI, 25, None, REFERENCE, mode=Conflicts.GLOBAL_),
    holds(XASSI, 20, None, REFERENCE, mode=Conflicts.TWO_PL),
)

VR_RECOVER: tuple[Row, ...] = (
    holds(VRRecover, 250, None, REFERENCE, N=3, crashes=1),
    holds(VRRecover, None, None, REFERENCE, N=3, crashes=2),
    holds(VRRecover, None, None, REFERENCE, N=3, crashes=3),
    holds(VRRecover, None, None, REFERENCE, N=3, crashes=1, nonce=False),
    violated(VRRecover, "not_lost", 11, REFERENCE, N=3, crashes=2, nonce=False),
    violated(VRRecover, "not_lost", 6, REFERENCE, N=3, crashes=1, skip_recovery=True),
)

ATTIYA_BAR_NOY_DOLEV: tuple[Row, ...] = (
    holds(ABD, 454, None, REFERENCE, N=3, Readers=1, max_w=1, qr=2, qw=2),
    holds(ABD, None, None, REFERENCE, N=3, Readers=2, max_w=1, qr=2, qw=2),
    holds(ABD, 255, None, REFERENCE, N=3, Readers=1, max_w=1, qr=2, qw=2, write_back=False),
    violated(ABD, "atomic", 11, REFERENCE, N=3, Readers=2, max_w=1, qr=2, qw=2, write_back=False),
    violated(ABD, "atomic", 11, REFERENCE, N=3, Readers=2, max_w=1, qr=1, qw=2),
    violated(ABD, "atomic", 10, REFERENCE, N=3, Readers=2, max_w=1, qr=2, qw=1),
    violated(ABD, "atomic", 9, REFERENCE, N=2, Readers=2, max_w=1, qr=1, qw=1),
)


def sizes(acceptors: int, values: int, ballots: int, *quorums: int) -> dict[str, Any]:
    """The settings of PaxosM, with majorities unless `quorums` gives the sizes for both phases."""
    q1, q2 = quorums or (acceptors // 2 + 1,) * 2
    return {"A": acceptors, "V": values, "MaxB": ballots, "q1": q1, "q2": q2}


def disagrees(length: int, settings: dict[str, Any], *, slow: bool = False, **switches: Any) -> Row:
    """A run of PaxosM in which two values are chosen after so many states."""
    return violated(PaxosM, "agreement", length, REFERENCE, slow=slow, **settings, **switches)


ONE = sizes(1, 2, 2)
TWO = sizes(2, 2, 2)
THREE = sizes(3, 2, 2)
PAXOS_M: tuple[Row, ...] = (
    holds(PaxosM, 5, 5, REFERENCE, **sizes(1, 1, 1)),
    holds(PaxosM, 45, 9, REFERENCE, **ONE),
    holds(PaxosM, 13, 7, REFERENCE, **sizes(2, 2, 1)),
    holds(PaxosM, 145, 13, REFERENCE, **TWO),
    holds(PaxosM, 41, 9, REFERENCE, **sizes(3, 1, 1)),
    holds(PaxosM, 73, 9, REFERENCE, **sizes(3, 2, 1)),
    holds(PaxosM, 1681, 17, REFERENCE, **sizes(3, 1, 2)),
    holds(PaxosM, 3921, 17, REFERENCE, **THREE),
    holds(PaxosM, None, 17, REFERENCE, **sizes(3, 3, 2)),
    holds(PaxosM, None, 21, REFERENCE, **sizes(4, 2, 2, 3, 2)),
    holds(PaxosM, None, 21, REFERENCE, **sizes(4, 2, 2, 3, 3)),
    disagrees(11, sizes(3, 2, 2, 1, 2)),
    disagrees(11, sizes(3, 2, 2, 2, 1)),
    holds(PaxosM, None, None, REFERENCE, **sizes(2, 2, 2, 1, 2)),
    disagrees(9, sizes(2, 2, 2, 1, 1)),
    disagrees(9, sizes(3, 2, 2, 1, 1)),
    disagrees(13, sizes(4, 2, 2, 2, 2)),
    disagrees(10, ONE, forget=1),
    holds(PaxosM, None, None, REFERENCE, **TWO, forget=1),
    disagrees(14, THREE, forget=1),
    disagrees(10, ONE, forget_bal=1),
    disagrees(14, THREE, forget_bal=1),
    disagrees(9, ONE, any1b=True),
    disagrees(13, THREE, any1b=True),
    holds(PaxosM, 3921, None, REFERENCE, **THREE, low_val=True),
    disagrees(18, sizes(3, 2, 3), slow=True, low_val=True),
    disagrees(9, ONE, no2b_check=True),
    disagrees(13, THREE, no2b_check=True),
    disagrees(7, sizes(1, 2, 1), same_bal=True),
    disagrees(10, sizes(3, 2, 1), same_bal=True),
    disagrees(8, ONE, mix_bal=True),
    disagrees(11, THREE, mix_bal=True),
    holds(PaxosM, 8985, None, REFERENCE, **THREE, no_bump=True),
    disagrees(18, sizes(3, 2, 3), slow=True, no_bump=True),
)

FLAKY_RAFT: tuple[Row, ...] = tuple(
    holds(
        FlakyRaftMC,
        nodes + 1,
        1,
        REFERENCE,
        initial=nodes + 1,
        N=nodes,
        topo=topo,
        pre_vote=pre_vote,
        check_quorum=check_quorum,
    )
    for topo in Topo
    for nodes in [int(topo.name[-1])]
    for pre_vote, check_quorum in ((False, False), (True, False), (True, True))
)

ROWS: tuple[Row, ...] = (
    *ONE_PHASE,
    *WRITE_AHEAD_LOG,
    *SAGA,
    *DICTATOR,
    *DUEL,
    *LOWEST_ID,
    *FAILOVER,
    *FENCE,
    *LOCKS,
    *XA_LOCK,
    *EXACTLY_ONCE,
    *XA_SSI,
    *VR_RECOVER,
    *ATTIYA_BAR_NOY_DOLEV,
    *PAXOS_M,
    *FLAKY_RAFT,
)
