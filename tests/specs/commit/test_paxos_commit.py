"""Paxos Commit of Gray and Lamport against TLC."""

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed

from indoubt import check
from indoubt.specs.commit.paxos_commit import PaxosCommit, PaxosCommitIgnoringVotes


@pytest.mark.parametrize("row", cases(PaxosCommit, PaxosCommitIgnoringVotes))
def test_the_oracle_and_the_checker_agree(row: Row) -> None:
    """Counts, verdicts and lengths are those of the count table."""
    assert observed(row) == row.expected


def test_a_leader_that_ignores_votes_reverses_a_commit() -> None:
    """The counterexample of the broken variant commits first; then the leader of the next ballot aborts."""
    result = check(PaxosCommitIgnoringVotes, RM=1, Acceptor=1, Ballot=2, properties=["irrevocable"])
    trace = result.property("irrevocable").trace
    assert trace is not None
    actions = [step.action for step in trace.steps]
    assert actions.index("decide_commit") < actions.index("phase_2a") < actions.index("decide_abort")
