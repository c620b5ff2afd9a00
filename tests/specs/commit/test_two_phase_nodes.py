"""Two-phase commit as nodes: as many states as the translation by hand, blocked by one crash, safe whatever happens."""

from __future__ import annotations

from typing import Any

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed_soon

from indoubt import check
from indoubt.specs.commit.tcommit import RMState, TCommit
from indoubt.specs.commit.two_phase_nodes import TwoPhaseNodes
from indoubt.specs.language import Faults, Network, Partition

SAFE = ("consistent", "unanimous", "irrevocable")


@pytest.mark.parametrize("row", cases(TwoPhaseNodes))
def test_counts_verdicts_and_lengths_are_those_of_the_table(row: Row) -> None:
    """The states are those of the translation by hand, and one crash of the manager blocks everybody."""
    assert observed_soon(row) == row.expected


def test_everybody_is_in_doubt_when_the_manager_is_down() -> None:
    """The story of the counterexample: all have voted yes, and nobody is left to tell the outcome."""
    found = check(TwoPhaseNodes, RM=2, faults=Faults(crashes=1), properties=["nonblocking"], engine="reference")
    trace = found.property("nonblocking").trace
    assert trace is not None
    assert [step.action for step in trace.steps] == ["tm.ask", "rms.on_prepare", "rms.on_prepare", "tm.crash"]
    assert set(trace.last["rms.state"].values()) == {RMState.PREPARED}


@pytest.mark.parametrize(
    "asked",
    [
        {"faults": Faults(torn=1, restarts=1)},
        {"network": Network.bag(), "faults": Faults(crashes=1, restarts=1, losses=1, duplicates=1)},
        {"network": Network.fifo(), "faults": Faults(crashes=1, partitions=Partition.split(times=1))},
    ],
    ids=["torn", "bag", "fifo"],
)
def test_it_is_safe_whatever_happens(asked: dict[str, Any]) -> None:
    """Crashes between any two writes, losses, duplicates and partitions break no promise of two-phase commit."""
    assert check(TwoPhaseNodes, RM=2, properties=SAFE, **asked).verdict.value == "holds"


def test_every_step_is_one_of_transaction_commit() -> None:
    """What the participants do together is what the abstract spec allows, through a crash and a restart too."""
    faults = Faults(crashes=1, restarts=1)
    result = check(
        TwoPhaseNodes, RM=2, faults=faults, refines=TCommit, mapping={"rm_state": "rms.state"}, properties=[]
    )
    assert result.verdict.value == "holds"
