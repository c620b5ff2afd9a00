"""Making the way of a walk shorter: cut its circles, then search around its states for shortcuts.

A walk goes back and forth. What is left is a counterexample, and often a short one, but nothing says that it is a
shortest: the searches are bounded.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from itertools import pairwise

from indoubt.explorer.backends.backend import Backend, Outcome, State, Taken
from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.search.native_exploration import Disagreement
from indoubt.explorer.search.result import Path
from indoubt.specs.language.frozen import dataclass

BUDGET = 5000
"""States that are expanded for one counterexample."""
LEAST = 20
"""States that are expanded around each state of the way at least, while the budget lasts."""

Step = tuple[Taken, State]


@dataclass(frozen=True)
class Target:
    """What a way leads to: a state, a step, or a state with such outcomes."""

    is_state: Callable[[State], bool] = lambda _: False
    is_step: Callable[[State, State], bool] = lambda _before, _after: False
    has_outcome: Callable[[Sequence[Outcome]], bool] = lambda _: False
    admits: Callable[[State], bool] = lambda _: True
    """Whether a state may be expanded."""


def without_circles(states: Sequence[State]) -> list[State]:
    """The same way with every return to a state cut out: from each state on, what follows its last visit."""
    last = {state: position for position, state in enumerate(states)}
    kept: list[State] = []
    position = 0
    while position < len(states):
        position = last[states[position]]
        kept.append(states[position])
        position += 1
    return kept


def path_along(backend: Backend, states: Sequence[State]) -> Path:
    """The way along some states, with a step from each to the next. Raises Disagreement where there is none."""
    choice = next((one[0] for one in backend.initial() if isinstance(one, tuple) and one[1] == states[0]), None)
    steps: list[Step] = []
    for before, after in pairwise(states):
        taken = next((one[0] for one in backend.steps(before) if isinstance(one, tuple) and one[1] == after), None)
        if taken is None:
            raise Disagreement(f"no step leads from {before} to {after}")
        steps.append((taken, after))
    return Path(choice, states[0], tuple(steps))


def shortened(backend: Backend, path: Path, target: Target, budget: int = BUDGET) -> Path:
    """A way to the target from the same initial state that is as long or shorter.

    From each state of the way a bounded breadth-first search looks for the target, and for states further along.
    """
    steps = list(path.steps)
    position = 0
    while budget > 0 and position < len(steps):
        here = steps[position - 1][1] if position else path.initial
        share = max(LEAST, budget // 2 if position == 0 else budget // (len(steps) - position))
        around = _Around(backend, here, target)
        around.search(min(share, budget))
        budget -= around.expanded
        if around.hit is not None and len(around.hit) <= len(steps) - position:
            return Path(path.choice, path.initial, (*steps[:position], *around.hit))
        gain, onward, way = max(
            (
                (later - position - len(way), later, way)
                for later in range(position + 1, len(steps) + 1)
                if (way := around.way(steps[later - 1][1])) is not None and later < len(steps)
            ),
            key=lambda shortcut: (shortcut[0], shortcut[1]),
            default=(0, 0, ()),
        )
        if gain > 0:
            steps[position:onward] = way
        position += 1
    return Path(path.choice, path.initial, tuple(steps))


class _Around:
    """A breadth-first search from one state."""

    def __init__(self, backend: Backend, start: State, target: Target) -> None:
        self._backend, self._target = backend, target
        self._start = start
        self._came: dict[State, tuple[State, Taken] | None] = {start: None}
        self.expanded = 0
        self.hit: tuple[Step, ...] | None = None
        """A shortest way from the start to the target."""

    def search(self, most: int) -> None:
        """Expand up to so many states, or until the target is hit."""
        waiting = [self._start]
        for state in waiting:
            if self.expanded == most or self.hit is not None:
                return
            self.expanded += 1
            # A state whose steps or properties cannot be computed is another finding than this one.
            with contextlib.suppress(StepFailed):
                waiting += self._expand(state)

    def _expand(self, state: State) -> list[State]:
        target, new = self._target, list[State]()
        outcomes = list(self._backend.steps(state))
        if target.has_outcome(outcomes):
            self.hit = self.way(state)
            return []
        for outcome in outcomes:
            if not isinstance(outcome, tuple):
                continue
            taken, after = outcome
            if target.is_step(state, after):
                self.hit = (*(self.way(state) or ()), outcome)
                return []
            if after in self._came:
                continue
            self._came[after] = state, taken
            if target.is_state(after):
                self.hit = self.way(after)
                return []
            if target.admits(after):
                new.append(after)
        return new

    def way(self, state: State) -> tuple[Step, ...] | None:
        """The steps from the start to a state; None if it was not met."""
        if state not in self._came:
            return None
        steps: list[Step] = []
        came = self._came[state]
        while came is not None:
            before, taken = came
            steps.append((taken, state))
            state, came = before, self._came[before]
        return tuple(reversed(steps))
