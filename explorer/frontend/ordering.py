"""Order: which values may stand on the two sides of `<`, and the least and the greatest of several."""

from __future__ import annotations

import ast
from typing import Literal as Choose

from indoubt.explorer.frontend import advice, comprehensions, expressions
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.coercion import common, ordered
from indoubt.explorer.frontend.scope import Scope
from indoubt.explorer.ir.expressions import Below, Expr, Fold, Let, Literal, Load, Local, Not, Size
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.specs.language.sorts import Ordered
from indoubt.specs.language.types import BoolType, IntType, NoneType, SortType, Type, alternatives_of


def comparison(scope: Scope, node: ast.Compare, left: Expr, operator: ast.cmpop, right: Expr) -> Expr:
    """`<`, `<=`, `>` or `>=` of two integers, or of two members of an order."""
    _refuse_without_order(scope, node, left, right)
    a, b = ordered(scope, left, right, node)
    match operator:
        case ast.Lt():
            return Below(a, b)
        case ast.Gt():
            return Below(b, a)
        case ast.LtE():
            return Not(Below(b, a))
        case _:
            return Not(Below(a, b))


def extreme(scope: Scope, node: ast.Call, kind: Choose["min", "max"]) -> Expr:
    """`min` or `max` of two values or of a collection, with the value of `default` where the collection is empty."""
    default = next((keyword.value for keyword in node.keywords), None)
    if len(node.args) == 2 and default is None:
        left, right = (expressions.expression(scope, argument) for argument in node.args)
        _refuse_without_order(scope, node, left, right)
        left, right = expressions.joined(scope, *common(scope, left, right, node), node)
        smaller = Below(left, right)
        return expressions.conditional(smaller, *((left, right) if kind == "min" else (right, left)))
    if len(node.args) != 1:
        scope.fail(
            "S318",
            node,
            f"`{kind}` takes one collection, or two values and no default",
            "not understood",
            f"write `{kind}(a, b)`, `{kind}(... for ...)` or `{kind}((... for ...), default=d)`",
        )
    collected = _collection(scope, node.args[0], kind)
    if default is None:
        return Fold(kind, collected, comprehensions.element_type(collected.type), scope.span(node))
    return _with_default(scope, node, collected, kind, expressions.expression(scope, default))


def _collection(scope: Scope, node: ast.expr, kind: str) -> Expr:
    """The collection that `node` stands for. Raises Mistake where its elements have no order."""
    collected = (
        comprehensions.collect(scope, node, None)
        if isinstance(node, ast.GeneratorExp)
        else comprehensions.domain(scope, node)
    )
    element = Local("element", comprehensions.element_type(collected.type))
    _refuse_without_order(scope, node, element)
    if NoneType() in _alternatives(element.type):
        scope.fail(
            "S307",
            node,
            f"the `{kind}` of values that may be None",
            f"each is a `{text_of(element.type)}`",
            f"leave None out, as in `{kind}((x for x in ... if x is not None), default=None)`",
        )
    return collected


def _with_default(scope: Scope, node: ast.Call, collected: Expr, kind: Choose["min", "max"], default: Expr) -> Expr:
    """The extreme element where there is one. Python computes the default in any case, and so does the machine."""
    elements = scope.context.fresh("elements", collected.type)
    found = Fold(kind, elements, comprehensions.element_type(collected.type), scope.span(node))
    is_cheap = isinstance(default, (Literal, Load, Local))
    otherwise = default if is_cheap else scope.context.fresh("default", default.type)
    there_is = Below(Literal(0, IntType(0, 0)), Size(elements, IntType(0, 10**9)))
    chosen: Expr = expressions.conditional(there_is, *expressions.joined(scope, found, otherwise, node))
    if isinstance(otherwise, Local) and not is_cheap:
        chosen = Let(otherwise, default, chosen, chosen.type)
    return Let(elements, collected, chosen, chosen.type)


def _refuse_without_order(scope: Scope, node: ast.AST, *sides: Expr) -> None:
    """Raise Mistake where Python could not compare the values; None stands below the members of an order only."""
    for side in sides:
        if not _is_ordered(side.type):
            scope.fail(
                "S307",
                node,
                f"a `{text_of(side.type)}` has no order",
                "compared here",
                "where `a` implies `b`, write `not a or b`"
                if isinstance(side.type, BoolType)
                else "only integers and members of an `Ordered` are ordered; a `Sort` is interchangeable",
            )
    kinds = [_alternatives(side.type) for side in sides]
    families = {IntType if isinstance(one, IntType) else one for kind in kinds for one in kind if one != NoneType()}
    if len(families) > 1:
        title = f"{' and '.join(map(advice.described, sides))} do not stand in one order"
        help_ = "compare integers with integers, members of an order with members of it, such as `first(S)`"
        scope.fail("S307", node, title, "compared here", help_)
    optional = [side for side, kind in zip(sides, kinds, strict=True) if NoneType() in kind]
    if optional and any(isinstance(one, IntType) for kind in kinds for one in kind):
        scope.fail(
            "S307",
            node,
            f"a `{text_of(optional[0].type)}` is no integer where it is None",
            "compared here",
            "rule out None first, as in `require(x is not None)`",
        )
    if len(sides) > 1 and len(optional) == len(sides):
        scope.fail(
            "S307",
            node,
            "both sides may be None, and Python has no order for two of them",
            "compared here",
            "write `before(a, b)` for `a < b`, or rule out None first, as in `require(x is not None)`",
        )


def _is_ordered(type_: AnyType) -> bool:
    """Whether all values of a type may stand in an order, None among them."""
    return not isinstance(type_, ListType) and all(
        isinstance(one, (IntType, NoneType)) or (isinstance(one, SortType) and issubclass(one.cls, Ordered))
        for one in alternatives_of(type_)
    )


def _alternatives(type_: AnyType) -> tuple[Type, ...]:
    return () if isinstance(type_, ListType) else alternatives_of(type_)
