"""Two-phase commit with logs, crashes and recovery against TLC, switch by switch."""

from typing import Any

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed

from indoubt import Verdict, check
from indoubt.counterexamples.trace import Trace
from indoubt.specs.commit.two_phase_commit import Coordinator, Memory, NonblockingTwoPhaseCommit, TwoPhaseCommit
from indoubt.specs.language import Fault


def trace_of(violated: str, **settings: Any) -> Trace:
    """The shortest counterexample to a property of two-phase commit."""
    trace = check(TwoPhaseCommit, properties=[violated], **settings).property(violated).trace
    assert trace is not None
    return trace


@pytest.mark.parametrize("row", cases(TwoPhaseCommit, NonblockingTwoPhaseCommit))
def test_the_oracle_and_the_checker_agree(row: Row) -> None:
    """Counts, verdicts and lengths are those of the count table."""
    assert observed(row) == row.expected


def test_one_crash_of_the_coordinator_leaves_everybody_in_doubt() -> None:
    """The blocked state: the coordinator is down, all participants are prepared, and peers know nothing either."""
    result = check(NonblockingTwoPhaseCommit, Participant=3, cooperative=True, properties=["nonblocking"])
    trace = result.property("nonblocking").trace
    assert trace is not None
    assert trace.last["coordinator"] is Coordinator.DOWN
    assert set(trace.last["memory"].values()) == {Memory.PREPARED}
    assert [step.action for step in trace.steps] == ["send_prepare"] + ["vote_yes"] * 3 + ["crash_coordinator"]


def test_an_unforced_decision_is_forgotten_in_a_crash() -> None:
    """The decision is sent, the coordinator crashes before the flush, recovers and announces the opposite."""
    trace = trace_of("agreement", Participant=2, coordinator_crashes=1, force_decision=False)
    actions = [step.action for step in trace.steps]
    assert actions.index("send_commit") < actions.index("crash_coordinator") < actions.index("send_abort")


def test_an_unforced_vote_is_forgotten_in_a_crash() -> None:
    """A participant votes Yes, crashes, and recovers by aborting."""
    trace = trace_of("agreement", Participant=2, participant_crashes=1, force_prepared=False)
    assert [step.action for step in trace.steps if step.fault is not None] == ["crash", "recover"]


@pytest.mark.parametrize("switch", ["timeout_abort", "timeout_commit", "early_forget"])
def test_impatience_needs_no_crash(switch: str) -> None:
    """The mutations without crashes break agreement without any fault."""
    trace = trace_of("agreement", Participant=2, **{switch: True})
    assert all(step.fault is None for step in trace.steps)


def test_crash_stop_leaves_nodes_down() -> None:
    """With restarts=0 no node comes back, and all properties hold."""
    result = check(TwoPhaseCommit, Participant=2, coordinator_crashes=1, crashes=1, restarts=0)
    assert result.verdict is Verdict.HOLDS
    assert result.envelope.faults["recover_coordinator"] == 0
    assert result.envelope.faults["recover"] == 0
    assert result.envelope.faults["crash"] > 0


def test_the_shared_budget_is_spent_after_the_own_one() -> None:
    """A coordinator with a crash of its own leaves the shared one for somebody else."""
    shared = trace_of("agreement", Participant=2, crashes=1, force_decision=False)
    assert [step.fault for step in shared.steps if step.fault] == [Fault.CRASH, Fault.RESTART]
    assert shared.last["crashes_left"] == 0
    own = trace_of("agreement", Participant=2, coordinator_crashes=1, crashes=1, force_decision=False)
    assert own.last["crashes_left"] == 1
