"""Random bodies of actions: guards, then what they do, with every node of `ir.statements`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial

import random_collections as collections
import random_expressions as single
from hypothesis import strategies as st
from machine_types import BOOL, ENUMS, RANK, SCALARS, UNIONS, has_containers
from random_scope import Scope, shown_by

from indoubt.explorer.ir.expressions import (
    Below,
    Bounded,
    Collect,
    Combine,
    Expr,
    IsA,
    Literal,
    Load,
    Local,
    Lookup,
    Remove,
    SetLiteral,
    Size,
    Span,
    Tabulate,
)
from indoubt.explorer.ir.sequences import BagChange, Capped, Concat, Element, RemoveAt, SeqLiteral, Slice
from indoubt.explorer.ir.statements import (
    Assert,
    Assign,
    Bind,
    Block,
    ForEach,
    Require,
    Return,
    Statement,
    Target,
    When,
)
from indoubt.explorer.ir.values import holds_sequences
from indoubt.specs.language.types import BagType, IntType, MapType, SeqType, SetType, Type

HERE = Span("random", 1, 0, 1, 1)
Body = tuple[Statement, ...]
FRESH = (Collect, Combine, Concat, Literal, SeqLiteral, SetLiteral, Slice, Tabulate)
"""Expressions that make a collection of their own, which no later write to the state changes."""


def guards(scope: Scope, depth: int) -> tuple[Body, Scope]:
    """Some guards, and what they have shown."""
    found: list[Statement] = []
    for _ in range(scope.draw(st.integers(0, 2))):
        tests = scope.testable()
        if tests and scope.draw(st.booleans()):
            test = IsA(*scope.draw(st.sampled_from(tests)))
            scope = scope.assuming(shown_by(test)[0])
            found.append(Require(test, HERE))
        else:
            found.append(Require(single.condition(scope, depth), HERE))
    return tuple(found), scope


def body(scope: Scope, depth: int, *, may_guard: bool = False, may_end: bool = True, may_assert: bool = True) -> Body:
    """Statements; names that they bind, and what they show, end with them."""
    found: list[Statement] = []
    for _ in range(scope.draw(st.integers(1, 2))):
        more, scope = _statement(scope, depth, may_guard=may_guard, may_end=may_end, may_assert=may_assert)
        may_guard = may_guard and all(isinstance(one, Bind) for one in more)
        found += more
    return tuple(found)


def _statement(scope: Scope, depth: int, *, may_guard: bool, may_end: bool, may_assert: bool) -> tuple[Body, Scope]:
    ways: list[Callable[[], tuple[Body, Scope]]] = [lambda: written(scope, depth)] * 3
    if depth > 0:
        ways += [
            lambda: (_when(scope, depth - 1, may_guard=may_guard, may_end=may_end), _after_choice(scope)),
            lambda: _bound(scope, depth - 1),
            lambda: (_for_each(scope, depth - 1), _after_choice(scope)),
            lambda: (_block(scope, depth - 1), _after_choice(scope)),
        ]
        if may_assert:
            ways.append(lambda: ((Assert(single.condition(scope, 1), "asserted", HERE),), scope))
    return single.chosen(scope, ways)


def _after_choice(scope: Scope) -> Scope:
    return scope.unaware()  # any variable may have been written


def _when(scope: Scope, depth: int, *, may_guard: bool, may_end: bool) -> Body:
    tests = scope.testable()
    if tests and scope.draw(st.booleans()):
        test = IsA(*scope.draw(st.sampled_from(tests)))
        yes, no = (scope.assuming(facts) for facts in shown_by(test))
        return (When(test, body(yes, depth, may_end=may_end), body(no, depth, may_end=may_end)),)
    condition = single.condition(scope, depth)
    if may_end and scope.draw(st.integers(0, 3)) == 3:
        return (When(condition, (Return(),), ()),)
    guard: Body = ()
    if may_guard and scope.draw(st.booleans()):
        guard = (Require(single.condition(scope, 1), HERE),)
    otherwise = body(scope, depth, may_end=may_end) if scope.draw(st.booleans()) else ()
    return (When(condition, (*guard, *body(scope, depth, may_end=may_end)), otherwise),)


def _bound(scope: Scope, depth: int) -> tuple[Body, Scope]:
    kinds: list[Type] = [
        one
        for one in (*SCALARS, *UNIONS, SetType(ENUMS[1]), SeqType(ENUMS[0]), MapType(ENUMS[0], RANK))
        if scope.can(one)
    ]
    type_ = scope.draw(st.sampled_from(kinds))
    value = single.expression(scope, type_, depth)
    if scope.is_spoken and has_containers(type_) and not isinstance(value, FRESH):
        value = single.expression(scope, ENUMS[1], depth)
    local = scope.fresh(value.type)
    return (Bind(local, value),), scope.knowing(local)


def _block(scope: Scope, depth: int) -> Body:
    """The body of a helper, which knows nothing of what its caller has tested."""
    inner = scope.unaware() if scope.is_spoken else scope
    return (Block(body(inner, depth)),)


def _for_each(scope: Scope, depth: int) -> Body:
    domain = collections.domain(scope, min(depth, 1))
    local = scope.fresh(domain.element)
    inner = scope.knowing(local).unaware()
    if domain.means_order:
        return (ForEach(local, domain.expr, body(inner, min(depth, 1), may_end=not scope.is_spoken)),)
    return (ForEach(local, domain.expr, _commuting(inner.inside(is_total=True), local)),)


def _commuting(scope: Scope, local: Local) -> Body:
    """One write of which it does not matter for which element it is done first."""
    ways: list[Callable[[], Body]] = []
    for name, type_ in scope.variables.items():
        others = {one: other for one, other in scope.variables.items() if one != name}
        apart = dataclasses.replace(scope, variables=others)
        match type_:
            case MapType(key, value) if key == local.type and apart.can(value) and not holds_sequences(value):
                target = Target(name, (local,), value, (type_,))
                ways.append(partial(_written_at, apart, target))
            case SetType(element) if apart.can(element) and not holds_sequences(element):
                ways.append(partial(_more, apart, name, type_))
            case _:
                pass
    if not ways:
        return (When(Literal(False, BOOL), (), ()),)
    return single.chosen(scope, ways)


def _written_at(scope: Scope, target: Target) -> Body:
    return (Assign(target, single.expression(scope, target.type, 1), HERE),)


def _more(scope: Scope, name: str, type_: SetType) -> Body:
    added = SetLiteral((single.expression(scope, type_.element, 1),), type_)
    return (Assign(Target(name, (), type_), Combine("|", Load(name, type_), added, type_), HERE),)


def written(scope: Scope, depth: int) -> tuple[Body, Scope]:
    """A write to some place in the state, and what is known after it."""
    names = [name for name, type_ in scope.variables.items() if scope.can(type_)]
    if not names:
        return (), scope
    name = scope.draw(st.sampled_from(names))
    place, protection = _place(scope, name)
    value = new_value(scope, place, min(depth, 2))
    assign = Assign(place, value, HERE)
    statement: Statement = assign if protection is None else When(protection, (assign,), ())
    return (statement,), scope.forgetting(name)


def _place(scope: Scope, name: str) -> tuple[Target, Expr | None]:
    """A place in a variable, and the condition under which there is such a place."""
    target, protection = Target(name, (), scope.variables[name]), None
    while scope.draw(st.booleans()):
        match target.type:
            case MapType(key, value) if scope.can(key) and scope.can(value):
                at, inner = single.expression(scope, key, 1), value
            case SeqType(element) if protection is None and scope.can(element):
                if scope.may_be_partial():
                    at = single.integer(scope, 1)
                else:
                    at = single.number(scope.draw(st.sampled_from((0, -1))))
                    protection = Below(single.number(0), Size(read(target, scope.variables[name]), single.COUNT))
                inner = element
            case _:
                break
        containers = (*target.containers, target.type)
        target = Target(name, (*target.path, at), inner, containers)
    return target, protection


def read(target: Target, variable: Type) -> Expr:
    """The value at a place."""
    value: Expr = Load(target.variable, variable)
    for container, key in zip(target.containers, target.path, strict=True):
        if isinstance(container, SeqType):
            value = Element(value, key, container.element)
        else:
            assert isinstance(container, MapType)
            value = Lookup(value, key, container.value)
    return value


def new_value(scope: Scope, place: Target, depth: int) -> Expr:
    """What to write to a place, checked against its interval and the capacity of its variable."""
    type_ = place.type
    if isinstance(type_, IntType):
        return Bounded(single.integer(scope, depth), f"`{place.variable}`", type_)
    now = read(place, scope.variables[place.variable])
    ways = [lambda: single.expression(scope, type_, depth), *_changes(scope, now, type_, depth)]
    return checked(scope, place, single.chosen(scope, ways))


def checked(scope: Scope, place: Target, value: Expr) -> Expr:
    """A value with the check of the capacity of the variable that it is written to."""
    if holds_sequences(place.type):
        return Capped(value, place.variable, scope.capacities[place.variable], place.type)
    return value


def _changes(scope: Scope, now: Expr, type_: Type, depth: int) -> list[Callable[[], Expr]]:
    """Changes in place of a set, sequence or bag."""
    match type_:
        case SetType(element) if scope.can(element):

            def one() -> SetLiteral:
                return SetLiteral((single.expression(scope, element, depth),), type_)

            changes: list[Callable[[], Expr]] = [
                lambda: Literal(frozenset(), type_),
                lambda: Combine("|", now, one(), type_),
                lambda: Combine("-", now, one(), type_),
            ]
            if scope.may_be_partial():
                changes.append(lambda: Remove(now, single.expression(scope, element, depth), type_))
            return changes
        case SeqType(element):
            changes = [
                lambda: Literal((), type_),
                lambda: Slice(now, single.number(0), single.integer(scope, 1), type_),
            ]
            if scope.can(element):
                changes += [
                    lambda: Concat(now, SeqLiteral((single.expression(scope, element, depth),), type_), type_)
                ] * 3
            if scope.may_be_partial():
                changes += [
                    lambda: RemoveAt(now, single.number(0), type_),
                    lambda: RemoveAt(now, collections.last_place(now), type_),
                ]
            return changes
        case BagType(element) if scope.can(element):
            operators = ["add", "add", "discard", *(["remove"] if scope.may_be_partial() else [])]
            return [
                lambda: BagChange(
                    scope.draw(st.sampled_from(operators)), now, single.expression(scope, element, depth), type_
                )
            ] * 3
        case _:
            return []
