"""Expressions: the language is the list of patterns below.

Expects the syntax tree of an expression in a scope; returns a typed expression of the machine, or raises Mistake.
"""

from __future__ import annotations

import ast
import functools
from typing import Literal as Choose, NoReturn

from indoubt.explorer.frontend import calls, comprehensions, constant_answers, forms, sequences
from indoubt.explorer.frontend.coercion import (
    FALSE,
    TRUE,
    coerce,
    common,
    hull,
    narrowed,
    ordered,
    test_of,
    text_of,
    unbounded,
)
from indoubt.explorer.frontend.names import attribute_of_state, constant_of, name_of_value, refuse_missing
from indoubt.explorer.frontend.narrowing import facts_of
from indoubt.explorer.frontend.scope import Scope, StateName, constant
from indoubt.explorer.ir.arithmetic import OPERATIONS
from indoubt.explorer.ir.expressions import (
    And,
    Arithmetic,
    Below,
    Combine,
    Concat,
    Conditional,
    Contains,
    Equal,
    Expr,
    Field,
    ListType,
    Literal,
    Lookup,
    Narrow,
    Not,
    Or,
    SetLiteral,
    Size,
    Subset,
)
from indoubt.specs.language.sorts import Ordered
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    alternatives_of,
    union_of,
)


def expression(scope: Scope, node: ast.expr, wanted: Type | None = None) -> Expr:
    """The expression that `node` stands for; `wanted` settles the type of `None`, `Set()` and the like."""
    lowered = narrowed(scope, _expression(scope, node, wanted))
    return lowered if wanted is None else coerce(scope, lowered, wanted, node, "the value expected here")


def expression_for(scope: Scope, node: ast.expr, wanted: Type) -> Expr:
    """Like `expression`, but leaves it to the caller to fit the result to `wanted`."""
    return narrowed(scope, _expression(scope, node, wanted))


def _expression(scope: Scope, node: ast.expr, wanted: Type | None) -> Expr:
    match node:
        case ast.Constant(value):
            return constant(value) or _no_value(scope, node, value)
        case ast.Name(name):
            return name_of_value(scope, node, name)
        case ast.Attribute(ast.Name(owner), attribute) if isinstance(scope.names.get(owner), StateName):
            return attribute_of_state(scope, node, scope.names[owner], attribute)
        case ast.Attribute(value, attribute):
            found = constant_of(scope, node, scope.python_object(node))
            if found is None:
                refuse_missing(scope, node, scope.python_object(value), attribute)
            return _field(scope, node, expression(scope, value), attribute) if found is None else found
        case ast.Subscript(value, key):
            return _lookup(scope, node, expression(scope, value), key)
        case ast.UnaryOp(ast.Not(), operand):
            return negated(truth(scope, operand))
        case ast.UnaryOp(ast.USub(), ast.Constant(int() as value)):
            return Literal(-value, IntType(-value, -value))
        case ast.BoolOp(operator, operands):
            return _connective(scope, operator, operands, strict=True)
        case ast.Compare(left, operators, comparators):
            return _comparisons(scope, node, left, operators, comparators)
        case ast.IfExp(condition, then, otherwise):
            return _conditional(scope, node, condition, then, otherwise, wanted)
        case ast.BinOp(left, operator, right):
            first: Expr = expression(scope, left)
            second = (
                expression_for(scope, right, first.type)
                if isinstance(first.type, SeqType)
                else expression(scope, right)
            )
            return _binary(scope, node, first, operator, second)
        case ast.Set(elements):
            return _set_literal(scope, elements, wanted)
        case ast.SetComp() | ast.ListComp():
            return comprehensions.collect(scope, node, wanted)
        case ast.List() if isinstance(wanted, SeqType):
            return sequences.literal(scope, node, wanted)
        case ast.Call():
            return calls.call(scope, node, wanted)
        case _:
            scope.fail("S300", node, *forms.outside(node))


def truth(scope: Scope, node: ast.expr) -> Expr:
    """The truth of an expression as Python takes it: a bool, or whether a set or list has elements."""
    match node:
        case ast.BoolOp(operator, operands):
            return _connective(scope, operator, operands, strict=False)
        case ast.UnaryOp(ast.Not(), operand):
            return negated(truth(scope, operand))
        case _:
            return truth_of(scope, expression(scope, node), node)


def negated(value: Expr) -> Expr:
    """The negation of a condition, decided here where the types have decided the condition."""
    return FALSE if value is TRUE else TRUE if value is FALSE else Not(value)


def truth_of(scope: Scope, value: Expr, node: ast.expr) -> Expr:
    """The truth of a lowered expression."""
    match value.type:
        case BoolType():
            return value
        case SetType() | ListType() | SeqType() | BagType():
            return Below(Literal(0, IntType(0, 0)), Size(value, IntType(0, 1)))
        case _:
            hint = (
                "compare it, as in `x is not None`"
                if isinstance(value.type, UnionType)
                else "compare it with something"
            )
            scope.fail(
                "S304", node, f"a `{text_of(value.type)}` is neither true nor false", "used as a condition", hint
            )


def _connective(scope: Scope, operator: ast.boolop, operands: list[ast.expr], *, strict: bool) -> Expr:
    facts = dict(scope.facts)
    lowered: list[Expr] = []
    for operand in operands:
        with scope.assuming(facts):
            value = truth(scope, operand)
            if strict and isinstance(operand, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
                if not isinstance(expression(scope, operand).type, BoolType):
                    scope.fail(
                        "S305",
                        operand,
                        "`and` and `or` give one of their operands, which is no bool here",
                        "not a bool",
                        "write `len(x) > 0`",
                    )
        lowered.append(value)
        if value is (FALSE if isinstance(operator, ast.And) else TRUE):
            break  # what stands behind it is never computed
        yes, no = facts_of(value)
        facts.update(yes if isinstance(operator, ast.And) else no)
    return And(tuple(lowered)) if isinstance(operator, ast.And) else Or(tuple(lowered))


def _comparisons(
    scope: Scope, node: ast.Compare, left: ast.expr, operators: list[ast.cmpop], comparators: list[ast.expr]
) -> Expr:
    sides = [left, *comparators]
    parts = [
        _comparison(scope, node, sides[position], operator, sides[position + 1])
        for position, operator in enumerate(operators)
    ]
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _comparison(scope: Scope, node: ast.Compare, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Expr:
    constant_answers.refuse_equal_operands(scope, node, left, right)
    match operator:
        case ast.In() | ast.NotIn():
            found = _contains(scope, node, left, right)
            return found if isinstance(operator, ast.In) else negated(found)
        case ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq():
            same = _equality(scope, node, left, right, by_identity=isinstance(operator, (ast.Is, ast.IsNot)))
            if isinstance(same, Equal):
                constant_answers.refuse_out_of_reach(scope, node, left, operator, right, same.left)
            return same if isinstance(operator, (ast.Is, ast.Eq)) else negated(same)
        case _:
            lowered = expression(scope, left)
            constant_answers.refuse_out_of_reach(scope, node, left, operator, right, lowered)
            return _order(scope, node, lowered, operator, expression(scope, right))


def _equality(scope: Scope, node: ast.Compare, left: ast.expr, right: ast.expr, *, by_identity: bool) -> Expr:
    for side, other in ((right, left), (left, right)):
        if isinstance(side, ast.Constant) and side.value is None:
            return test_of(expression(scope, other), NoneType())
    a, b = expression(scope, left), expression(scope, right)
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


def _has_identity(value: Expr) -> bool:
    """Whether `is` means `==` for every value: there is one object for each enum member, each bool and None."""
    alternatives = () if isinstance(value.type, ListType) else alternatives_of(value.type)
    return bool(alternatives) and all(isinstance(one, (EnumType, BoolType, NoneType)) for one in alternatives)


def _contains(scope: Scope, node: ast.Compare, left: ast.expr, right: ast.expr) -> Expr:
    collection = comprehensions.domain(scope, right)
    element_type = comprehensions.element_type(collection.type)
    element = expression(scope, left)
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
    for side in (left, right):
        if not is_ordered(side):
            scope.fail(
                "S307",
                node,
                f"a `{text_of(side.type)}` has no order",
                "compared here",
                "only integers and members of an `Ordered` are ordered; a `Sort` is interchangeable",
            )
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


def is_ordered(value: Expr) -> bool:
    """Whether the values of an expression have an order; None, in an order, stands below all others."""
    if isinstance(value.type, ListType):
        return False
    return all(
        isinstance(one, (IntType, NoneType)) or (isinstance(one, SortType) and issubclass(one.cls, Ordered))
        for one in alternatives_of(value.type)
    )


def _conditional(
    scope: Scope, node: ast.IfExp, condition: ast.expr, then: ast.expr, otherwise: ast.expr, wanted: Type | None
) -> Expr:
    test = truth(scope, condition)
    if test is TRUE or test is FALSE:  # the types decide it: the other side is never computed, and need not make sense
        return expression(scope, then if test is TRUE else otherwise, wanted)
    yes, no = facts_of(test)
    if wanted is None and _is_bare_call(then):  # an empty collection: the other side says of what
        with scope.assuming(no):
            b = expression(scope, otherwise)
        with scope.assuming(yes):
            a = expression_for(scope, then, b.type) if not isinstance(b.type, ListType) else expression(scope, then)
    else:
        with scope.assuming(yes):
            a = expression(scope, then, wanted)
        with scope.assuming(no):
            if wanted is None and _is_bare_call(otherwise) and not isinstance(a.type, ListType):
                b = expression_for(scope, otherwise, a.type)
            else:
                b = expression(scope, otherwise, wanted)
    return conditional(test, *joined(scope, a, b, node))


def _is_bare_call(node: ast.expr) -> bool:
    """Whether an expression reads `Set()`, `empty()` or the like, which leaves open what the elements are."""
    return isinstance(node, ast.Call) and not node.args and not node.keywords


def conditional(condition: Expr, then: Expr, otherwise: Expr) -> Conditional:
    """A choice between two joined results; of two intervals, its type is the one that holds both."""
    a, b = then.type, otherwise.type
    type_ = hull(a, b) if isinstance(a, IntType) and isinstance(b, IntType) else a
    return Conditional(condition, then, otherwise, type_)


def joined(scope: Scope, left: Expr, right: Expr, node: ast.AST) -> tuple[Expr, Expr]:
    """Two results of a choice as expressions of one type: the interval, or the union, that holds both."""
    if left.type == right.type:
        return left, right
    if isinstance(left.type, IntType) and isinstance(right.type, IntType):
        wide: Type = IntType(min(left.type.low, right.type.low), max(left.type.high, right.type.high))
    elif isinstance(left.type, ListType) or isinstance(right.type, ListType):
        scope.fail("S302", node, "a list cannot be one of two results", "a list here", "collect a set instead")
    elif isinstance(left.type, SetType) and isinstance(right.type, SetType):
        wide = SetType(union_of(left.type.element, right.type.element))
    else:
        wide = union_of(left.type, right.type)
    return coerce(scope, left, wide, node, "this result"), coerce(scope, right, wide, node, "this result")


def _binary(scope: Scope, node: ast.BinOp, left: Expr, operator: ast.operator, right: Expr) -> Expr:
    if isinstance(left.type, IntType) and isinstance(right.type, IntType):
        return arithmetic(scope, node, left, operator, right)
    if isinstance(left.type, SeqType) and isinstance(operator, ast.Add) and not isinstance(right.type, ListType):
        return Concat(left, coerce(scope, right, left.type, node, "what is added"), left.type)
    if isinstance(left.type, SetType) and isinstance(right.type, SetType):
        signs: dict[type[ast.operator], Choose["|", "&", "-"]] = {ast.BitOr: "|", ast.BitAnd: "&", ast.Sub: "-"}
        sign = signs.get(type(operator))
        if sign is not None:
            a, b = joined(scope, left, right, node)
            assert isinstance(a.type, SetType)
            return Combine(sign, a, b, a.type)
    scope.fail(
        "S308",
        node,
        f"this operator does not take a `{text_of(left.type)}` and a `{text_of(right.type)}`",
        "no such operation",
        "there are `+`, `-`, `*`, `//` and `%` on integers, `|`, `&` and `-` on sets",
    )


SIGNS: dict[type[ast.operator], Choose["+", "-", "*", "//", "%"]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}


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
            "there are `+`, `-`, `*`, `//` and `%`",
        )
    if sign in ("//", "%") and b.low < 1:
        scope.fail("S335", node, "the divisor may be 0 or negative", "divided here", "divide by a positive constant")
    corners = [OPERATIONS[sign](x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    interval = IntType(0, b.high - 1) if sign == "%" else IntType(min(corners), max(corners))
    return Arithmetic(sign, left, right, interval)


def _set_literal(scope: Scope, elements: list[ast.expr], wanted: Type | None) -> Expr:
    element_type = wanted.element if isinstance(wanted, SetType) else None
    lowered = [expression(scope, element, element_type) for element in elements]
    for element in lowered:
        if isinstance(element.type, ListType):
            scope.fail("S302", elements[0], "a list cannot be an element of a set", "a list here", "use a set")
    if element_type is None:
        element_type = functools.reduce(hull, (e.type for e in lowered if not isinstance(e.type, ListType)))
        lowered = [coerce(scope, e, element_type, n, "an element") for e, n in zip(lowered, elements, strict=True)]
    return SetLiteral(tuple(lowered), SetType(element_type))


def _field(scope: Scope, node: ast.Attribute, record: Expr, attribute: str) -> Expr:
    if isinstance(record.type, RecordType):
        for name, type_ in record.type.fields:
            if name == attribute:
                return Field(record, name, type_)
        there_is = ", ".join(name for name, _ in record.type.fields) or "none"
        scope.fail(
            "S102",
            node,
            f"`{text_of(record.type)}` has no field `{attribute}`",
            "no such field",
            f"its fields: {there_is}",
        )
    if isinstance(record.type, SortType) and attribute == "index":
        scope.fail(
            "S321",
            node,
            "the index of a member tells it apart from the others",
            "members are interchangeable",
            "compare members with `==`; what has an order is an `Ordered`",
        )
    help_ = (
        "rule out None first, as in `require(x is not None)`"
        if isinstance(record.type, UnionType)
        else "fields belong to records"
    )
    scope.fail(
        "S309",
        node,
        f"a `{text_of(record.type)}` has no fields",
        f"`.{attribute}` of a `{text_of(record.type)}`",
        help_,
    )


def _lookup(scope: Scope, node: ast.Subscript, map_: Expr, key: ast.expr) -> Expr:
    if isinstance(map_.type, SeqType):
        return sequences.subscript(scope, node, map_, map_.type, key)
    if not isinstance(map_.type, MapType):
        scope.fail(
            "S310",
            node,
            f"a `{text_of(map_.type)}` has no keys",
            "looked up here",
            "only a `Map` or a `Seq` is looked up with `[...]`",
        )
    at = unbounded(expression(scope, key, map_.type.key))
    return Lookup(map_, at, map_.type.value, scope.span(node))


def _no_value(scope: Scope, node: ast.expr, value: object) -> NoReturn:
    help_ = "declare an Enum with the strings that occur" if isinstance(value, str) else "use integers in an interval"
    scope.fail("S311", node, f"`{value!r}` is no value of the language", f"a {type(value).__name__}", help_)
