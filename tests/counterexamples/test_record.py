"""Driving a spec by hand and keeping the trace."""

from __future__ import annotations

import pytest

from indoubt.counterexamples.record import record
from indoubt.specs.commit.two_phase import RM, TwoPhase
from indoubt.specs.language import NotEnabled


def test_a_recorded_trace_has_every_state_and_what_the_author_says() -> None:
    """States, arguments by name, the first line of the docstring and who acts."""
    trace = record(TwoPhase(RM=2), [("rm_prepare", RM(1)), ("tm_rcv_prepared", RM(1))])
    assert len(trace) == 3
    assert [dict(step.arguments) for step in trace.steps] == [{"rm": RM(1)}, {"rm": RM(1)}]
    assert trace.steps[1].by == "TM"
    assert trace.steps[1].summary.startswith("The transaction manager hears")
    assert trace.steps[0].after == trace.steps[1].before
    assert set(trace.steps[1].changes) == {"tm_prepared"}


def test_the_state_that_it_starts_from_stays_as_it_is() -> None:
    """So that several runs can begin there."""
    start = TwoPhase(RM=2)
    record(start, [("rm_prepare", RM(1))])
    assert start == TwoPhase(RM=2)


def test_a_call_that_is_not_enabled_raises() -> None:
    """The guards hold for people as well."""
    with pytest.raises(NotEnabled):
        record(TwoPhase(RM=2), [("rm_rcv_commit", RM(0))])


def test_an_unknown_action_is_told_with_those_there_are() -> None:
    """As for every wrong name."""
    with pytest.raises(ValueError, match="TwoPhase has no action 'rm_prepair'; it has: tm_rcv_prepared, "):
        record(TwoPhase(RM=2), [("rm_prepair", RM(0))])


def test_an_unknown_property_is_told_with_those_there_are() -> None:
    """Deadlock is one of them."""
    with pytest.raises(ValueError, match=r"TwoPhase has no property 'agreemnt'; it has: .*, deadlock"):
        record(TwoPhase(RM=2), [], shows="agreemnt")
