"""The temporal properties of a search: collects its steps, then looks for fair runs that break a property."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from indoubt.explorer.backends.backend import Backend, State, Taken
from indoubt.explorer.ir.machine import Action, Temporal
from indoubt.explorer.search.liveness import NOTHING_OWED, Edge, Lasso, Move, Steps, find_lasso
from indoubt.explorer.search.result import Answer, Path, Verdict

CUT_OFF = -1
"""Where a step leads that a constraint cuts off."""


class Promises:
    """What a search asks of whole runs, with the steps between its states, which are numbered as they are found."""

    def __init__(self, backend: Backend, chosen: Sequence[int]) -> None:
        self._backend = backend
        self._chosen = chosen
        self._edges: list[list[Edge]] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._strong: list[bool] = []
        self._owed_by = {action.name: _key_of(action) for action in backend.machine.actions}

    def begin(self) -> None:
        """The steps that follow are those of the next state."""
        self._edges.append([])

    def step(self, taken: Taken, target: int) -> None:
        """A step that changes the state leads to the state `target`."""
        self._edges[-1].append((target, self._promise(taken)))

    def answers(self, states: Sequence[State], initial: int, path_to: Callable[[int], Path]) -> Iterator[Answer]:
        """The verdict on each property, once every state is expanded. Raises StepFailed."""
        steps = Steps(self._edges, self._strong)
        for position in self._chosen:
            yield self._answer(position, steps, states, initial, path_to)

    def undecided(self) -> Iterator[Answer]:
        """An answer for each property of a search that has not seen every state."""
        for position in self._chosen:
            one = self._backend.machine.temporal[position]
            yield Answer(one.name, one.kind, one.claim, Verdict.INCONCLUSIVE)

    def _answer(
        self, position: int, steps: Steps, states: Sequence[State], initial: int, path_to: Callable[[int], Path]
    ) -> Answer:
        one = self._backend.machine.temporal[position]
        families: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        for arguments in self._backend.instances(position):
            fixed = tuple(value for place, value in enumerate(arguments) if place != one.some)
            families.setdefault(fixed, []).append(arguments)
        for family in families.values():  # one for each value of the parameters that mean "for all"
            said = [[self._backend.promised(position, member, state) for state in states] for member in family]
            lasso = find_breach(one, steps, initial, said)
            if lasso is not None:
                path = self._path(lasso, states, path_to)
                return Answer(one.name, one.kind, one.claim, Verdict.VIOLATED, path, arguments=family[0])
        return Answer(one.name, one.kind, one.claim, Verdict.HOLDS)

    def _promise(self, taken: Taken) -> int:
        key = self._owed_by[taken.action.name]
        if key is None:
            return NOTHING_OWED
        kind, name, places = key
        wanted = (kind, name, *(taken.arguments[place] for place in places))
        number = self._numbers.get(wanted)
        if number is None:
            number = self._numbers[wanted] = len(self._strong)
            self._strong.append(kind == "strong")
        return number

    def _path(self, lasso: Lasso, states: Sequence[State], path_to: Callable[[int], Path]) -> Path:
        begin = path_to(lasso.way[0][0] if lasso.way else lasso.entry)
        taken = [self._taken(move, states) for move in (*lasso.way, *lasso.cycle)]
        back_to = len(lasso.way)
        return Path(begin.choice, begin.initial, tuple(taken), back_to)

    def _taken(self, move: Move, states: Sequence[State]) -> tuple[Taken, State]:
        start, end, owed = move
        for outcome in self._backend.steps(states[start]):
            if isinstance(outcome, tuple) and outcome[1] == states[end]:
                if owed in (NOTHING_OWED, self._promise(outcome[0])):
                    return outcome
        raise AssertionError("a step of the graph is a step of the machine")


def find_breach(one: Temporal, steps: Steps, initial: int, said: Sequence[Sequence[tuple[bool, bool]]]) -> Lasso | None:
    """A fair run that breaks a property; `said` has, for each value of `some`, trigger and goal in each state."""

    def fails(state: int) -> bool:
        return not said[0][state][1]

    begin = range(initial)
    match one.kind:
        case "eventually":
            return find_lasso(steps, [state for state in begin if fails(state)], turns=fails, stays=fails)
        case "leads_to":
            return find_lasso(steps, begin, turns=lambda state: said[0][state][0], stays=fails)
        case "infinitely_often":
            return find_lasso(steps, begin, turns=fails, stays=fails)
        case "eventually_always":
            failing = [partial(_fails, one) for one in said]
            return find_lasso(steps, begin, turns=lambda _: True, stays=lambda _: True, meets=failing)
        case kind:
            raise ValueError(f"{kind} is no kind of a temporal property")


def _fails(said: Sequence[tuple[bool, bool]], state: int) -> bool:
    return not said[state][1]


def _key_of(action: Action) -> tuple[str, str, tuple[int, ...]] | None:
    """What is owed to an action: the kind of fairness, the name it goes by, and the places of its parameters."""
    fairness = action.fairness
    if fairness is None:
        return None
    names = [choice.local.name.partition("#")[0] for choice in action.choices]
    return fairness.kind, fairness.group or f"{action.name}()", tuple(map(names.index, fairness.parameters))
