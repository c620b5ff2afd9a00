"""Comparisons: `==`, `is`, `in` and the signs of order, and what one side says about the type of the other."""

from __future__ import annotations

import ast

from indoubt.explorer.frontend import advice, comprehensions, constant_answers, expressions, forms, ordering
from indoubt.explorer.frontend.coercion import coerce, common, test_of, unbounded
from indoubt.explorer.frontend.scope import Scope
from indoubt.explorer.ir.expressions import (
    And,
    Contains,
    Equal,
    Expr,
    Narrow,
    Not,
    Subset,
)
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    NoneType,
    SeqType,
    SetType,
    UnionType,
    alternatives_of,
)


def chained(scope: Scope, node: ast.Compare) -> Expr:
    """A comparison, or a chain of them: each side is compared with the next."""
    sides = [node.left, *node.comparators]
    parts = [
        _comparison(scope, node, sides[position], operator, sides[position + 1])
        for position, operator in enumerate(node.ops)
    ]
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _comparison(scope: Scope, node: ast.Compare, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Expr:
    constant_answers.refuse_equal_operands(scope, node, left, right)
    match operator:
        case ast.In() | ast.NotIn():
            found = _contains(scope, node, left, right)
            return found if isinstance(operator, ast.In) else expressions.negated(found)
        case ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq():
            same = _equality(scope, node, left, right, by_identity=isinstance(operator, (ast.Is, ast.IsNot)))
            if isinstance(same, Equal):
                constant_answers.refuse_out_of_reach(scope, node, left, operator, right, same.left)
            return same if isinstance(operator, (ast.Is, ast.Eq)) else expressions.negated(same)
        case _:
            a, b = _sides(scope, left, right)
            constant_answers.refuse_out_of_reach(scope, node, left, operator, right, a)
            return _order(scope, node, a, operator, b)


def _equality(scope: Scope, node: ast.Compare, left: ast.expr, right: ast.expr, *, by_identity: bool) -> Expr:
    for side, other in ((right, left), (left, right)):
        if isinstance(side, ast.Constant) and side.value is None:
            return test_of(expressions.expression(scope, other), NoneType())
    a, b = _sides(scope, left, right)
    if by_identity and not any(_has_identity(side) for side in (a, b)):
        scope.fail(
            "S306",
            node,
            "`is` compares identities, which values do not have",
            "compared with `is`",
            "use `==`; `is` is for enum members and None",
        )
    a, b = common(scope, a, b, node)
    return Equal(unbounded(a), unbounded(b))  # outside of its interval, a field is simply another


def _sides(scope: Scope, left: ast.expr, right: ast.expr) -> tuple[Expr, Expr]:
    """Both sides of a comparison; what an empty collection, a text or a display is meant to be, the other side says."""
    if _is_open(left) and not _is_open(right):
        second = expressions.expression(scope, right)
        return meant(scope, left, second.type), second
    first = expressions.expression(scope, left)
    return first, meant(scope, right, first.type) if _is_open(right) else expressions.expression(scope, right)


def meant(scope: Scope, node: ast.expr, type_: AnyType) -> Expr:
    """An expression whose type the other side of a comparison settles, as far as it is open."""
    if isinstance(type_, ListType):
        return expressions.expression(scope, node)
    if isinstance(node, ast.List) and isinstance(type_, SeqType):  # to Python, no list is equal to a sequence
        scope.fail("S300", node, *forms.outside(node)[:2], f"write `Seq({ast.unparse(node) if node.elts else ''})`")
    if isinstance(node, ast.List | ast.Dict) and isinstance(type_, SetType | BagType):
        help_ = advice.for_empty(node, type_) or forms.outside(node)[2]
        scope.fail("S300", node, *forms.outside(node)[:2], help_)
    constant_answers.refuse_other_empty(scope, node, type_)
    return expressions.expression_for(scope, node, type_)


def _is_open(node: ast.expr) -> bool:
    """Whether an expression leaves its type open: `Set()`, a text, a list or a dict."""
    return expressions.is_bare_call(node) or isinstance(node, ast.Dict | ast.List | ast.Constant)


def _has_identity(value: Expr) -> bool:
    """Whether `is` means `==` for every value: there is one object for each enum member, each bool and None."""
    alternatives = () if isinstance(value.type, ListType) else alternatives_of(value.type)
    return bool(alternatives) and all(isinstance(one, (EnumType, BoolType, NoneType)) for one in alternatives)


def _contains(scope: Scope, node: ast.Compare, left: ast.expr, right: ast.expr) -> Expr:
    collection = comprehensions.domain(scope, right)
    element_type = comprehensions.element_type(collection.type)
    is_text = isinstance(left, ast.Constant) and isinstance(left.value, str)
    if expressions.is_bare_call(left) and not isinstance(element_type, ListType):
        # An empty collection: it is one of these.
        element = expressions.expression_for(scope, left, element_type)
    else:
        element = expressions.expression(scope, left, element_type) if is_text else expressions.expression(scope, left)
    if isinstance(element.type, UnionType) and element_type in element.type.alternatives:
        return And((test_of(element, element_type), Contains(Narrow(element, element_type), collection)))
    if isinstance(element.type, IntType) and isinstance(element_type, IntType):
        return Contains(element, collection)  # outside of the interval, it is simply no element
    return Contains(unbounded(coerce(scope, element, element_type, left, "an element of this set")), collection)


def _order(scope: Scope, node: ast.Compare, left: Expr, operator: ast.cmpop, right: Expr) -> Expr:
    if isinstance(left.type, SetType) and isinstance(right.type, SetType):
        a, b = common(scope, left, right, node)
        match operator:
            case ast.LtE():
                return Subset(a, b)
            case ast.GtE():
                return Subset(b, a)
            case ast.Lt():
                return And((Subset(a, b), Not(Equal(a, b))))
            case _:
                return And((Subset(b, a), Not(Equal(a, b))))
    if isinstance(left.type, SetType) or isinstance(right.type, SetType):
        title = f"{advice.described(left)} is not compared with {advice.described(right)}"
        help_ = "write `x in s` for a member, `len(s)` for the number of members"
        scope.fail("S307", node, title, "compared here", help_)
    return ordering.comparison(scope, node, left, operator, right)
