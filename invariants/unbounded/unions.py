"""Widening, narrowing and asking for an alternative, at every size at once; see `evaluation`."""

from __future__ import annotations

from typing import Any

from indoubt.explorer.ir.expressions import IsA, Narrow, Widen
from indoubt.explorer.ir.values import is_option
from indoubt.invariants.unbounded.symbols import unknown
from indoubt.invariants.unbounded.values import Value
from indoubt.specs.language.types import IntType, NoneType, Type, UnionType, type_text


def evaluated(expr: Widen | Narrow | IsA, value: Value) -> Value:
    """The value of `expr`, where its operand has `value`."""
    match expr:
        case Widen(inner, type_):
            assert isinstance(type_, UnionType)
            if not isinstance(inner.type, UnionType):
                return {_place(type_, inner.type): (True, value)}
            return {_place(type_, inner.type.alternatives[place]): content for place, content in value.items()}
        case Narrow(inner, type_):
            assert isinstance(inner.type, UnionType)
            return _narrowed(value, inner.type, type_)
        case IsA(inner, alternative):
            assert isinstance(inner.type, UnionType)
            found = value.get(inner.type.alternatives.index(alternative))
            return False if found is None else found[0]


def _place(union: UnionType, type_: Any) -> int:
    if type_ in union.alternatives:
        return union.alternatives.index(type_)
    return next(place for place, one in enumerate(union.alternatives) if isinstance(one, IntType))


def _narrowed(value: Value, source: UnionType, wanted: Type) -> Value:
    if isinstance(wanted, UnionType):
        if is_option(source):
            return value
        return {
            wanted.alternatives.index(source.alternatives[place]): content
            for place, content in value.items()
            if source.alternatives[place] in wanted.alternatives
        }
    place = (1 if isinstance(wanted, NoneType) else 0) if is_option(source) else _place(source, wanted)
    if place in value:
        return value[place][1]
    return _anything(wanted)


def _anything(type_: Type) -> Value:
    """What stands where nobody asks."""
    return unknown(type_, f"anything {type_text(type_)}")
