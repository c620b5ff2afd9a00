"""Lamport's voting algorithm against TLC, with and without symmetry."""

from itertools import permutations
from typing import Any

import pytest
from oracle_table import Row, cases, observed

from indoubt import check
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.consensus.voting import Voting, VotingIgnoringVotes


@pytest.mark.parametrize("row", cases(Voting, VotingIgnoringVotes))
def test_the_oracle_and_the_checker_agree(row: Row) -> None:
    """Counts, verdicts and lengths are those of the count table."""
    assert observed(row) == row.expected


def test_the_small_configuration_of_the_library_has_77_states_up_to_symmetry() -> None:
    """TLC counts 77 for 3 acceptors, 2 values and 2 ballots, where names of acceptors and values make no difference."""
    reached = _states(Acceptor=3, Value=2, Ballot=2)
    assert len(reached) == 599
    assert len({_representative(*state) for state in reached}) == 77


def test_ignoring_votes_lets_one_acceptor_choose_two_values() -> None:
    """The counterexample of the broken variant votes for two values in two ballots."""
    result = check(VotingIgnoringVotes, Acceptor=1, Value=2, Ballot=2, properties=["agreement"])
    trace = result.property("agreement").trace
    assert trace is not None
    (votes,) = trace.last["votes"].values()
    assert len({vote.val for vote in votes}) == len({vote.bal for vote in votes}) == 2


def _states(**sizes: int) -> set[tuple[Any, ...]]:
    """Every reachable state as the explorer encodes it: votes are sets of ballots and values."""
    backend = Reference(prepared(lower(Voting, settle(Voting, sizes))))
    reached = {outcome[1] for outcome in backend.initial() if isinstance(outcome, tuple)}
    frontier = list(reached)
    while frontier:
        after = {outcome[1] for outcome in backend.steps(frontier.pop()) if isinstance(outcome, tuple)}
        frontier += after - reached
        reached |= after
    return reached


def _representative(votes: tuple[frozenset[tuple[int, int]], ...], max_bal: tuple[int | None, ...]) -> object:
    """The same for all states that differ in the names of acceptors and values only."""
    values = {value for cast in votes for _, value in cast}
    images: list[object] = []
    for renamed in permutations(range(2), len(values)):
        names = dict(zip(sorted(values), renamed, strict=True))
        acceptors = [
            (sorted((ballot, names[value]) for ballot, value in cast), -1 if highest is None else highest)
            for cast, highest in zip(votes, max_bal, strict=True)
        ]
        images.append(tuple((tuple(cast), highest) for cast, highest in sorted(acceptors)))
    return min(images, key=repr)
