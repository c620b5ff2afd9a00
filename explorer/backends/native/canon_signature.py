"""Signatures of packed values: a hash in which the colour of each member stands for the member.

The order of keys and elements that have members in them does not count. As `search.signatures` says, states that a
renaming turns into each other have equal signatures where it keeps colours; other states may have equal ones as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from indoubt.explorer.backends.native.bits import TRUE, Bits, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.canon_constants import ADDED, FACTOR, Constants, Numbers, mixed
from indoubt.explorer.backends.native.packing import WORD, Packing, is_scalar, plain
from indoubt.explorer.backends.native.slotted import MOST_COMPARED, Slotted
from indoubt.explorer.backends.native.values import Values
from indoubt.explorer.ir.values import encoded_members
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.types import MapType, RecordType, SeqType, SetType, SortType, Type, UnionType, sorts_in
from indoubt.specs.language.universe import within

Colours = Mapping[type[Sort], list[Bits]]
"""The colour of each member, as a word: a constant, or a register."""


class Signature:
    """Writes signatures of values of any type."""

    def __init__(
        self,
        builder: Builder,
        packing: Packing,
        constants: Constants,
        colours: Colours,
        unmarked: Colours | None = None,
    ) -> None:
        """Where `unmarked` is given, what is the same with these colours counts for nothing."""
        self._b, self._packing, self._constants, self._colours = builder, packing, constants, colours
        self._values, self._slotted = Values(builder, packing), Slotted(builder)
        self._unmarked = None if unmarked is None else Signature(builder, packing, constants, unmarked)
        self.numbers = _numbers(colours)
        """The colours, where they are known while code is written."""

    def mixed(self, left: Bits, right: Bits) -> Bits:
        """A hash of two words."""
        b = self._b
        word = b.binary("xor", b.binary("add", left, const(ADDED, WORD)), right)
        word = b.binary("mul", word, const(FACTOR, WORD))
        word = b.binary("xor", word, b.binary("lshr", word, const(32, WORD)))
        word = b.binary("mul", word, const(ADDED, WORD))
        return b.binary("xor", word, b.binary("lshr", word, const(29, WORD)))

    def value(self, value: Bits, type_: Type) -> Bits:
        """The signature of a value, as a word."""
        type_ = plain(type_)
        if not self.has_members(type_):
            return self._whole(value)
        match type_:
            case SortType(cls):
                return self._colour(value, cls)
            case RecordType(_, fields):
                return self._parts(value, [field for _, field in fields])
            case UnionType():
                return self._union(value, type_)
            case MapType(key, item):
                return self._map(value, key, item) if self.has_members(key) else self._parts(value, self._items(type_))
            case _ if self._packing.has_slots(type_):
                return self._in_slots(value, type_)
            case SetType(element):
                return self._mask(value, element)
            case _:
                raise AssertionError(f"no value of a state is a {type_}")

    def has_members(self, type_: Type) -> bool:
        """Whether a type is made of sorts whose members have colours."""
        return not self._colours.keys().isdisjoint(sorts_in(type_))

    def _whole(self, value: Bits) -> Bits:
        found = self._b.resized(value, WORD)
        for low in range(WORD, value.width, WORD):
            width = min(WORD, value.width - low)
            found = self.mixed(found, self._b.resized(self._b.part(value, low, width), WORD))
        return found

    def _colour(self, value: Bits, sort: type[Sort]) -> Bits:
        b, colours = self._b, self._colours[sort]
        found = colours[-1]
        for member, colour in enumerate(colours[:-1]):
            found = b.select(b.compare("eq", value, const(member, value.width)), colour, found)
        return found

    def _parts(self, value: Bits, types: list[Type]) -> Bits:
        found, shift = const(0, WORD), 0
        for type_ in types:
            width = self._packing.width(type_)
            found = self.mixed(found, self.value(self._b.part(value, shift, width), type_))
            shift += width
        return found

    def _items(self, type_: MapType) -> list[Type]:
        return [type_.value] * self._packing.size(type_.key)

    def _union(self, value: Bits, union: UnionType) -> Bits:
        b = self._b
        if value.constant is not None or is_scalar(union):
            found = const(0, WORD)
            for position, alternative in enumerate(union.alternatives):
                found = b.select(self._values.is_a(value, union, alternative), self._of(value, union, position), found)
            return found
        cell = b.cell(WORD, const(0, WORD))
        for position, alternative in enumerate(union.alternatives):
            with b.when(self._values.is_a(value, union, alternative)):
                b.store(self._of(value, union, position), cell)
        return b.load(cell)

    def _of(self, value: Bits, union: UnionType, position: int) -> Bits:
        """The signature of a value of a union that is of one alternative."""
        content = self._values.content(value, union, position)
        return self.mixed(const(position, WORD), self.value(content, union.alternatives[position]))

    def _map(self, value: Bits, key: Type, item: Type) -> Bits:
        """The sum over all keys."""
        b, width = self._b, self._packing.width(item)
        found = const(0, WORD)
        signed_keys = self.of_members(key)
        others = [] if self._unmarked is None or self.has_members(item) else self._unmarked.of_members(key)
        for number, (place, signed_key) in enumerate(zip(self._packing.places(key), signed_keys, strict=True)):
            if others and others[number] == signed_key:
                continue
            signed = self.value(b.part(value, place * width, width), item)
            found = b.binary("add", found, self.mixed(signed_key, signed))
        return found

    def of_members(self, type_: Type) -> list[Bits]:
        """The signatures of all values of a small type, in the order of the type."""
        if self.numbers is not None:
            return [const(number, WORD) for number in self._constants.signatures(type_, self.numbers)]
        with within(self._packing.universe):
            values = encoded_members(type_)
        width = self._packing.width(type_)
        return [self.value(const(self._packing.pack(one, type_), width), type_) for one in values]

    def _mask(self, mask: Bits, element: Type) -> Bits:
        """The sum over all elements."""
        if self.numbers is not None:
            return self._counted(mask, plain(element), self.numbers)
        b, total = self._b, self._b.cell(WORD, const(0, WORD))
        for low in range(0, mask.width, WORD):
            width = min(WORD, mask.width - low)
            rest = b.cell(width, b.part(mask, low, width))
            top, inside, end = b.fresh("top"), b.fresh("each"), b.fresh("end")
            b.place(top)
            now = b.load(rest)
            b.branch(b.compare("eq", now, const(0, width)), end, inside)
            b.place(inside)
            b.store(b.binary("and", now, b.binary("sub", now, const(1, width))), rest)
            lowest = b.call(f"llvm.cttz.i{width}", width, now, TRUE)
            place = b.binary("add", b.resized(lowest, 32), const(low, 32))
            signed = self.mixed(const(1, WORD), self.value(self._values.member(place, element), element))
            b.store(b.binary("add", b.load(total), signed), total)
            b.jump(top)
            b.place(end)
        return b.load(total)

    def _counted(self, mask: Bits, element: Type, colours: Numbers) -> Bits:
        """The same where the colours are constants: how many elements there are of each signature."""
        b, constants = self._b, self._constants
        signs = constants.signatures(element, colours)
        unmarked = None if self._unmarked is None else self._unmarked.numbers
        others = [None] * len(signs) if unmarked is None else constants.signatures(element, unmarked)
        alike: dict[int, int] = {}
        for place, signed, other in zip(constants.places(element), signs, others, strict=True):
            if signed != other:
                number = mixed(1, signed)
                alike[number] = alike.get(number, 0) | 1 << place
        found = const(0, WORD)
        for number, places in alike.items():
            chosen = b.binary("and", mask, const(places, mask.width))
            if chosen.constant is None:
                count = b.resized(b.call(f"llvm.ctpop.i{mask.width}", mask.width, chosen), WORD)
            else:
                count = const(chosen.constant.bit_count(), WORD)
            found = b.binary("add", found, b.binary("mul", count, const(number, WORD)))
        return found

    def _in_slots(self, value: Bits, type_: Type) -> Bits:
        b, shape = self._b, self._packing.shape(type_)
        total = b.cell(WORD, const(0, WORD))
        combine: Callable[[Bits, Bits], Bits] = self._added
        if isinstance(type_, SeqType):
            combine = self.mixed

        def take(element: Bits) -> None:
            b.store(combine(b.load(total), self.value(element, shape.element)), total)

        self._slotted.each(value, shape, take, is_unrolled=shape.slots <= MOST_COMPARED // 4)
        # Of sequences whose elements say nothing the length does.
        return self.mixed(b.load(total), b.resized(self._slotted.count(value, shape), WORD))

    def _added(self, total: Bits, signed: Bits) -> Bits:
        return self._b.binary("add", total, self.mixed(const(1, WORD), signed))


def _numbers(colours: Colours) -> Numbers | None:
    """The colours as numbers; None where they are not known while code is written."""
    found: dict[type[Sort], tuple[int, ...]] = {}
    for sort, row in colours.items():
        numbers = [one.constant for one in row]
        known = tuple(number for number in numbers if number is not None)
        if len(known) < len(numbers):
            return None
        found[sort] = known
    return found
