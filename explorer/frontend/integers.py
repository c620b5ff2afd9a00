"""Arithmetic: each operation on integers has the interval of all its results for its type."""

from __future__ import annotations

import ast
from typing import Literal as Choose

from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.scope import Scope
from indoubt.explorer.ir.arithmetic import OPERATIONS
from indoubt.explorer.ir.expressions import Arithmetic, Below, Conditional, Expr, Let, Literal
from indoubt.specs.language.types import IntType

SIGNS: dict[type[ast.operator], Choose["+", "-", "*", "//", "%"]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}


INSTEAD: dict[type[ast.operator], str] = {
    ast.Div: "write `a // b`, which rounds down; `a > b / 2` is `2 * a > b`",
    ast.Pow: "multiply: `x * x`",
}
"""What to write for operations whose results are no integers, or not bounded."""


def arithmetic(scope: Scope, node: ast.AST, left: Expr, operator: ast.operator, right: Expr) -> Expr:
    """An operation on two integers, typed by the interval of its results."""
    a, b = left.type, right.type
    assert isinstance(a, IntType)
    assert isinstance(b, IntType)
    sign = SIGNS.get(type(operator))
    if sign is None:
        scope.fail(
            "S308",
            node,
            "this operator does not compute integers here",
            "no such operation",
            INSTEAD.get(type(operator), "there are `+`, `-`, `*`, `//` and `%`"),
        )
    if sign in ("//", "%") and b.low < 1:
        scope.fail("S335", node, "the divisor may be 0 or negative", "divided here", "divide by a positive constant")
    corners = [OPERATIONS[sign](x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    interval = IntType(0, b.high - 1) if sign == "%" else IntType(min(corners), max(corners))
    return Arithmetic(sign, left, right, interval)


def negative(scope: Scope, node: ast.AST, operand: Expr) -> Expr:
    """An integer with the other sign."""
    match operand.type, operand:
        case IntType(), Literal(value, _):
            return Literal(-value, IntType(-value, -value))
        case IntType(low, high), _:
            return Arithmetic("-", Literal(0, IntType(0, 0)), operand, IntType(-high, -low))
        case _:
            scope.fail(
                "S308",
                node,
                f"`-` does not take a single `{text_of(operand.type)}`",
                "no such operation",
                "there are `-x` of an integer, `not x` of a bool, and the difference of two sets, `a - b`",
            )


def absolute(scope: Scope, node: ast.AST, operand: Expr) -> Expr:
    """The distance of an integer from 0."""
    if not isinstance(operand.type, IntType):
        title = f"`abs` does not take a `{text_of(operand.type)}`"
        scope.fail("S308", node, title, "no such operation", "give it an integer; the number of elements is `len(s)`")
    low, high = operand.type.low, operand.type.high
    if low >= 0:
        return operand
    if high <= 0:
        return negative(scope, node, operand)
    local = scope.context.fresh("number", operand.type)
    below = Below(local, Literal(0, IntType(0, 0)))
    distance = Conditional(below, negative(scope, node, local), local, IntType(0, max(-low, high)))
    return Let(local, operand, distance, distance.type)


def at_least_zero(scope: Scope, value: Expr) -> Expr:
    """An integer, or 0 where it is negative."""
    assert isinstance(value.type, IntType)
    if value.type.low >= 0:
        return value
    local, zero = scope.context.fresh("number", value.type), Literal(0, IntType(0, 0))
    clamped = Conditional(Below(local, zero), zero, local, IntType(0, max(0, value.type.high)))
    return Let(local, value, clamped, clamped.type)
