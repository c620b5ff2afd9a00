"""Lamport's voting algorithm against TLC, with and without symmetry."""

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed

from indoubt import check
from indoubt.specs.consensus.voting import Voting, VotingIgnoringVotes


@pytest.mark.parametrize("row", cases(Voting, VotingIgnoringVotes))
def test_the_oracle_and_the_checker_agree(row: Row) -> None:
    """Counts, verdicts and lengths are those of the count table."""
    assert observed(row) == row.expected


def test_ignoring_votes_lets_one_acceptor_choose_two_values() -> None:
    """The counterexample of the broken variant votes for two values in two ballots."""
    result = check(VotingIgnoringVotes, Acceptor=1, Value=2, Ballot=2, properties=["agreement"])
    trace = result.property("agreement").trace
    assert trace is not None
    (votes,) = trace.last["votes"].values()
    assert len({vote.val for vote in votes}) == len({vote.bal for vote in votes}) == 2
