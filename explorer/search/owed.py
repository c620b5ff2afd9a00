"""What fairness owes: the promises of a machine, numbered as they come up."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from indoubt.explorer.backends.backend import Backend, State, Taken
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.search.liveness import NOTHING_OWED, Lasso, Move
from indoubt.explorer.search.result import Path

Key = tuple[str, str, tuple[int, ...]]


class Owed:
    """Gives each promise of fairness a number: the actions of a group with equal arguments keep one and the same."""

    def __init__(self, machine: Machine) -> None:
        self.strong: list[bool] = []
        """Says of each promise whether it is a strong one."""
        self._numbers: dict[Hashable, int] = {}
        self._keys = {action.name: _key_of(action) for action in machine.actions}

    def number(self, taken: Taken) -> int:
        """The promise that a step keeps, or NOTHING_OWED."""
        key = self._keys[taken.action.name]
        if key is None:
            return NOTHING_OWED
        kind, name, places = key
        wanted = (kind, name, *(taken.arguments[place] for place in places))
        number = self._numbers.get(wanted)
        if number is None:
            number = self._numbers[wanted] = len(self.strong)
            self.strong.append(kind == "strong")
        return number

    def places(self, action: Action) -> tuple[int, ...] | None:
        """The parameters of an action that tell its promises apart; None where nothing is owed to it."""
        key = self._keys[action.name]
        return None if key is None else key[2]

    def told(
        self, lasso: Lasso, backend: Backend, state_at: Callable[[int], State], path_to: Callable[[int], Path]
    ) -> Path:
        """A run in the words of a machine: `state_at` and `path_to` tell states, and the way to initial ones."""
        begin = path_to(lasso.way[0][0] if lasso.way else lasso.entry)
        taken = tuple(self._taken(move, backend, state_at) for move in (*lasso.way, *lasso.cycle))
        return Path(begin.choice, begin.initial, taken, len(lasso.way))

    def _taken(self, move: Move, backend: Backend, state_at: Callable[[int], State]) -> tuple[Taken, State]:
        start, end, owed = move
        after = state_at(end)
        for outcome in backend.steps(state_at(start)):
            if isinstance(outcome, tuple) and outcome[1] == after:
                if owed in (NOTHING_OWED, self.number(outcome[0])):
                    return outcome
        raise AssertionError("a step of the graph is a step of the machine")


def _key_of(action: Action) -> Key | None:
    """What is owed to an action: the kind of fairness, the name it goes by, and the places of its parameters."""
    fairness = action.fairness
    if fairness is None:
        return None
    names: list[Any] = [choice.local.name.partition("#")[0] for choice in action.choices]
    return fairness.kind, fairness.group or f"{action.name}()", tuple(map(names.index, fairness.parameters))
