"""Evaluation of operations on sequences and bags; see `evaluation`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, assert_never

from indoubt.explorer.backends.closures import Evaluate, EvaluationFailed, Frame, teller
from indoubt.explorer.ir.expressions import Expr, Range, Span
from indoubt.explorer.ir.sequences import (
    BagChange,
    Capped,
    Concat,
    Element,
    IsPrefix,
    Occurrences,
    RemoveAt,
    SeqLiteral,
    Slice,
)
from indoubt.explorer.ir.values import untag
from indoubt.specs.language.types import BagType, MapType, RecordType, SeqType, SetType, Type, UnionType
from indoubt.specs.language.universe import BoundReached

OnSequences = SeqLiteral | Element | Slice | Concat | RemoveAt | IsPrefix | Occurrences | Range | BagChange | Capped


def evaluated(expr: OnSequences, expression: Callable[[Expr], Evaluate]) -> Evaluate:
    """A closure that computes `expr`; `expression` makes those of its operands."""
    match expr:
        case SeqLiteral(elements):
            parts = [expression(element) for element in elements]
            return lambda s, f: tuple([part(s, f) for part in parts])
        case Element(sequence, index):
            return _element(expression(sequence), expression(index), expr.span)
        case Slice(sequence, start, stop):
            ends = [None if end is None else expression(end) for end in (start, stop)]
            return _slice(expression(sequence), *ends)
        case Concat(left, right):
            a, b = expression(left), expression(right)
            return lambda s, f: a(s, f) + b(s, f)
        case RemoveAt(sequence, index):
            return _removed_at(expression(sequence), expression(index), expr.span)
        case IsPrefix(left, right):
            return _is_prefix(expression(left), expression(right))
        case Occurrences(collection, element):
            items, item = expression(collection), expression(element)
            if isinstance(collection.type, BagType):
                return lambda s, f: dict(items(s, f)).get(item(s, f), 0)
            return lambda s, f: items(s, f).count(item(s, f))
        case Range(start, stop):
            low, high = expression(start), expression(stop)
            return lambda s, f: tuple(range(low(s, f), high(s, f)))
        case BagChange(operator, bag, element):
            assert isinstance(bag.type, BagType)
            return _changed(operator, expression(bag), expression(element), teller(bag.type.element), expr.span)
        case Capped(value, bound, capacity):
            return _capped(expression(value), value.type, bound, capacity)
        case _:
            assert_never(expr)


def elements_of(bag: frozenset[tuple[Any, int]]) -> tuple[Any, ...]:
    """The elements of an encoded bag, each as often as it occurs."""
    return tuple(item for item, count in bag for _ in range(count))


def longest(type_: Type, value: Any) -> int:
    """The number of elements in the longest sequence or largest bag inside an encoded value."""
    match type_:
        case SeqType(element):
            return max([len(value), *(longest(element, item) for item in value)])
        case BagType(element):
            return max([len(elements_of(value)), *(longest(element, item) for item, _ in value)])
        case SetType(element):
            return max((longest(element, item) for item in value), default=0)
        case MapType(_, element):
            return max((longest(element, item) for item in value), default=0)
        case RecordType(_, fields):
            lengths = [longest(field, item) for (_, field), item in zip(fields, value, strict=True)]
            return max(lengths, default=0)
        case UnionType():
            position, content = untag(type_, value)
            return longest(type_.alternatives[position], content)
        case _:
            return 0


def _element(items: Evaluate, index: Evaluate, span: Span | None) -> Evaluate:
    def element(s: Sequence[Any], f: Frame) -> Any:
        whole, at = items(s, f), index(s, f)
        try:
            return whole[at]
        except IndexError:
            reason = f"index {at} is out of range: the sequence has {elements_text(len(whole))}"
            raise EvaluationFailed("S401", reason, span) from None

    return element


def elements_text(count: int) -> str:
    """A number of elements, in words."""
    return f"{count or 'no'} element{'s' * (count != 1)}"


def _slice(items: Evaluate, start: Evaluate | None, stop: Evaluate | None) -> Evaluate:
    def cut(s: Sequence[Any], f: Frame) -> Any:
        return items(s, f)[None if start is None else start(s, f) : None if stop is None else stop(s, f)]

    return cut


def _removed_at(items: Evaluate, index: Evaluate, span: Span | None) -> Evaluate:
    def removed(s: Sequence[Any], f: Frame) -> tuple[Any, ...]:
        whole, at = items(s, f), index(s, f)
        if not 0 <= at < len(whole):
            reason = f"nothing to take out at index {at}: the sequence has {elements_text(len(whole))}"
            raise EvaluationFailed("S401", reason, span)
        return (*whole[:at], *whole[at + 1 :])

    return removed


def _is_prefix(left: Evaluate, right: Evaluate) -> Evaluate:
    def is_prefix(s: Sequence[Any], f: Frame) -> bool:
        start = left(s, f)
        return bool(right(s, f)[: len(start)] == start)

    return is_prefix


def _changed(
    operator: str, bag: Evaluate, element: Evaluate, tell: Callable[[Any], str], span: Span | None
) -> Evaluate:
    def changed(s: Sequence[Any], f: Frame) -> frozenset[tuple[Any, int]]:
        counts, item = Counter(dict(bag(s, f))), element(s, f)
        if operator == "remove" and item not in counts:
            raise EvaluationFailed("S402", f"`.remove({tell(item)})` of an element that is not in the bag", span)
        counts[item] += 1 if operator == "add" else -1
        return frozenset((one, count) for one, count in counts.items() if count > 0)

    return changed


def _capped(value: Evaluate, type_: Any, bound: str, capacity: int) -> Evaluate:
    def capped(s: Sequence[Any], f: Frame) -> Any:
        found = value(s, f)
        if longest(type_, found) > capacity:
            raise BoundReached(f"{bound}={capacity}")
        return found

    return capped
