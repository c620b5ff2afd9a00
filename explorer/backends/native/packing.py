"""How values are packed into bits: the smallest layout that each type allows, so that equal values are equal bits.

A *scalar* (bool, enum, sort, interval, None, or a union of them) is its ordinal. A record is its fields side by side,
the first in the lowest bits; a total map its values, in the order of the keys; a set over a small type a mask of the
ordinals of its elements. A union with a record is a tag, then the widest alternative, padded with zeros.

A sequence, a bag, and a set over a large type is the number of its elements, then these in slots, then zeros: those of
a sequence in their order, those of a set or bag (each as often as it occurs) ascending as numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import field
from functools import cached_property
from typing import Any

from indoubt.explorer.backends.native.slots import Slots, TooFewSlots
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.values import encoded_members, tag, untag
from indoubt.specs.language.domains import cardinality
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    PermutationType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    type_text,
)
from indoubt.specs.language.universe import Universe, within

WORD = 64
LARGEST_MASK = 4096
"""Sets over larger types have no mask."""
LARGEST_STATE = 64 * WORD
LARGEST_VALUE = 128 * WORD
"""Of a value that is made on the way, in bits."""


class Unsupported(Exception):
    """A machine that native code does not know how to run yet; the text says what is in the way."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The bits of a value with slots: `count` bits for the number of elements, then `slots` times `step` bits."""

    type: Type
    element: Type
    slots: int
    count: int
    step: int

    @property
    def width(self) -> int:
        """All bits."""
        return self.count + self.slots * self.step


@dataclass(frozen=True)
class Packing:
    """The packing of types, in one universe."""

    universe: Universe
    slots: Slots = field(default_factory=Slots)

    def size(self, type_: Type) -> int:
        """The number of values of a type."""
        known: dict[int, tuple[Type, int]] = self._sizes  # by identity: to hash a type takes as long as to count it
        if id(type_) not in known:
            with within(self.universe):
                known[id(type_)] = type_, cardinality(plain(type_))
        return known[id(type_)][1]

    def has_slots(self, type_: Any) -> bool:
        """Whether values are elements in slots."""
        match plain(type_):
            case SeqType() | BagType():
                return True
            case SetType(element):
                return self.size(element) > LARGEST_MASK
            case _:
                return False

    def shape(self, type_: Any) -> Shape:
        """The slots of a type that has some."""
        type_ = plain(type_)
        assert isinstance(type_, SeqType | BagType | SetType)
        slots = self.slots.of(type_)
        shape = Shape(type_, type_.element, slots, slots.bit_length(), self.width(type_.element))
        if shape.width > LARGEST_VALUE:
            raise Unsupported(f"a `{type_text(type_)}` with more than {slots // 2:,} elements")
        return shape

    def most_elements(self, type_: Any) -> int:
        """How many elements a collection can have."""
        type_ = plain(type_)
        assert isinstance(type_, SeqType | BagType | SetType)
        return self.shape(type_).slots if self.has_slots(type_) else self.size(type_.element)

    def width(self, type_: AnyType) -> int:
        """The number of bits of a value. Raises Unsupported."""
        known: dict[int, tuple[AnyType, int]] = self._widths
        if id(type_) not in known:
            known[id(type_)] = type_, self._width(plain(type_))
        return known[id(type_)][1]

    def _width(self, type_: Type) -> int:
        if is_scalar(type_):
            return (self.size(type_) - 1).bit_length()
        match type_:
            case RecordType(_, fields):
                return sum(self.width(field) for _, field in fields)
            case UnionType(alternatives):
                return self.tag_width(type_) + max(map(self.width, alternatives))
            case MapType(key, value):
                if (size := self.size(key)) > LARGEST_STATE:
                    raise Unsupported(f"a map over `{type_text(key)}`, which has {size:,} values")
                return size * self.width(value)
            case SeqType() | BagType() | SetType():
                return self.shape(type_).width if self.has_slots(type_) else self.size(type_.element)
            case _:
                raise Unsupported(f"values of type `{type_text(type_)}`")

    def tag_width(self, union: UnionType) -> int:
        """The number of bits that tell the alternatives of a union apart that is no scalar."""
        return (len(union.alternatives) - 1).bit_length()

    def offsets(self, union: UnionType) -> list[int]:
        """The ordinal of the first value of each alternative."""
        found = [0]
        for alternative in union.alternatives:
            found.append(found[-1] + self.size(alternative))
        return found[:-1]

    def pack(self, value: Any, type_: Type) -> int:
        """The bits of an encoded value."""
        type_ = plain(type_)
        match type_:
            case BoolType() | EnumType() | SortType():
                return int(value)
            case IntType(low, _):
                return int(value) - low
            case NoneType():
                return 0
            case RecordType(_, fields):
                return self._joined(
                    [(self.pack(item, field), field) for item, (_, field) in zip(value, fields, strict=True)]
                )
            case UnionType(alternatives):
                position, content = untag(type_, value)
                packed = self.pack(content, alternatives[position])
                if is_scalar(type_):
                    return self.offsets(type_)[position] + packed
                return position | packed << self.tag_width(type_)
            case MapType(key, element):
                width = self.width(element)
                placed = zip(value, self.places(key), strict=True)
                return sum(self.pack(item, element) << place * width for item, place in placed)
            case SeqType(element):
                return self._slotted(type_, [self.pack(item, element) for item in value])
            case BagType(element):
                items = [self.pack(item, element) for item, count in value for _ in range(count)]
                return self._slotted(type_, sorted(items))
            case SetType(element) if self.has_slots(type_):
                return self._slotted(type_, sorted(self.pack(item, element) for item in value))
            case SetType(element):
                return sum(1 << self.ordinal(self.pack(item, element), element) for item in value)
            case _:
                raise Unsupported(f"values of type `{type_text(type_)}`")

    def unpack(self, bits: int, type_: Type) -> Any:
        """The encoded value that some bits stand for."""
        type_ = plain(type_)
        match type_:
            case BoolType():
                return bool(bits)
            case EnumType() | SortType():
                return bits
            case IntType(low, _):
                return bits + low
            case NoneType():
                return None
            case RecordType(_, fields):
                return tuple(
                    self.unpack(part, field)
                    for part, (_, field) in zip(self._parted(bits, [f for _, f in fields]), fields, strict=True)
                )
            case UnionType(alternatives):
                if is_scalar(type_):
                    offsets = self.offsets(type_)
                    position = max(place for place, offset in enumerate(offsets) if offset <= bits)
                    return tag(type_, position, self.unpack(bits - offsets[position], alternatives[position]))
                width = self.tag_width(type_)
                position = bits & ((1 << width) - 1)
                inner = alternatives[position]
                return tag(type_, position, self.unpack(bits >> width & ((1 << self.width(inner)) - 1), inner))
            case MapType(key, element):
                parts = self._parted(bits, [element] * self.size(key))
                return tuple(self.unpack(parts[place], element) for place in self.places(key))
            case SeqType(element):
                return tuple(self.unpack(item, element) for item in self._unslotted(type_, bits))
            case BagType(element):
                counts = Counter(self.unpack(item, element) for item in self._unslotted(type_, bits))
                return frozenset(counts.items())
            case SetType(element) if self.has_slots(type_):
                return frozenset(self.unpack(item, element) for item in self._unslotted(type_, bits))
            case SetType(element):
                members = self.members(element)
                return frozenset(members[place] for place in range(bits.bit_length()) if bits >> place & 1)
            case _:
                raise Unsupported(f"values of type `{type_text(type_)}`")

    def ordinal(self, bits: int, type_: Type) -> int:
        """The ordinal of a packed value among the values of its type."""
        type_ = plain(type_)
        if is_scalar(type_) or isinstance(type_, SetType):
            return bits
        match type_:
            case RecordType(_, fields):
                types = [field for _, field in fields]
            case MapType(key, element):
                types = [element] * self.size(key)
            case UnionType(alternatives):
                width = self.tag_width(type_)
                position = bits & ((1 << width) - 1)
                return self.offsets(type_)[position] + self.ordinal(bits >> width, alternatives[position])
            case _:
                raise Unsupported(f"values of type `{type_text(type_)}`")
        found, radix = 0, 1
        for part, one in zip(self._parted(bits, types), types, strict=True):
            found += self.ordinal(part, one) * radix
            radix *= self.size(one)
        return found

    def places(self, key: Type) -> Sequence[int]:
        """The places of the keys of a map, which are in the order of the type: the ordinal of each is its place."""
        if is_scalar(key):
            return range(self.size(key))
        known: dict[Type, tuple[int, ...]] = self._places
        if key not in known:
            with within(self.universe):
                keys = encoded_members(key)
            known[key] = tuple(self.ordinal(self.pack(one, key), key) for one in keys)
        return known[key]

    def everything(self, type_: Type) -> int:
        """The set of all values of a small type, as a mask; of the sets over a sort, only some are quorums."""
        if plain(type_) == type_:
            return (1 << self.size(type_)) - 1
        with within(self.universe):
            values = encoded_members(type_)
        return sum(1 << self.ordinal(self.pack(value, type_), type_) for value in values)

    def _slotted(self, type_: Type, items: Sequence[int]) -> int:
        """Packed elements in slots. Raises TooFewSlots."""
        shape = self.shape(type_)
        if len(items) > shape.slots:
            raise TooFewSlots(type_)
        return len(items) | sum(item << shape.count + place * shape.step for place, item in enumerate(items))

    def _unslotted(self, type_: Type, bits: int) -> list[int]:
        shape = self.shape(type_)
        mask = (1 << shape.step) - 1
        count = bits & ((1 << shape.count) - 1)
        return [bits >> shape.count + place * shape.step & mask for place in range(count)]

    def members(self, type_: Type) -> dict[int, Any]:
        """The encoded values of a small type by their ordinals."""
        known: dict[Type, dict[int, Any]] = self._known
        if type_ not in known:
            with within(self.universe):
                values = encoded_members(plain(type_))
            known[type_] = {self.ordinal(self.pack(value, type_), type_): value for value in values}
        return known[type_]

    @cached_property
    def _sizes(self) -> dict[int, tuple[Type, int]]:
        return {}

    @cached_property
    def stopping(self) -> dict[int, tuple[Any, bool]]:
        """For expressions, by identity, whether they may stop a step; see `expressions`."""
        return {}

    @cached_property
    def _widths(self) -> dict[int, tuple[AnyType, int]]:
        return {}

    @cached_property
    def _places(self) -> dict[Type, tuple[int, ...]]:
        return {}

    @cached_property
    def _known(self) -> dict[Type, dict[int, Any]]:
        return {}

    def _joined(self, parts: Sequence[tuple[int, Type]]) -> int:
        found, shift = 0, 0
        for bits, type_ in parts:
            found |= bits << shift
            shift += self.width(type_)
        return found

    def _parted(self, bits: int, types: Sequence[Type]) -> list[int]:
        parts: list[int] = []
        for type_ in types:
            width = self.width(type_)
            parts.append(bits & ((1 << width) - 1))
            bits >>= width
        return parts


def is_scalar(type_: Type) -> bool:
    """Whether a value is its ordinal."""
    match type_:
        case BoolType() | IntType() | EnumType() | SortType() | NoneType():
            return True
        case UnionType(alternatives):
            return all(map(is_scalar, alternatives))
        case _:
            return False


def plain(type_: AnyType) -> Type:
    """The type that a value is packed as: a quorum is a set, a permutation a map, a list a sequence."""
    match type_:
        case ListType(element):
            return SeqType(element)
        case QuorumType(sort, _, _):
            return SetType(sort)
        case PermutationType(of):
            return MapType(of, of)
        case _:
            return type_
