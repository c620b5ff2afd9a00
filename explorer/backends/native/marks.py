"""A number that stands for a state, and depends on its values alone: not on how many slots their packing has.

A packing may get more slots while it is used, and random walks must not change with it. So where a layout has slots,
the mark is made of the values: what has no slots by its bits, a sequence element by element, a set or bag by the sum
over its elements, which need no order then. Without slots it is made of the words of the state.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.native.bits import Bits, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.layout import Layout
from indoubt.explorer.backends.native.packing import plain
from indoubt.explorer.backends.native.slotted import Slotted
from indoubt.explorer.backends.native.variables import Variables
from indoubt.explorer.ir.values import untag
from indoubt.specs.language.types import BagType, MapType, RecordType, SeqType, SetType, Type, UnionType

WORD = 64
MASK = (1 << WORD) - 1


class Marks:
    """Marks of the states in a layout, as code and as numbers.

    `joined` makes one word of two, `mixed` one of one, and `start` is where a mark begins; in the code they are
    functions of these names, which another text defines.
    """

    def __init__(
        self, layout: Layout, joined: Callable[[int, int], int], mixed: Callable[[int], int], start: int
    ) -> None:
        self._layout, self._packing = layout, layout.packing
        self._joined, self._mixed, self._start = joined, mixed, start
        self._has_slots = any(self._slotted(one.type) for one in layout.variables)

    def _slotted(self, type_: Any) -> bool:
        """Whether values of a type have slots somewhere."""
        type_ = plain(type_)
        if self._packing.has_slots(type_):
            return True
        match type_:
            case RecordType(_, fields):
                return any(self._slotted(one) for _, one in fields)
            case UnionType(alternatives):
                return any(map(self._slotted, alternatives))
            case MapType(_, element):
                return self._slotted(element)
            case _:
                return False

    # ---- as numbers

    def of(self, state: State) -> int:
        """The mark of a state."""
        if not self._has_slots:
            return self._bits(self._start, self._layout.pack(state), self._layout.words * WORD)
        mark = self._start
        for one, value in zip(self._layout.variables, state, strict=True):
            mark = self._value(mark, value, one.type)
        return mark

    def _bits(self, before: int, bits: int, width: int) -> int:
        for shift in range(0, width, WORD):
            before = self._joined(before, bits >> shift & MASK)
        return before

    def _value(self, before: int, value: Any, type_: Type) -> int:
        type_ = plain(type_)
        if not self._slotted(type_):
            return self._bits(before, self._packing.pack(value, type_), self._packing.width(type_))
        match type_:
            case RecordType(_, fields):
                for item, (_, field) in zip(value, fields, strict=True):
                    before = self._value(before, item, field)
                return before
            case MapType(key, element):
                for _, item in sorted(zip(self._packing.places(key), value, strict=True), key=itemgetter(0)):
                    before = self._value(before, item, element)
                return before
            case SeqType(element):
                before = self._joined(before, len(value))
                for item in value:
                    before = self._value(before, item, element)
                return before
            case UnionType(alternatives):
                position, content = untag(type_, value)
                return self._value(self._joined(before, position), content, alternatives[position])
            case BagType(element):
                return self._together(before, list(value), element)
            case SetType(element):
                return self._together(before, [(item, 1) for item in value], element)
            case _:
                raise AssertionError(f"values of {type_} have no slots")

    def _together(self, before: int, items: list[tuple[Any, int]], element: Type) -> int:
        count = sum(times for _, times in items)
        total = sum(times * self._mixed(self._value(self._start, item, element)) for item, times in items)
        return self._joined(self._joined(before, count), total & MASK)

    # ---- as code

    def text(self) -> str:
        """The function `mark(state)`."""
        b = Builder()
        mark = const(self._start, WORD)
        if self._has_slots:
            variables = Variables(b, self._layout, "%state")
            code = _Code(b, self._layout, self._slotted, self._start)
            for one in self._layout.variables:
                mark = code.value(mark, variables.read(one.name, "%state"), one.type)
        else:
            for number in range(self._layout.words):
                mark = b.call("joined", WORD, mark, b.word("%state", number))
        b.leave(f"i64 {mark.text}")
        declared = "declare i64 @joined(i64, i64)\ndeclare i64 @mixed(i64)\n"
        return declared + b.text("define i64 @mark(ptr %state)")


class _Code:
    """Writes what `Marks.of` computes."""

    def __init__(self, builder: Builder, layout: Layout, slotted: Callable[[Any], bool], start: int) -> None:
        self._b, self._packing, self._has, self._start = builder, layout.packing, slotted, start
        self._slots = Slotted(builder)

    def value(self, before: Bits, value: Bits, type_: Type) -> Bits:
        """The mark with one more value."""
        b, packing, type_ = self._b, self._packing, plain(type_)
        if not self._has(type_):
            return self._bits(before, value)
        match type_:
            case RecordType(_, fields):
                shift = 0
                for _, field in fields:
                    width = packing.width(field)
                    before = self.value(before, b.part(value, shift, width), field)
                    shift += width
                return before
            case MapType(key, element):
                width = packing.width(element)
                for number in range(packing.size(key)):
                    before = self.value(before, b.part(value, number * width, width), element)
                return before
            case UnionType(alternatives):
                return self._union(before, value, type_, alternatives)
            case SeqType(element):
                shape = packing.shape(type_)
                mark = b.cell(WORD, self._joined(before, self._slots.count(value, shape)))

                def follow(item: Bits) -> None:
                    b.store(self.value(b.load(mark), item, element), mark)

                self._slots.each(value, shape, follow, is_unrolled=False)
                return b.load(mark)
            case BagType(element) | SetType(element):
                shape = packing.shape(type_)
                total = b.cell(WORD, const(0, WORD))

                def add(item: Bits) -> None:
                    mixed = b.call("mixed", WORD, self.value(const(self._start, WORD), item, element))
                    b.store(b.binary("add", b.load(total), mixed), total)

                self._slots.each(value, shape, add, is_unrolled=False)
                return self._joined(self._joined(before, self._slots.count(value, shape)), b.load(total))
            case _:
                raise AssertionError(f"values of {type_} have no slots")

    def _union(self, before: Bits, value: Bits, union: UnionType, alternatives: tuple[Type, ...]) -> Bits:
        b, width = self._b, self._packing.tag_width(union)
        tag = b.part(value, 0, width)
        mark = b.cell(WORD, self._joined(before, tag))
        for position, one in enumerate(alternatives):
            with b.when(b.compare("eq", tag, const(position, width))):
                content = b.part(value, width, self._packing.width(one))
                b.store(self.value(b.load(mark), content, one), mark)
        return b.load(mark)

    def _bits(self, before: Bits, value: Bits) -> Bits:
        for shift in range(0, value.width, WORD):
            before = self._joined(before, self._b.part(value, shift, min(WORD, value.width - shift)))
        return before

    def _joined(self, before: Bits, word: Bits) -> Bits:
        return self._b.call("joined", WORD, before, self._b.resized(word, WORD))
