"""Abstract transaction commit against TLC."""

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed

from indoubt.specs.commit.tcommit import RM, HastyCommit, RMState, TCommit
from indoubt.specs.language import NotEnabled


@pytest.mark.parametrize("row", cases(TCommit, HastyCommit))
def test_the_oracle_and_the_checker_agree(row: Row) -> None:
    """Counts, verdicts and lengths are those of the count table."""
    assert observed(row) == row.expected


def test_a_resource_manager_waits_until_all_are_prepared() -> None:
    """Driven by hand, a commit is enabled only once everybody is prepared."""
    state = TCommit(RM=2)
    state.prepare(RM(0))
    with pytest.raises(NotEnabled):
        state.decide_commit(RM(0))
    state.prepare(RM(1))
    state.decide_commit(RM(0))
    assert state.rm_state[RM(0)] is RMState.COMMITTED
