"""Which step invariants can be judged without the steps that change nothing."""

from __future__ import annotations

import pytest
from dying_nodes import GrowingLamps

from indoubt.explorer.erasing.stutters import holds_of_stutters
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.specs.commit.two_phase_nodes import TwoPhaseNodes
from indoubt.specs.consensus.paxos_nodes import PaxosNodes
from indoubt.specs.language.systems import System, configured


@pytest.mark.parametrize(
    ("spec", "sizes", "name", "holds"),
    [
        (TwoPhaseNodes, {"RM": 2}, "irrevocable", True),
        (PaxosNodes, {"Acceptor": 1, "Value": 2, "Ballot": 1}, "chosen_once", True),
        (GrowingLamps, {"Room": 2}, "grows", True),
        (GrowingLamps, {"Room": 2}, "moves", False),
    ],
)
def test_a_step_invariant_is_read(spec: type[System], sizes: dict[str, int], name: str, holds: bool) -> None:
    """AC2, integrity and what only grows are true where nothing changes; that something moves is not."""
    chosen = configured(spec)
    machine = lower(chosen, settle(chosen, dict(sizes)))
    (condition,) = [one.condition for one in machine.properties if one.name == name]
    assert holds_of_stutters(condition) is holds
