"""Split guards: a conjunction in a guard becomes one guard for each operand.

Before: `require(m in self.msgs and self.hears[p])`
After:  `require(m in self.msgs)`, `require(self.hears[p])`

Operands are evaluated from left to right up to the first false one either way, and a step is enabled when all hold.
"""

from __future__ import annotations

import dataclasses

from indoubt.explorer.ir.expressions import And
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.statements import Block, ForEach, Require, Statement, When


def split_guards(machine: Machine) -> Machine:
    """`machine` without conjunctions in guards."""
    return dataclasses.replace(
        machine, initial=tuple(map(_action, machine.initial)), actions=tuple(map(_action, machine.actions))
    )


def _action(action: Action) -> Action:
    return dataclasses.replace(action, body=_statements(action.body))


def _statements(body: tuple[Statement, ...]) -> tuple[Statement, ...]:
    return tuple(part for statement in body for part in _parts(statement))


def _parts(statement: Statement) -> tuple[Statement, ...]:
    match statement:
        case Require(And(operands), span, of_alike):
            return tuple(part for operand in operands for part in _parts(Require(operand, span, of_alike)))
        case When(condition, then, otherwise):
            return (When(condition, _statements(then), _statements(otherwise)),)
        case ForEach(local, domain, body):
            return (ForEach(local, domain, _statements(body)),)
        case Block(body):
            return (Block(_statements(body)),)
        case _:
            return (statement,)
