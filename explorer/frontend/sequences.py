"""Sequences and bags in expressions and statements: indices, slices, and the methods that change them in place."""

from __future__ import annotations

import ast
import functools

from indoubt.explorer.frontend import advice, comprehensions, expressions, integers
from indoubt.explorer.frontend.advice import text_of
from indoubt.explorer.frontend.coercion import TRUE, coerce, hull, with_room_for_all
from indoubt.explorer.frontend.scope import Scope
from indoubt.explorer.ir.expressions import (
    Arithmetic,
    Collect,
    Expr,
    Generator,
    Literal,
    Load,
    Local,
    Lookup,
    Narrow,
    Size,
)
from indoubt.explorer.ir.sequences import BagChange, Concat, Element, IsPrefix, Occurrences, RemoveAt, SeqLiteral, Slice
from indoubt.explorer.ir.types import ListType
from indoubt.specs.language.types import BagType, IntType, SeqType, Type

MANY = 10**9
"""The largest number of elements that the type of a length admits: a sum of lengths stays below it."""
INDEX = IntType(-MANY, MANY)
SEQ_CHANGES: tuple[str, ...] = ("append", "extend", "pop_first", "pop_last", "remove_at", "truncate", "clear")
BAG_CHANGES: tuple[str, ...] = ("add", "discard", "remove", "clear")
TAKES = {"pop_first": 0, "pop_last": -1}


def subscript(scope: Scope, node: ast.Subscript, sequence: Expr, type_: SeqType, key: ast.expr) -> Expr:
    """`q[i]` or `q[a:b]`."""
    if isinstance(key, ast.Slice):
        if key.step is not None:
            scope.fail("S340", key, "a slice takes no step", "a step here", "write `q[a:b]`")
        start, stop = (None if end is None else index(scope, end) for end in (key.lower, key.upper))
        return Slice(sequence, start, stop, type_)
    return Element(sequence, index(scope, key), type_.element, scope.span(node))


def index(scope: Scope, node: ast.expr) -> Expr:
    """An integer that counts elements of a sequence."""
    value = expressions.expression_for(scope, node, INDEX)
    if not isinstance(value.type, IntType):
        title = f"a position in a sequence is an integer, not a `{text_of(value.type)}`"
        help_ = 'count from the ends, `q[0]` and `q[-1]`, or take a parameter `i: Index["q"]`'
        scope.fail("S301", node, title, f"this is a `{text_of(value.type)}`", help_)
    return coerce(scope, value, INDEX, node, "an index")


def method(scope: Scope, node: ast.Call, value: Expr, name: str) -> Expr | None:
    """The value of a method of a sequence or bag that changes nothing; None where there is no such method."""
    type_ = value.type
    if len(node.args) != 1 or node.keywords or not isinstance(type_, (SeqType, BagType)):
        return None
    match name:
        case "is_prefix_of" if isinstance(type_, SeqType):
            return IsPrefix(value, expressions.expression(scope, node.args[0], type_))
        case "count":
            return Occurrences(value, expressions.expression(scope, node.args[0], type_.element), IntType(0, MANY))
        case _:
            return None


def constructed(scope: Scope, node: ast.Call, wanted: Type | None) -> Expr:
    """`Seq()`, `Seq([a, b])`, `Seq(x for x in q)`, and the same of `Bag`."""
    if not node.args:
        if not isinstance(wanted, (SeqType, BagType)):
            scope.fail(
                "S322",
                node,
                "the elements of this empty collection are not known",
                "a collection of what?",
                "assign it to a variable of the state, or annotate the name",
            )
        return Literal(() if isinstance(wanted, SeqType) else frozenset(), wanted)
    argument = node.args[0]
    if len(node.args) != 1 or node.keywords:
        elements = ", ".join(map(ast.unparse, node.args))
        title, help_ = f"`{ast.unparse(node.func)}` takes one collection", f"write `Seq([{elements}])`"
        scope.fail("S324", node, title, "wrong arguments", help_)
    if isinstance(wanted, BagType):
        scope.fail("S341", node, "a bag is filled by `.add(x)`", "filled here", "begin with `Bag()` and add")
    if isinstance(argument, (ast.List, ast.Tuple)):
        return literal(scope, argument, wanted)
    if isinstance(argument, (ast.GeneratorExp, ast.ListComp)):
        return as_seq(scope, comprehensions.collect(scope, argument, wanted), argument)
    return _copied(
        as_seq(scope, comprehensions.elements(scope, argument, f"`Seq([{ast.unparse(argument)}])`"), argument)
    )


def _copied(value: Expr) -> Expr:
    """A sequence of the state as a value of its own, which does not see later changes, see `aliases`."""
    if isinstance(value.type, SeqType) and isinstance(value, Load | Local | Lookup | Element | Narrow):
        return Slice(value, None, None, value.type)
    return value


def literal(scope: Scope, node: ast.List | ast.Tuple, wanted: Type | None) -> Expr:
    """`[a, b]` as a sequence."""
    element = wanted.element if isinstance(wanted, SeqType) else None
    lowered = [expressions.annotated_as(scope, one, element) for one in node.elts]
    if element is None:
        types = [one.type for one in lowered if not isinstance(one.type, ListType)]
        if not lowered or len(types) < len(lowered):
            scope.fail("S322", node, "the elements of this list are not known", "a list of what?", "annotate the name")
        element = functools.reduce(hull, types)
    else:
        element = with_room_for_all((one.type for one in lowered), element)
    lowered = [coerce(scope, one, element, at, "an element") for one, at in zip(lowered, node.elts, strict=True)]
    return SeqLiteral(tuple(lowered), SeqType(element))


def as_seq(scope: Scope, value: Expr, node: ast.expr) -> Expr:
    """A list as a sequence. Raises Mistake where its order means nothing."""
    if isinstance(value.type, SeqType):
        return value
    if not isinstance(value.type, ListType) or not value.type.is_ordered:
        scope.fail(
            "S342",
            node,
            f"a `{text_of(value.type)}` has no order, so it cannot become a sequence",
            "the order would depend on chance",
            "range over a sequence, or `range(...)`",
        )
    if isinstance(value, Collect):
        return Collect(value.element, value.generators, SeqType(value.type.element))
    item = scope.context.fresh("item", value.type.element)
    return Collect(item, (Generator(item, value, TRUE),), SeqType(value.type.element))


def changed(scope: Scope, node: ast.stmt, call: ast.Call, current: Expr, name: str) -> Expr:
    """The sequence or bag after an in-place change. Raises Mistake where there is no such change."""
    type_ = current.type
    assert isinstance(type_, (SeqType, BagType))
    takes = 0 if name in ("pop_first", "pop_last", "clear") else 1
    if name not in (SEQ_CHANGES if isinstance(type_, SeqType) else BAG_CHANGES):
        assert isinstance(call.func, ast.Attribute)
        there_is = f"it has: {', '.join(SEQ_CHANGES if isinstance(type_, SeqType) else BAG_CHANGES)}"
        help_ = advice.for_method(type_, name, call.func.value) or there_is
        scope.fail("S107", node, f"a `{text_of(type_)}` has no `.{name}()`", "no such change", help_)
    if len(call.args) != takes or call.keywords:
        what = "one argument" if takes else "no arguments"
        scope.fail("S324", node, f"`.{name}()` takes {what}", "wrong arguments", f"write `.{name}({'x' * takes})`")
    argument = call.args[0] if takes else None
    if isinstance(type_, BagType):
        return _changed_bag(scope, node, current, type_, argument, name)
    if argument is None:
        return (
            Literal((), type_) if name == "clear" else RemoveAt(current, _place(current, name), type_, scope.span(node))
        )
    match name:
        case "append":
            element = coerce(
                scope,
                expressions.expression_for(scope, argument, type_.element),
                type_.element,
                argument,
                "an element of this sequence",
            )
            return Concat(current, SeqLiteral((element,), type_), type_)
        case "extend":
            more = comprehensions.domain(scope, argument)
            return Concat(
                current, coerce(scope, as_seq(scope, more, argument), type_, argument, "what is added"), type_
            )
        case "truncate":
            return Slice(current, _constant(0), integers.at_least_zero(scope, index(scope, argument)), type_)
        case _:
            return RemoveAt(current, index(scope, argument), type_, scope.span(node))


def taken(current: Expr, call: ast.Call, name: str, scope: Scope) -> Expr:
    """The element that `.pop_first()`, `.pop_last()` or `.remove_at(i)` returns."""
    assert isinstance(current.type, SeqType)
    at = _constant(TAKES[name]) if name in TAKES else index(scope, call.args[0])
    return Element(current, at, current.type.element, scope.span(call))


def _changed_bag(
    scope: Scope, node: ast.stmt, current: Expr, type_: BagType, argument: ast.expr | None, name: str
) -> Expr:
    if argument is None:
        return Literal(frozenset(), type_)
    element = coerce(
        scope,
        expressions.expression_for(scope, argument, type_.element),
        type_.element,
        argument,
        "an element of this bag",
    )
    return BagChange(
        "add" if name == "add" else "remove" if name == "remove" else "discard",
        current,
        element,
        type_,
        scope.span(node),
    )


def _place(current: Expr, name: str) -> Expr:
    """Where `.pop_first()` or `.pop_last()` takes an element out; unlike `q[-1]`, `.remove_at(-1)` is out of range."""
    if TAKES[name] == 0:
        return _constant(0)
    return Arithmetic("-", Size(current, IntType(0, 10**9)), _constant(1), IntType(-1, 10**9))


def _constant(value: int) -> Literal:
    return Literal(value, IntType(value, value))
