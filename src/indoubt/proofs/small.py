"""A spec at small sizes: its machine, and steps there that break an invariant which is to be proved for every size."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from indoubt.explorer.backends.backend import Broken, Refused, State
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.expressions import Literal
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.statements import Bind
from indoubt.explorer.ir.values import decode
from indoubt.explorer.passes.pipeline import prepared
from indoubt.invariants.bounded.model import CannotEncode, Model
from indoubt.invariants.bounded.single_step import Breaking, SingleSteps
from indoubt.invariants.unbounded.queries import Concrete
from indoubt.runs.quorum_choice import is_sound
from indoubt.specs.language.declarations import sorts_of
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.quorum_systems import QuorumSystem
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.universe import within

SIZES = (2, 3)
"""The sizes of all sorts at which a step is looked for; then each sort is made smaller, as far as there is one."""
MOST_MEMBERS = 8
"""The largest size of a sort at which its quorums are looked at."""
FIRST_FITTING = 5
"""A violation is looked for at so many of the sizes that a quorum system fits: up to 5 members of majorities."""
QUERY_S = 10.0
"""How long the solver may take for one of these questions."""


class SmallSizes:
    """The machines of a spec by the sizes of its sorts, and single steps of them.

    Of a sort with quorums those sizes count at which there are quorums of every phase, and they overlap as their system
    requires: a proof takes that for granted.
    """

    def __init__(
        self,
        spec: type[Spec],
        settings: Mapping[str, Any],
        systems: Mapping[str, QuorumSystem],
        report: Callable[[str], None] | None,
    ) -> None:
        """`systems` has the quorum system of each sort that has quorums."""
        self._spec, self._report, self._given = spec, report, dict(settings)
        self._systems = systems
        self._fixed = {sort.__name__: sort.fixed_size for sort in sorts_of(spec) if sort.fixed_size is not None}
        self._fitting = {
            sort: [size for size in self._possible(sort) if is_sound(system, size)] for sort, system in systems.items()
        }
        self.free = tuple(sort.__name__ for sort in sorts_of(spec) if sort.fixed_size is None)
        """The sorts whose size a run chooses."""
        levels = [dict(self._level(size)) for size in SIZES] if all(self._fitting.values()) else []
        self.levels = [sizes for place, sizes in enumerate(levels) if sizes not in levels[:place]]
        """Sizes of all of them, the smaller ones first; none where the quorums of some sort never fit."""
        self.further = [*self.levels, *(one for one in self._own() if one not in self.levels)]
        """Sizes at which a violation is looked for: these, and those that the quorum systems of the run are for."""
        self._machines: dict[tuple[tuple[str, int], ...], tuple[Settings, Machine]] = {}
        self._steps: dict[tuple[tuple[str, int], ...], SingleSteps | None] = {}

    def _possible(self, sort: str) -> Iterable[int]:
        return [self._fixed[sort]] if sort in self._fixed else range(1, MOST_MEMBERS + 1)

    def _level(self, size: int, given: Mapping[str, int] | None = None) -> Iterator[tuple[str, int]]:
        """The sizes of all sorts, at least this one where it can be, but for those that are given."""
        for sort in self.free:
            fitting = [given[sort]] if given and sort in given else self._fitting.get(sort, [size])
            yield sort, next((one for one in fitting if one >= size), fitting[-1])

    def _own(self) -> Iterator[dict[str, int]]:
        """The first sizes that each quorum system fits, and the one that it is meant for; of other sorts the least."""
        for sort, system in self._systems.items():
            if sort in self.free and all(few for other, few in self._fitting.items() if other != sort):
                meant = system.example_size
                last = [meant] if meant is not None and is_sound(system, meant) else []
                for size in dict.fromkeys([*self._fitting[sort][:FIRST_FITTING], *last]):
                    yield dict(self._level(SIZES[0], {sort: size}))

    @property
    def systems_told(self) -> str:
        """The quorum systems, as texts."""
        return " and ".join(dict.fromkeys(map(str, self._systems.values())))

    def unfit(self, sizes: Mapping[str, int]) -> str:
        """Why the quorums at these sizes are not what a proof takes for granted; empty where they are."""
        for sort, system in self._systems.items():
            size = {**self._fixed, **sizes}[sort]
            if not is_sound(system, size):
                return f"{system} has no quorums that overlap as they should at {sort}={size}"
        return ""

    def at(self, sizes: Mapping[str, int]) -> tuple[Settings, Machine]:
        """The settings and the machine at some sizes."""
        key = tuple(sorted(sizes.items()))
        if key not in self._machines:
            settled = settle(self._spec, {**self._given, **sizes})
            self._machines[key] = settled, prepared(lower(self._spec, settled))
        return self._machines[key]

    def look(self, name: str, action: str, assumed: tuple[str, ...]) -> Concrete | None:
        """A step of an action that breaks a property where the assumed ones held, at sizes as small as it is found."""
        for sizes in self.levels:
            found = self._breaking(sizes, name, action, assumed)
            if found is not None:
                return self._smaller(dict(sizes), found, name, action, assumed)
        return None

    def needed(self, name: str, action: str, assumed: tuple[str, ...]) -> tuple[str, ...] | None:
        """Those of the assumed properties without which a step breaks another one, at the largest of these sizes.

        None where nobody knows. They are likely to be enough at every size, which is for the solver to say.
        """
        if not self.levels:
            return None
        steps = self._steps_at(self.levels[-1])
        with within(self.at(self.levels[-1])[0].universe):
            return None if steps is None else steps.needed(name, action, assumed)

    def _smaller(
        self, sizes: dict[str, int], found: Breaking, name: str, action: str, assumed: Sequence[str]
    ) -> Concrete:
        for sort in self.free:
            fitting = self._fitting.get(sort, range(1, sizes[sort]))
            for size in sorted((one for one in fitting if one < sizes[sort]), reverse=True):
                fewer = {**sizes, sort: size}
                smaller = self._breaking(fewer, name, action, assumed)
                if smaller is None:
                    break
                sizes, found = fewer, smaller
        return Concrete(sizes, found.before, found.arguments)

    def _breaking(self, sizes: Mapping[str, int], name: str, action: str, assumed: Sequence[str]) -> Breaking | None:
        if self._report is not None:
            at = " ".join(f"{sort}={size}" for sort, size in sizes.items())
            self._report(f"{name}, {action}, at {at}" if at else f"{name}, {action}")
        steps = self._steps_at(sizes)
        with within(self.at(sizes)[0].universe):
            return None if steps is None else steps.breaking(name, action, assumed)

    def _steps_at(self, sizes: Mapping[str, int]) -> SingleSteps | None:
        """The steps at some sizes; None for what is too large for circuits, and left to the solver for every size."""
        key = tuple(sorted(sizes.items()))
        settings, machine = self.at(sizes)
        if key not in self._steps:
            with within(settings.universe):
                try:
                    self._steps[key] = SingleSteps(Model(machine), QUERY_S)
                except CannotEncode:
                    self._steps[key] = None
        return self._steps[key]


class NotEnabled(AssertionError):
    """The reference interpreter does not take a step that the solver takes."""


def stepped(machine: Machine, action: Action, arguments: tuple[Any, ...], before: State) -> tuple[State | None, str]:
    """The state after a step with these arguments, or what becomes of it."""
    binds = tuple(
        Bind(choice.local, Literal(value, choice.local.type))
        for choice, value in zip(action.choices, arguments, strict=True)
    )
    fixed = dataclasses.replace(action, choices=(), body=(*binds, *action.body), fairness=None)
    reference = Reference(
        dataclasses.replace(machine, actions=(fixed,), initial=(), properties=(), temporal=(), views=())
    )
    try:
        for outcome in reference.steps(before):
            if isinstance(outcome, Broken):
                return None, f"{outcome.name} fails"
            if not isinstance(outcome, Refused):
                return outcome[1], ""
    except StepFailed as error:
        return None, error.reason
    raise NotEnabled(f"{action.name} is not enabled in {before}, though the solver says that it is")


def decoded(machine: Machine, state: State) -> dict[str, Any]:
    """The values of the variables, as Python has them."""
    pairs = zip(machine.variables, state, strict=True)
    return {variable.name: decode(value, variable.type) for variable, value in pairs}
