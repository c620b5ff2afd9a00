"""Exchanging two members of a sort in packed values: every mention of one becomes a mention of the other.

In a mask the bits of elements that change places are exchanged, those at one distance all at once: where t is
(x >> d ^ x) & m, x ^ t ^ t << d has the bits of m exchanged with those d above (Knuth, "The Art of Computer
Programming", volume 4A, section 7.1.3, "delta swaps").
"""

from __future__ import annotations

from collections import defaultdict

from indoubt.explorer.backends.native.bits import Bits, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.packing import Packing, is_scalar, plain
from indoubt.explorer.backends.native.slotted import MOST_COMPARED, Slotted
from indoubt.explorer.backends.native.values import Values
from indoubt.explorer.ir.renaming import renamer, swapped
from indoubt.explorer.ir.values import encoded_members
from indoubt.specs.language.sorts import Sort, size_of
from indoubt.specs.language.types import MapType, RecordType, SeqType, SetType, SortType, Type, UnionType, sorts_in
from indoubt.specs.language.universe import within


class Exchange:
    """Writes the exchange of two members in values of any type."""

    def __init__(self, builder: Builder, packing: Packing, sort: type[Sort], one: int, other: int) -> None:
        """`one` is below `other`."""
        self._b, self._packing = builder, packing
        self._values, self._slotted = Values(builder, packing), Slotted(builder)
        self._sort, self._one, self._other = sort, one, other
        with within(packing.universe):
            self._renaming = {sort: swapped(size_of(sort), one, other)}

    def value(self, value: Bits, type_: Type) -> Bits:
        """A value with the members exchanged."""
        type_ = plain(type_)
        if self._sort not in sorts_in(type_):
            return value
        if is_scalar(type_):
            return self._scalar(value, type_)
        match type_:
            case RecordType(_, fields):
                return self._record(value, [field for _, field in fields])
            case UnionType():
                return self._union(value, type_)
            case MapType():
                return self._map(value, type_)
            case _ if self._packing.has_slots(type_):
                return self._in_slots(value, type_)
            case SetType(element):
                return self._mask(value, element)
            case _:
                raise AssertionError(f"no value of a state is a {type_}")

    def _scalar(self, value: Bits, type_: Type) -> Bits:
        b, low = self._b, 0
        if isinstance(type_, UnionType):
            low = self._packing.offsets(type_)[type_.alternatives.index(SortType(self._sort))]
        one, other = const(low + self._one, value.width), const(low + self._other, value.width)
        found = b.select(b.compare("eq", value, other), one, value)
        return b.select(b.compare("eq", value, one), other, found)

    def _record(self, value: Bits, fields: list[Type]) -> Bits:
        b, shift, parts = self._b, 0, list[Bits]()
        for field in fields:
            width = self._packing.width(field)
            parts.append(self.value(b.part(value, shift, width), field))
            shift += width
        return self._values.joined(parts, value.width)

    def _union(self, value: Bits, union: UnionType) -> Bits:
        b, found = self._b, self._b.cell(value.width, value)
        for position, alternative in enumerate(union.alternatives):
            if self._sort in sorts_in(alternative):
                with b.when(self._values.is_a(value, union, alternative)):
                    changed = self.value(self._values.content(value, union, position), alternative)
                    b.store(self._values.tagged(changed, union, position), found)
        return b.load(found)

    def _map(self, value: Bits, type_: MapType) -> Bits:
        b, width = self._b, self._packing.width(type_.value)
        places = self._places(type_.key)
        parts = [self.value(b.part(value, place * width, width), type_.value) for place in range(len(places))]
        return self._values.joined([parts[place] for place in places], value.width)

    def _places(self, key: Type) -> list[int]:
        """The place that each key of a map is exchanged with."""
        with within(self._packing.universe):
            keys, rename = encoded_members(key), renamer(key, frozenset({self._sort}))
        places = dict(zip(keys, self._packing.places(key), strict=True))
        found = list(range(self._packing.size(key)))
        for one, place in places.items():
            found[place] = places[one if rename is None else rename(one, self._renaming)]
        return found

    def _mask(self, mask: Bits, element: Type) -> Bits:
        """Exchange bits, those that are as far apart as each other at once."""
        b, packing = self._b, self._packing
        with within(packing.universe):
            values, rename = encoded_members(plain(element)), renamer(plain(element), frozenset({self._sort}))
        assert rename is not None
        at_distance: dict[int, int] = defaultdict(int)
        for one in values:
            low = packing.ordinal(packing.pack(one, element), element)
            changed = rename(one, self._renaming)
            high = packing.ordinal(packing.pack(changed, element), element)
            if low < high:
                at_distance[high - low] |= 1 << low
        for distance, bits in sorted(at_distance.items()):
            far = const(distance, mask.width)
            differing = b.binary("xor", b.binary("lshr", mask, far), mask)
            differing = b.binary("and", differing, const(bits, mask.width))
            mask = b.binary("xor", mask, b.binary("xor", differing, b.binary("shl", differing, far)))
        return mask

    def _in_slots(self, value: Bits, type_: Type) -> Bits:
        b, shape = self._b, self._packing.shape(type_)
        found = b.cell(shape.width, const(0, shape.width))
        is_sequence = isinstance(type_, SeqType)

        def take(element: Bits) -> None:
            put = self._slotted.appended if is_sequence else self._slotted.inserted
            b.store(put(b.load(found), shape, self.value(element, shape.element)), found)

        self._slotted.each(value, shape, take, is_unrolled=shape.slots <= MOST_COMPARED // 4)
        return b.load(found)
