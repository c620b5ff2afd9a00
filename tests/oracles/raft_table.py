"""The count table of the reference modules of the Raft family, as `table` is that of the others.

The capacity `log` is the module's MaxLog: the guard of the module, and never the capacity, keeps logs short. Rows
without counts say only that every property holds.
"""

from __future__ import annotations

from typing import Any

from oracle_table import Outcome, Row, holds, reached, violated
from oracles.raft_atomic import RaftAtomic
from oracles.raft_lite import RaftLite, UpToDate
from oracles.reconf import Reconf

from indoubt import Verdict

REFERENCE = "TLC on the reference module of the same name"
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
    holds(RaftLite, 5, 5, REFERENCE, properties=SAFETY, **lite(1, 1, 1)),
    holds(RaftLite, 16, 8, REFERENCE, properties=SAFETY, **lite(2, 1, 1)),
    holds(RaftLite, 109, 11, REFERENCE, properties=SAFETY, **lite(2, 2, 1)),
    holds(RaftLite, 291, 13, REFERENCE, properties=SAFETY, **lite(2, 2, 2)),
    holds(RaftLite, 278, 10, REFERENCE, properties=SAFETY, **lite(3, 1, 1)),
    holds(RaftLite, 10_251, 14, REFERENCE, **lite(3, 2, 1)),
    holds(RaftLite, 368, 12, REFERENCE, properties=SAFETY, **lite(2, 2, 1, restarts=1)),
    reached(RaftLite, "two_leaders", 7, REFERENCE, **lite(3, 2, 1)),
    Row(RaftLite, lite(2, 2, 1), Outcome(Verdict.VIOLATED), REFERENCE, "two_leaders"),
    violated(RaftLite, "one_leader_per_term", 8, REFERENCE, keep_vote=False, **lite(3, 1, 1, restarts=1)),
    holds(RaftLite, None, None, REFERENCE, properties=SAFETY, keep_vote=False, **lite(2, 1, 1, restarts=1)),
    violated(RaftLite, "one_leader_per_term", 8, REFERENCE, keep_term=False, **lite(3, 1, 1, restarts=1)),
    violated(RaftLite, "leader_completeness", 11, REFERENCE, keep_log=False, **lite(3, 2, 1, restarts=1)),
    holds(RaftLite, None, None, REFERENCE, properties=SAFETY, keep_log=False, **lite(3, 1, 1, restarts=1)),
    violated(RaftLite, "leader_completeness", 10, REFERENCE, up_to_date=UpToDate.NONE, **lite(3, 2, 1)),
    holds(RaftLite, None, None, REFERENCE, properties=SAFETY, up_to_date=UpToDate.NONE, **lite(2, 2, 1)),
    holds(RaftLite, None, None, REFERENCE, up_to_date=UpToDate.LEN, **lite(3, 2, 1)),
    violated(RaftLite, "leader_completeness", 15, REFERENCE, slow=True, up_to_date=UpToDate.LEN, **lite(3, 3, 1)),
    holds(RaftLite, 336_730, None, REFERENCE, slow=True, old_term_commit=True, **lite(3, 3, 1)),
    violated(RaftLite, "one_leader_per_term", 5, REFERENCE, **lite(2, 1, 1, maj=1)),
    violated(RaftLite, "one_leader_per_term", 7, REFERENCE, **lite(4, 1, 1, maj=2)),
    violated(RaftLite, "state_machine_safety", 12, REFERENCE, heartbeats=True, **lite(3, 2, 1)),
    holds(RaftLite, None, None, REFERENCE, properties=SAFETY, heartbeats=True, **lite(3, 1, 1)),
    holds(RaftLite, None, None, REFERENCE, properties=SAFETY, heartbeats=True, **lite(2, 2, 1)),
)

RAFT_ATOMIC: tuple[Row, ...] = (
    holds(RaftAtomic, 328, None, REFERENCE, **bounds(3, 2, 1)),
    holds(RaftAtomic, None, None, REFERENCE, **bounds(3, 3, 1)),
    holds(RaftAtomic, None, None, REFERENCE, old_term_commit=True, **bounds(3, 3, 1)),
    holds(RaftAtomic, None, None, REFERENCE, old_term_commit=True, **bounds(3, 3, 2)),
    violated(RaftAtomic, "leader_completeness", 11, REFERENCE, old_term_commit=True, **bounds(3, 4, 1)),
    violated(RaftAtomic, "state_machine_safety", 13, REFERENCE, old_term_commit=True, **bounds(3, 4, 1)),
)


def reconf(servers: int, members: int, terms: int, entries: int) -> dict[str, Any]:
    """The constants of Reconf, without its switches."""
    return {**bounds(servers, terms, entries), "init0": members}


RECONF: tuple[Row, ...] = (
    violated(Reconf, "one_leader_per_term", 8, REFERENCE, fix=False, slow=True, **reconf(4, 4, 3, 2)),
    violated(Reconf, "one_leader_per_term", 8, REFERENCE, fix=False, slow=True, **reconf(4, 4, 3, 3)),
    violated(Reconf, "one_leader_per_term", 8, REFERENCE, fix=False, slow=True, **reconf(4, 4, 3, 4)),
    violated(Reconf, "state_machine_safety", 13, REFERENCE, fix=False, slow=True, **reconf(4, 4, 3, 3)),
    violated(Reconf, "one_leader_per_term", 8, REFERENCE, fix=False, slow=True, **reconf(6, 4, 3, 3)),
    holds(Reconf, None, None, REFERENCE, fix=False, slow=True, **reconf(4, 2, 3, 3)),
    holds(Reconf, None, None, REFERENCE, fix=False, **reconf(4, 4, 2, 2)),
    holds(Reconf, None, None, REFERENCE, fix=False, slow=True, **reconf(4, 4, 2, 3)),
    holds(Reconf, None, None, REFERENCE, fix=False, slow=True, **reconf(3, 3, 3, 3)),
    holds(Reconf, None, None, REFERENCE, fix=False, slow=True, **reconf(4, 3, 3, 3)),
    holds(Reconf, None, None, REFERENCE, slow=True, **reconf(4, 4, 3, 3)),
    holds(Reconf, 328, None, REFERENCE, step=3, **reconf(3, 3, 2, 2)),
    violated(Reconf, "one_leader_per_term", 8, REFERENCE, step=3, **reconf(3, 3, 2, 3)),
    violated(Reconf, "state_machine_safety", 12, REFERENCE, step=3, **reconf(3, 3, 2, 3)),
    violated(Reconf, "safe", 8, REFERENCE, step=2, **reconf(4, 3, 2, 3)),
)

ROWS: tuple[Row, ...] = (*RAFT_LITE, *RAFT_ATOMIC, *RECONF)
