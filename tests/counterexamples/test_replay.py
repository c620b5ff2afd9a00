"""The second opinion: true traces pass, every kind of false one is refused, and messages are observed."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import pytest

from indoubt import check
from indoubt.counterexamples.record import record
from indoubt.counterexamples.replay import ReplayMismatch, replay
from indoubt.counterexamples.trace import Trace
from indoubt.specs.commit.two_phase import RM, TwoPhase
from indoubt.specs.language import Between, Fault, Message, Set, Sort, Spec, action, empty, initial, invariant, require
from indoubt.specs.language.display import show


def tampered(trace: Trace, number: int, **changes: Any) -> Trace:
    """The trace with some fields of one step changed; steps count from 1."""
    steps = list(trace.steps)
    steps[number - 1] = dataclasses.replace(steps[number - 1], **changes)
    return dataclasses.replace(trace, steps=tuple(steps))


@pytest.mark.parametrize("name", ["split", "storm", "desk", "closing", "stuck"])
def test_a_true_trace_of_each_kind_is_confirmed(name: str, request: pytest.FixtureRequest) -> None:
    """Invariants, step invariants, reachable states and deadlocks all replay, an `assert` in a property included."""
    trace: Trace = request.getfixturevalue(name)
    assert [step.step for step in replay(trace).steps] == list(trace.steps)


class Letter(Message):
    """A letter of a room."""

    room: Annotated[int, Between(0, 1)]


class Posting(Spec):
    """Letters are put, kept and taken as sets."""

    posted: Set[Letter] = empty()
    taken: Set[Letter] = empty()

    @action
    def post(self, room: Annotated[int, Between(0, 1)]) -> None:
        """One more letter."""
        self.posted |= {Letter(room)}

    @action
    def take(self) -> None:
        """All letters are taken, and are posted no more."""
        require(len(self.posted) > 1)
        self.taken |= self.posted
        self.taken &= self.posted
        self.posted -= self.taken

    @invariant
    def none_is_taken(self) -> bool:
        """Violated after three steps."""
        return len(self.taken) == 0


def test_sets_of_messages_are_joined_in_place() -> None:
    """Where the source is watched while it replays a trace, too."""
    (broken,) = check(Posting).properties
    assert broken.trace is not None
    assert len(broken.trace) == 4
    assert dict(broken.trace.steps[-1].after)["posted"] == set()


def test_a_trace_of_no_step_is_confirmed() -> None:
    """A property may be decided in the initial state."""
    trace = record(TwoPhase(RM=2), [], shows="")
    assert replay(trace).steps == ()


def test_a_wrong_state_is_refused_with_the_place_that_differs(split: Trace) -> None:
    """The message names the step, both values, and says whose defect it is."""
    wrong = tampered(split, 7, after={**split.steps[6].after, "partitions_left": 1})
    with pytest.raises(ReplayMismatch) as caught:
        replay(wrong)
    message = str(caught.value)
    assert "step 7, cut({Site1, Site2})" in message
    assert "the checker said     partitions_left = 1" in message
    assert "the Python source    partitions_left = 0" in message
    assert "defect of indoubt" in message


def test_a_wrong_initial_state_is_refused(split: Trace) -> None:
    """The initial state comes from the source as well."""
    with pytest.raises(ReplayMismatch, match="differs at the initial state"):
        replay(dataclasses.replace(split, initial={**split.initial, "partitions_left": 2}))


def test_a_missing_variable_is_refused(split: Trace) -> None:
    """A state has the variables of the spec, no fewer."""
    shorter = {name: value for name, value in split.initial.items() if name != "leads"}
    with pytest.raises(ReplayMismatch, match="the checker said     variables coordinator_phase, phase, msgs"):
        replay(dataclasses.replace(split, initial=shorter))


def test_a_gap_between_two_steps_is_refused(split: Trace) -> None:
    """A step begins where the one before it ended."""
    with pytest.raises(ReplayMismatch, match="the state before step 2"):
        replay(tampered(split, 2, before=split.steps[3].before))


def test_a_step_that_is_not_enabled_is_refused(split: Trace) -> None:
    """The guards of the source count."""
    with pytest.raises(ReplayMismatch, match=r"step 2, ask\(\)(.|\n)*a `require` does not hold"):
        replay(tampered(split, 2, action="ask", arguments={}))


def test_a_step_that_cannot_be_called_is_refused(split: Trace) -> None:
    """A missing argument is a defect of the checker too, and its traceback is kept as the cause."""
    with pytest.raises(ReplayMismatch, match="raises TypeError") as caught:
        replay(tampered(split, 2, arguments={}))
    assert isinstance(caught.value.__cause__, TypeError)


def test_a_property_that_still_holds_is_refused(split: Trace) -> None:
    """A counterexample without its last step is none."""
    with pytest.raises(ReplayMismatch, match=r"agreement is violated(.|\n)*says that it holds"):
        replay(dataclasses.replace(split, steps=split.steps[:-1]))


def test_a_violation_before_the_last_state_is_refused(split: Trace) -> None:
    """A trace that goes on after the violation is not a shortest one."""
    heal = record(_state(split), [("heal",)]).steps
    with pytest.raises(ReplayMismatch, match=r"the state after step 12(.|\n)*violated already"):
        replay(dataclasses.replace(split, steps=split.steps + heal))


def test_a_state_that_is_not_the_reachable_one_is_refused(storm: Trace) -> None:
    """Neither too short nor too long."""
    with pytest.raises(ReplayMismatch, match=r"somebody_commits is reached(.|\n)*says that it is not"):
        replay(dataclasses.replace(storm, steps=storm.steps[:-1]))


def test_a_step_invariant_that_the_last_step_keeps_is_refused(closing: Trace) -> None:
    """The last step is the one that breaks it."""
    with pytest.raises(ReplayMismatch, match="reports_stay is violated by the last step"):
        replay(dataclasses.replace(closing, steps=closing.steps[:-1]))


def test_a_deadlock_with_an_enabled_step_is_refused(stuck: Trace) -> None:
    """The message names a step that can be taken."""
    with pytest.raises(ReplayMismatch, match=r"no step is enabled(.|\n)*says that hand_out\(Worker0\) is"):
        replay(dataclasses.replace(stuck, steps=stuck.steps[:-1]))


def test_an_unknown_kind_of_trace_is_refused(desk: Trace) -> None:
    """A mistake of a caller is told with what there is."""
    kinds = "there are: invariant, step_invariant, reachable, deadlock, refinement, scenario"
    with pytest.raises(ValueError, match=kinds):
        replay(dataclasses.replace(desk, kind="liveness"))


class Counter(Spec):
    """Counts up to a bound from a chosen start."""

    count: Annotated[int, Between(0, 3)]

    @initial
    def start(self, at: Annotated[int, Between(0, 3)]) -> None:
        self.count = at

    @action
    def increment(self) -> None:
        self.count = self.count + 1

    @invariant
    def is_small(self) -> bool:
        """The count stays below three."""
        return self.count < 3


def test_the_choice_of_the_initial_state_is_replayed() -> None:
    """`@initial` gets the arguments that the trace says."""
    start = Counter()
    start.start(at=1)
    trace = record(start, [("increment",), ("increment",)], shows="is_small", choice={"at": 1})
    assert replay(trace).trace.last == {"count": 3}
    with pytest.raises(ReplayMismatch, match=r"count = 1(.|\n)*count = 2"):
        replay(dataclasses.replace(trace, choice={"at": 2}))


def test_a_step_that_leaves_a_bound_counts_as_not_enabled() -> None:
    """So a full counter is in a deadlock."""
    start = Counter()
    start.start(at=3)
    assert replay(record(start, [], shows="deadlock", choice={"at": 3})).steps == ()


def test_messages_are_sent_where_they_are_new_and_received_where_they_are_read(split: Trace) -> None:
    """Membership that was true, the witness of a search, and parameters count; an exhausted search does not."""
    seen = replay(split)
    sent = {step.number: [show(message) for message in step.sent] for step in seen.steps if step.sent}
    received = {step.number: [show(message) for message in step.received] for step in seen.steps if step.received}
    assert sent == {
        1: ["Ask()"],
        2: ["Yes(Site0)"],
        3: ["Yes(Site1)"],
        4: ["Yes(Site2)"],
        5: ["PreCommit()"],
        6: ["Ack(Site0)"],
        8: ["Decide(None, COMMITTED)"],
        10: ["MoveTo(Site1)"],
        11: ["Moved(Site2)"],
        12: ["Decide(Site1, ABORTED)"],
    }
    assert received == {
        2: ["Ask()"],
        3: ["Ask()"],
        4: ["Ask()"],
        5: ["Yes(Site0)", "Yes(Site1)", "Yes(Site2)"],
        6: ["PreCommit()"],
        8: ["Ack(Site0)"],
        9: ["Decide(None, COMMITTED)"],
        11: ["MoveTo(Site1)"],
        12: ["Moved(Site2)"],
    }


def test_messages_in_inboxes_are_observed(desk: Trace) -> None:
    """A map to sets of messages is watched like a set; emptying an inbox reads nothing."""
    seen = replay(desk)
    assert [[show(message) for message in step.sent] for step in seen.steps] == [
        ["Job(Worker1)"],
        [],
        ["Done(Worker1)"],
        [],
    ]
    assert [[show(message) for message in step.received] for step in seen.steps] == [
        [],
        ["Job(Worker1)"],
        [],
        ["Done(Worker1)"],
    ]


class Box(Sort): ...


class Note(Message):
    box: Box


class Post(Spec):
    """Loses what is posted."""

    notes: Set[Note] = empty()

    @action
    def post(self, b: Box) -> None:
        self.notes.add(Note(b))

    @action(fault=Fault.LOSS)
    def lose(self, m: Note) -> None:
        require(m in self.notes)
        self.notes.remove(m)


def test_a_lost_message_is_not_received() -> None:
    """The fault has it as a parameter, but no node has read it."""
    seen = replay(record(Post(Box=1), [("post", Box(0)), ("lose", Note(Box(0)))]))
    assert [(step.sent, step.received) for step in seen.steps] == [((Note(Box(0)),), ()), ((), ())]


class Lid(Spec):
    """Has no messages."""

    seen: Set[Box] = empty()

    @action
    def open(self, b: Box) -> None:
        require(b not in self.seen)
        self.seen.add(b)


def test_sets_of_other_things_are_no_messages() -> None:
    """Only a `Message` is sent and received."""
    (step,) = replay(record(Lid(Box=2), [("open", Box(0))])).steps
    assert (step.sent, step.received) == ((), ())


def test_replaying_changes_nothing(split: Trace) -> None:
    """The states of a trace are values; replaying twice gives the same."""
    assert replay(split) == replay(split)


def test_a_driven_two_phase_commit_is_confirmed() -> None:
    """A shipped spec, driven by hand."""
    calls = [("rm_prepare", RM(0)), ("rm_prepare", RM(1)), ("tm_abort",), ("rm_rcv_abort", RM(0))]
    assert len(replay(record(TwoPhase(RM=2), calls)).steps) == 4


def _state(trace: Trace) -> Spec:
    """The state that a trace ends in, to go on from."""
    state = trace.spec(**trace.settings.sizes, **trace.settings.parameters)
    for step in trace.steps:
        getattr(state, step.action)(**step.arguments)
    return state
