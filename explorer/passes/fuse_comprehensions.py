"""Fuse comprehensions: who ranges over a comprehension ranges over what that one ranges over.

Before: `any(m.vb is None for m in {(n narrowed to OneB) for n in msgs if n is a OneB})`
After:  `any(n is a OneB and (n narrowed to OneB).vb is None for n in msgs)`

No set is made only to be walked through, and all conditions on an element stand side by side, where a backend can see
what they have in common. Done where no part can fail: what is computed first could be what is told.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from indoubt.explorer.ir.expressions import (
    And,
    Collect,
    Exists,
    Expr,
    Field,
    ForAll,
    Generator,
    Let,
    Literal,
    Load,
    Local,
    Narrow,
    Not,
    Or,
    Widen,
)
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.types import BOOL, ListType
from indoubt.explorer.ir.walk import rewrite, walk
from indoubt.explorer.passes.total import ALWAYS_COMPUTED
from indoubt.specs.language.types import SeqType, SetType

CHEAP = (Local, Literal, Load, Narrow, Widen, Field)
"""What may be written twice: it costs nothing to compute, and binds nothing."""
CANNOT_FAIL = (*ALWAYS_COMPUTED, Narrow, Let)


def fuse_comprehensions(machine: Machine) -> Machine:
    """`machine` without comprehensions that are made only to be ranged over."""
    return dataclasses.replace(
        machine,
        actions=tuple(dataclasses.replace(one, body=rewrite(one.body, fused)) for one in machine.actions),
        properties=tuple(
            dataclasses.replace(one, condition=rewrite(one.condition, fused)) for one in machine.properties
        ),
        constraints=tuple(
            dataclasses.replace(one, condition=rewrite(one.condition, fused)) for one in machine.constraints
        ),
    )


def fused(expr: Expr) -> Expr:
    """An expression whose operands are fused already, fused itself."""
    match expr:
        case Let(local, value, body) if value.type == local.type and _is_cheap(value):
            return fused(_with(body, local, value))
        case Exists(local, Collect() as inner, body) if _fits(inner, local, body):
            return _nested(inner, _with(body, local, inner.element), Exists, _all)
        case ForAll(local, Collect() as inner, body) if _fits(inner, local, body):
            return _nested(inner, _with(body, local, inner.element), ForAll, _implied)
        case Collect(element, generators, type_) if not isinstance(type_, SeqType):
            for number, generator in enumerate(generators):
                if _can_join(generator, expr):
                    return fused(_joined(element, generators, number, type_))
        case _:
            pass
    return expr


def _fits(inner: Collect, local: Local, *rest: object) -> bool:
    """Whether `local`, an element of `inner`, may be written as what it is made of."""
    parts = [part for node in (inner, *rest) for part in walk(node)]
    is_same = inner.element.type == local.type and not isinstance(inner.type, SeqType)
    return _is_cheap(inner.element) and is_same and all(isinstance(part, CANNOT_FAIL) for part in parts)


def _is_cheap(value: Expr) -> bool:
    return all(isinstance(part, CHEAP) for part in walk(value))


def _can_join(generator: Generator, outer: Collect) -> bool:
    """Whether what `generator` ranges over can be ranged over by the comprehension around it.

    A set has each element once; a list made from it would have some twice, unless different elements were made from
    different ones to begin with.
    """
    inner = generator.domain
    if not isinstance(inner, Collect) or not _fits(inner, generator.local, outer):
        return False
    once = isinstance(inner.type, ListType) or isinstance(outer.type, SetType)
    return once or (len(inner.generators) == 1 and _tells_apart(inner.element, inner.generators[0].local))


def _tells_apart(element: Expr, local: Local) -> bool:
    match element:
        case Narrow(value) | Widen(value):
            return _tells_apart(value, local)
        case _:
            return element == local


def _nested(
    inner: Collect,
    body: Expr,
    quantifier: type[Exists] | type[ForAll],
    joined: Callable[[Expr, Expr], Expr],
) -> Expr:
    for generator in reversed(inner.generators):
        body = quantifier(generator.local, generator.domain, joined(generator.condition, body))
    return fused(body)


def _joined(
    element: Expr, generators: tuple[Generator, ...], number: int, type_: SetType | ListType | SeqType
) -> Collect:
    """The comprehension with the generators of an inner one in the place of the one that ranges over it."""
    outer = generators[number]
    inner = outer.domain
    assert isinstance(inner, Collect)

    def written(node: Expr) -> Expr:
        return _with(node, outer.local, inner.element)

    *first, last = inner.generators
    condition = _all(last.condition, written(outer.condition))
    after = [Generator(one.local, written(one.domain), written(one.condition)) for one in generators[number + 1 :]]
    taken = (*generators[:number], *first, Generator(last.local, last.domain, condition), *after)
    return Collect(written(element), taken, type_)


def _with(node: Expr, local: Local, value: Expr) -> Expr:
    return rewrite(node, lambda part: value if part == local else part)


def _all(*conditions: Expr) -> Expr:
    return _connected(And, conditions)


def _implied(condition: Expr, rest: Expr) -> Expr:
    return _connected(Or, (_not(condition), rest))


def _connected(make: type[And] | type[Or], conditions: tuple[Expr, ...]) -> Expr:
    neutral = Literal(make is And, BOOL)
    flat = [part for one in conditions for part in (one.operands if isinstance(one, make) else (one,))]
    kept = tuple(part for part in flat if part != neutral)
    if not kept:
        return neutral
    return kept[0] if len(kept) == 1 else make(kept)


def _not(condition: Expr) -> Expr:
    match condition:
        case Not(operand):
            return operand
        case Literal(value):
            return Literal(not value, BOOL)
        case _:
            return Not(condition)
