"""Signatures of states: numbers that stay the same when members change places together with their colours.

The signature of a value is a hash in which the colour of each member stands for the member, and in which the order of
keys and elements that have members in them does not count. So states that a renaming turns into each other have equal
signatures, where it takes members to members of the same colour; other states may have equal ones as well.
`key` gives values an order: any one will do, as long as it is a total one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from indoubt.explorer.ir.values import encoded_members, untag
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

Colours = Mapping[type[Sort], list[int]]
Sign = Callable[[Any, Colours], int]


def signer(type_: Type, sorts: frozenset[type[Sort]]) -> Sign:
    """What computes signatures of values of a type; needs the universe of its sorts."""
    if not sorts.intersection(sorts_in(type_)):
        return lambda value, _: hash(value)
    match type_:
        case SortType(cls):
            return _member(cls)
        case RecordType(_, fields):
            return _tuple([signer(field, sorts) for _, field in fields])
        case UnionType(alternatives):
            return _union(type_, [signer(one, sorts) for one in alternatives])
        case MapType(key, value):
            return _map(key, value, sorts)
        case PermutationType(of):
            return _map(of, of, sorts)
        case SeqType(element):
            part = signer(element, sorts)
            return lambda value, colours: hash(tuple([part(item, colours) for item in value]))
        case SetType(SortType(cls)) | QuorumType(SortType(cls), _, _):
            return _members(cls)
        case SetType(element):
            inner = signer(element, sorts)
            return lambda value, colours: hash(tuple(sorted([inner(item, colours) for item in value])))
        case BagType(element):
            inside = signer(element, sorts)
            return lambda value, colours: hash(tuple(sorted([(inside(item, colours), n) for item, n in value])))
        case _:
            raise AssertionError(f"{type_} has no sort in it")


def _member(sort: type[Sort]) -> Sign:
    def sign(value: Any, colours: Colours) -> int:
        member: int = value
        return colours[sort][member]

    return sign


def _members(sort: type[Sort]) -> Sign:
    def sign(value: Any, colours: Colours) -> int:
        row = colours[sort]
        members: frozenset[int] = value
        return hash(tuple(sorted([row[member] for member in members])))

    return sign


def _tuple(parts: list[Sign]) -> Sign:
    return lambda value, colours: hash(tuple([part(item, colours) for part, item in zip(parts, value, strict=True)]))


def _union(union: UnionType, parts: list[Sign]) -> Sign:
    def sign(value: Any, colours: Colours) -> int:
        position, content = untag(union, value)
        return hash((position, parts[position](content, colours)))

    return sign


def _map(key: Type, value: Type, sorts: frozenset[type[Sort]]) -> Sign:
    part = signer(value, sorts)
    if not sorts.intersection(sorts_in(key)):
        return lambda value, colours: hash(tuple([part(item, colours) for item in value]))
    keys, of_key = encoded_members(key), signer(key, sorts)

    def sign(value: Any, colours: Colours) -> int:
        pairs = zip(keys, value, strict=True)
        return hash(tuple(sorted([(of_key(member, colours), part(item, colours)) for member, item in pairs])))

    return sign


def key(value: Any) -> Any:
    """An encoded value as something that can be compared with any other one of its type."""
    if isinstance(value, frozenset):
        return (1, tuple(sorted(map(key, _parts(value)))))
    if isinstance(value, tuple):
        return (2, tuple(map(key, _parts(value))))
    return (0, -1 if value is None else int(value), value is None)


def _parts(value: Any) -> list[Any]:
    return list(value)
