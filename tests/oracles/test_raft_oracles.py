"""The ports of the reference modules of the Raft family give what TLC gave for the modules."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from oracle_table import Row, named, observed
from oracles.orbits import Renaming, orbits
from oracles.raft_atomic import RaftAtomic, S as AtomicServer
from oracles.raft_lite import RaftLite, S as LiteServer, UpToDate
from oracles.raft_table import ROWS, bounds, lite, reconf
from oracles.reconf import Reconf, S as Server
from test_agreement import agree

from indoubt import check
from indoubt.specs.language import Spec


@pytest.mark.parametrize("row", named(ROWS))
def test_the_port_and_the_module_agree(row: Row) -> None:
    """Everything that a row speaks of comes out equal."""
    assert observed(row) == row.expected


def test_no_row_stands_twice() -> None:
    """Every row is a check of its own."""
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_no_step_is_stopped_by_a_bound() -> None:
    """Only guards of the modules keep logs and terms within their bounds."""
    unbroken: list[tuple[type[Spec], dict[str, Any]]] = [
        (RaftLite, lite(2, 2, 2, restarts=1)),
        (RaftLite, {**lite(2, 2, 2, restarts=1), "keep_log": False, "keep_term": False, "keep_vote": False}),
        (RaftAtomic, bounds(3, 2, 2)),
        (Reconf, reconf(3, 2, 2, 3)),
    ]
    for spec, settings in unbroken:
        assert check(spec, properties=[], **settings).envelope.bounds == ()


ALL_OF_3 = list(permutations(range(3)))
PAIRS_OF_4: list[Renaming] = [(a, b, c, d) for a, b in ((0, 1), (1, 0)) for c, d in ((2, 3), (3, 2))]


def test_states_up_to_symmetry() -> None:
    """The modules with a SYMMETRY set have as many states as the ports up to a renaming of servers."""
    assert orbits(RaftLite, LiteServer, ALL_OF_3, **lite(3, 2, 1)) == 1730
    assert orbits(RaftAtomic, AtomicServer, ALL_OF_3, **bounds(3, 2, 1)) == 61
    assert orbits(Reconf, Server, ALL_OF_3, step=3, **reconf(3, 3, 2, 2)) == 61


@pytest.mark.slow
def test_states_up_to_symmetry_of_members_and_of_others() -> None:
    """ReconfS renames the first members among themselves, and the others among themselves."""
    assert orbits(Reconf, Server, PAIRS_OF_4, fix=False, **reconf(4, 2, 3, 3)) == 7513


@pytest.mark.parametrize(
    ("spec", "settings"),
    [
        (RaftLite, lite(3, 2, 2)),
        (RaftLite, {**lite(3, 2, 2), "heartbeats": True, "up_to_date": UpToDate.NONE, "old_term_commit": True}),
        (RaftLite, {**lite(2, 2, 2, restarts=2), "keep_vote": False, "keep_term": False, "keep_log": False}),
        (RaftLite, {**lite(2, 3, 2, restarts=1), "up_to_date": UpToDate.LEN, "maj": 1}),
        (RaftAtomic, {**bounds(3, 3, 2), "old_term_commit": True}),
        (Reconf, {**reconf(3, 2, 2, 3), "fix": False, "step": 2}),
        (Reconf, reconf(3, 3, 3, 2)),
    ],
)
def test_source_and_machine_agree(spec: type[Spec], settings: dict[str, Any]) -> None:
    """Every state, step and property among the first states is the same."""
    assert agree(spec, 60, settings) == 60
