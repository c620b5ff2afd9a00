"""State constraints have TLC's meaning, and an `assert` of the author is a property like any other."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from indoubt import SpecFailed, Verdict, check, prove, simulate
from indoubt.specs.language import (
    Between,
    Bound,
    Map,
    Ring,
    Seq,
    Spec,
    action,
    constraint,
    empty,
    every,
    initial,
    invariant,
    reachable,
    require,
    step_invariant,
    view,
)

LARGEST = Bound(default=4)


class Counter(Spec):
    """Counts from 0 to 9, one at a time."""

    n: Annotated[int, Between(0, 9)] = 0

    @action
    def count(self) -> None:
        """One more."""
        self.n += 1

    @invariant
    def below_seven(self) -> bool:
        """The count stays below seven."""
        return self.n < 7

    @constraint
    def small(self) -> bool:
        """Only counts below four are of interest."""
        return self.n < 4

    @constraint
    def at_most_six(self) -> bool:
        """Only counts up to six are of interest."""
        return self.n <= 6


def test_a_state_outside_of_the_constraint_is_neither_stored_nor_expanded() -> None:
    """It is generated once more than it is distinct, as TLC counts."""
    result = check(Counter, constraints=["small"])
    assert result.verdict is Verdict.HOLDS
    assert (result.counts.generated, result.counts.distinct, result.counts.depth) == (5, 4, 4)
    assert result.envelope.constraints == ("small",)


def test_a_state_outside_of_the_constraint_is_checked() -> None:
    """The first state outside breaks the invariant, and the trace ends there."""
    result = check(Counter, constraints=["at_most_six"])
    trace = result.property("below_seven").trace
    assert trace is not None
    assert trace.last == {"n": 7}
    assert len(trace) == 8


def test_a_constraint_is_off_unless_the_run_asks_for_it() -> None:
    """Without it, the bound of the interval is reached and named."""
    result = check(Counter, properties=[], deadlock=True)
    assert result.counts.distinct == 10
    assert [action for _, action in result.envelope.bounds] == ["count"]
    assert result.property("deadlock").verdict is Verdict.VIOLATED


def test_an_unknown_constraint_is_named_with_those_there_are() -> None:
    """The message says what was asked and what there is."""
    with pytest.raises(ValueError, match=r"unknown constraint 'tiny' of Counter; it has: small, at_most_six"):
        check(Counter, constraints=["tiny"])


class Seat(Ring): ...


class Table(Spec):
    """A token goes round a table, and everybody who had it is written down."""

    holder: Seat
    passed: Seq[Seat] = empty()

    @initial
    def lay(self, at: Seat) -> None:
        """Somebody has the token."""
        self.holder = at

    @action
    def pass_on(self) -> None:
        """The token goes to the next seat."""
        assert len(self.passed) < LARGEST
        self.passed.append(self.holder)
        self.holder = self.holder.next()

    @reachable
    def all_round(self) -> bool:
        """The token comes back to where it was."""
        return len(self.passed) > 0 and self.passed[0] == self.holder


def test_an_assertion_that_fails_is_a_violation_with_a_shortest_way_to_it() -> None:
    """The way ends in the state in which the step fails, and the claim names the step."""
    result = check(Table, Seat=3, passed=9)
    broken = next(one for one in result.properties if one.kind == "assertion")
    assert result.verdict is Verdict.VIOLATED
    assert broken.trace is not None
    assert len(broken.trace) == 5
    assert broken.claim.startswith("pass_on() breaks it in the last state")


def test_an_assertion_is_named_as_the_report_names_it() -> None:
    """It is asked about alone, by checks and proofs, and stands among what there is."""
    (name,) = [one.name for one in check(Table, Seat=3, passed=9).properties if one.kind == "assertion"]
    result = check(Table, Seat=3, passed=9, properties=[name])
    assert [(one.name, one.verdict) for one in result.properties] == [(name, Verdict.VIOLATED)]
    proof = prove(Table, Seat=3, passed=9, bmc=5, properties=[name])
    assert [(one.name, one.status.value) for one in proof.properties] == [(name, "violated")]
    walked = simulate(Table, Seat=3, passed=9, runs=3, properties=[name])
    assert [(one.name, one.verdict) for one in walked.properties] == [(name, Verdict.VIOLATED)]
    with pytest.raises(ValueError, match=f"unknown property 'assert' of Table; it has: .*{name}"):
        check(Table, Seat=3, passed=9, properties=["assert"])


def test_an_assertion_that_is_never_reached_holds() -> None:
    """The capacity of the sequence, a bound of the run, ends the run before; the verdict names it."""
    result = check(Table, Seat=3, passed=3)
    assert result.verdict is Verdict.HOLDS
    assert [one.verdict for one in result.properties if one.kind == "assertion"] == [Verdict.HOLDS]
    assert result.envelope.bounds == (("passed=3", "pass_on"),)


def test_a_named_bound_of_the_module_is_set_by_the_run() -> None:
    """`LARGEST` is 4 unless the run says otherwise."""
    result = check(Table, Seat=3, bounds={"passed": 9, "LARGEST": 2})
    broken = next(one for one in result.properties if one.kind == "assertion")
    assert broken.trace is not None
    assert len(broken.trace) == 3


def test_a_ring_wraps_around() -> None:
    """After as many steps as there are seats, the token is back."""
    for seats in (1, 2, 3):
        way = check(Table, Seat=seats, passed=3).property("all_round").trace
        assert way is not None
        assert len(way.steps) == seats


class Peeking(Spec):
    """Its constraint and its view look at what need not be there."""

    queue: Seq[Seat] = empty()

    @action
    def take(self) -> None:
        """The queue becomes empty."""
        require(len(self.queue) > 0)
        self.queue.pop_first()

    @action
    def join(self, s: Seat) -> None:
        """Somebody queues up."""
        self.queue.append(s)

    @initial
    def start(self, s: Seat) -> None:
        """One waits."""
        self.queue = Seq([s])

    @invariant
    def short(self) -> bool:
        """Few wait."""
        return len(self.queue) < 5

    @constraint
    def first_waits(self) -> bool:
        """It cannot be said of an empty queue."""
        return self.queue[0] in set(Seat)

    @view
    def head(self) -> object:
        """Nor can this."""
        return self.queue[0]


@pytest.mark.parametrize("asked", [{"constraints": ["first_waits"]}, {"view": "head"}])
def test_a_constraint_or_view_that_fails_is_told_with_the_way_there(asked: dict[str, Any]) -> None:
    """As a property that fails is."""
    with pytest.raises(SpecFailed, match="index 0 is out of range") as caught:
        check(Peeking, Seat=2, queue=2, **asked)
    assert "take()" in caught.value.told()


class Jumping(Spec):
    """Goes up by one or two, and has room for two."""

    n: Annotated[int, Between(0, 3)] = 0
    room: Map[Annotated[int, Between(0, 1)], bool] = every(False)

    @action
    def jump(self, by: Annotated[int, Between(1, 2)]) -> None:
        """By so much."""
        require(self.n == 0)
        self.n += by

    @step_invariant
    def has_room(self, after: Jumping) -> bool:
        """It cannot be said of a step to 2."""
        return not after.room[after.n]


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_a_step_invariant_that_fails_is_told_with_its_step(engine: str) -> None:
    """The trace ends with that step, and the states on both sides of it are shown."""
    with pytest.raises(SpecFailed, match="no key 2") as caught:
        check(Jumping, engine=engine)
    trace, told = caught.value.trace, caught.value.told()
    assert trace is not None
    assert [(step.action, step.after["n"]) for step in trace.steps] == [("jump", 2)]
    before, _, after = told.partition("It fails for step 1, jump(2). The state before that step:")[2].partition(
        "The state after it:"
    )
    assert before.split()[:2] == ["n", "0"]
    assert after.split()[:2] == ["n", "2"]
