"""Whether a spec fails depends neither on the order of the states in a level, nor on the engine, nor on the workers.

Every property is computed in every state that is found and in every step that is taken, also when it is violated or
reached already. So where something cannot be computed in a level, that is told, whatever else is found in the level. A
violation ends the search with its level, and what would fail in a later one is not met.
"""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from indoubt import Verdict, check
from indoubt.runs.failing import SpecFailed
from indoubt.specs.language import (
    Between,
    Parameter,
    Set,
    Spec,
    action,
    constraint,
    initial,
    invariant,
    reachable,
    require,
    step_invariant,
)

ENGINES: tuple[dict[str, Any], ...] = (
    {"engine": "reference"},
    {"engine": "native"},
    {"engine": "native", "workers": 2},
    {"engine": "native", "store": "fingerprint"},
)
Small = Annotated[int, Between(0, 3)]


class Parting(Spec):
    """From the place 0 to 1 and 2, in the order that `left` says, and on to 3; in 2 `some` is empty."""

    left: Parameter[Annotated[int, Between(1, 2)]] = 1
    place: Small = 0
    some: Set[Small] = Set((0,))

    @action
    def go_left(self) -> None:
        """The first step from the beginning."""
        require(self.place == 0)
        self.place = self.left
        if self.left == 2:
            self.some.remove(0)

    @action
    def go_right(self) -> None:
        """The second one."""
        require(self.place == 0)
        self.place = 3 - self.left
        if self.left == 1:
            self.some.remove(0)

    @action
    def go_on(self) -> None:
        """From both places."""
        require(self.place in {1, 2})
        self.place = 3


class OneInvariant(Parting):
    """Violated in 1, and cannot be computed in 2."""

    @invariant
    def good(self) -> bool:
        """Not in 1."""
        return self.place != 1 and max(self.some) == 0


class TwoInvariants(Parting):
    """One is violated in 1, and another one cannot be computed in 2."""

    @invariant
    def good(self) -> bool:
        """Not in 1."""
        return self.place != 1

    @invariant
    def low(self) -> bool:
        """Not in 2."""
        return max(self.some) == 0


class Reached(Parting):
    """Reached in 1, and cannot be computed in 2."""

    @reachable
    def good(self) -> bool:
        """In 1, and not in 2."""
        return self.place == 1 or max(self.some) > 0


class OfSteps(Parting):
    """The step to 1 violates it, and it cannot be computed in the one to 2."""

    @step_invariant
    def good(self, after: OfSteps) -> bool:
        """Not to 1."""
        return after.place != 1 and max(after.some) == 0


class Within(Parting):
    """The constraint cannot be computed in 2."""

    @constraint
    def low(self) -> bool:
        """Not in 2."""
        return max(self.some) == 0

    @invariant
    def good(self) -> bool:
        """Not in 1."""
        return self.place != 1


class Outside(Parting):
    """The constraint admits neither 1, where the invariant is violated, nor 2, where it cannot be computed."""

    @constraint
    def near(self) -> bool:
        """Only the beginning."""
        return self.place == 0

    @invariant
    def good(self) -> bool:
        """Not in 1."""
        return self.place != 1 and max(self.some) == 0


class Onwards(Parting):
    """A step from 1 leads to a violation, and the step from 2 cannot be computed."""

    @action
    def go_on(self) -> None:
        """Only from 1."""
        require(self.place in {1, 2})
        self.some.remove(0)
        self.place = 3

    @invariant
    def good(self) -> bool:
        """Not in 3."""
        return self.place != 3


class Asserting(Parting):
    """An assertion fails in the step from 1, and the step from 2 cannot be computed."""

    @action
    def go_on(self) -> None:
        """Not from 1, nor from 2."""
        require(self.place in {1, 2})
        self.some.remove(0)
        assert self.place != 1
        self.place = 3


class Beginnings(Spec):
    """One initial state violates the invariant, and in another one it cannot be computed."""

    left: Parameter[Annotated[int, Between(1, 2)]] = 1
    some: Set[Small]

    @initial
    def start(self, number: Small) -> None:
        """Empty first, or last."""
        self.some = Set(one for one in range(3) if one >= (number if self.left == 1 else 3 - number))

    @action
    def stay(self) -> None:
        """Nothing happens."""

    @invariant
    def good(self) -> bool:
        """A number is low."""
        return max(self.some) < 1


CONSTRAINTS: dict[type[Spec], list[str]] = {Within: ["low"], Outside: ["near"]}
SAME_LEVEL = (OneInvariant, TwoInvariants, Reached, OfSteps, Within, Outside, Onwards, Asserting, Beginnings)


@pytest.mark.parametrize("options", ENGINES, ids=str)
@pytest.mark.parametrize("left", [1, 2])
@pytest.mark.parametrize("spec", SAME_LEVEL)
def test_what_cannot_be_computed_in_a_level_is_told(spec: type[Spec], left: int, options: dict[str, Any]) -> None:
    """Whether the violation, or the state that is to be reached, comes before it or behind it."""
    constraints = CONSTRAINTS.get(spec, [])
    with pytest.raises(SpecFailed):
        check(spec, left=left, constraints=constraints, **options)


class Abstract(Spec):
    """Never at 1."""

    place: Small = 0

    @action
    def leap(self, to: Small) -> None:
        """Anywhere else."""
        require(to != 1)
        self.place = to


class Mapped(Parting):
    """A step to 1 is not allowed, and what 2 stands for cannot be computed."""

    def seen(self) -> int:
        """The place, where there is some."""
        return self.place + max(self.some)


@pytest.mark.parametrize("options", ENGINES, ids=str)
@pytest.mark.parametrize("left", [1, 2])
def test_a_mapping_that_cannot_be_computed_is_told(left: int, options: dict[str, Any]) -> None:
    """Beside a step that the abstract spec does not allow, too."""
    with pytest.raises(SpecFailed):
        check(Mapped, refines=Abstract, mapping={"place": "seen"}, left=left, **options)


class MappedAndChecked(Mapped):
    """And in 1 an invariant cannot be computed."""

    other: Set[Small] = Set((0,))

    @action
    def go_left(self) -> None:
        """The first step from the beginning."""
        require(self.place == 0)
        self.place = self.left
        if self.left == 2:
            self.some.remove(0)
        else:
            self.other.remove(0)

    @action
    def go_right(self) -> None:
        """The second one."""
        require(self.place == 0)
        self.place = 3 - self.left
        if self.left == 1:
            self.some.remove(0)
        else:
            self.other.remove(0)

    @invariant
    def good(self) -> bool:
        """There is another one."""
        return max(self.other) == 0


@pytest.mark.parametrize("left", [1, 2])
def test_of_two_steps_that_lead_to_failures_the_first_is_told(left: int) -> None:
    """By every engine: an invariant of the state that the one leads to, or what the other stands for."""
    told: set[str] = set()
    for options in ENGINES:
        with pytest.raises(SpecFailed) as failed:
            check(MappedAndChecked, refines=Abstract, mapping={"place": "seen"}, left=left, **options)
        told.add(str(failed.value))
    assert len(told) == 1
    assert ("max(self.other)" in told.pop()) == (left == 1)


class InARow(Spec):
    """Counts to 3, where nothing can be computed any more."""

    place: Small = 0
    some: Set[Small] = Set((0,))

    @action
    def go(self) -> None:
        """To 3, and never further."""
        require(self.place < 3)
        self.place += 1
        if self.place == 3:
            self.some.remove(0)


class ViolatedEarlier(InARow):
    """Before it cannot be computed."""

    @invariant
    def good(self) -> bool:
        """Not in 1."""
        return self.place != 1 and max(self.some) == 0


class ReachedEarlier(InARow):
    """Before it cannot be computed."""

    @reachable
    def good(self) -> bool:
        """In 1."""
        return self.place == 1 or max(self.some) > 0


@pytest.mark.parametrize("options", ENGINES, ids=str)
def test_what_is_decided_before_a_failure(options: dict[str, Any]) -> None:
    """A violation ends the search before it; a state that is reached does not."""
    result = check(ViolatedEarlier, **options)
    assert result.verdict is Verdict.VIOLATED
    assert len(result.property("good").trace or ()) == 2
    with pytest.raises(SpecFailed):
        check(ReachedEarlier, **options)
