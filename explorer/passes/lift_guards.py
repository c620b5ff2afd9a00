"""Lift guards: a guard behind a local name stands before it, with the value in place of the name.

Before: `let waiting = self.queue[n]; require(p in waiting); ...`
After:  `require(p in self.queue[n]); let waiting = self.queue[n]; ...`

A backend evaluates the guards at the head of an action as soon as their parameters are chosen, and those in its body
when all are. Only a value that can be computed in every state is moved over, so that no step fails, or is refused,
where it was not before.
"""

from __future__ import annotations

import dataclasses

from indoubt.explorer.ir.expressions import Expr, Local
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.statements import Bind, Require, Statement
from indoubt.explorer.ir.walk import rewrite
from indoubt.explorer.passes.total import is_total


def lift_guards(machine: Machine) -> Machine:
    """`machine` with the guards of each action at its head."""
    return dataclasses.replace(machine, actions=tuple(map(_action, machine.actions)))


def _action(action: Action) -> Action:
    values: dict[str, Expr] = {}
    guards: list[Statement] = []
    names: list[Statement] = []
    for position, statement in enumerate(action.body):
        match statement:
            case Require(condition, span, of_alike):
                guards.append(Require(_without_names(condition, values), span, of_alike))
            case Bind(local, value) if local.name not in values and is_total(value):
                values[local.name] = _without_names(value, values)
                names.append(statement)
            case _:
                return dataclasses.replace(action, body=(*guards, *names, *action.body[position:]))
    return dataclasses.replace(action, body=(*guards, *names))


def _without_names(expr: Expr, values: dict[str, Expr]) -> Expr:
    return rewrite(expr, lambda part: values.get(part.name, part) if isinstance(part, Local) else part)
