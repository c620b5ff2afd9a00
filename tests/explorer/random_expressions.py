"""Random well-typed expressions of the machine: every node of `ir.expressions` but those that range over something.

Each function lists ways to build an expression and builds one of them only: building all would take time exponential
in the depth. Simple ways come first, so that examples shrink towards these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import random_collections as collections
from hypothesis import strategies as st
from machine_types import BOOL, ENUMS, INTERVALS, NONE, RANK, SCALARS, UNIONS, constant
from random_scope import Scope, shown_by

from indoubt.explorer.ir.arithmetic import OPERATIONS
from indoubt.explorer.ir.expressions import (
    And,
    Arithmetic,
    Below,
    Bounded,
    Conditional,
    Construct,
    Contains,
    Equal,
    Expr,
    IsA,
    Let,
    Literal,
    Lookup,
    Neighbour,
    Not,
    Or,
    Size,
    Subset,
    Widen,
)
from indoubt.explorer.ir.sequences import Capped, Element, IsPrefix, Occurrences
from indoubt.explorer.ir.types import ListType
from indoubt.specs.language.sorts import Ring, size_of
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

T = TypeVar("T")
Way = Callable[[], Expr]
COUNT = IntType(0, 10**9)
OPTION = union_of(RANK, NONE)


def chosen(scope: Scope, ways: Sequence[Callable[[], T]]) -> T:
    """One of some ways, gone."""
    way: Callable[[], T] = scope.draw(st.sampled_from(list(ways)))
    return way()


def number(value: int) -> Literal:
    """An integer."""
    return Literal(value, IntType(value, value))


def expression(scope: Scope, type_: Type, depth: int) -> Expr:
    """An expression of exactly this type, of which `scope.can` says that there is one."""
    ways: list[Way] = []
    if scope.can_write_down(type_):
        ways.append(lambda: Literal(constant(scope.draw, type_), type_))
    found = scope.of(type_)
    if found:
        ways += [lambda: scope.draw(st.sampled_from(found))] * 3
    if depth > 0 or not ways:
        ways += _of_type(scope, type_, max(depth - 1, 0))
    if depth > 0:
        ways += _of_any_type(scope, type_, depth - 1)
    return chosen(scope, ways)


def _of_type(scope: Scope, type_: Type, depth: int) -> list[Way]:
    match type_:
        case BoolType():
            return _conditions(scope, depth)
        case IntType():
            return _intervals(scope, type_, depth)
        case SortType():
            return _members(scope, type_, depth)
        case RecordType(_, fields):
            if not all(scope.can(field) for _, field in fields):
                return []
            return [lambda: Construct(type_, tuple(expression(scope, field, depth) for _, field in fields))]
        case UnionType(alternatives):
            ways: list[Way] = [
                partial(_widened, scope, one, type_, depth) for one in reversed(alternatives) if scope.can(one)
            ]
            wider = [one for one in scope.readable() if isinstance(one.type, UnionType) and _is_part(one.type, type_)]
            if wider:
                ways.append(lambda: Widen(scope.draw(st.sampled_from(wider)), type_))
            return ways
        case _:
            return collections.of_type(scope, type_, depth)


def _is_part(part: UnionType, whole: UnionType) -> bool:
    return part != whole and set(part.alternatives) < set(whole.alternatives)


def _of_any_type(scope: Scope, type_: Type, depth: int) -> list[Way]:
    def of(inner: Scope = scope) -> Expr:
        return expression(inner, type_, depth)

    ways: list[Way] = [lambda: Conditional(condition(scope, depth), of(), of(), type_)]
    readable = scope.readable()
    ways += [
        partial(_looked_up, scope, table, table.type, depth)
        for table in readable
        if isinstance(table.type, MapType) and table.type.value == type_ and scope.can(table.type.key)
    ]
    ways += [
        partial(_element, scope, sequence, type_, depth)
        for sequence in readable
        if isinstance(sequence.type, SeqType) and sequence.type.element == type_
    ]
    tests = scope.testable()
    if tests:
        ways.append(lambda: _tested(scope, scope.draw(st.sampled_from(tests)), type_, depth))
    if not scope.is_spoken or (not scope.sees_after and scope.unaware().can(type_)):
        ways.append(lambda: let(scope, type_, depth))
    if not scope.is_spoken and not scope.is_total and scope.capped(type_):
        ways.append(lambda: Capped(of(), "somewhere", scope.draw(st.integers(0, 3)), type_))
    return ways


def _widened(scope: Scope, alternative: Type, type_: UnionType, depth: int) -> Expr:
    return Widen(expression(scope, alternative, depth), type_)


def _looked_up(scope: Scope, table: Expr, type_: MapType, depth: int) -> Expr:
    return Lookup(table, expression(scope, type_.key, depth), type_.value)


def _tested(scope: Scope, tested: tuple[Expr, Type], type_: Type, depth: int) -> Expr:
    """A choice by a test, each side of which knows what the test has shown."""
    test = IsA(*tested)
    yes, no = shown_by(test)
    then, otherwise = (expression(scope.assuming(facts), type_, depth) for facts in (yes, no))
    return Conditional(test, then, otherwise, type_)


def let(scope: Scope, type_: Type, depth: int) -> Expr:
    """`let`; in the language that is a helper, which knows nothing of what its caller has tested."""
    kinds = [one for one in (*ENUMS, *INTERVALS, BOOL, *UNIONS, RANK, SetType(RANK)) if scope.can(one)]
    inner = scope.unaware() if scope.is_spoken else scope
    if not scope.is_spoken and scope.draw(st.integers(0, 4)) == 4:
        value = collections.listed(scope, depth)
    else:
        value = expression(scope, scope.draw(st.sampled_from(kinds)), depth)
    local = scope.fresh(value.type)
    return Let(local, value, expression(inner.knowing(local), type_, depth), type_)


def _element(scope: Scope, sequence: Expr, type_: Type, depth: int) -> Expr:
    if scope.may_be_partial():
        return Element(sequence, integer(scope, depth), type_)
    at = number(scope.draw(st.sampled_from((0, -1))))
    return Conditional(
        Below(number(0), Size(sequence, COUNT)),
        Element(sequence, at, type_),
        expression(scope, type_, depth),
        type_,
    )


def condition(scope: Scope, depth: int) -> Expr:
    """An expression of type bool."""
    return expression(scope, BOOL, depth)


def _conditions(scope: Scope, depth: int) -> list[Way]:
    def operands() -> tuple[Expr, ...]:
        return tuple(condition(scope, depth) for _ in range(scope.draw(st.integers(2, 3))))

    ways: list[Way] = [
        lambda: Not(condition(scope, depth)),
        lambda: And(operands()),
        lambda: Or(operands()),
        lambda: _equal(scope, depth),
        lambda: Below(integer(scope, depth), integer(scope, depth)),
        lambda: Below(_ranked(scope, depth), _ranked(scope, depth)),
        lambda: _contains(scope, depth),
        lambda: _subset(scope, depth),
        lambda: collections.quantified(scope, depth),
        lambda: collections.quantified(scope, depth),
    ]
    tests = scope.testable()
    if tests:
        ways.append(lambda: IsA(*scope.draw(st.sampled_from(tests))))
    sequences = [expr for expr in scope.readable() if isinstance(expr.type, SeqType)]
    if sequences:
        ways.append(lambda: _is_prefix(scope, scope.draw(st.sampled_from(sequences)), depth))
    return ways


def _ranked(scope: Scope, depth: int) -> Expr:
    """A member of an order, or None, which stands below all."""
    return expression(scope, scope.draw(st.sampled_from((RANK, OPTION))), depth)


def _equal(scope: Scope, depth: int) -> Expr:
    types = list(dict.fromkeys(one.type for one in scope.readable()))
    kinds = [one for one in (*SCALARS, *types) if not isinstance(one, ListType) and scope.can(one)]
    type_: Type = scope.draw(st.sampled_from(kinds))
    if isinstance(type_, IntType):
        return Equal(integer(scope, depth), integer(scope, depth))
    return Equal(expression(scope, type_, depth), expression(scope, type_, depth))


def _contains(scope: Scope, depth: int) -> Expr:
    domain = collections.domain(scope, depth)
    if scope.can(domain.element):
        element = expression(scope, domain.element, depth)
        return Contains(element, domain.expr)
    return Below(number(0), Size(domain.expr, COUNT))


def _subset(scope: Scope, depth: int) -> Expr:
    types = [one.type for one in scope.readable() if isinstance(one.type, SetType)]
    type_ = scope.draw(st.sampled_from([*types, SetType(ENUMS[1])]))
    return Subset(expression(scope, type_, depth), expression(scope, type_, depth))


def _is_prefix(scope: Scope, sequence: Expr, depth: int) -> Expr:
    assert isinstance(sequence.type, SeqType)
    other = expression(scope, sequence.type, depth)
    return chosen(scope, [lambda: IsPrefix(sequence, other), lambda: IsPrefix(other, sequence)])


def integer(scope: Scope, depth: int) -> Expr:
    """An integer of whatever interval."""
    exact: list[Expr] = [expr for expr in scope.readable() if isinstance(expr.type, IntType)]
    ways: list[Way] = [lambda: number(scope.draw(st.integers(0, 3)))]
    if exact:
        ways += [lambda: scope.draw(st.sampled_from(exact))] * 2
    if depth > 0:
        ways += [
            lambda: expression(scope, scope.draw(st.sampled_from(INTERVALS)), depth - 1),
            lambda: _computed(scope, depth - 1),
            lambda: Size(collections.domain(scope, depth - 1).expr, COUNT),
            lambda: collections.folded(scope, depth - 1),
        ]
        counted = [expr for expr in scope.readable() if isinstance(expr.type, SeqType | BagType)]
        counted = [
            expr for expr in counted if isinstance(expr.type, SeqType | BagType) and scope.can(expr.type.element)
        ]
        if counted:
            ways.append(lambda: _occurrences(scope, scope.draw(st.sampled_from(counted)), depth - 1))
    return chosen(scope, ways)


def _occurrences(scope: Scope, items: Expr, depth: int) -> Expr:
    assert isinstance(items.type, SeqType | BagType)
    return Occurrences(items, expression(scope, items.type.element, depth), COUNT)


def _computed(scope: Scope, depth: int) -> Expr:
    operator = scope.draw(st.sampled_from(("+", "-", "*", "//", "%")))
    left = integer(scope, depth)
    right = number(scope.draw(st.integers(1, 3))) if operator in ("//", "%") else integer(scope, depth)
    return arithmetic(operator, left, right)


def arithmetic(operator: str, left: Expr, right: Expr) -> Arithmetic:
    """An operation with the interval of its results."""
    a, b = left.type, right.type
    assert isinstance(a, IntType)
    assert isinstance(b, IntType)
    if operator == "%":
        return Arithmetic("%", left, right, IntType(0, b.high - 1))
    ends = [OPERATIONS[operator](x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return Arithmetic(operator, left, right, IntType(min(ends), max(ends)))  # type: ignore[arg-type]  # one of five


def _intervals(scope: Scope, type_: IntType, depth: int) -> list[Way]:
    ways: list[Way] = [lambda: _reduced(integer(scope, depth), type_)]
    if not scope.is_spoken and not scope.is_total:
        ways.append(lambda: Bounded(integer(scope, depth), "somewhere", type_))
    return ways


def _reduced(value: Expr, type_: IntType) -> Expr:
    """An integer brought into an interval by a remainder."""
    remainder = arithmetic("%", value, number(type_.high - type_.low + 1))
    return remainder if type_.low == 0 else arithmetic("+", number(type_.low), remainder)


def _members(scope: Scope, type_: SortType, depth: int) -> list[Way]:
    if not scope.can(type_):
        return []
    step = scope.draw(st.sampled_from((1, -1)))
    if issubclass(type_.cls, Ring):
        return [lambda: Neighbour(expression(scope, type_, depth), step, type_)]
    if type_ != RANK:
        return [lambda: scope.draw(st.sampled_from(scope.of(type_)))]
    return [lambda: _neighbour(scope, step, depth), *collections.extremes(scope, type_, depth)]


def _neighbour(scope: Scope, step: int, depth: int) -> Expr:
    member = expression(scope, RANK, depth)
    if scope.may_be_partial():
        return Neighbour(member, step, RANK)
    end = Literal(size_of(RANK.cls) - 1 if step == 1 else 0, RANK)
    inside = Below(member, end) if step == 1 else Below(end, member)
    return Conditional(inside, Neighbour(member, step, RANK), expression(scope, RANK, depth), RANK)
