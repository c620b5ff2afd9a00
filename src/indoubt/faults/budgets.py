"""The budgets of faults that a spec declares: which they are, and what a larger one changes.

A system of nodes gets its budgets from the run. A state machine declares them as parameters, by whatever name: a whole
number from 0 up is a budget where a larger one makes some fault possible more often, and no other step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.budget_licence import Effect, Growth, growth
from indoubt.runs.environment import BUDGETS as OF_SYSTEMS
from indoubt.specs.language.machine import Fault, Spec
from indoubt.specs.language.settings import Settings, parameter_types
from indoubt.specs.language.systems import System
from indoubt.specs.language.types import IntType
from indoubt.specs.language.universe import within

Budgets = Mapping[str, tuple[Fault, ...]]
"""The names of budgets with the faults that they allow."""


def budgets_of_run(spec: type[Spec], settings: Settings) -> Budgets:
    """The budgets of a spec, in the order of its text."""
    if issubclass(spec, System):
        return {name: (fault,) for name, fault in OF_SYSTEMS.items()}
    machine = lower(spec, settings)
    faults = {action.name: action.fault for action in machine.actions if action.fault is not None}
    found: dict[str, tuple[Fault, ...]] = {}
    for name in whole_numbers(spec, settings) if faults else ():
        allowed = allowed_by(name, spec, settings, machine)
        if allowed:
            found[name] = tuple(dict.fromkeys(faults[action] for action in allowed))
    return found


def allowed_by(budget: str, spec: type[Spec], settings: Settings, machine: Machine) -> tuple[str, ...]:
    """The faults that a parameter of a state machine is the budget of, by the names of their actions."""
    value = settings.parameters[budget]
    grown = _beside(budget, value + 1, spec, settings, machine)
    if grown is None and value > 0:
        grown = _beside(budget, value - 1, spec, settings, machine)
    if grown is None:
        return ()
    is_fault = {action.name: action.fault is not None for action in machine.actions}
    changed = {name: effect for name, effect in grown.guards.items() if effect is not Effect.SAME and name in is_fault}
    if any(not is_fault[name] or effect is not Effect.MORE for name, effect in changed.items()):
        return ()
    return tuple(changed)


def whole_numbers(spec: type[Spec], settings: Settings) -> dict[str, IntType]:
    """The parameters of a spec that are whole numbers from 0 up, or from higher up."""
    with within(settings.universe):
        types = parameter_types(spec)
    return {name: type_ for name, type_ in types.items() if isinstance(type_, IntType) and type_.low >= 0}


def _beside(budget: str, value: int, spec: type[Spec], settings: Settings, machine: Machine) -> Growth | None:
    """What changes between two values of a budget; None where the other one is not possible."""
    type_ = whole_numbers(spec, settings)[budget]
    if not type_.low <= value <= type_.high:
        return None
    other = lower(spec, with_value(spec, settings, budget, value))
    return growth(machine, other) if value > settings.parameters[budget] else growth(other, machine)


def with_value(spec: type[Spec], settings: Settings, name: str, value: Any) -> Settings:
    """Settings with another value of one parameter."""
    return settle(spec, {**settings.keywords(spec), name: value})
