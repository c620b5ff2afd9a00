"""Expressions over sequences and bags as LLVM code; the values are those of `slotted`.

Where a value would have more elements than slots, the step stops with TooFewSlots, and the search begins again with
more. A capacity is tested first, so that a step which would leave it stops with the name of the bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indoubt.explorer.backends.native.bits import FALSE, TRUE, Bits, const
from indoubt.explorer.backends.native.conversion import converted, covers, is_inside
from indoubt.explorer.backends.native.packing import Shape, Unsupported, plain
from indoubt.explorer.backends.native.slots import TooFewSlots
from indoubt.explorer.ir.expressions import Expr
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
from indoubt.explorer.ir.values import holds_sequences
from indoubt.specs.language.types import BagType, IntType, MapType, RecordType, SeqType, SetType, UnionType, type_text

if TYPE_CHECKING:
    from indoubt.explorer.backends.native.expressions import Expressions

SIGN = 1 << 63
OnSequences = SeqLiteral | Element | Slice | Concat | RemoveAt | IsPrefix | Occurrences | BagChange | Capped


class Sequences:
    """Writes expressions over sequences and bags; one for each function."""

    def __init__(self, owner: Expressions) -> None:
        self._of = owner
        self._bound: str | None = None
        """What is reached where the value that is made next has more elements than slots; None for nothing."""

    def expression(self, expr: OnSequences) -> Bits:
        """The code of an expression, and its value."""
        of = self._of
        bound, self._bound = self._bound, None
        match expr:
            case SeqLiteral(elements, type_):
                return self._literal(elements, type_, bound)
            case Element(sequence, index):
                shape = of.packing.shape(sequence.type)
                value = of.expression(sequence)
                return of.slotted.element(value, shape, self.index(value, shape, index))
            case Slice(sequence, start, stop, type_):
                return self._slice(of.as_type(sequence, type_), of.packing.shape(type_), start, stop)
            case Concat(left, right, type_):
                return self._concat(left, right, of.packing.shape(type_), bound)
            case RemoveAt(sequence, index, type_):
                shape = of.packing.shape(type_)
                value = of.as_type(sequence, type_)
                return of.slotted.without(value, shape, self.index(value, shape, index, from_end=False))
            case IsPrefix(left, right):
                wide = left.type if covers(left.type, right.type) else right.type
                first, second = of.as_type(left, wide), of.as_type(right, wide)
                return of.slotted.is_prefix(first, second, of.packing.shape(wide))
            case Occurrences(collection, element, type_):
                return self._occurrences(collection, element, type_)
            case BagChange():
                return self._changed(expr, bound)
            case Capped():
                return self._capped(expr)

    def index(self, value: Bits, shape: Shape, index: Expr, *, from_end: bool = True) -> Bits:
        """The place that an index names; where there is none, the spec fails."""
        number = self._of.number(self._of.expression(index), index.type)
        return self.place(value, shape, number, index, from_end=from_end)

    def place(self, value: Bits, shape: Shape, number: Bits, index: Expr, *, from_end: bool = True) -> Bits:
        """The place that a number names, which `index` has computed."""
        of, b = self._of, self._of.builder
        assert isinstance(index.type, IntType)
        count = b.resized(of.slotted.count(value, shape), 64)
        if from_end and index.type.low < 0:
            number = b.select(self._is_negative(number), b.binary("add", number, count), number)
        of.demand(b.compare("ult", number, count), None)
        return b.resized(number, 32)

    def _is_negative(self, number: Bits) -> Bits:
        b = self._of.builder
        return b.compare("ule", const(SIGN, 64), number)

    def _literal(self, elements: tuple[Expr, ...], type_: SeqType, bound: str | None) -> Bits:
        of, b, shape = self._of, self._of.builder, self._of.packing.shape(type_)
        parts = [of.as_type(one, type_.element) for one in elements]
        if len(parts) > shape.slots:
            if bound is None:
                raise TooFewSlots(type_)
            of.demand(FALSE, bound)
            return const(0, shape.width)
        return of.joined([b.resized(const(len(parts), 32), shape.count), *parts], shape.width)

    def _slice(self, value: Bits, shape: Shape, start: Expr | None, stop: Expr | None) -> Bits:
        of, b = self._of, self._of.builder
        count = of.slotted.count(value, shape)
        first = const(0, 32) if start is None else self._clamped(start, count)
        last = count if stop is None else self._clamped(stop, count)
        if first.constant != 0:
            first = b.select(b.compare("ult", last, first), last, first)
        return of.slotted.cut(value, shape, first, last)

    def _clamped(self, end: Expr, count: Bits) -> Bits:
        """An end of a slice as a place from 0 to the number of elements."""
        of, b = self._of, self._of.builder
        assert isinstance(end.type, IntType)
        most = b.resized(count, 64)
        number = of.number(of.expression(end), end.type)
        if number.constant == 0:
            return const(0, 32)
        if end.type.low < 0:
            number = b.select(self._is_negative(number), b.binary("add", number, most), number)
            number = b.select(self._is_negative(number), const(0, 64), number)
        return b.resized(b.select(b.compare("ult", number, most), number, most), 32)

    def _concat(self, left: Expr, right: Expr, shape: Shape, bound: str | None) -> Bits:
        of = self._of
        if not of.may_stop(right):
            self._bound = bound
        first = of.as_type(left, shape.type)
        if isinstance(right, SeqLiteral):
            for element in right.elements:
                new = of.as_type(element, shape.element)
                self._demand_room(of.slotted.has_room(first, shape), shape, bound)
                first = of.slotted.appended(first, shape, new)
            return first
        self._bound = bound
        second = of.as_type(right, shape.type)
        self._bound = None
        self._demand_room(of.slotted.has_room(first, shape, of.slotted.count(second, shape)), shape, bound)
        return of.slotted.joined(first, second, shape)

    def _demand_room(self, has_room: Bits, shape: Shape, bound: str | None) -> None:
        self._of.demand(has_room, TooFewSlots(shape.type) if bound is None else bound)

    def _occurrences(self, collection: Expr, element: Expr, type_: Any) -> Bits:
        of, b, shape = self._of, self._of.builder, self._of.packing.shape(collection.type)
        value = of.expression(collection)
        inside = is_inside(of, element, shape.element)
        found = of.slotted.occurrences(value, shape, of.as_type(element, shape.element))
        return of.interval(b.select(inside, b.resized(found, 64), const(0, 64)), type_)

    def _changed(self, expr: BagChange, bound: str | None) -> Bits:
        of, b, shape = self._of, self._of.builder, self._of.packing.shape(expr.type)
        value = of.as_type(expr.bag, expr.type)
        inside = is_inside(of, expr.element, shape.element)
        element = of.as_type(expr.element, shape.element)
        if expr.operator == "add":
            if inside is not TRUE:
                raise Unsupported("a bag with an integer outside of its interval")
            self._demand_room(of.slotted.has_room(value, shape), shape, bound)
            return of.slotted.inserted(value, shape, element)
        is_there = b.binary("and", inside, of.slotted.has(value, shape, element))
        found = b.cell(shape.width, value)
        if expr.operator == "remove":
            of.demand(is_there, None)
        with b.when(is_there):
            b.store(of.slotted.taken_out(value, shape, element), found)
        return b.load(found)

    # ---- capacities

    def _capped(self, expr: Capped) -> Bits:
        of = self._of
        name = f"{expr.bound}={expr.capacity}"
        is_made = isinstance(expr.value, Concat | SeqLiteral | BagChange)
        if is_made and of.packing.most_elements(expr.type) >= expr.capacity:
            self._bound = name
        value = of.as_type(expr.value, expr.type)
        self._bound = None
        self._cap(value, expr.type, expr.capacity, name)
        return value

    def _cap(self, value: Bits, type_: Any, capacity: int, name: str) -> None:
        """Stop where a sequence or bag in a value has more elements than the capacity."""
        of, b = self._of, self._of.builder
        type_ = plain(type_)
        if not holds_sequences(type_):
            return
        match type_:
            case SeqType(element) | BagType(element):
                shape = of.packing.shape(type_)
                if shape.slots > capacity:
                    of.demand(b.compare("ule", of.slotted.count(value, shape), const(capacity, 32)), name)
                if holds_sequences(element):
                    self._cap_each(value, shape, capacity, name)
            case SetType():
                self._cap_each(value, of.packing.shape(type_), capacity, name)
            case MapType(key, inner):
                width = of.packing.width(inner)
                for place in range(of.packing.size(key)):
                    self._cap(b.part(value, place * width, width), inner, capacity, name)
            case RecordType(_, fields):
                shift = 0
                for _, one in fields:
                    width = of.packing.width(one)
                    self._cap(b.part(value, shift, width), one, capacity, name)
                    shift += width
            case UnionType(alternatives):
                for position, one in enumerate(alternatives):
                    if holds_sequences(one):
                        with b.when(of.is_a(value, type_, one)):
                            self._cap(of.content(value, type_, position), one, capacity, name)
            case _:
                raise AssertionError(type_text(type_))

    def _cap_each(self, value: Bits, shape: Shape, capacity: int, name: str) -> None:
        def cap(element: Bits) -> None:
            self._cap(element, shape.element, capacity, name)

        self._of.slotted.each(value, shape, cap, is_unrolled=False)


def same_type(of: Expressions, left: Expr, right: Expr) -> tuple[Bits, Bits]:
    """Two values as values of one type."""
    if covers(left.type, right.type):
        return of.expression(left), converted(of, of.expression(right), right.type, left.type)
    return converted(of, of.expression(left), left.type, right.type), of.expression(right)
