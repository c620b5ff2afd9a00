"""The temporal properties of a search: collects its steps, then looks for fair runs that break a property."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from indoubt.explorer.backends.backend import Backend, State, Taken
from indoubt.explorer.ir.machine import Machine, Temporal
from indoubt.explorer.search.liveness import NOTHING_OWED, Edge, Lasso, Steps, find_lasso
from indoubt.explorer.search.owed import Owed
from indoubt.explorer.search.result import Answer, Path, Verdict

CUT_OFF = -1
"""Where a step leads that a constraint cuts off."""


class Promises:
    """What a search asks of whole runs, with the steps between its states, which are numbered as they are found."""

    def __init__(self, backend: Backend, chosen: Sequence[int]) -> None:
        self._backend = backend
        self._chosen = chosen
        self._edges: list[list[Edge]] = []
        self._owed = Owed(backend.machine)
        self._state: State = ()

    def begin(self, state: State) -> None:
        """The steps that follow are those of a state, the next one."""
        self._edges.append([])
        self._state = state

    def step(self, taken: Taken, target: int | None, *, is_still: bool) -> None:
        """A step leads to the state `target`, or to None where a constraint cuts it off; `is_still` if it stays."""
        if is_still and not (taken.action.fairness is not None and taken.action.fairness.is_kept_still):
            return
        owed = self._owed.number(taken) if self._backend.owes(taken, self._state) else NOTHING_OWED
        self._edges[-1].append((CUT_OFF if target is None else target, owed))

    def answers(self, states: Sequence[State], initial: int, path_to: Callable[[int], Path]) -> Iterator[Answer]:
        """The verdict on each property, once every state is expanded. Raises StepFailed."""
        steps = Steps(self._edges, self._owed.strong)
        for position in self._chosen:
            yield self._answer(position, steps, states, initial, path_to)

    def undecided(self) -> Iterator[Answer]:
        """An answer for each property of a search that has not seen every state."""
        return undecided(self._backend.machine, self._chosen)

    def _answer(
        self, position: int, steps: Steps, states: Sequence[State], initial: int, path_to: Callable[[int], Path]
    ) -> Answer:
        one = self._backend.machine.temporal[position]
        families = families_of(one, self._backend.instances(position))
        for family in families:
            said = [[self._backend.promised(position, member, state) for state in states] for member in family]
            lasso = find_breach(one, steps, initial, said)
            if lasso is not None:
                path = self._owed.told(lasso, self._backend, states.__getitem__, path_to)
                return Answer(one.name, one.kind, one.claim, Verdict.VIOLATED, path, arguments=family[0])
        return Answer(one.name, one.kind, one.claim, Verdict.HOLDS)


def undecided(machine: Machine, chosen: Sequence[int]) -> Iterator[Answer]:
    """An answer for each of the chosen properties of whole runs, when not every state is seen."""
    for one in (machine.temporal[position] for position in chosen):
        yield Answer(one.name, one.kind, one.claim, Verdict.INCONCLUSIVE)


def families_of(one: Temporal, instances: Iterable[tuple[Any, ...]]) -> list[list[tuple[Any, ...]]]:
    """The arguments of a property, those together that differ in the parameter that means "there is" alone."""
    families: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for arguments in instances:
        fixed = tuple(value for place, value in enumerate(arguments) if place != one.some)
        families.setdefault(fixed, []).append(arguments)
    return list(families.values())


def find_breach(one: Temporal, steps: Steps, initial: int, said: Sequence[Sequence[tuple[bool, bool]]]) -> Lasso | None:
    """A fair run that breaks a property; `said` has, for each value of `some`, trigger and goal in each state."""

    def fails(state: int) -> bool:
        return not said[0][state][1]

    begin = range(initial)
    match one.kind:
        case "eventually":
            return find_lasso(steps, begin, turns=fails, stays=fails, begins_turned=True)
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
