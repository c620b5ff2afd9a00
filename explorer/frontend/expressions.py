"""Expressions: the language is the list of patterns below.

Expects the syntax tree of an expression in a scope; returns a typed expression of the machine, or raises Mistake.
"""

from __future__ import annotations

import ast
import functools
from typing import Literal as Choose, NoReturn

from indoubt.explorer.frontend import advice, calls, comparisons, comprehensions, forms, integers, refusals, sequences
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.coercion import (
    FALSE,
    TRUE,
    annotated,
    coerce,
    hull,
    narrowed,
    unbounded,
    with_room_for_all,
)
from indoubt.explorer.frontend.names import attribute_of_state, constant_of, name_of_value, refuse_missing, suggestion
from indoubt.explorer.frontend.narrowing import facts_of
from indoubt.explorer.frontend.scope import Scope, StateName, constant
from indoubt.explorer.ir.expressions import (
    And,
    Below,
    Combine,
    Conditional,
    Expr,
    Field,
    Literal,
    Lookup,
    Not,
    Or,
    SetLiteral,
    Size,
)
from indoubt.explorer.ir.sequences import Concat
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    IntType,
    MapType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    union_of,
)

NODES_OF = "nodes of {}"
"""What stands for the field of a system with the nodes that a sort addresses, until it is known which that is."""


def expression(scope: Scope, node: ast.expr, wanted: Type | None = None) -> Expr:
    """The expression that `node` stands for; `wanted` settles the type of `None`, `Set()` and the like."""
    lowered = narrowed(scope, _expression(scope, node, wanted))
    return lowered if wanted is None else coerce(scope, lowered, wanted, node, "the value expected here")


def annotated_as(scope: Scope, node: ast.expr, wanted: Type | None) -> Expr:
    """The value of a name, or the result of a helper, with an annotation, which does not keep integers in intervals."""
    lowered = narrowed(scope, _expression(scope, node, wanted))
    return lowered if wanted is None else annotated(scope, lowered, wanted, node, "the value expected here")


def expression_for(scope: Scope, node: ast.expr, wanted: Type) -> Expr:
    """Like `expression`, but leaves it to the caller to fit the result to `wanted`."""
    return narrowed(scope, _expression(scope, node, wanted))


def _expression(scope: Scope, node: ast.expr, wanted: Type | None) -> Expr:
    match node:
        case ast.Constant(value):
            return constant(value) or _no_value(scope, node, value, wanted)
        case ast.Name(name):
            return name_of_value(scope, node, name)
        case ast.Attribute(ast.Name(owner), attribute) if isinstance(scope.names.get(owner), StateName):
            return attribute_of_state(scope, node, scope.names[owner], attribute)
        case ast.Attribute(value, attribute):
            refusals.refuse_module(scope, node)
            refuse_missing(scope, node, scope.python_object(value), attribute)
            found = constant_of(scope, node, scope.python_object(node))
            if found is None:
                refusals.refuse_attribute(scope, node)
            return _field(scope, node, expression(scope, value), attribute) if found is None else found
        case ast.Subscript(value, key):
            return _lookup(scope, node, expression(scope, value), key)
        case ast.UnaryOp(ast.Not(), operand):
            return negated(truth(scope, operand))
        case ast.UnaryOp(ast.USub(), operand):
            return integers.negative(scope, node, expression(scope, operand))
        case ast.BoolOp(operator, operands):
            return _connective(scope, operator, operands, strict=True)
        case ast.Compare():
            return comparisons.chained(scope, node)
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
        case ast.Dict() | ast.List() | ast.Tuple():
            title, label, help_ = forms.outside(node)
            if isinstance(node, ast.Tuple) and node.elts and isinstance(wanted, SeqType):
                help_ = f"write `Seq({ast.unparse(node)})`"
            scope.fail("S300", node, title, label, advice.for_empty(node, wanted) or help_)
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
            return Below(Literal(0, IntType(0, 0)), Size(value, IntType(0, 10**9)))
        case _:
            shown = "x" if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript) else ast.unparse(node)
            hint = f"compare it, as in `{shown} == ...`"
            if isinstance(value.type, UnionType):
                hint = f"compare it, as in `{shown} is not None`"
            if isinstance(value.type, IntType):
                hint = f"compare it, as in `{shown} > 0`"
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


def refuse_pair(scope: Scope, container: ast.expr, key: ast.expr) -> None:
    """Raise Mistake where two keys are looked up at once: a map of maps is looked up key by key."""
    if isinstance(key, ast.Tuple):
        keys = "".join(f"[{ast.unparse(one)}]" for one in key.elts)
        title, label, _ = forms.outside(key)
        scope.fail("S300", key, title, label, f"look up one key after the other: `{ast.unparse(container)}{keys}`")


def _conditional(
    scope: Scope, node: ast.IfExp, condition: ast.expr, then: ast.expr, otherwise: ast.expr, wanted: Type | None
) -> Expr:
    test = truth(scope, condition)
    if test is TRUE or test is FALSE:  # the types decide it: the other side is never computed, and need not make sense
        return annotated_as(scope, then if test is TRUE else otherwise, wanted)
    yes, no = facts_of(test)
    if wanted is None and is_bare_call(then):  # an empty collection: the other side says of what
        with scope.assuming(no):
            b = expression(scope, otherwise)
        with scope.assuming(yes):
            a = expression_for(scope, then, b.type) if not isinstance(b.type, ListType) else expression(scope, then)
    else:
        with scope.assuming(yes):
            a = annotated_as(scope, then, wanted)
        with scope.assuming(no):
            if wanted is None and is_bare_call(otherwise) and not isinstance(a.type, ListType):
                b = expression_for(scope, otherwise, a.type)
            else:
                b = annotated_as(scope, otherwise, wanted)
    return conditional(test, *joined(scope, a, b, node))


def is_bare_call(node: ast.expr) -> bool:
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
    if isinstance(left.type, ListType) or isinstance(right.type, ListType):
        scope.fail("S302", node, "a list cannot be one of two results", "a list here", "collect a set instead")
    wide = _holding_both(left.type, right.type)
    return coerce(scope, left, wide, node, "this result"), coerce(scope, right, wide, node, "this result")


def _holding_both(left: Type, right: Type) -> Type:
    """The type of which the values of two types are: containers of one kind stay one, with wider contents."""
    match left, right:
        case SetType(one), SetType(other):
            return SetType(_holding_both(one, other))
        case SeqType(one), SeqType(other):
            return SeqType(_holding_both(one, other))
        case MapType(key, one), MapType(other_key, other) if key == other_key:
            return MapType(key, _holding_both(one, other))
        case _:
            return union_of(left, right)


def _binary(scope: Scope, node: ast.BinOp, left: Expr, operator: ast.operator, right: Expr) -> Expr:
    if isinstance(left.type, IntType) and isinstance(right.type, IntType):
        return integers.arithmetic(scope, node, left, operator, right)
    if isinstance(left.type, SeqType) and isinstance(operator, ast.Add) and not isinstance(right.type, ListType):
        return Concat(left, coerce(scope, right, left.type, node.right, "what is added"), left.type)
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
        f"this operator does not take {advice.described(left)} and {advice.described(right)}",
        "no such operation",
        advice.for_operator(left.type, operator, right.type, node.left, node.right),
    )


def _set_literal(scope: Scope, elements: list[ast.expr], wanted: Type | None) -> Expr:
    element_type = wanted.element if isinstance(wanted, SetType) else None
    lowered = [annotated_as(scope, element, element_type) for element in elements]
    for element in lowered:
        if isinstance(element.type, ListType):
            scope.fail("S302", elements[0], "a list cannot be an element of a set", "a list here", "use a set")
    if element_type is None:
        element_type = functools.reduce(hull, (e.type for e in lowered if not isinstance(e.type, ListType)))
    else:
        element_type = with_room_for_all((e.type for e in lowered), element_type)
    lowered = [coerce(scope, e, element_type, n, "an element") for e, n in zip(lowered, elements, strict=True)]
    return SetLiteral(tuple(lowered), SetType(element_type))


def _field(scope: Scope, node: ast.Attribute, record: Expr, attribute: str) -> Expr:
    if isinstance(record.type, RecordType):
        for name, type_ in record.type.fields:
            if name == attribute:
                return Field(record, name, type_)
        names = [name for name, _ in record.type.fields]
        known = suggestion(attribute, names) or f"its fields: {', '.join(names) or 'none'}"
        scope.fail("S102", node, f"`{text_of(record.type)}` has no field `{attribute}`", "no such field", known)
    if isinstance(record.type, SortType) and attribute == "index":
        scope.fail(
            "S321",
            node,
            "the index of a member tells it apart from the others",
            "members are interchangeable",
            "compare members with `==`; what has an order is an `Ordered`",
        )
    if scope.context.sending is not None and isinstance(record.type, SortType):
        _refuse_address(scope, node, attribute, record)
    if isinstance(record.type, UnionType):
        help_ = advice.for_union(record.type, node.value)
    else:
        help_ = advice.for_method(record.type, attribute, node.value) or "fields belong to records"
    scope.fail(
        "S309",
        node,
        f"a `{text_of(record.type)}` has no fields",
        f"`.{attribute}` of a `{text_of(record.type)}`",
        help_,
    )


def _refuse_address(scope: Scope, node: ast.Attribute, attribute: str, record: Expr) -> NoReturn:
    """Raise Mistake for a field of an address in a system of nodes."""
    shown = ast.unparse(node.value)
    nodes = NODES_OF.format(text_of(record.type))
    help_ = f"name the node of that address first, as in `self.{nodes}[{shown}].{attribute}`"
    if hasattr(scope.function.object, "__indoubt_part__"):
        help_ = "a node knows of others what they have sent: let it send what you want to know"
    title = f"`{shown}` is an address: it has no field `{attribute}`"
    scope.fail("S507", node, title, "not of this node", help_)


def _lookup(scope: Scope, node: ast.Subscript, map_: Expr, key: ast.expr) -> Expr:
    refuse_pair(scope, node.value, key)
    if isinstance(map_.type, SeqType):
        return sequences.subscript(scope, node, map_, map_.type, key)
    if not isinstance(map_.type, MapType):
        scope.fail(
            "S310",
            node,
            f"a `{text_of(map_.type)}` has no keys",
            "looked up here",
            advice.for_lookup(map_.type, node),
        )
    at = unbounded(expression(scope, key, map_.type.key))
    return Lookup(map_, at, map_.type.value, scope.span(node))


def _no_value(scope: Scope, node: ast.expr, value: object, wanted: AnyType | None) -> NoReturn:
    help_ = advice.for_text(value, wanted) if isinstance(value, str) else "use integers in an interval"
    scope.fail("S311", node, f"`{value!r}` is no value of the language", f"a {type(value).__name__}", help_)
