"""Comparisons that have the same answer in every state, whatever the sizes and parameters of the run.

Only what the author has written decides: two operands that read alike, and an integer outside of an interval whose ends
are numbers. What depends on the run may make sense for another one, and what types decide is for generic helpers.
"""

from __future__ import annotations

import ast
import re

from indoubt.explorer.frontend import advice
from indoubt.explorer.frontend.scope import Scope, StateName
from indoubt.explorer.ir.expressions import Expr
from indoubt.explorer.ir.types import ListType
from indoubt.specs.language.collections import Bag, Seq
from indoubt.specs.language.declarations import declarations
from indoubt.specs.language.types import BagType, IntType, SeqType, Type, type_text
from indoubt.specs.language.values import Set, empty

INTERVAL = re.compile(r"Between\(\s*(-?\d+)\s*,\s*(-?\d+)\s*\)")
MIRRORED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.Gt(),
    ast.Gt: ast.Lt(),
    ast.LtE: ast.GtE(),
    ast.GtE: ast.LtE(),
}


def refuse_equal_operands(scope: Scope, node: ast.Compare, left: ast.expr, right: ast.expr) -> None:
    """Raise Mistake where a value is compared with itself."""
    if isinstance(left, ast.Name | ast.Attribute | ast.Subscript) and ast.dump(left) == ast.dump(right):
        scope.fail(
            "S303",
            node,
            f"`{ast.unparse(left)}` is compared with itself",
            "this comparison has always the same answer",
            "compare it with something else, or delete the comparison",
        )


def refuse_other_empty(scope: Scope, node: ast.expr, type_: Type) -> None:
    """Raise Mistake where a sequence or bag is compared with an empty collection of another kind, as `empty()` is."""
    if not isinstance(type_, SeqType | BagType) or not isinstance(node, ast.Call) or node.args:
        return
    own = Seq if isinstance(type_, SeqType) else Bag
    made = scope.python_object(node.func)
    if made is not own and made in (empty, Set, set, frozenset, list, Seq, Bag):
        scope.fail(
            "S303",
            node,
            f"a `{type_text(type_)}` is never equal to `{ast.unparse(node)}`",
            "this comparison has always the same answer",
            f"write `{own.__name__}()`",
        )


def refuse_out_of_reach(
    scope: Scope, node: ast.Compare, left: ast.expr, operator: ast.cmpop, right: ast.expr, value: Expr
) -> None:
    """Raise Mistake where a variable is compared with a number that its interval does not reach."""
    number = _number(right)
    if number is None:
        number, left, operator = _number(left), right, MIRRORED.get(type(operator), operator)
    interval = _declared_interval(scope, left)
    if number is None or interval is None or not isinstance(value.type, IntType):
        return
    low, high = interval
    outside: dict[type[ast.cmpop], bool] = {
        ast.Lt: number <= low,
        ast.LtE: number < low,
        ast.Gt: number >= high,
        ast.GtE: number > high,
    }
    is_out = outside.get(type(operator), not low <= number <= high)
    if is_out:
        scope.fail(
            "S303",
            node,
            f"`{ast.unparse(left)}` lies between {low} and {high}, so this comparison has always the same answer",
            "decided by the interval",
            "compare with a number inside, or widen the interval",
        )


def refuse_value_out_of_reach(scope: Scope, node: ast.AST, subject: Expr, value: Expr) -> None:
    """Raise Mistake where a `case` names a number that the interval of the subject does not reach."""
    interval = None if isinstance(subject.type, ListType) else advice.never_inside(value.type, subject.type)
    if interval is not None and interval in scope.context.fixed_intervals:
        title = f"what is matched lies between {interval.low} and {interval.high}, so this case is never taken"
        scope.fail("S303", node, title, "never matches", "match a number inside, or widen the interval")


def _number(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(bool()):
            return None
        case ast.Constant(int() as value):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(int() as value)):
            return -value
        case _:
            return None


def _declared_interval(scope: Scope, node: ast.expr) -> tuple[int, int] | None:
    """The ends of the interval of a variable, or of the elements of a map or sequence, where both are numbers."""
    while isinstance(node, ast.Subscript):
        node = node.value
    match node:
        case ast.Attribute(ast.Name(owner), name) if isinstance(scope.names.get(owner), StateName):
            _, annotation = declarations(scope.context.spec).get(name, (None, None))
            found = INTERVAL.findall(annotation) if isinstance(annotation, str) else []
            return (int(found[0][0]), int(found[0][1])) if len(found) == 1 else None
        case _:
            return None
