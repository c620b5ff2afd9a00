"""Widening, narrowing and asking for an alternative, where the value is not known yet; see `evaluation`."""

from __future__ import annotations

from typing import Any

from indoubt.explorer.ir.expressions import IsA, Narrow, Widen
from indoubt.explorer.ir.values import is_option
from indoubt.invariants.bounded.algebra import Algebra, Value, some_value
from indoubt.invariants.bounded.circuit import FALSE, TRUE
from indoubt.specs.language.types import IntType, NoneType, Type, UnionType


def evaluated(algebra: Algebra, expr: Widen | Narrow | IsA, value: Value) -> Value:
    """The value of `expr`, where its operand has `value`."""
    match expr:
        case Widen(inner, type_):
            assert isinstance(type_, UnionType)
            if not isinstance(inner.type, UnionType):
                return {position_of(type_, inner.type): (TRUE, value)}
            return _retagged(value, inner.type, type_)
        case Narrow(inner, type_):
            assert isinstance(inner.type, UnionType)
            return _narrowed(algebra, value, inner.type, type_)
        case IsA(inner, alternative):
            assert isinstance(inner.type, UnionType)
            found = value.get(inner.type.alternatives.index(alternative))
            return FALSE if found is None else found[0]


def position_of(union: UnionType, type_: Any) -> int:
    """The alternative that takes values of a type: the same type, or an interval around it."""
    if type_ in union.alternatives:
        return union.alternatives.index(type_)
    return next(place for place, one in enumerate(union.alternatives) if isinstance(one, IntType))


def _retagged(value: Value, source: UnionType, wanted: UnionType) -> Value:
    return {position_of(wanted, source.alternatives[place]): content for place, content in value.items()}


def _narrowed(algebra: Algebra, value: Value, source: UnionType, wanted: Type) -> Value:
    if isinstance(wanted, UnionType):
        if is_option(source):
            return value
        kept = {place: content for place, content in value.items() if source.alternatives[place] in wanted.alternatives}
        if not kept:
            return {0: (FALSE, _anything(algebra, wanted.alternatives[0]))}
        return {wanted.alternatives.index(source.alternatives[place]): content for place, content in kept.items()}
    if is_option(source):
        place = 1 if isinstance(wanted, NoneType) else 0
    else:
        place = position_of(source, wanted)
    return value[place][1] if place in value else _anything(algebra, wanted)


def _anything(algebra: Algebra, type_: Type) -> Value:
    return algebra.constant(some_value(type_), type_)
