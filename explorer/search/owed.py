"""What fairness owes: the promises of a machine, numbered as they come up."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from indoubt.explorer.backends.backend import Backend, State, Taken
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.values import untag
from indoubt.explorer.search.liveness import NOTHING_OWED, Lasso, Move
from indoubt.explorer.search.result import Path
from indoubt.specs.language.types import EnumType, IntType, RecordType, SortType, Type, UnionType


class Owed:
    """Gives each promise of fairness a number: the actions of a group with equal arguments keep one and the same."""

    def __init__(self, machine: Machine) -> None:
        self.strong: list[bool] = []
        """Says of each promise whether it is a strong one."""
        self._numbers: dict[Hashable, int] = {}
        self._places = {action.name: action.fair_places for action in machine.actions}

    def number(self, taken: Taken) -> int:
        """The promise that a step keeps, or NOTHING_OWED."""
        places = self._places[taken.action.name]
        if places is None:
            return NOTHING_OWED
        name = self.name(taken.action, tuple(taken.arguments[place] for place in places))
        return self.called(name, strong=is_strong(taken.action))

    def name(self, action: Action, values: tuple[Any, ...]) -> Hashable:
        """What a promise goes by, for the values of the parameters that fairness names; equal names are one promise."""
        fairness = action.fairness
        assert fairness is not None
        places = action.fair_places or ()
        own = [canonical(value, action.choices[place].range) for value, place in zip(values, places, strict=True)]
        return fairness.kind, fairness.group or f"{action.name}()", *own

    def called(self, name: Hashable, *, strong: bool) -> int:
        """The promise of a name."""
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.strong)
            self.strong.append(strong)
        return number

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
                if owed == NOTHING_OWED or (
                    owed == self.number(outcome[0]) and backend.owes(outcome[0], state_at(start))
                ):
                    return outcome
        raise AssertionError("a step of the graph is a step of the machine")


def canonical(value: Any, type_: Type) -> Hashable:
    """A value with the kind that it is of: actions of a group may have parameters of different types."""
    if isinstance(type_, UnionType):
        position, content = untag(type_, value)
        return canonical(content, type_.alternatives[position])
    match type_:
        case SortType(cls) | EnumType(cls):
            return cls, value
        case RecordType(cls, fields):
            return cls, *(canonical(item, one) for item, (_, one) in zip(value, fields, strict=True))
        case IntType():
            return IntType, value
        case _:
            return type_, value


def is_strong(action: Action) -> bool:
    """Whether what is owed to an action is owed strongly."""
    return action.fairness is not None and action.fairness.kind == "strong"
