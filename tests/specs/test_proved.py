"""Specs that are proved for every size, searched at some: what a proof says of all, a search has to say of each."""

from __future__ import annotations

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed

from indoubt.specs.commit.two_phase_proved import TwoPhaseProved
from indoubt.specs.consensus.paxos_proved import PaxosProved
from indoubt.specs.consensus.toy_consensus import FickleToyConsensus, ToyConsensus
from indoubt.specs.coordination.lock_server import GenerousLockServer, LockServer


@pytest.mark.parametrize(
    "row", cases(TwoPhaseProved, PaxosProved, ToyConsensus, FickleToyConsensus, LockServer, GenerousLockServer)
)
def test_the_counts_are_those_of_the_table(row: Row) -> None:
    """Counts, verdicts and lengths."""
    assert observed(row) == row.expected
