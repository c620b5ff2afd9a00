"""Two-phase commit of Gray and Lamport against TLC and Stateright."""

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed

from indoubt import check
from indoubt.specs.commit.two_phase import ImpatientTwoPhase, RMState, TwoPhase


@pytest.mark.parametrize("row", cases(TwoPhase, ImpatientTwoPhase))
def test_the_oracle_and_the_checker_agree(row: Row) -> None:
    """Counts, verdicts and lengths are those of the count table."""
    assert observed(row) == row.expected


def test_an_impatient_manager_commits_without_everybody() -> None:
    """The counterexample of the broken variant ends with one RM committed and another aborted."""
    trace = check(ImpatientTwoPhase, RM=2, properties=["consistent"]).property("consistent").trace
    assert trace is not None
    assert set(trace.last["rm_state"].values()) == {RMState.COMMITTED, RMState.ABORTED}
    assert "tm_commit" in [step.action for step in trace.steps]
