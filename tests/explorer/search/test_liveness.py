"""Fair runs: the search finds one where brute force does, and what it finds is one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, pairwise

from hypothesis import event, given, settings, strategies as st

from indoubt.explorer.search.components import components
from indoubt.explorer.search.liveness import NOTHING_OWED, Edge, Lasso, Steps, find_lasso

STATES = 4
EDGES = st.tuples(st.integers(0, STATES - 1), st.integers(-1, STATES - 1), st.integers(NOTHING_OWED, 2))


@st.composite
def graphs(draw: st.DrawFn) -> Steps:
    """A few states with steps between them, some of which keep one of three promises."""
    found: list[list[Edge]] = [[] for _ in range(STATES)]
    for start, end, owed in draw(st.lists(EDGES, max_size=8, unique=True)):
        if start != end:
            found[start].append((end, owed))
    return Steps(found, draw(st.lists(st.booleans(), min_size=3, max_size=3)))


SOME = st.frozensets(st.integers(0, STATES - 1))


@settings(max_examples=500)
@given(steps=graphs(), initial=SOME, turning=SOME, staying=SOME, meeting=st.none() | SOME)
def test_a_fair_run_is_found_if_there_is_one(
    steps: Steps,
    initial: frozenset[int],
    turning: frozenset[int],
    staying: frozenset[int],
    meeting: frozenset[int] | None,
) -> None:
    """Brute force tries every connected set of steps as a cycle."""
    lasso = find_lasso(
        steps,
        sorted(initial),
        turns=turning.__contains__,
        stays=staying.__contains__,
        meets=() if meeting is None else [meeting.__contains__],
    )
    can_be = any(
        _can_reach(steps, initial, turning, staying, min(states)) for states in _cycles(steps, staying, meeting)
    )
    event(f"there is one: {can_be}")
    assert (lasso is not None) == can_be
    if lasso is not None:
        _check(steps, lasso, initial, turning, staying, meeting)


def _cycles(steps: Steps, staying: frozenset[int], meeting: frozenset[int] | None) -> Iterator[frozenset[int]]:
    """The states of every cycle that a fair run may repeat for ever."""
    inside = [(start, end, owed) for start in staying for end, owed in steps.edges[start] if end in staying]
    alone: list[tuple[frozenset[int], set[int]]] = [(frozenset([state]), set()) for state in staying]
    subsets = chain.from_iterable(combinations(inside, size) for size in range(1, len(inside) + 1))
    together = [
        (frozenset(chain.from_iterable((start, end) for start, end, _ in some)), {owed for *_, owed in some})
        for some in subsets
        if _is_connected(some)
    ]
    for states, kept in alone + together:
        possible = [steps.possible(state) for state in states]
        weak = possible[0].intersection(*possible) - kept
        strong = set[int]().union(*possible) - kept
        is_fair = all(steps.strong[owed] for owed in weak) and not any(steps.strong[owed] for owed in strong)
        if is_fair and (meeting is None or states & meeting):
            yield states


def _is_connected(edges: tuple[tuple[int, int, int], ...]) -> bool:
    """Whether one walk, which comes back to its start, can take all of the steps."""
    states = {state for start, end, _ in edges for state in (start, end)}
    for root in states:
        seen, waiting = {root}, [root]
        while waiting:
            here = waiting.pop()
            new = {end for start, end, _ in edges if start == here} - seen
            seen |= new
            waiting += new
        if seen != states:
            return False
    return True


def _can_reach(
    steps: Steps, initial: frozenset[int], turning: frozenset[int], staying: frozenset[int], goal: int
) -> bool:
    anywhere = _reached(steps, initial, frozenset(range(STATES)))
    return goal in _reached(steps, anywhere & turning & staying, staying)


def _reached(steps: Steps, start: frozenset[int], inside: frozenset[int]) -> frozenset[int]:
    seen = start & inside
    while True:
        new = {end for state in seen for end, _ in steps.edges[state] if end in inside}
        if new <= seen:
            return seen
        seen |= new


def _check(
    steps: Steps,
    lasso: Lasso,
    initial: frozenset[int],
    turning: frozenset[int],
    staying: frozenset[int],
    meeting: frozenset[int] | None,
) -> None:
    """Every move is a step, the cycle closes and is fair, and the run stays where it should."""
    moves = (*lasso.way, *lasso.cycle)
    for before, after in pairwise(moves):
        assert before[1] == after[0]
    assert all(
        any(end == to and owed in (NOTHING_OWED, kept) for end, kept in steps.edges[at]) for at, to, owed in moves
    )
    states = [lasso.way[0][0] if lasso.way else lasso.entry, *(to for _, to, _ in moves)]
    assert states[0] in initial
    assert states[-1] == states[len(lasso.way)] == lasso.entry
    assert any(state in turning and set(states[place:]) <= staying for place, state in enumerate(states))
    cycle = frozenset(states[len(lasso.way) :])
    assert meeting is None or cycle & meeting
    kept = {owed for *_, owed in lasso.cycle}
    possible = [steps.possible(state) for state in cycle]
    assert all(steps.strong[owed] for owed in possible[0].intersection(*possible) - kept)
    assert not any(steps.strong[owed] for owed in set[int]().union(*possible) - kept)


@given(steps=graphs())
def test_components_are_the_states_that_reach_each_other(steps: Steps) -> None:
    """Two states are in one component if each can be reached from the other."""
    everything = frozenset(range(STATES))
    reach = [_reached(steps, frozenset([state]), everything) for state in range(STATES)]
    expected = {
        frozenset(other for other in range(STATES) if other in reach[state] and state in reach[other])
        for state in range(STATES)
    }
    found = list(components(range(STATES), lambda state: steps.targets(state, everything)))
    assert {frozenset(one) for one in found} == expected
    assert sorted(chain.from_iterable(found)) == sorted(everything)


def test_long_chains_of_states_do_no_harm() -> None:
    """No recursion: a chain of 50,000 states is no problem."""
    length = 50_000
    steps = Steps([[(state + 1, 0)] for state in range(length - 1)] + [[]], [False])
    lasso = find_lasso(steps, [0], turns=lambda _: True, stays=lambda _: True)
    assert lasso is not None
    assert (lasso.entry, len(lasso.way), lasso.cycle) == (length - 1, length - 1, ())
