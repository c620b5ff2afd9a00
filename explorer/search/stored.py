"""The states that a search has stored, in the order in which they were found, and the ways to them."""

from __future__ import annotations

from indoubt.explorer.backends.backend import State, Taken
from indoubt.explorer.search.result import Path

INITIAL = -1
"""The parent of an initial state."""


class Stored:
    """States with their parents and the steps that led to them: a shortest way to each, from an initial state."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self._parents: list[int] = []
        self._choices: list[Taken | None] = []

    def add(self, state: State, parent: int, choice: Taken | None) -> int:
        """Store a state, and say by which index; the parent of an initial one is INITIAL."""
        self.states.append(state)
        self._parents.append(parent)
        self._choices.append(choice)
        return len(self.states) - 1

    def path(self, index: int, last: tuple[Taken, State] | None = None) -> Path:
        """The way to a stored state, and a last step from there."""
        steps = [] if last is None else [last]
        while self._parents[index] != INITIAL:
            choice = self._choices[index]
            assert choice is not None
            steps.append((choice, self.states[index]))
            index = self._parents[index]
        return Path(self._choices[index], self.states[index], tuple(reversed(steps)))

    def path_beyond(self, state: State, parent: int, choice: Taken | None) -> Path:
        """The way to a state that is not stored."""
        if parent == INITIAL:
            return Path(choice, state, ())
        assert choice is not None
        return self.path(parent, (choice, state))
