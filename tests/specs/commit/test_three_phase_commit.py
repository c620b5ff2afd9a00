"""Three-phase commit against TLC: what it needs in order to be safe, and what a partition does to it."""

from typing import Any

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed

from indoubt import Verdict, check
from indoubt.specs.commit.three_phase_commit import Detector, State, Termination, ThreePhaseCommit
from indoubt.specs.language import Fault


@pytest.mark.parametrize("row", cases(ThreePhaseCommit))
def test_the_oracle_and_the_checker_agree(row: Row) -> None:
    """Counts, verdicts and lengths are those of the count table."""
    assert observed(row) == row.expected


def test_a_partition_splits_the_data_with_nobody_dead() -> None:
    """The run of the README: one participant commits and another aborts, after one cut and no crash."""
    result = check(ThreePhaseCommit, Participant=3, partitions=1)
    trace = result.property("agreement").trace
    assert result.verdict is Verdict.VIOLATED
    assert trace is not None
    assert {State.COMMITTED, State.ABORTED} <= set(trace.last["state"].values())
    assert [step.fault for step in trace.steps if step.fault is not None] == [Fault.PARTITION]
    assert not trace.last["crashed"]
    assert not trace.last["coordinator_crashed"]
    assert result.counts.distinct < 20_000, "the README promises an answer within seconds"


def test_each_side_of_the_cut_ends_with_its_own_decision() -> None:
    """Participants that disagree are on different sides."""
    trace = check(ThreePhaseCommit, Participant=3, partitions=1, properties=["agreement"]).property("agreement").trace
    assert trace is not None
    state, beyond = trace.last["state"], trace.last["cut_off"]
    committed = {p in beyond for p in state if state[p] is State.COMMITTED}
    aborted = {p in beyond for p in state if state[p] is State.ABORTED}
    assert len(committed) == len(aborted) == 1
    assert committed != aborted


def test_a_perfect_detector_blocks_instead_of_splitting() -> None:
    """Nobody suspects a site that is only cut off, so nobody decides on its own."""
    result = check(ThreePhaseCommit, Participant=2, partitions=1, detector=Detector.PERFECT)
    assert result.verdict is Verdict.HOLDS
    assert result.envelope.taken["lose_contact"] == result.envelope.taken["take_over"] == 0


def test_textbook_timeouts_split_even_with_a_perfect_detector() -> None:
    """One crash of the coordinator: the participant in precommit commits, the one in wait aborts."""
    settings: dict[str, Any] = {"rule": Termination.TEXTBOOK, "detector": Detector.PERFECT, "crashes": 1}
    trace = check(ThreePhaseCommit, Participant=2, properties=["agreement"], **settings).property("agreement").trace
    assert trace is not None
    assert [step.action for step in trace.steps if step.fault is not None] == ["crash_coordinator"]
    assert [step.action for step in trace.steps].count("decide_by_timeout") == 2


def test_survivors_decide_without_the_coordinator() -> None:
    """The witness of the termination protocol commits after the coordinator has crashed."""
    trace = check(ThreePhaseCommit, Participant=2, crashes=1).property("survivors_commit").trace
    assert trace is not None
    actions = [step.action for step in trace.steps]
    assert actions.index("crash_coordinator") < actions.index("take_over") < actions.index("finish")
