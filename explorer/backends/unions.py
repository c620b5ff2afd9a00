"""Evaluation of what has to do with unions: widening, narrowing and asking for an alternative; see `evaluation`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indoubt.explorer.backends.closures import Evaluate, Frame
from indoubt.explorer.ir.expressions import IsA, Narrow, Widen
from indoubt.explorer.ir.values import is_option, tag, untag
from indoubt.specs.language.types import IntType, NoneType, Type, UnionType


def evaluated(expr: Widen | Narrow | IsA, value: Evaluate) -> Evaluate:
    """A closure that computes `expr`; `value` is that of its operand."""
    match expr:
        case Widen(inner, type_):
            return _widened(value, inner.type, type_)
        case Narrow(inner, type_):
            assert isinstance(inner.type, UnionType)
            return _narrowed(value, inner.type, type_)
        case IsA(inner, alternative):
            union = inner.type
            assert isinstance(union, UnionType)
            if union.alternatives.index(alternative) == len(union.alternatives) - 1 and tag(union, -1, 0) is None:
                return lambda s, f: value(s, f) is None
            if is_option(union):
                return lambda s, f: value(s, f) is not None
            position = union.alternatives.index(alternative)
            return lambda s, f: untag(union, value(s, f))[0] == position


def _widened(value: Evaluate, source: Any, wanted: Type) -> Evaluate:
    assert isinstance(wanted, UnionType)
    if not isinstance(source, UnionType):
        position = _position(wanted, source)
        if is_option(wanted) or isinstance(source, NoneType):
            return value
        return lambda s, f: (position, value(s, f))
    positions = [_position(wanted, alternative) for alternative in source.alternatives]

    def retagged(s: Sequence[Any], f: Frame) -> Any:
        position, content = untag(source, value(s, f))
        return tag(wanted, positions[position], content)

    return retagged


def _position(union: UnionType, type_: Any) -> int:
    """The alternative that takes values of a type: the same type, or an interval around it."""
    if type_ in union.alternatives:
        return union.alternatives.index(type_)
    return next(place for place, one in enumerate(union.alternatives) if isinstance(one, IntType))


def _narrowed(value: Evaluate, source: UnionType, wanted: Type) -> Evaluate:
    if is_option(source):
        return value
    if not isinstance(wanted, UnionType):
        return lambda s, f: untag(source, value(s, f))[1]
    positions = {
        position: wanted.alternatives.index(alternative)
        for position, alternative in enumerate(source.alternatives)
        if alternative in wanted.alternatives
    }

    def retagged(s: Sequence[Any], f: Frame) -> Any:
        position, content = untag(source, value(s, f))
        return tag(wanted, positions[position], content)

    return retagged
