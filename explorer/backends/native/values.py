"""Operations on packed values: unions, integers, ordinals, parts of records and maps. They cannot fail."""

from __future__ import annotations

from typing import Any

from indoubt.explorer.backends.native.bits import FALSE, TRUE, Bits, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.packing import Packing, Unsupported, is_scalar, plain
from indoubt.specs.language.types import IntType, MapType, RecordType, SetType, Type, UnionType

FULL = (1 << 64) - 1
LARGEST = 1 << 62
"""Integers are computed with 64 bits."""


class Values:
    """Writes operations on values whose types are known."""

    def __init__(self, builder: Builder, packing: Packing) -> None:
        self.builder = builder
        self.packing = packing

    def width(self, type_: Any) -> int:
        """The number of bits of a value."""
        return self.packing.width(type_)

    # ---- unions

    def is_a(self, value: Bits, union: Any, alternative: Type) -> Bits:
        """Whether a value of a union is of one alternative."""
        assert isinstance(union, UnionType)
        b, position = self.builder, union.alternatives.index(alternative)
        if is_scalar(union):
            low = self.packing.offsets(union)[position]
            size = self.packing.size(alternative)
            if low + size > 1 << value.width:
                raise AssertionError("an ordinal is as wide as its type needs")
            above = b.compare("ule", const(low, value.width), value) if low else TRUE
            is_last = position == len(union.alternatives) - 1
            return above if is_last else b.binary("and", above, b.compare("ult", value, const(low + size, value.width)))
        width = self.packing.tag_width(union)
        return b.compare("eq", b.resized(value, width), const(position, width))

    def widened(self, value: Bits, source: Any, wanted: Type) -> Bits:
        """A value as one of a union that has its type among the alternatives."""
        assert isinstance(wanted, UnionType)
        if not isinstance(source, UnionType):
            return self.tagged(self._moved(value, source, wanted), wanted, _position(wanted, source))
        return self._retagged(value, source, wanted)

    def _moved(self, value: Bits, source: Any, wanted: UnionType) -> Bits:
        """A value of an interval as one of the interval around it that the union has."""
        inner = wanted.alternatives[_position(wanted, source)]
        if inner == source:
            return value
        assert isinstance(source, IntType)
        assert isinstance(inner, IntType)
        return self.refitted(value, source, inner)

    def narrowed(self, value: Bits, source: Any, wanted: Any) -> Bits:
        """A value of a union that is known to be of one of its alternatives, or of some."""
        assert isinstance(source, UnionType)
        if isinstance(wanted, UnionType):
            return self._retagged(value, source, wanted)
        return self.content(value, source, _position(source, wanted))

    def _retagged(self, value: Bits, source: UnionType, wanted: UnionType) -> Bits:
        """A value of a union as one of another; alternatives that the other lacks do not occur."""
        b, found = self.builder, const(0, self.packing.width(wanted))
        for position, alternative in enumerate(source.alternatives):
            if not any(_fits(one, alternative) for one in wanted.alternatives):
                continue
            content = self.content(value, source, position)
            tagged = self.tagged(self._moved(content, alternative, wanted), wanted, _position(wanted, alternative))
            found = b.select(self.is_a(value, source, alternative), tagged, found)
        return found

    def content(self, value: Bits, union: UnionType, position: int) -> Bits:
        """A value of a union as one of an alternative."""
        b, width = self.builder, self.packing.width(union.alternatives[position])
        if is_scalar(union):
            low = self.packing.offsets(union)[position]
            return b.resized(b.binary("sub", value, const(low, value.width)) if low else value, width)
        return b.part(value, self.packing.tag_width(union), width)

    def tagged(self, content: Bits, union: UnionType, position: int) -> Bits:
        """A value of an alternative as one of the union."""
        b, width = self.builder, self.packing.width(union)
        if is_scalar(union):
            return b.binary("add", b.resized(content, width), const(self.packing.offsets(union)[position], width))
        shifted = b.binary("shl", b.resized(content, width), const(self.packing.tag_width(union), width))
        return b.binary("or", shifted, const(position, width))

    # ---- integers

    def number(self, value: Bits, type_: Any) -> Bits:
        """An integer as a signed number of 64 bits."""
        assert isinstance(type_, IntType)
        if not -LARGEST <= type_.low <= type_.high <= LARGEST:
            raise Unsupported(f"integers from {type_.low:,} to {type_.high:,}")
        b = self.builder
        return b.binary("add", b.resized(value, 64), const(type_.low & FULL, 64))

    def interval(self, number: Bits, type_: Any) -> Bits:
        """A signed number of 64 bits, which lies in the interval, as one of its values."""
        assert isinstance(type_, IntType)
        b = self.builder
        if not -LARGEST <= type_.low <= type_.high <= LARGEST:
            raise Unsupported(f"integers from {type_.low:,} to {type_.high:,}")
        return b.resized(b.binary("sub", number, const(type_.low & FULL, 64)), self.packing.width(type_))

    def lies_in(self, number: Bits, type_: IntType) -> Bits:
        """Whether a signed number of 64 bits lies in an interval."""
        b = self.builder
        above = b.binary("sub", number, const(type_.low & FULL, 64))
        return b.compare("ule", above, const(type_.high - type_.low, 64))

    def refitted(self, value: Bits, source: IntType, wanted: IntType) -> Bits:
        """An integer of one interval as one of another; where that does not have it, its least."""
        b, number = self.builder, self.number(value, source)
        if wanted.low <= source.low and source.high <= wanted.high:
            return self.interval(number, wanted)
        inside = self.lies_in(number, wanted)
        return self.interval(b.select(inside, number, const(wanted.low & FULL, 64)), wanted)

    def divided(self, operator: str, left: Bits, right: Bits) -> Bits:
        """Quotient or remainder, rounded down as Python does."""
        b = self.builder
        if right.constant is None:  # what is computed though nobody will use it must not end the process
            right = b.select(b.compare("eq", right, const(0, 64)), const(1, 64), right)
        quotient = b.binary("sdiv", left, right)
        remainder = b.binary("sub", left, b.binary("mul", quotient, right))
        signs = b.compare("ult", b.binary("xor", remainder, right), const(1 << 63, 64))
        is_exact = b.compare("eq", remainder, const(0, 64))
        is_down = b.binary("or", signs, is_exact)
        if operator == "//":
            return b.select(is_down, quotient, b.binary("sub", quotient, const(1, 64)))
        return b.select(is_down, remainder, b.binary("add", remainder, right))

    # ---- records, maps, sets

    def joined(self, parts: list[Bits], width: int) -> Bits:
        """Values side by side, the first in the lowest bits."""
        b, found, shift = self.builder, const(0, width), 0
        for part in parts:
            if part.width:
                found = b.binary("or", found, b.binary("shl", b.resized(part, width), const(shift, width)))
                shift += part.width
        return found

    def has(self, mask: Bits, place: Bits) -> Bits:
        """Whether the bit at `place` is set."""
        return self.builder.part_at(mask, place, 1) if mask.width else FALSE

    def flipped(self, mask: Bits) -> Bits:
        """The elements that are not in a set."""
        return self.builder.binary("xor", mask, const((1 << mask.width) - 1, mask.width))

    # ---- ordinals

    def ordinal(self, value: Bits, type_: Type) -> Bits:
        """The ordinal of a value among those of its type, in 32 bits at least."""
        type_ = plain(type_)
        b = self.builder
        if is_scalar(type_) or isinstance(type_, SetType):
            return b.resized(value, max(32, value.width))
        if isinstance(type_, UnionType):
            tag, found = self.packing.tag_width(type_), const(0, 32)
            for position, (alternative, low) in enumerate(
                zip(type_.alternatives, self.packing.offsets(type_), strict=True)
            ):
                content = b.part(value, tag, self.packing.width(alternative))
                here = b.binary("add", b.resized(self.ordinal(content, alternative), 32), const(low, 32))
                found = b.select(b.compare("eq", b.resized(value, tag), const(position, tag)), here, found)
            return found
        found, shift, radix = const(0, 32), 0, 1
        for part in self._parts(type_):
            width = self.packing.width(part)
            ordinal = b.resized(self.ordinal(b.part(value, shift, width), part), 32)
            found = b.binary("add", found, b.binary("mul", ordinal, const(radix, 32)))
            shift += width
            radix *= self.packing.size(part)
        return found

    def member(self, ordinal: Bits, type_: Type) -> Bits:
        """The value with an ordinal, given in 32 bits."""
        type_ = plain(type_)
        b, width = self.builder, self.packing.width(type_)
        if is_scalar(type_) or isinstance(type_, SetType):
            return b.resized(ordinal, width)
        if isinstance(type_, UnionType):
            found = const(0, width)
            for position, (alternative, low) in enumerate(
                zip(type_.alternatives, self.packing.offsets(type_), strict=True)
            ):
                content = self.member(b.binary("sub", ordinal, const(low, 32)), alternative)
                here = self.tagged(content, type_, position)
                found = b.select(b.compare("ule", const(low, 32), ordinal), here, found) if position else here
            return found
        parts: list[Bits] = []
        rest = ordinal
        types = self._parts(type_)
        for number, part in enumerate(types):
            size = const(self.packing.size(part), 32)
            is_last = number == len(types) - 1
            quotient = const(0, 32) if is_last else b.binary("udiv", rest, size)
            one = rest if is_last else b.binary("sub", rest, b.binary("mul", quotient, size))
            parts.append(self.member(one, part))
            rest = quotient
        return self.joined(parts, width)

    def _parts(self, type_: Type) -> list[Type]:
        match type_:
            case RecordType(_, fields):
                return [field for _, field in fields]
            case MapType(key, value):
                return [value] * self.packing.size(key)
            case _:
                raise Unsupported(f"ordinals of `{type_}`")


def _fits(one: Type, alternative: Type) -> bool:
    return one == alternative or (isinstance(one, IntType) and isinstance(alternative, IntType))


def _position(union: UnionType, type_: Any) -> int:
    """The alternative that takes values of a type: the same type, or an interval around it."""
    if type_ in union.alternatives:
        return union.alternatives.index(type_)
    return next(place for place, one in enumerate(union.alternatives) if isinstance(one, IntType))
