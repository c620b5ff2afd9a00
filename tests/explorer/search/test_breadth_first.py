"""Breadth-first search: TLC's counts and every verdict, on machines that are counted by hand."""

from __future__ import annotations

from typing import Any

import pytest
from small_machines import (
    Chosen,
    Counter,
    Faulty,
    Guarded,
    Impossible,
    LameProperty,
    LameStep,
    Rank,
    Subsets,
    Unguarded,
    Waiting,
    answer,
    explored,
    way,
)

from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Verdict
from indoubt.specs.language import Spec, action, expect, invariant, reachable, require

HOLDS, VIOLATED, INCONCLUSIVE = Verdict.HOLDS, Verdict.VIOLATED, Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("spec", "settings", "counts"),
    [
        (Counter, {}, (1, 4, 4, 4)),
        (Counter, {"end": 0}, (1, 1, 1, 1)),
        (Waiting, {}, (1, 1 + 4 + 3, 4, 4)),
        (Unguarded, {}, (1, 4, 4, 4)),
        (Chosen, {}, (5, 8 + 4, 5, 1)),
        (Guarded, {}, (1, 1 + 1, 1, 1)),
        (Subsets, {"Node": 3}, (1, 1 + 2**3 * 3, 2**3, 4)),
        (Subsets, {"Node": 5}, (1, 1 + 2**5 * 5, 2**5, 6)),
    ],
)
def test_states_are_counted_as_tlc_counts_them(
    spec: type[Spec], settings: dict[str, Any], counts: tuple[int, int, int, int]
) -> None:
    """Initial, generated, distinct, depth: every enabled choice is generated, be its state new, known or the same."""
    found = explored(spec, **settings)
    assert (found.counts.initial, found.counts.generated, found.counts.distinct, found.counts.depth) == counts
    assert found.stopped is None


def test_a_complete_search_expands_every_state_once() -> None:
    """Nothing is left on the frontier, and the levels add up to the distinct states."""
    found = explored(Subsets, Node=4)
    assert found.counts.frontier == 0
    assert found.levels == (1, 4, 6, 4, 1)
    assert sum(found.levels) == found.counts.distinct
    assert found.taken == {"take": 4 * 8, "drop": 4 * 8}


def test_every_property_violated_at_the_first_depth_is_reported() -> None:
    """One that is violated farther away is undecided, and so is a reachable that has not been met."""
    found = explored(Faulty)
    verdicts = {one.property: one.verdict for one in found.answers}
    assert verdicts == {
        "far": VIOLATED,
        "middle": VIOLATED,
        "farther": INCONCLUSIVE,
        "onward": INCONCLUSIVE,
        "near": HOLDS,
        "corner": INCONCLUSIVE,
    }
    assert found.verdict is VIOLATED
    assert [len(way(found, name)) for name in ("far", "middle", "near")] == [5, 5, 3]
    assert answer(found, "far").claim == "Violated first at distance 4."


@pytest.mark.parametrize(("name", "length"), [("far", 5), ("middle", 5), ("farther", 6), ("onward", 6), ("corner", 19)])
def test_a_property_that_is_checked_alone_gets_a_shortest_way(name: str, length: int) -> None:
    """The other properties neither stop the search nor appear in the answer."""
    found = explored(Faulty, properties=frozenset([name]))
    assert [one.property for one in found.answers] == [name]
    assert len(way(found, name)) == length
    assert found.verdict is (HOLDS if name == "corner" else VIOLATED)


def test_a_violated_step_ends_its_counterexample() -> None:
    """Even where it leads back to a state that was known long before."""
    states = way(explored(Faulty, properties=frozenset(["onward"])), "onward")
    assert states[0] == (0, 0)
    assert states[-2:] == [(2, 2), (0, 2)]


def test_a_violated_initial_state_is_a_counterexample_without_steps() -> None:
    """It names the choice that made the state, and nothing is expanded."""

    class Wrong(Chosen):
        @invariant
        def low(self) -> bool:
            return self.x < 3

    found = explored(Wrong)
    path = answer(found, "low").path
    assert path is not None
    assert path.choice is not None
    assert (path.choice.action.name, path.choice.arguments) == ("start", (True, 3))
    assert (path.initial, path.steps) == ((3,), ())
    assert found.counts.frontier == found.counts.distinct == 5


def test_a_reachable_has_a_shortest_witness_and_an_unreachable_is_violated() -> None:
    """A spec whose interesting states are never reached does not pass."""

    class Hopeful(Subsets):
        @reachable
        def pair(self) -> bool:
            return len(self.held) == 2

        @reachable
        def crowd(self) -> bool:
            return len(self.held) > 3

    found = explored(Hopeful, Node=3)
    assert (answer(found, "pair").verdict, answer(found, "crowd").verdict) == (HOLDS, VIOLATED)
    assert [len(state[0]) for state in way(found, "pair")] == [0, 1, 2]
    assert answer(found, "crowd").path is None
    assert found.verdict is VIOLATED


def test_a_deadlock_is_a_violation_on_request() -> None:
    """The way leads to a state without a step; a state that only stands still is none."""
    assert [one.property for one in explored(Counter).answers] == ["small", "one"]
    found = explored(Counter, deadlock=True)
    assert answer(found, DEADLOCK).verdict is VIOLATED
    assert way(found, DEADLOCK) == [(0,), (1,), (2,), (3,)]
    assert answer(explored(Waiting, deadlock=True), DEADLOCK).verdict is HOLDS
    assert answer(explored(Subsets, deadlock=True, Node=1), DEADLOCK).verdict is HOLDS


def test_a_state_whose_only_step_is_refused_by_a_bound_is_a_deadlock() -> None:
    """The step is not taken, so that nothing can happen there."""
    found = explored(Unguarded, deadlock=True)
    assert way(found, DEADLOCK)[-1] == (3,)


def test_a_bound_that_is_reached_is_named_with_its_action() -> None:
    """It does not make a verdict inconclusive, and an initial state that is refused is no exception."""
    found = explored(Unguarded)
    assert found.bounds == (("`x`: Annotated[int, Between(0, 3)]", "count"),)
    assert found.verdict is HOLDS
    assert explored(Counter).bounds == ()
    assert explored(Guarded).bounds == (("`x`: Annotated[int, Between(0, 2)]", "start"),)


def test_leaving_an_order_is_named_by_the_method() -> None:
    """The next rank after the last."""

    class Climber(Spec):
        rank: Rank | None = None

        @action
        def begin(self, r: Rank) -> None:
            require(self.rank is None)
            self.rank = r

        @action
        def climb(self) -> None:
            rank = expect(self.rank, Rank)
            self.rank = rank.next()

    found = explored(Climber, Rank=3)
    assert found.bounds == (("Rank.next()", "climb"),)
    assert found.counts.distinct == 4


def test_a_spec_without_an_initial_state_does_not_hold() -> None:
    """Everything would be true of no state."""
    found = explored(Impossible)
    assert found.stopped is not None
    assert found.stopped.limit == "an empty set of initial states"
    assert {one.verdict for one in found.answers} == {INCONCLUSIVE}


@pytest.mark.parametrize(("spec", "culprit"), [(LameStep, "trip"), (LameProperty, "defined")])
def test_a_spec_that_cannot_be_computed_in_a_state_has_no_verdict(spec: type[Spec], culprit: str) -> None:
    """The search ends with what failed and a shortest way to where it did."""
    with pytest.raises(SearchFailed) as caught:
        explored(spec, Rank=2)
    assert caught.value.failure.name == culprit
    path = caught.value.path
    assert path is not None
    assert [state[0] for _, state in path.steps] == [1, 2]
