"""Parameters that have too many values to try each in each state, as a mistake of the spec."""

from __future__ import annotations

from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.ir.machine import Action, Choice, Machine
from indoubt.specs.language.domains import UNBOUNDED, cardinality
from indoubt.specs.language.types import SetType, type_text
from indoubt.specs.language.universe import Universe, within

MOST_VALUES = 1_000_000


def refuse_large_ranges(machine: Machine) -> None:
    """Raise SpecError where a parameter of a prepared machine ranges over a type of more than a million values."""
    with within(Universe(machine.sizes)):
        mistakes = [
            _mistake(action, choice)
            for action in (*machine.initial, *machine.actions)
            for choice in action.choices
            if choice.among is None and cardinality(choice.range) > MOST_VALUES
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
