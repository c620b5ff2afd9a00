"""Fold constants: what the parameters of the spec and literals decide is decided once.

Before: `require(not false or self.tm is INIT)`; `if false: ...`
After:  `require(true)`, dropped where it guards; the `if` is gone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from indoubt.explorer.ir.expressions import And, Below, Conditional, Equal, Exists, Expr, ForAll, Literal, Not, Or
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.statements import Block, ForEach, Require, Statement, When
from indoubt.explorer.ir.types import BOOL
from indoubt.explorer.ir.walk import rewrite

TRUE, FALSE = Literal(True, BOOL), Literal(False, BOOL)


def fold_constants(machine: Machine) -> Machine:
    """`machine` with every constant condition decided."""
    return dataclasses.replace(
        machine,
        initial=tuple(map(_action, machine.initial)),
        actions=tuple(map(_action, machine.actions)),
        properties=tuple(
            dataclasses.replace(one, condition=rewrite(one.condition, folded)) for one in machine.properties
        ),
        constraints=tuple(
            dataclasses.replace(one, condition=rewrite(one.condition, folded)) for one in machine.constraints
        ),
        temporal=tuple(
            dataclasses.replace(one, trigger=rewrite(one.trigger, folded), goal=rewrite(one.goal, folded))
            for one in machine.temporal
        ),
        views=tuple(dataclasses.replace(one, parts=rewrite(one.parts, folded)) for one in machine.views),
    )


def folded(expr: Expr) -> Expr:
    """An expression whose operands are folded already, folded itself."""
    match expr:
        case Not(Literal(value)):
            return FALSE if value else TRUE
        case Not(Not(operand)):
            return operand
        case And(operands):
            return _connective(operands, neutral=TRUE, absorbing=FALSE, make=And)
        case Or(operands):
            return _connective(operands, neutral=FALSE, absorbing=TRUE, make=Or)
        case Conditional(Literal(value), then, otherwise):
            return then if value else otherwise
        case Equal(Literal(left), Literal(right)):
            return TRUE if left == right else FALSE
        case Below(Literal(left), Literal(right)) if left is not None and right is not None and _plain(left, right):
            return TRUE if left < right else FALSE
        case Exists(_, _, Literal(False)):
            return FALSE
        case ForAll(_, _, Literal(True)):
            return TRUE
        case _:
            return expr


def _plain(left: object, right: object) -> bool:
    return isinstance(left, int) and isinstance(right, int)


def _connective(
    operands: tuple[Expr, ...], *, neutral: Literal, absorbing: Literal, make: Callable[[tuple[Expr, ...]], Expr]
) -> Expr:
    kept: list[Expr] = []
    for operand in operands:
        if operand == absorbing:  # what stands behind it is never evaluated
            kept.append(operand)
            break
        if operand != neutral:
            kept.append(operand)
    if not kept:
        return neutral
    if kept[0] == absorbing or len(kept) == 1:
        return kept[0]
    return make(tuple(kept))


def _action(action: Action) -> Action:
    return dataclasses.replace(action, body=_statements(rewrite(action.body, folded)))


def _statements(body: tuple[Statement, ...]) -> tuple[Statement, ...]:
    result: list[Statement] = []
    for statement in body:
        match statement:
            case Require(condition) if condition == TRUE:
                continue
            case When(Literal(value), then, otherwise):
                result += _statements(then if value else otherwise)
            case When(condition, then, otherwise):
                result.append(When(condition, _statements(then), _statements(otherwise)))
            case ForEach(local, domain, inner):
                result.append(ForEach(local, domain, _statements(inner)))
            case Block(inner):
                result.append(Block(_statements(inner)))
            case _:
                result.append(statement)
    return tuple(result)
