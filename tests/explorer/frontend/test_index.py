"""Positions of a sequence as a parameter of an action."""

from __future__ import annotations

from typing import Annotated

import pytest

from indoubt import SpecError, Verdict, check
from indoubt.specs.language import (
    Index,
    Map,
    Node,
    Seq,
    Set,
    Sort,
    Spec,
    System,
    action,
    empty,
    invariant,
    on_timeout,
    require,
)


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


class Site(Sort):
    """The address of a node with a log."""


class Desk(Sort, size=1):
    """The address of another one."""


class Keeping(Node[Site]):
    """A node that may forget any entry of its log, and remembers where the last one was."""

    log: Seq[bool] = empty()
    last: Annotated[int, Index("log")] | None = None

    @on_timeout
    def write(self, value: bool) -> None:
        """One more entry."""
        self.log.append(value)

    @on_timeout
    def forget(self, at: Annotated[int, Index("log")]) -> None:
        """One entry less."""
        require(at < len(self.log))
        self.last = at
        self.log.remove_at(at)


class Copying(Node[Desk]):
    """A node with a field of the same name."""

    log: Seq[bool] = empty()

    @on_timeout
    def write(self) -> None:
        """One more entry."""
        self.log.append(True)


class Logs(System):
    """Nodes with logs."""

    sites: Map[Site, Keeping]

    @invariant
    def at_the_beginning(self) -> bool:
        """Violated by whoever forgets the second entry."""
        return all(site.last is None or site.last == 0 for site in self.sites.values())


class TwoLogs(Logs):
    """Two classes of nodes with logs."""

    desk: Copying


def test_positions_of_a_sequence_of_a_node() -> None:
    """A field is named as its node knows it, and its capacity is that of the nodes in this system."""
    result = check(Logs, Site=1, bounds={"sites.log": 2}, engine="reference")
    trace = result.property("at_the_beginning").trace
    assert trace is not None
    assert trace.steps[-1].arguments["at"] == 1
    node = Keeping(Site(0), Site=1, log=2)
    node.write(value=True)
    node.forget(0)
    assert (len(node.log), node.last) == (0, 0)


def test_positions_in_logs_of_two_classes_of_nodes() -> None:
    """Which log is meant has to be said."""
    with pytest.raises(SpecError, match=r"`Index\('log'\)` may be of several nodes") as refused:
        check(TwoLogs, Site=1, bounds={"sites.log": 2, "desk.log": 2})
    assert "Index('sites.log')" in str(refused.value)
