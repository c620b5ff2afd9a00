"""The count table: every figure that is known of a protocol, and who has found it.

One table for all: the tests run its rows, docs/counts.md lists them, the benchmarks time them.
"""

from __future__ import annotations

from collections.abc import Iterable

from counts import (
    broadcast,
    commit,
    examples,
    nodes,
    paxos,
    paxos_m,
    proved,
    raft,
    replication,
    single_node,
    three_phase_commit,
    two_phase_commit,
    whole_runs,
)
from counts.row import Row

from indoubt.specs.language import Spec

FAMILIES: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("Transaction commit, two-phase commit and Paxos Commit", commit.ROWS),
    ("Two-phase commit with logs and crashes", two_phase_commit.ROWS),
    ("Three-phase commit", three_phase_commit.ROWS),
    ("Consensus, Voting and Paxos", paxos.ROWS),
    ("Paxos with its rules broken", paxos_m.ROWS),
    ("Protocols as nodes", nodes.ROWS),
    ("Specs that are proved for every size", proved.ROWS),
    ("Broadcast among Byzantine processes", broadcast.ROWS),
    ("Raft", raft.ROWS),
    ("Leaders, replicas and registers", replication.ROWS),
    ("One node, locks, messages, small models of consensus", single_node.ROWS),
    ("What happens in the end", whole_runs.ROWS),
    ("Examples: classic algorithms of coordination and replication", examples.ROWS),
)
"""What docs/counts.md calls each family, and its rows."""

ROWS: tuple[Row, ...] = tuple(row for _, rows in FAMILIES for row in rows)


def of(*specs: type[Spec]) -> Iterable[Row]:
    """The rows of some specs."""
    return (row for row in ROWS if row.spec in specs)
