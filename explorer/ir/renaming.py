"""Renaming the members of sorts in encoded values: what a state, or a constant, becomes when members change places.

A renaming has the new number of each member, for every sort that it concerns. Functions are made once for a type and
called for many values; where a type has none of the sorts in it there is nothing to do, and None is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.values import encoded_members, tag, untag
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.types import (
    BagType,
    MapType,
    PermutationType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    sorts_in,
)

Renaming = Mapping[type[Sort], Sequence[int]]
Rename = Callable[[Any, Renaming], Any]


def renamer(type_: AnyType, sorts: frozenset[type[Sort]]) -> Rename | None:
    """What renames the members of `sorts` in values of a type; needs the universe of the sorts."""
    if isinstance(type_, ListType):
        return _listed(renamer(type_.element, sorts))
    if not sorts.intersection(sorts_in(type_)):
        return None
    match type_:
        case SortType(cls):
            return _member(cls)
        case RecordType(_, fields):
            return _record([renamer(field, sorts) for _, field in fields])
        case UnionType(alternatives):
            return _union(type_, [renamer(one, sorts) for one in alternatives])
        case MapType(key, value):
            return _map(key, renamer(key, sorts), renamer(value, sorts))
        case PermutationType(of):
            return _map(of, renamer(of, sorts), renamer(of, sorts))
        case SeqType(element):
            return _listed(renamer(element, sorts))
        case SetType() | QuorumType():
            inner = renamer(type_.element if isinstance(type_, SetType) else type_.sort, sorts)
            assert inner is not None
            return _set(inner)
        case BagType(element):
            inner = renamer(element, sorts)
            assert inner is not None
            return _bag(inner)
        case _:
            return None


def _member(sort: type[Sort]) -> Rename:
    def rename(value: Any, renaming: Renaming) -> Any:
        member: int = value
        return renaming[sort][member]

    return rename


def swapped(size: int, one: int, other: int) -> tuple[int, ...]:
    """The numbers of as many members, of which two change places."""
    return tuple({one: other, other: one}.get(number, number) for number in range(size))


def _record(parts: list[Rename | None]) -> Rename:
    def rename(value: Any, renaming: Renaming) -> Any:
        return tuple([item if part is None else part(item, renaming) for part, item in zip(parts, value, strict=True)])

    return rename


def _union(union: UnionType, parts: list[Rename | None]) -> Rename:
    def rename(value: Any, renaming: Renaming) -> Any:
        position, content = untag(union, value)
        part = parts[position]
        return value if part is None else tag(union, position, part(content, renaming))

    return rename


def _map(key: Type, of_key: Rename | None, of_value: Rename | None) -> Rename:
    keys = encoded_members(key)
    places = {member: place for place, member in enumerate(keys)}

    def rename(value: Any, renaming: Renaming) -> Any:
        values = value if of_value is None else [of_value(item, renaming) for item in value]
        if of_key is None:
            return tuple(values)
        moved = list(values)
        for member, item in zip(keys, values, strict=True):
            moved[places[of_key(member, renaming)]] = item
        return tuple(moved)

    return rename


def _set(part: Rename) -> Rename:
    return lambda value, renaming: frozenset([part(item, renaming) for item in value])


def _bag(part: Rename) -> Rename:
    return lambda value, renaming: frozenset([(part(item, renaming), count) for item, count in value])


def _listed(part: Rename | None) -> Rename | None:
    return None if part is None else lambda value, renaming: tuple([part(item, renaming) for item in value])
