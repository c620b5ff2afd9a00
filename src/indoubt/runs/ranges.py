"""Parameters that have too many values to try each in each state, as a mistake of the spec."""

from __future__ import annotations

from math import prod

from indoubt.explorer.backends.guards import guards_by_level
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.ir.machine import Action, Choice, Machine
from indoubt.specs.language.domains import UNBOUNDED, cardinality
from indoubt.specs.language.types import SetType, type_text
from indoubt.specs.language.universe import Universe, within

MOST_VALUES = 1_000_000
MOST_TOGETHER = 20_000_000
"""Combinations of parameters that have to be tried before any guard can be asked."""


def refuse_large_ranges(machine: Machine) -> None:
    """Raise SpecError where an action of a prepared machine has too many choices to try them in each state."""
    with within(Universe(machine.sizes)):
        mistakes = [
            _mistake(action, choice)
            for action in (*machine.initial, *machine.actions)
            for choice in action.choices
            if choice.among is None and cardinality(choice.range) > MOST_VALUES
        ]
        mistakes += [
            _together(action)
            for action in (*machine.initial, *machine.actions)
            if _combinations(action) > MOST_TOGETHER
        ]
    if mistakes:
        raise SpecError(mistakes)


def _mistake(action: Action, choice: Choice) -> Diagnostic:
    name, count = choice.local.name.partition("#")[0], cardinality(choice.range)
    values = f"{count:,}" if count < UNBOUNDED else "more than a million million"
    guard = f"require({name} {'<=' if isinstance(choice.range, SetType) else 'in'} self.msgs)"
    return Diagnostic(
        "S336",
        f"parameter `{name}` has {values} values, too many to try each",
        action.span,
        f"ranges over `{type_text(choice.range)}`",
        f"say in a guard at the head which ones there are, as in `{guard}`, or make its type or the run smaller",
    )


def _combinations(action: Action) -> int:
    """How many choices of the first parameters there are, up to those that the first guard needs; 0 for one alone."""
    levels, _ = guards_by_level(action)
    needed = next((level for level, guards in enumerate(levels) if level and guards), len(action.choices))
    sizes = [cardinality(choice.range) for choice in action.choices[:needed] if choice.among is None]
    if len(sizes) < 2 or max(sizes) > MOST_VALUES:
        return 0
    return prod(sizes)


def _together(action: Action) -> Diagnostic:
    names = ", ".join(f"`{choice.local.name.partition('#')[0]}`" for choice in action.choices if choice.among is None)
    return Diagnostic(
        "S336",
        f"the parameters {names} have {_combinations(action):,} combinations, too many to try each",
        action.span,
        "no guard can be asked before they are chosen",
        "say in guards at the head what each may be, or make their types or the run smaller",
    )
