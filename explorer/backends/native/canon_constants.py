"""Signatures of constants: what `canon_signature` has code compute of a value, computed while code is written.

They are compared with one another only, so that they need not be the numbers which the code would come to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from indoubt.explorer.backends.native.packing import WORD, Packing, plain
from indoubt.explorer.ir.values import encoded_members, untag
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.types import (
    BagType,
    MapType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    sorts_in,
)
from indoubt.specs.language.universe import within

ADDED, FACTOR = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93
"""Odd constants without structure: that of Fibonacci hashing, and one whose multiples mix well."""
MASK = (1 << WORD) - 1
PRIME = (1 << 61) - 1
Numbers = Mapping[type[Sort], tuple[int, ...]]
"""The colour of each member."""
Sign = Callable[[Any], int]


def mixed(left: int, right: int) -> int:
    """A hash of two words."""
    word = ((left + ADDED & MASK) ^ right) * FACTOR & MASK
    word = (word ^ word >> 32) * ADDED & MASK
    return word ^ word >> 29


class Constants:
    """The signatures of all values of small types, in the order of each type."""

    def __init__(self, packing: Packing) -> None:
        self._packing = packing
        self._values: dict[Type, tuple[Any, ...]] = {}
        self._places: dict[Type, tuple[int, ...]] = {}
        self._signed: dict[tuple[Type, tuple[tuple[int, ...], ...]], tuple[int, ...]] = {}

    def places(self, type_: Type) -> tuple[int, ...]:
        """The bits that stand for the values in a mask."""
        if type_ not in self._places:
            packing = self._packing
            self._places[type_] = tuple(
                packing.ordinal(packing.pack(one, type_), type_) for one in self._members(type_)
            )
        return self._places[type_]

    def signatures(self, type_: Type, colours: Numbers) -> tuple[int, ...]:
        """The signatures of the values."""
        key = type_, tuple(colours.values())
        if key not in self._signed:
            self._signed[key] = tuple(map(self._signer(type_, colours), self._members(type_)))
        return self._signed[key]

    def _members(self, type_: Type) -> tuple[Any, ...]:
        if type_ not in self._values:
            with within(self._packing.universe):
                self._values[type_] = encoded_members(type_)
        return self._values[type_]

    def _signer(self, type_: Type, colours: Numbers) -> Sign:
        """What computes the signature of an encoded value."""
        type_ = plain(type_)
        if colours.keys().isdisjoint(sorts_in(type_)):
            return lambda value: self._packing.pack(value, type_) % PRIME
        match type_:
            case SortType(cls):
                return colours[cls].__getitem__
            case RecordType(_, fields):
                return _in_order([self._signer(field, colours) for _, field in fields])
            case UnionType(alternatives):
                return _union(type_, [self._signer(one, colours) for one in alternatives])
            case MapType(key, item):
                return self._map(key, self._signer(item, colours), colours)
            case SeqType(element):
                part = self._signer(element, colours)
                return lambda value: _folded([len(value), *map(part, value)])
            case BagType(element):
                part = self._signer(element, colours)
                return lambda value: sum(mixed(count, part(one)) for one, count in value) & MASK
            case SetType(element):
                part = self._signer(element, colours)
                return lambda value: sum(mixed(1, part(one)) for one in value) & MASK
            case _:
                raise AssertionError(f"no value of a state is a {type_}")

    def _map(self, key: Type, part: Sign, colours: Numbers) -> Sign:
        if colours.keys().isdisjoint(sorts_in(key)):
            return lambda value: _folded(map(part, value))
        keys = self.signatures(key, colours)
        return lambda value: sum(mixed(one, part(item)) for one, item in zip(keys, value, strict=True)) & MASK


def _in_order(parts: list[Sign]) -> Sign:
    return lambda value: _folded([part(item) for part, item in zip(parts, value, strict=True)])


def _union(union: UnionType, parts: list[Sign]) -> Sign:
    def sign(value: Any) -> int:
        position, content = untag(union, value)
        return mixed(position, parts[position](content))

    return sign


def _folded(numbers: Iterable[int]) -> int:
    found = 0
    for number in numbers:
        found = mixed(found, number)
    return found
