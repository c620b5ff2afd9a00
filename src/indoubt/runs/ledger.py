"""The ledger of a run: which of the faults that it asks for could happen, and which could not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from indoubt.explorer.frontend.lower import lower
from indoubt.explorer.ir.machine import Machine
from indoubt.runs.environment import BUDGETS as OF_SYSTEMS, budgets_of
from indoubt.runs.result import DROP
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.systems import System

BUDGETS = {"crashes": "CRASH", "restarts": "RESTART", "partitions": "PARTITION"}
"""Parameters of a state machine that are budgets by their names, with the fault that each is the budget of."""


def idle_budgets(
    spec: type[Spec], settings: Settings, machine: Machine, taken: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """The budgets that a run asks for and that no state lets it spend, with the actions that would.

    `taken` counts the enabled choices of each action, in all reachable states. A verdict says nothing of such a fault.
    """
    faults = {action.name: action.fault.name for action in machine.actions if action.fault is not None}
    if all(taken[name] for name in faults):
        return {}
    return {
        budget: actions
        for budget, actions in _asked(spec, settings, faults)
        if actions and not any(taken[name] for name in actions)
    }


def faults_of(machine: Machine, taken: Mapping[str, int], dropped: Mapping[str, int]) -> dict[str, int]:
    """How often each fault was taken: the steps that are one, and those that drop messages on full links."""
    steps = {action.name: taken[action.name] for action in machine.actions if action.fault is not None}
    return {**steps, **drops_named(dropped)}


def drops_named(dropped: Mapping[str, int]) -> dict[str, int]:
    """Counts of what full links drop, as the ledger names it: `network.source.peers.drop`."""
    return {f"{link}{DROP}": count for link, count in dropped.items()}


def _asked(spec: type[Spec], settings: Settings, faults: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The budgets that a run asks for, with the actions that take from each."""
    if issubclass(spec, System):
        for budget in budgets_of(spec):
            yield budget, tuple(name for name, fault in faults.items() if fault == OF_SYSTEMS[budget].name)
        return
    for name, value in settings.parameters.items():
        if isinstance(value, bool) or not isinstance(value, int) or not value or value == getattr(spec, name, 0):
            continue
        if name in BUDGETS:
            yield name, tuple(action for action, fault in faults.items() if fault == BUDGETS[name])
            continue
        from indoubt.faults.budgets import allowed_by  # noqa: PLC0415 - few specs have budgets of other names

        yield name, allowed_by(name, spec, settings, lower(spec, settings))
