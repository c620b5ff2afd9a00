"""Raft: the reference modules RaftLite, RaftAtomic, Reconf and FlakyRaft.

The capacity `log` is the module's MaxLog: the guard of the module, and never the capacity, keeps logs short.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

from counts.row import Renaming, Row, Source, When, holds, reached, symmetric, unreachable, violated
from oracles.flaky_raft import FlakyRaftMC, Topo
from oracles.raft_atomic import RaftAtomic, S as AtomicServer
from oracles.raft_lite import RaftLite, S as LiteServer, UpToDate
from oracles.reconf import Reconf, S as Server

from indoubt.specs.language import Sort

LITE_TLC = Source("TLC on the reference module RaftLite", "2.5")
ATOMIC_TLC = Source("TLC on the reference module RaftAtomic", "2.5")
RECONF_TLC = Source("TLC on the reference module Reconf", "2.5")
FLAKY_TLC = Source("TLC on the reference modules FlakyRaft and FlakyRaftMC", "2.5")

SAFETY = ("one_leader_per_term", "state_machine_safety", "com_in_log", "log_matching", "leader_completeness")
"""What RaftLite proves, without the split brain that needs three servers and two terms."""


def bounds(servers: int, terms: int, entries: int) -> dict[str, Any]:
    """The sizes that all modules share."""
    return {"S": servers, "max_term": terms, "max_log": entries, "log": entries}


def lite(servers: int, terms: int, entries: int, restarts: int = 0, maj: int | None = None) -> dict[str, Any]:
    """The constants of RaftLite, with majorities unless `maj` says otherwise."""
    majority = servers // 2 + 1 if maj is None else maj
    return {**bounds(servers, terms, entries), "restarts": restarts, "maj": majority}


RAFT_LITE: tuple[Row, ...] = (
    holds(RaftLite, 5, 5, LITE_TLC, generated=5, properties=SAFETY, **lite(1, 1, 1)),
    holds(RaftLite, 16, 8, LITE_TLC, generated=19, properties=SAFETY, **lite(2, 1, 1)),
    holds(RaftLite, 109, 11, LITE_TLC, generated=127, properties=SAFETY, **lite(2, 2, 1)),
    holds(RaftLite, 291, 13, LITE_TLC, generated=393, properties=SAFETY, **lite(2, 2, 2)),
    holds(RaftLite, 278, 10, LITE_TLC, generated=568, properties=SAFETY, **lite(3, 1, 1)),
    holds(RaftLite, 10_251, 14, LITE_TLC, generated=21_325, **lite(3, 2, 1)),
    holds(RaftLite, 368, 12, LITE_TLC, generated=595, properties=SAFETY, **lite(2, 2, 1, restarts=1)),
    holds(RaftLite, 37_203, 16, LITE_TLC, generated=99_601, when=When.SLOW, **lite(3, 2, 1, restarts=1)),
    holds(RaftLite, 58_953, 18, LITE_TLC, generated=138_025, when=When.SLOW, **lite(3, 2, 2)),
    holds(RaftLite, 299_194, 19, LITE_TLC, generated=627_697, when=When.BY_HAND, **lite(3, 3, 1)),
    reached(RaftLite, "two_leaders", 7, LITE_TLC, **lite(3, 2, 1)),
    unreachable(RaftLite, "two_leaders", LITE_TLC, **lite(2, 2, 1)),
    violated(RaftLite, "one_leader_per_term", 8, LITE_TLC, keep_vote=False, **lite(3, 1, 1, restarts=1)),
    holds(RaftLite, 70, 10, LITE_TLC, generated=103, properties=SAFETY, keep_vote=False, **lite(2, 1, 1, restarts=1)),
    violated(RaftLite, "one_leader_per_term", 8, LITE_TLC, keep_term=False, **lite(3, 1, 1, restarts=1)),
    violated(RaftLite, "leader_completeness", 11, LITE_TLC, keep_log=False, **lite(3, 2, 1, restarts=1)),
    holds(RaftLite, 787, 11, LITE_TLC, generated=2191, properties=SAFETY, keep_log=False, **lite(3, 1, 1, restarts=1)),
    violated(RaftLite, "leader_completeness", 10, LITE_TLC, up_to_date=UpToDate.NONE, **lite(3, 2, 1)),
    holds(RaftLite, 115, 11, LITE_TLC, generated=135, properties=SAFETY, up_to_date=UpToDate.NONE, **lite(2, 2, 1)),
    holds(RaftLite, 10_251, 14, LITE_TLC, generated=21_325, up_to_date=UpToDate.LEN, **lite(3, 2, 1)),
    holds(
        RaftLite, 58_953, 18, LITE_TLC, generated=138_025, when=When.BY_HAND, up_to_date=UpToDate.LEN, **lite(3, 2, 2)
    ),
    violated(RaftLite, "leader_completeness", 15, LITE_TLC, when=When.SLOW, up_to_date=UpToDate.LEN, **lite(3, 3, 1)),
    holds(RaftLite, 336_730, 19, LITE_TLC, generated=788_227, when=When.BY_HAND, old_term_commit=True, **lite(3, 3, 1)),
    violated(RaftLite, "one_leader_per_term", 5, LITE_TLC, **lite(2, 1, 1, maj=1)),
    violated(RaftLite, "one_leader_per_term", 7, LITE_TLC, **lite(4, 1, 1, maj=2)),
    violated(RaftLite, "state_machine_safety", 12, LITE_TLC, heartbeats=True, **lite(3, 2, 1)),
    holds(RaftLite, 278, 10, LITE_TLC, generated=670, properties=SAFETY, heartbeats=True, **lite(3, 1, 1)),
    holds(RaftLite, 109, 11, LITE_TLC, generated=139, properties=SAFETY, heartbeats=True, **lite(2, 2, 1)),
)

RAFT_ATOMIC: tuple[Row, ...] = (
    holds(RaftAtomic, 328, 8, ATOMIC_TLC, generated=1162, **bounds(3, 2, 1)),
    holds(RaftAtomic, 1180, 9, ATOMIC_TLC, generated=5089, **bounds(3, 3, 1)),
    holds(RaftAtomic, 1450, 10, ATOMIC_TLC, generated=6412, old_term_commit=True, **bounds(3, 3, 1)),
    holds(RaftAtomic, 13_090, 14, ATOMIC_TLC, generated=59_677, old_term_commit=True, **bounds(3, 3, 2)),
    holds(RaftAtomic, 1654, 12, ATOMIC_TLC, generated=5977, **bounds(3, 2, 2)),
    holds(RaftAtomic, 8716, 13, ATOMIC_TLC, generated=36_547, **bounds(3, 3, 2)),
    violated(RaftAtomic, "leader_completeness", 11, ATOMIC_TLC, old_term_commit=True, **bounds(3, 4, 1)),
    violated(RaftAtomic, "state_machine_safety", 13, ATOMIC_TLC, old_term_commit=True, **bounds(3, 4, 1)),
)


def reconf(servers: int, members: int, terms: int, entries: int) -> dict[str, Any]:
    """The constants of Reconf, without its switches."""
    return {**bounds(servers, terms, entries), "init0": members}


RECONF: tuple[Row, ...] = (
    violated(Reconf, "one_leader_per_term", 8, RECONF_TLC, fix=False, when=When.SLOW, **reconf(4, 4, 3, 2)),
    violated(Reconf, "one_leader_per_term", 8, RECONF_TLC, fix=False, when=When.SLOW, **reconf(4, 4, 3, 3)),
    violated(Reconf, "one_leader_per_term", 8, RECONF_TLC, fix=False, when=When.SLOW, **reconf(4, 4, 3, 4)),
    violated(Reconf, "state_machine_safety", 13, RECONF_TLC, fix=False, when=When.BY_HAND, **reconf(4, 4, 3, 3)),
    violated(Reconf, "one_leader_per_term", 8, RECONF_TLC, fix=False, when=When.BY_HAND, **reconf(6, 4, 3, 3)),
    holds(Reconf, 29_521, 17, RECONF_TLC, generated=88_545, fix=False, when=When.SLOW, **reconf(4, 2, 3, 3)),
    holds(Reconf, 6177, 9, RECONF_TLC, generated=15_793, fix=False, **reconf(4, 4, 2, 2)),
    holds(Reconf, 48_885, 14, RECONF_TLC, generated=117_137, fix=False, when=When.SLOW, **reconf(4, 4, 2, 3)),
    holds(Reconf, 22_015, 13, RECONF_TLC, generated=50_779, fix=False, when=When.SLOW, **reconf(3, 3, 3, 3)),
    holds(Reconf, 144_928, 17, RECONF_TLC, generated=406_820, fix=False, when=When.BY_HAND, **reconf(4, 3, 3, 3)),
    holds(Reconf, 46_357, 15, RECONF_TLC, generated=153_337, when=When.SLOW, **reconf(4, 4, 3, 3)),
    holds(Reconf, 325_757, 20, RECONF_TLC, generated=973_193, when=When.BY_HAND, **reconf(4, 4, 3, 4)),
    holds(Reconf, 16_969, 16, RECONF_TLC, generated=55_261, when=When.SLOW, **reconf(4, 3, 3, 3)),
    holds(Reconf, 328, 8, RECONF_TLC, generated=868, step=3, **reconf(3, 3, 2, 2)),
    violated(Reconf, "one_leader_per_term", 8, RECONF_TLC, step=3, **reconf(3, 3, 2, 3)),
    violated(Reconf, "state_machine_safety", 12, RECONF_TLC, step=3, **reconf(3, 3, 2, 3)),
    violated(Reconf, "safe", 8, RECONF_TLC, step=2, **reconf(4, 3, 2, 3)),
)

ALL_OF_3 = tuple(permutations(range(3)))
ALL_OF_4 = tuple(permutations(range(4)))
FIRST_3_OF_4: tuple[Renaming, ...] = tuple((*moved, 3) for moved in ALL_OF_3)
PAIRS_OF_4: tuple[Renaming, ...] = ((0, 1, 2, 3), (1, 0, 2, 3), (0, 1, 3, 2), (1, 0, 3, 2))
LITE_SYMMETRIC: dict[type[Sort], tuple[Renaming, ...]] = {LiteServer: ALL_OF_3}
ATOMIC_SYMMETRIC: dict[type[Sort], tuple[Renaming, ...]] = {AtomicServer: ALL_OF_3}

UP_TO_SYMMETRY: tuple[Row, ...] = (
    symmetric(RaftLite, 1_730, LITE_TLC, LITE_SYMMETRIC, **lite(3, 2, 1)),
    symmetric(RaftLite, 6_270, LITE_TLC, LITE_SYMMETRIC, when=When.BY_HAND, **lite(3, 2, 1, restarts=1)),
    symmetric(RaftLite, 9_872, LITE_TLC, LITE_SYMMETRIC, when=When.BY_HAND, **lite(3, 2, 2)),
    symmetric(RaftLite, 49_932, LITE_TLC, LITE_SYMMETRIC, when=When.BY_HAND, **lite(3, 3, 1)),
    symmetric(RaftAtomic, 61, ATOMIC_TLC, ATOMIC_SYMMETRIC, **bounds(3, 2, 1)),
    symmetric(RaftAtomic, 208, ATOMIC_TLC, ATOMIC_SYMMETRIC, **bounds(3, 3, 1)),
    symmetric(RaftAtomic, 1_494, ATOMIC_TLC, ATOMIC_SYMMETRIC, **bounds(3, 3, 2)),
    symmetric(Reconf, 61, RECONF_TLC, {Server: ALL_OF_3}, step=3, **reconf(3, 3, 2, 2)),
    symmetric(Reconf, 344, RECONF_TLC, {Server: ALL_OF_4}, fix=False, **reconf(4, 4, 2, 2)),
    symmetric(Reconf, 2_368, RECONF_TLC, {Server: ALL_OF_4}, when=When.BY_HAND, fix=False, **reconf(4, 4, 2, 3)),
    symmetric(Reconf, 3_715, RECONF_TLC, {Server: ALL_OF_3}, when=When.BY_HAND, fix=False, **reconf(3, 3, 3, 3)),
    symmetric(Reconf, 7_513, RECONF_TLC, {Server: PAIRS_OF_4}, when=When.SLOW, fix=False, **reconf(4, 2, 3, 3)),
    symmetric(Reconf, 25_007, RECONF_TLC, {Server: FIRST_3_OF_4}, when=When.BY_HAND, fix=False, **reconf(4, 3, 3, 3)),
    symmetric(Reconf, 2_347, RECONF_TLC, {Server: ALL_OF_4}, when=When.BY_HAND, **reconf(4, 4, 3, 3)),
)
"""With S symmetric, and in Reconf the servers of Init0 among themselves and the others among themselves."""

FLAKY_RAFT: tuple[Row, ...] = tuple(
    holds(
        FlakyRaftMC,
        nodes + 1,
        1,
        FLAKY_TLC,
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

ROWS: tuple[Row, ...] = (*RAFT_LITE, *RAFT_ATOMIC, *RECONF, *UP_TO_SYMMETRY, *FLAKY_RAFT)
