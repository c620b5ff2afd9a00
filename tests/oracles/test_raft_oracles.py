"""The ports of the Raft family: what keeps their logs short, and their two meanings."""

from __future__ import annotations

from typing import Any

import pytest
from counts.raft import bounds, lite, reconf
from oracles.raft_atomic import RaftAtomic
from oracles.raft_lite import RaftLite, UpToDate
from oracles.reconf import Reconf
from test_agreement import agree

from indoubt import check
from indoubt.specs.language import Spec


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
