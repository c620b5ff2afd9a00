"""Limits, interruptions and progress: an unfinished search says where it stopped, and passes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import pytest
from small_machines import Counter, Faulty, answer, explored

from indoubt import check
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.breadth_first import CLOCK_EVERY
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Limits, Verdict
from indoubt.specs.language import Between, Spec, action, eventually, initial, invariant, reachable, require

Byte = Annotated[int, Between(0, 255)]
HOLDS, VIOLATED, INCONCLUSIVE = Verdict.HOLDS, Verdict.VIOLATED, Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("limits", "limit", "distinct"),
    [
        (Limits(max_states=3), "--max-states 3", 4),
        (Limits(max_depth=3), "--max-depth 3", 3),
        (Limits(max_depth=1), "--max-depth 1", 1),
        (Limits(max_depth=4), "--max-depth 4", 4),
        (Limits(max_states=1, max_depth=3), "--max-states 1", 2),
    ],
)
def test_a_limit_that_is_reached_is_named_and_is_no_pass(limits: Limits, limit: str, distinct: int) -> None:
    """`max_depth` counts the states on a path; states at that depth are checked and not expanded."""
    found = explored(Counter, limits, deadlock=True)
    assert found.stopped is not None
    assert found.stopped.limit == limit
    assert found.counts.distinct == distinct
    assert found.counts.frontier > 0
    assert str(found.stopped).startswith(f"{limit}, at depth {found.counts.depth} with {distinct} distinct state")
    assert found.verdict is INCONCLUSIVE
    assert answer(found, "small").verdict is answer(found, DEADLOCK).verdict is INCONCLUSIVE
    assert answer(found, "one").verdict is (INCONCLUSIVE if distinct == 1 else HOLDS)


@pytest.mark.parametrize("limits", [Limits(max_states=4), Limits(max_depth=5), Limits(timeout_s=3600)])
def test_a_limit_that_is_not_reached_changes_nothing(limits: Limits) -> None:
    """A run with room to spare is complete."""
    found = explored(Counter, limits)
    assert (found.stopped, found.verdict, found.counts) == (None, HOLDS, explored(Counter).counts)


def test_a_violation_within_a_limit_is_a_violation() -> None:
    """A counterexample is one, however little has been seen; what is left open stays open."""
    found = explored(Faulty, Limits(max_depth=5), properties=frozenset(["far", "farther"]))
    assert (answer(found, "far").verdict, answer(found, "farther").verdict) == (VIOLATED, INCONCLUSIVE)
    assert found.verdict is VIOLATED


def test_a_timeout_is_named_and_is_no_pass() -> None:
    """The clock is looked at from time to time; what was found until then is kept."""

    def dawdle(progress: Progress) -> None:
        if progress.expanded:
            time.sleep(0.11)

    found = explored(Counter, Limits(timeout_s=0.1), report=dawdle, end=1000)
    assert found.stopped is not None
    assert found.stopped.limit == "--timeout 0.1"
    assert found.verdict is INCONCLUSIVE
    assert CLOCK_EVERY < found.counts.distinct <= 1000


def test_an_interruption_yields_what_was_learnt() -> None:
    """Ctrl-C ends the search where it is: witnesses and counts stay, nothing undecided passes."""

    def interrupt(progress: Progress) -> None:
        if progress.expanded:
            raise KeyboardInterrupt

    found = explored(Counter, report=interrupt, end=1000)
    assert found.stopped is not None
    assert found.stopped.limit == "interrupted"
    assert (answer(found, "one").verdict, answer(found, "small").verdict) == (HOLDS, INCONCLUSIVE)
    assert found.counts.distinct == CLOCK_EVERY + 1
    assert sum(found.levels) == found.counts.distinct


def test_progress_tells_where_the_search_is() -> None:
    """Counts only grow, and the frontier is what has been found and not expanded."""
    seen: list[Progress] = []
    report: Callable[[Progress], None] = seen.append
    found = explored(Counter, report=report, end=1000, properties=frozenset(["one"]))
    assert [one.expanded for one in seen] == list(range(0, 1001, CLOCK_EVERY))
    assert all(one.counts.frontier == one.counts.distinct - one.expanded for one in seen)
    assert [one.counts.depth for one in seen] == [one.expanded + 1 for one in seen]
    assert found.counts.distinct == 1001


class Ending(Spec):
    """Counts to two, and ends there."""

    n: Annotated[int, Between(0, 3)] = 0

    @action
    def count(self) -> None:
        """One more."""
        require(self.n < 2)
        self.n += 1

    @invariant
    def small(self) -> bool:
        """It stays below three."""
        return self.n < 3

    @reachable
    def large(self) -> bool:
        """It becomes three."""
        return self.n == 3

    @eventually
    def one(self) -> bool:
        """It is one at some point."""
        return self.n == 1


def test_a_violation_in_the_last_level_leaves_nothing_undecided() -> None:
    """Every state has been expanded then, so the other properties are decided too."""
    result = check(Ending, deadlock=True)
    verdicts = {one.name: one.verdict for one in result.properties}
    assert verdicts == {"small": HOLDS, "large": VIOLATED, "one": VIOLATED, "deadlock": VIOLATED}


class Many(Spec):
    """A step whose choices are too many to be tried, and which no guard narrows down early."""

    done: bool = False

    @action
    def choose(self, a: Byte, b: Byte, c: Byte, d: Byte, e: Byte) -> None:
        """The last of so many."""
        require(a > 0 or not self.done)
        require(b > 0 or not self.done)
        require(c > 0 or not self.done)
        require(a + b + c + d + e > 1274)
        self.done = True

    @invariant
    def undone(self) -> bool:
        """It is not done."""
        return not self.done


class ManyBeginnings(Spec):
    """The same choices, to begin with."""

    done: bool = False

    @initial
    def choose(self, a: Byte, b: Byte, c: Byte, d: Byte, e: Byte) -> None:
        """The last of so many."""
        require(a > 0 or not self.done)
        require(b > 0 or not self.done)
        require(c > 0 or not self.done)
        require(a + b + c + d + e > 1274)
        self.done = True

    @action
    def undo(self) -> None:
        """Not any more."""
        self.done = False

    @invariant
    def undone(self) -> bool:
        """It is not done."""
        return not self.done


@pytest.mark.parametrize("engine", ["reference", "native"])
@pytest.mark.parametrize("spec", [Many, ManyBeginnings])
def test_the_clock_is_looked_at_while_the_choices_of_one_state_are_tried(spec: type[Spec], engine: str) -> None:
    """A time limit does not wait for the end of a state."""
    result = check(spec, timeout=0.05, engine=engine)
    assert result.verdict is INCONCLUSIVE
    assert result.stopped is not None
    assert result.stopped.limit == "--timeout 0.05"
