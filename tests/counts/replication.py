"""Replicas, leaders, locks and registers: the reference modules LowestId, Failover, Fence, VRRecover and ABD."""

from __future__ import annotations

from counts.row import OURS, Row, Source, When, holds, reached, violated
from oracles.abd import ABD
from oracles.failover import Failover
from oracles.fence import Fence
from oracles.lowest_id import LowestId
from oracles.vr_recover import VRRecover

from indoubt.specs.replication.replicated_counter import ReplicatedCounter

LOWESTID_TLC = Source("TLC on the reference module LowestId", "2.7")
FAILOVER_TLC = Source("TLC on the reference module Failover", "2.7")
FENCE_TLC = Source("TLC on the reference module Fence", "2.7")
VRRECOVER_TLC = Source("TLC on the reference module VRRecover", "2.6")
ABD_TLC = Source("TLC on the reference module ABD", "2.7")

LOWEST_ID: tuple[Row, ...] = (
    *(violated(LowestId, "one_leader", 2, LOWESTID_TLC, N=n) for n in (2, 3, 4)),
    *(violated(LowestId, "one_leader", 2, LOWESTID_TLC, N=n, agreed=True) for n in (2, 3, 4)),
    holds(LowestId, 4, 3, LOWESTID_TLC, generated=5, N=2, agreed=True, properties=("one_leader_per_epoch",)),
    holds(LowestId, 27, 7, LOWESTID_TLC, generated=55, N=3, agreed=True, properties=("one_leader_per_epoch",)),
    holds(LowestId, 256, 13, LOWESTID_TLC, generated=769, N=4, agreed=True, properties=("one_leader_per_epoch",)),
)

FENCED = ("one_leader_per_epoch", "no_lost_write")
FAILOVER: tuple[Row, ...] = (
    violated(Failover, "one_leader", 2, FAILOVER_TLC, N=2, max_w=1),
    violated(Failover, "no_lost_write", 4, FAILOVER_TLC, N=2, max_w=1),
    violated(Failover, "one_leader_per_epoch", 3, FAILOVER_TLC, N=3, max_w=1),
    holds(Failover, 16, 6, FAILOVER_TLC, generated=21, N=2, max_w=1, sync=True, properties=("no_lost_write",)),
    holds(Failover, 55, 7, FAILOVER_TLC, generated=92, N=2, max_w=2, sync=True, properties=("no_lost_write",)),
    holds(Failover, 68, 8, FAILOVER_TLC, generated=151, N=3, max_w=1, sync=True, properties=("no_lost_write",)),
    holds(Failover, 369, 9, FAILOVER_TLC, generated=995, N=3, max_w=2, sync=True, properties=("no_lost_write",)),
    violated(Failover, "one_leader_per_epoch", 3, FAILOVER_TLC, N=3, max_w=1, sync=True),
    holds(Failover, 17, 5, FAILOVER_TLC, generated=18, N=2, max_w=1, quorum=True, properties=FENCED),
    holds(Failover, 55, 7, FAILOVER_TLC, generated=74, N=2, max_w=2, quorum=True, properties=FENCED),
    holds(Failover, 105, 6, FAILOVER_TLC, generated=177, N=3, max_w=1, quorum=True, properties=FENCED),
    holds(Failover, 517, 8, FAILOVER_TLC, generated=1064, N=3, max_w=2, quorum=True, properties=FENCED),
    violated(Failover, "one_leader", 2, FAILOVER_TLC, N=3, max_w=1, quorum=True),
)

FENCE: tuple[Row, ...] = (
    *(
        violated(Fence, "mutual_belief", 4, FENCE_TLC, C=c, max_tok=2, fencing=fencing)
        for c in (2, 3)
        for fencing in (True, False)
    ),
    violated(Fence, "no_stale_write", 6, FENCE_TLC, C=2, max_tok=2, fencing=False),
    holds(Fence, 85, 7, FENCE_TLC, generated=191, C=2, max_tok=2, properties=("no_stale_write",)),
    holds(Fence, 295, 9, FENCE_TLC, generated=717, C=2, max_tok=3, properties=("no_stale_write",)),
    holds(Fence, 199, 7, FENCE_TLC, generated=472, C=3, max_tok=2, properties=("no_stale_write",)),
    holds(Fence, 1270, 9, FENCE_TLC, generated=3589, C=3, max_tok=3, properties=("no_stale_write",)),
    holds(Fence, 41, 7, FENCE_TLC, generated=51, C=2, max_tok=2, sessions=False),
)

VR_RECOVER: tuple[Row, ...] = (
    holds(VRRecover, 250, 11, VRRECOVER_TLC, generated=545, N=3, crashes=1),
    holds(VRRecover, 2708, 16, VRRECOVER_TLC, generated=5754, N=3, crashes=2),
    holds(VRRecover, 22_092, 20, VRRECOVER_TLC, generated=46_026, N=3, crashes=3),
    holds(VRRecover, 250, 11, VRRECOVER_TLC, generated=545, N=3, crashes=1, nonce=False),
    violated(VRRecover, "not_lost", 11, VRRECOVER_TLC, N=3, crashes=2, nonce=False),
    violated(VRRecover, "not_lost", 6, VRRECOVER_TLC, N=3, crashes=1, skip_recovery=True),
)

ATTIYA_BAR_NOY_DOLEV: tuple[Row, ...] = (
    holds(ABD, 454, 13, ABD_TLC, generated=1269, N=3, Readers=1, max_w=1, qr=2, qw=2),
    holds(ABD, 18_166, 20, ABD_TLC, generated=72_136, N=3, Readers=2, max_w=1, qr=2, qw=2),
    holds(ABD, 255, 10, ABD_TLC, generated=647, N=3, Readers=1, max_w=1, qr=2, qw=2, write_back=False),
    violated(ABD, "atomic", 11, ABD_TLC, N=3, Readers=2, max_w=1, qr=2, qw=2, write_back=False),
    violated(ABD, "atomic", 11, ABD_TLC, N=3, Readers=2, max_w=1, qr=1, qw=2),
    violated(ABD, "atomic", 10, ABD_TLC, N=3, Readers=2, max_w=1, qr=2, qw=1),
    violated(ABD, "atomic", 9, ABD_TLC, N=2, Readers=2, max_w=1, qr=1, qw=1),
)

REPLICATED_COUNTER: tuple[Row, ...] = (
    holds(ReplicatedCounter, 68, 10, OURS, generated=177, Client=2, Replica=1, Epoch=2),
    holds(ReplicatedCounter, 2160, 20, OURS, initial=2, generated=7358, Client=2, Replica=2, Epoch=2),
    holds(ReplicatedCounter, 14_939, 18, OURS, initial=3, generated=57_274, Client=1, Replica=3, Epoch=2),
    holds(
        ReplicatedCounter,
        687_814,
        26,
        OURS,
        initial=3,
        generated=3_859_855,
        when=When.SLOW,
        Client=2,
        Replica=3,
        Epoch=2,
    ),
    violated(ReplicatedCounter, "distinct", 14, OURS, Client=2, Replica=3, Epoch=2, wait_for_copies=False),
    violated(ReplicatedCounter, "distinct", 18, OURS, when=When.SLOW, Client=2, Replica=3, Epoch=2, fence=False),
    reached(ReplicatedCounter, "taken_over", 6, OURS, Client=2, Replica=2, Epoch=2),
)

ROWS: tuple[Row, ...] = (
    *LOWEST_ID,
    *FAILOVER,
    *FENCE,
    *VR_RECOVER,
    *ATTIYA_BAR_NOY_DOLEV,
    *REPLICATED_COUNTER,
)
