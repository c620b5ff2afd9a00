"""A spec at small sizes: its machine, and steps there that break an invariant which is to be proved for every size."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
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
from indoubt.invariants.unbounded.obligations import Concrete
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import QUORUMS, Settings, sorts_of
from indoubt.specs.language.universe import within

SIZES = (2, 3)
"""The sizes of all sorts at which a step is looked for; then each sort is made smaller, as far as there is one."""
QUERY_S = 10.0
"""How long the solver may take for one of these questions."""


class SmallSizes:
    """The machines of a spec by the sizes of its sorts, and single steps of them."""

    def __init__(self, spec: type[Spec], settings: Mapping[str, Any], report: Callable[[str], None] | None) -> None:
        self._spec, self._report = spec, report
        self._given = {name: value for name, value in settings.items() if name != QUORUMS}
        self.are_of_the_run = settings.get(QUORUMS) is None
        """Whether the quorums there are those of the run. They are majorities, which meet whatever their phases, so
        that what fails with them is not proved for any system; whether it fails with another one is left open."""
        self.free = tuple(sort.__name__ for sort in sorts_of(spec) if sort.fixed_size is None)
        """The sorts whose size a run chooses."""
        self._machines: dict[tuple[tuple[str, int], ...], tuple[Settings, Machine]] = {}
        self._steps: dict[tuple[tuple[str, int], ...], SingleSteps | None] = {}

    def at(self, sizes: Mapping[str, int]) -> tuple[Settings, Machine]:
        """The settings and the machine at some sizes."""
        key = tuple(sorted(sizes.items()))
        if key not in self._machines:
            settled = settle(self._spec, {**sizes, **self._given})
            self._machines[key] = settled, prepared(lower(self._spec, settled))
        return self._machines[key]

    def look(self, name: str, action: str, assumed: tuple[str, ...]) -> Concrete | None:
        """A step of an action that breaks a property where the assumed ones held, at sizes as small as it is found."""
        for size in SIZES:
            sizes = dict.fromkeys(self.free, size)
            found = self._breaking(sizes, name, action, assumed)
            if found is not None:
                return self._smaller(sizes, found, name, action, assumed)
            if not sizes:
                return None
        return None

    def _smaller(
        self, sizes: dict[str, int], found: Breaking, name: str, action: str, assumed: Sequence[str]
    ) -> Concrete:
        for sort in self.free:
            while sizes[sort] > 1:
                fewer = {**sizes, sort: sizes[sort] - 1}
                smaller = self._breaking(fewer, name, action, assumed)
                if smaller is None:
                    break
                sizes, found = fewer, smaller
        return Concrete(sizes, found.before, found.arguments)

    def _breaking(self, sizes: Mapping[str, int], name: str, action: str, assumed: Sequence[str]) -> Breaking | None:
        if self._report is not None:
            at = " ".join(f"{sort}={size}" for sort, size in sizes.items())
            self._report(f"{name}, {action}, at {at}" if at else f"{name}, {action}")
        key = tuple(sorted(sizes.items()))
        settings, machine = self.at(sizes)
        with within(settings.universe):
            if key not in self._steps:
                try:
                    self._steps[key] = SingleSteps(Model(machine), QUERY_S)
                except CannotEncode:  # what is too large for circuits is left to the solver for every size
                    self._steps[key] = None
            steps = self._steps[key]
            return None if steps is None else steps.breaking(name, action, assumed)


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
