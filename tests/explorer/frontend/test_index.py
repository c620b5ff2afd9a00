"""Positions of a sequence as a parameter of an action."""

from __future__ import annotations

from typing import Annotated

import pytest

from indoubt import SpecError, Verdict, check
from indoubt.specs.language import Index, Seq, Set, Sort, Spec, action, empty, invariant, require


class Job(Sort): ...


class Queue(Spec):
    """Jobs wait in a queue, and any of them may give up."""

    queue: Seq[Job] = empty()

    @action
    def join(self, job: Job) -> None:
        """A job joins the queue."""
        self.queue.append(job)

    @action
    def give_up(self, at: Annotated[int, Index("queue")]) -> None:
        """A job gives up, wherever it stands."""
        require(at < len(self.queue))
        self.queue.remove_at(at)

    @invariant
    def within_its_capacity(self) -> bool:
        """The queue is never longer than its capacity."""
        return len(self.queue) <= 3


class Misspelt(Queue):
    """Ranges over the positions of a sequence that is not there."""

    @action
    def give_up(self, at: Annotated[int, Index("queu")]) -> None:
        """A job gives up."""
        require(at < len(self.queue))
        self.queue.remove_at(at)


@pytest.mark.parametrize(("capacity", "distinct"), [(0, 1), (1, 3), (2, 7), (3, 15)])
def test_positions_reach_up_to_the_capacity(capacity: int, distinct: int) -> None:
    """All sequences of two jobs up to the capacity are reached, and a step is generated for each position there is."""
    result = check(Queue, Job=2, queue=capacity)
    assert result.verdict is Verdict.HOLDS
    assert result.counts.distinct == distinct
    joins = 2 * sum(2**length for length in range(capacity))
    leaves = sum(length * 2**length for length in range(capacity + 1))
    assert result.counts.generated == 1 + joins + leaves


def test_positions_of_no_sequence_are_a_located_error() -> None:
    """The message names the sequences that there are."""
    with pytest.raises(SpecError) as told:
        check(Misspelt, Job=2, queue=2)
    assert "`Index('queu')` names no sequence of the state" in str(told.value)
    assert "those with a capacity are: queue" in str(told.value)


class Crowd(Spec):
    """Puts jobs into a set as if it were a sequence."""

    crowd: Set[Job] = empty()

    @action
    def join(self, job: Job) -> None:
        """A job joins."""
        self.crowd.append(job)  # type: ignore[attr-defined]  # the mistake that is tested

    @invariant
    def anything(self) -> bool:
        """Nothing is asked."""
        return len(self.crowd) < 9


def test_a_sequence_method_of_a_set_is_refused() -> None:
    """It is never taken for a change of the set."""
    with pytest.raises(SpecError, match=r"has no `\.append\(\)`"):
        check(Crowd, Job=2)
