"""Properties of whole runs under weak and strong fairness, with counterexamples that the source confirms."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import Annotated

import pytest

from indoubt import SpecFailed, Verdict, check
from indoubt.counterexamples.replay import ReplayMismatch, replay
from indoubt.runs.result import PropertyResult
from indoubt.specs.language import (
    Between,
    Fault,
    Map,
    Seq,
    Sort,
    Spec,
    action,
    constraint,
    empty,
    eventually,
    eventually_always,
    every,
    infinitely_often,
    initial,
    leads_to,
    require,
    strong,
    view,
    weak,
)


class P(Sort):
    """A process."""


class At(Enum):
    IDLE, WAITS, CRITICAL = range(3)


class Lock(Spec):
    """A lock that anybody may take who waits for it."""

    at: Map[P, At] = every(At.IDLE)

    @action
    def ask(self, p: P) -> None:
        """A process begins to wait."""
        require(self.at[p] is At.IDLE)
        self.at[p] = At.WAITS

    @action(fairness=weak("p"))
    def enter(self, p: P) -> None:
        """The lock is free, and is taken."""
        require(self.at[p] is At.WAITS)
        require(not any(self.at[q] is At.CRITICAL for q in P))
        self.at[p] = At.CRITICAL

    @action(fairness=weak("p"))
    def leave(self, p: P) -> None:
        """The lock is given back."""
        require(self.at[p] is At.CRITICAL)
        self.at[p] = At.IDLE

    @leads_to
    def served(self, p: P) -> tuple[bool, bool]:
        """Whoever waits gets it."""
        return self.at[p] is At.WAITS, self.at[p] is At.CRITICAL

    @infinitely_often
    def free(self) -> bool:
        """It is free again and again."""
        return not any(self.at[q] is At.CRITICAL for q in P)

    @eventually
    def taken(self) -> bool:
        """It is taken at some point."""
        return any(self.at[q] is At.CRITICAL for q in P)

    @eventually_always
    def quiet(self, p: P) -> bool:
        """Nobody wants it any more."""
        return self.at[p] is At.IDLE

    @constraint
    def one_waits(self) -> bool:
        """Not two at once."""
        return sum(1 for p in P if self.at[p] is At.WAITS) < 2

    @view
    def everything(self) -> object:
        """The whole state."""
        return self.at


class StrongLock(Lock):
    """A lock that nobody who waits is refused for ever."""

    @action(fairness=strong("p"))
    def enter(self, p: P) -> None:
        """The lock is free, and is taken."""
        require(self.at[p] is At.WAITS)
        require(not any(self.at[q] is At.CRITICAL for q in P))
        self.at[p] = At.CRITICAL


class SomebodyEnters(Lock):
    """Only somebody is owed the lock, no matter who."""

    @action(fairness=strong())
    def enter(self, p: P) -> None:
        """The lock is free, and is taken."""
        require(self.at[p] is At.WAITS)
        require(not any(self.at[q] is At.CRITICAL for q in P))
        self.at[p] = At.CRITICAL


class OneProcess(Lock):
    """The steps of a process are owed together: it may ask, and never enter."""

    @action(fairness=weak("p", group="process"))
    def ask(self, p: P) -> None:
        """A process begins to wait."""
        require(self.at[p] is At.IDLE)
        self.at[p] = At.WAITS

    @action(fairness=weak("p", group="process"))
    def enter(self, p: P) -> None:
        """The lock is free, and is taken."""
        require(self.at[p] is At.WAITS)
        require(not any(self.at[q] is At.CRITICAL for q in P))
        self.at[p] = At.CRITICAL

    @action(fairness=weak("p", group="process"))
    def leave(self, p: P) -> None:
        """The lock is given back."""
        require(self.at[p] is At.CRITICAL)
        self.at[p] = At.IDLE


@pytest.mark.parametrize(
    ("spec", "size", "violated"),
    [
        (Lock, 1, {"taken", "quiet"}),
        (Lock, 2, {"taken", "quiet", "served"}),
        (StrongLock, 3, {"taken", "quiet"}),
        (SomebodyEnters, 1, {"taken", "quiet"}),
        (SomebodyEnters, 2, {"taken", "quiet", "served"}),
        (OneProcess, 1, {"quiet"}),
        (OneProcess, 2, {"quiet", "served"}),
    ],
)
def test_fairness_decides_what_happens_at_last(spec: type[Spec], size: int, violated: set[str]) -> None:
    """What is owed to whom makes the difference."""
    result = check(spec, P=size)
    assert {one.name for one in result.properties if one.verdict is Verdict.VIOLATED} == violated
    assert all(one.trace is not None for one in result.properties if one.name in violated)


def _violated(name: str) -> PropertyResult:
    return check(Lock, P=2).property(name)


def test_the_run_of_a_starved_process_is_told() -> None:
    """The other one takes the lock again and again."""
    trace = _violated("served").trace
    assert trace is not None
    assert trace.back_to == 1
    assert [step.action for step in trace.steps] == ["ask", "ask", "enter", "leave"]
    assert trace.shows == "served(P0)"
    assert trace.states[trace.back_to] == trace.last


def test_a_run_may_stand_still_where_nothing_is_owed() -> None:
    """Nobody has to ask for the lock."""
    trace = _violated("taken").trace
    assert trace is not None
    assert (trace.steps, trace.back_to) == ((), 0)


@pytest.mark.parametrize("name", ["served", "taken", "quiet"])
def test_the_source_refuses_a_run_that_is_not_fair(name: str) -> None:
    """A process that waits at a free lock for ever breaks the promise made to it."""
    trace = _violated(name).trace
    assert trace is not None
    first = check(Lock, P=2, properties=["served"]).property("served").trace
    assert first is not None
    unfair = dataclasses.replace(trace, initial=first.initial, steps=first.steps[:2], back_to=2)
    with pytest.raises(ReplayMismatch, match=r"enter \(weak fairness\) is put off for ever"):
        replay(unfair)


def test_the_source_refuses_a_cycle_that_does_not_close() -> None:
    """The last state is not the one that the run is said to go back to."""
    trace = _violated("served").trace
    assert trace is not None
    with pytest.raises(ReplayMismatch, match="is as in state 0"):
        replay(dataclasses.replace(trace, back_to=0))


def test_the_source_refuses_a_run_in_which_the_property_holds() -> None:
    """The other process is served in this run."""
    trace = _violated("served").trace
    assert trace is not None
    with pytest.raises(ReplayMismatch, match="served is violated"):
        replay(dataclasses.replace(trace, arguments={"p": next(iter(trace.steps[2].arguments.values()))}))


def test_runs_are_not_judged_before_every_state_is_seen() -> None:
    """A limit and a constraint leave runs out."""
    for result in (check(Lock, P=2, max_states=3), check(Lock, P=2, constraints=["one_waits"])):
        assert {one.verdict for one in result.properties} == {Verdict.INCONCLUSIVE}


def test_a_view_does_not_go_with_runs() -> None:
    """A step that changes only what the view hides may be owed."""
    with pytest.raises(ValueError, match=r"--view everything does not go with properties of whole runs.*leave out"):
        check(Lock, P=2, view="everything")


def test_the_verdict_says_what_is_owed() -> None:
    """Fairness is an assumption, and part of the envelope."""
    assert check(StrongLock, P=1).envelope.fairness == ("strong for each p: enter", "weak for each p: leave")
    assert check(OneProcess, P=1).envelope.fairness == ("weak of process for each p: ask, enter, leave",)
    assert check(Lock, P=1, properties=[]).envelope.fairness == ()


class Leader(Spec):
    """Leaders come and go, and may stay away."""

    lead: P | None

    @initial
    def start(self, lead: P | None) -> None:
        """Somebody leads, or nobody."""
        self.lead = lead

    @action(fairness=weak())
    def win(self, p: P) -> None:
        """Nobody leads, and somebody wins."""
        require(self.lead is None)
        self.lead = p

    @eventually_always
    def led(self) -> bool:
        """There is a leader from some point on."""
        return self.lead is not None

    @eventually_always(some="p")
    def same(self, p: P) -> bool:
        """The leader stays the same from some point on."""
        return self.lead == p


class Fleeting(Leader):
    """Another may take over."""

    @action(fairness=weak("p"))
    def take_over(self, p: P) -> None:
        """The leader changes."""
        require(self.lead is not None and self.lead != p)
        self.lead = p


class Failing(Leader):
    """A leader may fail."""

    @action(fault=Fault.CRASH)
    def fail(self) -> None:
        """Nobody leads."""
        require(self.lead is not None)
        self.lead = None


@pytest.mark.parametrize(("spec", "violated"), [(Leader, set[str]()), (Fleeting, {"same"}), (Failing, {"led", "same"})])
def test_there_is_a_leader_that_stays(spec: type[Spec], violated: set[str]) -> None:
    """For some value is not the same as for all."""
    result = check(spec, P=3)
    assert {one.name for one in result.properties if one.verdict is Verdict.VIOLATED} == violated


class Unfounded(Spec):
    """What it promises cannot be said of every state."""

    queue: Seq[P] = empty()
    n: Annotated[int, Between(0, 2)] = 0

    @action
    def count(self) -> None:
        """One more."""
        require(self.n < 2)
        self.n += 1

    @leads_to
    def first_is_served(self, p: P) -> tuple[bool, bool]:
        """There is no first one."""
        return self.queue[self.n] == p, self.n == 2


def test_a_promise_that_cannot_be_computed_is_told_like_a_property() -> None:
    """With the state, and the way there."""
    with pytest.raises(SpecFailed, match=r"first_is_served: index 0 is out of range"):
        check(Unfounded, P=2, queue=2)


class PassesBy(Spec):
    """Comes to 1, as it has to, and may go on to 2."""

    at: Annotated[int, Between(0, 2)] = 0

    @action(fairness=weak())
    def come(self) -> None:
        """Comes."""
        require(self.at == 0)
        self.at = 1

    @action
    def go_on(self) -> None:
        """Goes on."""
        require(self.at == 1)
        self.at = 2

    @eventually
    def comes(self) -> bool:
        """It comes at some point, and need not stay."""
        return self.at == 1


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_what_has_happened_need_not_happen_again(engine: str) -> None:
    """A run in which it is true for a while keeps the promise of `@eventually`."""
    assert check(PassesBy, engine=engine).verdict is Verdict.HOLDS
