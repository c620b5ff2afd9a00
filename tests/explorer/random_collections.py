"""Random expressions over collections: what ranges over something, and what makes and changes collections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import random_expressions as single
from hypothesis import strategies as st
from machine_types import BOOL, ENUMS, NODE, RANK, SORTS, key_types, sorts_of_members
from random_scope import Scope

from indoubt.explorer.ir.expressions import (
    Below,
    Collect,
    Combine,
    Conditional,
    Contains,
    Exists,
    Expr,
    Fold,
    ForAll,
    Generator,
    Literal,
    Local,
    Members,
    Range,
    Remove,
    SetLiteral,
    Size,
    Subsets,
    Tabulate,
)
from indoubt.explorer.ir.sequences import BagChange, Concat, RemoveAt, SeqLiteral, Slice
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.specs.language.types import (
    BagType,
    EnumType,
    IntType,
    MapType,
    QuorumType,
    SeqType,
    SetType,
    SortType,
    Type,
)

Way = Callable[[], Expr]
TRUE = Literal(True, BOOL)
COLLECTIONS = (SetType, SeqType, BagType, ListType)


@dataclass(frozen=True)
class Domain:
    """A collection to range over: what its elements are, and whether they come in an order that everybody knows."""

    expr: Expr
    element: Type
    is_fixed: bool

    @property
    def means_order(self) -> bool:
        """Whether what is done with the elements may depend on their order."""
        type_ = self.expr.type
        if isinstance(self.expr, Members):
            return not sorts_of_members(self.expr.type.element)
        return isinstance(type_, SeqType) or (isinstance(type_, ListType) and type_.is_ordered)


def domain(scope: Scope, depth: int) -> Domain:
    """Something to range over."""
    readable = [expr for expr in scope.readable() if isinstance(expr.type, COLLECTIONS)]
    ways: list[Callable[[], Domain]] = [lambda: _all_members(scope), lambda: _range(scope, depth)]
    if readable:
        ways += [lambda: _ranged(scope.draw(st.sampled_from(readable)))] * 3
    if depth > 0:
        ways.append(lambda: _ranged(listed(scope, depth - 1)))
        ways.append(lambda: _ranged(_made_set(scope, depth - 1)))
    return single.chosen(scope, ways)


def _all_members(scope: Scope) -> Domain:
    kinds: list[Type] = [*SORTS, *ENUMS, QuorumType(NODE)]
    if not scope.is_spoken:
        kinds += [BOOL, IntType(-1, 1), scope.draw(key_types())]
    type_: Type = scope.draw(st.sampled_from(kinds))
    element = SetType(type_.sort) if isinstance(type_, QuorumType) else type_
    return Domain(Members(SetType(type_)), element, is_fixed=True)


def _range(scope: Scope, depth: int) -> Domain:
    ends = [single.number(0), single.integer(scope, min(depth, 1))]
    if scope.draw(st.booleans()):
        ends[0] = single.number(scope.draw(st.integers(-1, 2)))
    if depth == 0 or scope.draw(st.booleans()):
        ends[1] = single.number(scope.draw(st.integers(0, 3)))
    else:  # a product of lengths is no number to count up to
        ends[1] = single.arithmetic("%", ends[1], single.number(4))
    start, stop = (end.type for end in ends)
    assert isinstance(start, IntType)
    assert isinstance(stop, IntType)
    interval = IntType(start.low, max(start.low, stop.high - 1))
    return Domain(Range(ends[0], ends[1], ListType(interval, is_ordered=True)), interval, is_fixed=True)


def _ranged(expr: Expr) -> Domain:
    type_ = expr.type
    assert isinstance(type_, COLLECTIONS)
    is_fixed = isinstance(type_, SeqType) or (isinstance(type_, ListType) and type_.is_ordered)
    return Domain(expr, type_.element, is_fixed)


def _made_set(scope: Scope, depth: int) -> Expr:
    kinds = [one for one in (*ENUMS, RANK, NODE, IntType(0, 2)) if scope.can(one)]
    type_ = SetType(scope.draw(st.sampled_from(kinds)))
    return Collect(*_comprehension(scope, type_.element, depth, ordered=False), type_)


def listed(scope: Scope, depth: int) -> Expr:
    """A list comprehension."""
    element, generators, ordered = _listed(scope, lambda inner: single.integer(inner, depth), depth)
    assert not isinstance(element.type, ListType)
    return Collect(element, generators, ListType(element.type, is_ordered=ordered))


def _listed(scope: Scope, element: Callable[[Scope], Expr], depth: int) -> tuple[Expr, tuple[Generator, ...], bool]:
    generators: list[Generator] = []
    inner, ordered = scope, True
    for _ in range(scope.draw(st.sampled_from((1, 1, 1, 2)))):
        over = domain(inner, depth if not generators else 0)
        local = scope.fresh(over.element)
        ordered = ordered and over.means_order
        inner = inner.knowing(local).inside(is_total=not over.is_fixed)
        test = single.condition(inner, depth) if scope.draw(st.booleans()) else TRUE
        generators.append(Generator(local, over.expr, test))
    return element(inner), tuple(generators), ordered


def _comprehension(scope: Scope, type_: Type, depth: int, *, ordered: bool) -> tuple[Expr, tuple[Generator, ...]]:
    """A comprehension with elements of a type; where the order matters, over something that has one."""
    local: Local
    if ordered:
        found = [expr for expr in scope.readable() if isinstance(expr.type, SeqType)]
        over = _range(scope, depth) if not found else _ranged(scope.draw(st.sampled_from(found)))
        local = scope.fresh(over.element)
        inner = scope.knowing(local)
        test = single.condition(inner, depth) if scope.draw(st.booleans()) else TRUE
        return single.expression(inner, type_, depth), (Generator(local, over.expr, test),)
    element, generators, _ = _listed(scope, lambda inner: single.expression(inner, type_, depth), depth)
    return element, generators


def quantified(scope: Scope, depth: int) -> Expr:
    """`any` or `all` over something."""
    over = domain(scope, depth)
    local = scope.fresh(over.element)
    body = single.condition(scope.knowing(local).inside(is_total=not over.is_fixed), depth)
    kind = scope.draw(st.sampled_from((Exists, ForAll)))
    quantifier: Expr = kind(local, over.expr, body)
    return quantifier


def folded(scope: Scope, depth: int) -> Expr:
    """The sum, least or greatest element of some integers."""
    readable = [
        expr
        for expr in scope.readable()
        if isinstance(expr.type, COLLECTIONS) and isinstance(expr.type.element, IntType)
    ]
    items = single.chosen(
        scope,
        [lambda: listed(scope, depth), *([lambda: scope.draw(st.sampled_from(readable))] if readable else [])],
    )
    assert isinstance(items.type, COLLECTIONS)
    element = items.type.element
    assert isinstance(element, IntType)
    kind = scope.draw(st.sampled_from(("sum", "min", "max")))
    if kind == "sum":
        return Fold("sum", items, IntType(min(0, element.low) * 10**9, max(0, element.high) * 10**9))
    extreme = Fold(kind, items, element)
    if scope.may_be_partial():
        return extreme
    return Conditional(Below(single.number(0), Size(items, single.COUNT)), extreme, single.number(0), _with_0(element))


def _with_0(type_: IntType) -> IntType:
    return IntType(min(type_.low, 0), max(type_.high, 0))


def extremes(scope: Scope, type_: Type, depth: int) -> list[Way]:
    """The least or greatest of some members of an order, or None which stands below them."""
    readable = [expr for expr in scope.readable() if isinstance(expr.type, COLLECTIONS) and expr.type.element == type_]

    def extreme() -> Expr:
        items: Expr
        if readable and scope.draw(st.booleans()):
            items = scope.draw(st.sampled_from(readable))
        else:
            element, generators, ordered = _listed(scope, lambda one: single.expression(one, type_, depth), depth)
            items = Collect(element, generators, ListType(type_, is_ordered=ordered))
        found = Fold(scope.draw(st.sampled_from(("min", "max"))), items, type_)
        if scope.may_be_partial():
            return found
        some = Below(single.number(0), Size(items, single.COUNT))
        return Conditional(some, found, single.expression(scope, type_, depth), type_)

    return [extreme]


def of_type(scope: Scope, type_: Type, depth: int) -> list[Way]:
    """Ways to a map, set, sequence or bag of a type."""
    match type_:
        case MapType(key, value):
            local = scope.fresh(key)
            inner = scope.knowing(local)
            if not scope.can_tabulate(type_):
                return []
            return [lambda: Tabulate(local, single.expression(inner, value, depth), type_)]
        case SetType():
            return _sets(scope, type_, depth)
        case SeqType():
            return _sequences(scope, type_, depth)
        case BagType():
            return _bags(scope, type_, depth)
        case _:
            return []


def _some(scope: Scope, type_: Type, depth: int) -> tuple[Expr, ...]:
    return tuple(single.expression(scope, type_, depth) for _ in range(scope.draw(st.integers(1, 2))))


def _sets(scope: Scope, type_: SetType, depth: int) -> list[Way]:
    element = type_.element

    def of() -> Expr:
        return single.expression(scope, type_, depth)

    ways: list[Way] = []
    if not (scope.is_spoken and scope.can(element)):  # `Set()` does not say of what, where nothing around it does
        ways.append(lambda: Literal(frozenset(), type_))
    if depth > 0:
        ways.append(lambda: Combine(scope.draw(st.sampled_from(("|", "&", "-"))), of(), of(), type_))
    if scope.can(element):
        if depth > 0:
            ways.append(lambda: Collect(*_comprehension(scope, element, depth, ordered=False), type_))
        ways.append(lambda: SetLiteral(_some(scope, element, depth), type_))
        if not scope.is_spoken:
            ways.append(lambda: _removed(scope, of(), type_, depth))
    if isinstance(element, SetType) and not scope.is_spoken:
        ways.append(lambda: Subsets(single.expression(scope, element, depth), type_))
    if isinstance(element, EnumType | SortType):
        ways.append(lambda: Members(type_))
    return ways


def _removed(scope: Scope, items: Expr, type_: SetType, depth: int) -> Expr:
    element = single.expression(scope, type_.element, depth)
    removed = Remove(items, element, type_)
    if scope.may_be_partial():
        return removed
    return Conditional(Contains(element, items), removed, items, type_)


def _sequences(scope: Scope, type_: SeqType, depth: int) -> list[Way]:
    def of() -> Expr:
        return single.expression(scope, type_, depth)

    def end() -> Expr | None:
        return single.integer(scope, 1) if scope.draw(st.booleans()) else None

    ways: list[Way] = []
    if not (scope.is_spoken and scope.can(type_.element)):
        ways.append(lambda: Literal((), type_))
    if scope.can(type_.element):
        ways.append(lambda: SeqLiteral(_some(scope, type_.element, depth), type_))
    if depth > 0:
        ways.append(lambda: Slice(of(), end(), end(), type_))
        ways.append(lambda: Concat(of(), of(), type_))
        if scope.can(type_.element):
            ways.append(lambda: Collect(*_comprehension(scope, type_.element, depth, ordered=True), type_))
        if not scope.is_spoken:
            ways.append(lambda: _removed_at(scope, of(), type_))
    return ways


def _removed_at(scope: Scope, items: Expr, type_: SeqType) -> Expr:
    if scope.may_be_partial():
        return RemoveAt(items, single.integer(scope, 1), type_)
    at = single.chosen(scope, [lambda: single.number(0), lambda: last_place(items)])
    return Conditional(Below(single.number(0), Size(items, single.COUNT)), RemoveAt(items, at, type_), items, type_)


def last_place(items: Expr) -> Expr:
    """The place of the last element, counted from the beginning."""
    return single.arithmetic("-", Size(items, single.COUNT), single.number(1))


def _bags(scope: Scope, type_: BagType, depth: int) -> list[Way]:
    ways: list[Way] = [lambda: Literal(frozenset(), type_)]
    if not scope.is_spoken and scope.can(type_.element):
        ways.append(lambda: _changed(scope, single.expression(scope, type_, depth), type_, depth))
    return ways


def _changed(scope: Scope, bag: Expr, type_: BagType, depth: int) -> Expr:
    element = single.expression(scope, type_.element, depth)
    operator = scope.draw(st.sampled_from(("add", "discard", "remove")))
    changed = BagChange(operator, bag, element, type_)
    if operator == "remove" and not scope.may_be_partial():
        return Conditional(Contains(element, bag), changed, bag, type_)
    return changed


def element_of(type_: AnyType) -> Any:
    """The type of the elements of a collection."""
    assert isinstance(type_, COLLECTIONS)
    return type_.element
