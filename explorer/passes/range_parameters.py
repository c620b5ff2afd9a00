"""Range parameters: a parameter that a first guard finds in a set ranges over that set, not over its whole type.

Before: `phase_1b(a: Acceptor, m: Prepare): require(m in self.prepares); ...`
After:  `phase_1b(a: Acceptor, m: Prepare in self.prepares): ...`

The choices that are enabled stay the same, and so do all counts; only the search for them gets shorter. A membership
test has no effect and cannot fail, so it may be moved before the guards above it.
"""

from __future__ import annotations

import dataclasses

from indoubt.explorer.ir.nodes import Action, Choice, Contains, Expr, Local, Machine, Require, Statement, Widen
from indoubt.explorer.ir.walk import locals_in
from indoubt.specs.language.types import SetType


def range_parameters(machine: Machine) -> Machine:
    """`machine` with the sets that its parameters range over."""
    return dataclasses.replace(machine, actions=tuple(map(_action, machine.actions)))


def _action(action: Action) -> Action:
    choices = list(action.choices)
    body: list[Statement] = list(action.body)
    for position, choice in enumerate(choices):
        earlier = {one.local.name for one in choices[:position]}
        for statement in _leading_guards(action.body):
            among = _set_that_holds(choice, statement.condition, earlier)
            if among is not None and statement in body:
                choices[position] = dataclasses.replace(choice, among=among)
                body.remove(statement)
                break
    return dataclasses.replace(action, choices=tuple(choices), body=tuple(body))


def _leading_guards(body: tuple[Statement, ...]) -> list[Require]:
    guards: list[Require] = []
    for statement in body:
        if not isinstance(statement, Require):
            break
        guards.append(statement)
    return guards


def _set_that_holds(choice: Choice, condition: Expr, earlier: set[str]) -> Expr | None:
    match condition:
        case Contains(Local(name) | Widen(Local(name)), collection) if name == choice.local.name:
            if isinstance(collection.type, SetType) and locals_in(collection) <= earlier:
                return collection
        case _:
            pass
    return None
