"""Sequences, bags and ranges, where the state is not known yet; see `evaluation`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, assert_never

from indoubt.explorer.ir.expressions import Range
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
from indoubt.explorer.ir.types import AnyType
from indoubt.invariants.bounded.algebra import Algebra, Value, some_value, structure
from indoubt.invariants.bounded.circuit import FALSE, TRUE, negated
from indoubt.specs.language.types import BagType, IntType, MapType, RecordType, SeqType, SetType, Type, UnionType

if TYPE_CHECKING:
    from indoubt.invariants.bounded.evaluation import Evaluation

OnSequences = SeqLiteral | Element | Slice | Concat | RemoveAt | IsPrefix | Occurrences | Range | BagChange | Capped
_COUNT = IntType(0, 0)
"""The type of a count: any integer."""
Lengths = Mapping[int, tuple[int, list[Value]]]


def evaluated(here: Evaluation, expr: OnSequences) -> Value:
    """The value of `expr`."""
    algebra, circuit = here.algebra, here.circuit
    match expr:
        case SeqLiteral(elements):
            return {len(elements): (TRUE, [here.expression(element) for element in elements])}
        case Element(sequence, index, type_):
            return _element(here, here.expression(sequence), here.expression(index), type_)
        case Slice(sequence, start, stop, type_):
            whole = here.expression(sequence)
            ends = [{None: TRUE} if end is None else here.expression(end) for end in (start, stop)]
            return _slice(algebra, whole, ends[0], ends[1], type_)
        case Concat(left, right, type_):
            a, b = here.expression(left), here.expression(right)
            joined = [
                (circuit.both(g, h), {len(some) + len(more): (TRUE, [*some, *more])})
                for g, some in a.values()
                for h, more in b.values()
            ]
            return algebra.merged(joined, type_)
        case RemoveAt(sequence, index, type_):
            return _removed_at(here, here.expression(sequence), here.expression(index), type_)
        case IsPrefix(left, right):
            return _is_prefix(algebra, here.expression(left), here.expression(right), left.type)
        case Occurrences(collection, element):
            items, item = here.expression(collection), here.expression(element)
            if isinstance(collection.type, BagType):
                cases = [(g, items.get(key, {0: TRUE})) for key, g in algebra.cases(item, element.type)]
                return algebra.merged(cases or [(FALSE, {0: TRUE})], _COUNT)
            there = algebra.elements(items, collection.type)
            return algebra.count(circuit.both(g, algebra.equal(item, one, element.type)) for g, one in there)
        case Range(start, stop):
            return _range(algebra, here.expression(start), here.expression(stop))
        case BagChange(operator, bag, element):
            return _changed(here, operator, here.expression(bag), here.expression(element), element.type)
        case Capped(value, bound, capacity):
            found = here.expression(value)
            here.refuse(exceeds(algebra, found, value.type, capacity), f"{bound}={capacity}")
            return cut(found, value.type, capacity)
        case _:
            assert_never(expr)


def compacted(algebra: Algebra, found: list[tuple[int, Value]], element: Type) -> Lengths:
    """The sequence of the elements that are there."""
    both, grown = algebra.circuit.both, list[tuple[int, list[Value]]]([(TRUE, [])])
    for there, item in found:
        without = [(both(negated(there), g), items) for g, items in grown]
        with_it = [(both(there, g), [*items, item]) for g, items in grown]
        lengths: list[tuple[int, list[Value]]] = []
        for n in range(len(grown) + 1):
            cases = [row[n - shift] for row, shift in ((without, 0), (with_it, 1)) if 0 <= n - shift < len(grown)]
            guard = algebra.circuit.any(g for g, _ in cases)
            lengths.append((guard, [algebra.merged([(g, i[at]) for g, i in cases], element) for at in range(n)]))
        grown = lengths
    return {length: one for length, one in enumerate(grown) if one[0] != FALSE} or {0: (TRUE, [])}


def _element(here: Evaluation, whole: Lengths, index: Mapping[int, int], type_: Type) -> Value:
    both = here.circuit.both
    found = [(both(g, h), items, at) for g, items in whole.values() for at, h in index.items()]
    here.fail(here.circuit.any(g for g, items, at in found if not -len(items) <= at < len(items)))
    cases = [(g, items[at]) for g, items, at in found if -len(items) <= at < len(items)]
    return here.algebra.merged(cases, type_) if cases else here.algebra.constant(some_value(type_), type_)


def _slice(algebra: Algebra, whole: Lengths, start: Mapping[Any, int], stop: Mapping[Any, int], type_: Type) -> Value:
    circuit = algebra.circuit
    cases = [
        (circuit.all((g, h, k)), items[low:high])
        for g, items in whole.values()
        for low, h in start.items()
        for high, k in stop.items()
    ]
    return algebra.merged([(g, {len(items): (TRUE, items)}) for g, items in cases], type_)


def _removed_at(here: Evaluation, whole: Lengths, index: Mapping[int, int], type_: Type) -> Value:
    both = here.circuit.both
    found = [(both(g, h), items, at) for g, items in whole.values() for at, h in index.items()]
    here.fail(here.circuit.any(g for g, items, at in found if not 0 <= at < len(items)))
    left = [(g, [*items[:at], *items[at + 1 :]]) for g, items, at in found if 0 <= at < len(items)]
    return here.algebra.merged(
        [(g, {len(items): (TRUE, items)}) for g, items in left] or [(TRUE, {0: (TRUE, list[Value]())})], type_
    )


def _is_prefix(algebra: Algebra, start: Lengths, whole: Lengths, type_: AnyType) -> int:
    assert isinstance(type_, SeqType)
    circuit = algebra.circuit
    return circuit.any(
        circuit.all((g, h, *(algebra.equal(x, y, type_.element) for x, y in zip(some, items, strict=False))))
        for g, some in start.values()
        for h, items in whole.values()
        if len(some) <= len(items)
    )


def _range(algebra: Algebra, start: Mapping[int, int], stop: Mapping[int, int]) -> Value:
    circuit = algebra.circuit
    found: list[tuple[int, Value]] = []
    for number in range(min(start), max(stop)):
        begun = circuit.any(g for low, g in start.items() if low <= number)
        open_ = circuit.any(g for high, g in stop.items() if number < high)
        found.append((circuit.both(begun, open_), {number: TRUE}))
    return found


def _changed(here: Evaluation, operator: str, bag: Value, item: Value, type_: AnyType) -> Value:
    algebra, circuit = here.algebra, here.circuit
    none, cases = {0: TRUE}, algebra.cases(item, type_)
    if operator == "remove":
        here.fail(circuit.any(circuit.both(g, bag.get(key, none).get(0, FALSE)) for key, g in cases))
    changed = dict(bag)
    for key, guard in cases:
        count = bag.get(key, none)
        if operator == "add":
            other = {n + 1: g for n, g in count.items()}
        else:
            other = algebra.combined(count, {1: TRUE}, lambda n, one: max(n - one, 0))
        changed[key] = algebra.merged([(guard, other), (negated(guard), count)], _COUNT)
    return changed


def exceeds(algebra: Algebra, value: Value, type_: AnyType, capacity: int) -> int:
    """Whether a sequence or bag inside a value has more than `capacity` elements."""
    circuit = algebra.circuit
    match structure(type_):
        case SeqType(element):
            return circuit.any(
                circuit.both(g, TRUE if n > capacity else _any_exceeds(algebra, items, element, capacity))
                for n, (g, items) in value.items()
            )
        case BagType(element):
            size = algebra.count((g for g, _ in algebra.elements(value, type_)), capacity + 1)
            inner = [
                circuit.both(
                    negated(count.get(0, FALSE)), exceeds(algebra, algebra.constant(key, element), element, capacity)
                )
                for key, count in value.items()
            ]
            return circuit.any([*(g for n, g in size.items() if n > capacity), *inner])
        case SetType(element):
            return circuit.any(
                circuit.both(g, exceeds(algebra, algebra.constant(key, element), element, capacity))
                for key, g in value.items()
            )
        case MapType(_, element):
            return _any_exceeds(algebra, value, element, capacity)
        case RecordType(_, fields):
            return circuit.any(
                exceeds(algebra, item, field, capacity) for item, (_, field) in zip(value, fields, strict=True)
            )
        case UnionType(alternatives):
            contents: Mapping[int, tuple[int, Value]] = value
            return circuit.any(
                circuit.both(g, exceeds(algebra, item, alternatives[place], capacity))
                for place, (g, item) in contents.items()
            )
        case _:
            return FALSE


def _any_exceeds(algebra: Algebra, items: list[Value], element: Type, capacity: int) -> int:
    return algebra.circuit.any(exceeds(algebra, item, element, capacity) for item in items)


def cut(value: Value, type_: AnyType, capacity: int) -> Value:
    """A value without the lengths beyond a capacity, which the step that would take them leaves impossible."""
    match structure(type_):
        case SeqType(element):
            kept = {
                n: (g, [cut(item, element, capacity) for item in items])
                for n, (g, items) in value.items()
                if n <= capacity
            }
            return kept or {0: (FALSE, list[Value]())}
        case BagType():
            return {
                key: {n: g for n, g in count.items() if n <= capacity} or {0: FALSE} for key, count in value.items()
            }
        case MapType(_, element):
            return [cut(item, element, capacity) for item in value]
        case RecordType(_, fields):
            return [cut(item, field, capacity) for item, (_, field) in zip(value, fields, strict=True)]
        case UnionType(alternatives):
            contents: Mapping[int, tuple[int, Value]] = value
            return {place: (g, cut(item, alternatives[place], capacity)) for place, (g, item) in contents.items()}
        case _:
            return value
