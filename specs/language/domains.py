"""The values of a finite type in the current universe: how many, which, and whether a value is one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import combinations, permutations, product
from math import comb, factorial
from typing import Any, TypeGuard, assert_never, cast

from indoubt.specs.language.collections import Bag, Seq, is_bag, is_seq
from indoubt.specs.language.sorts import Quorum, quorums, size_of
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    NotFinite,
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
from indoubt.specs.language.universe import BoundReached, current_universe
from indoubt.specs.language.values import Map, Permutation, Set, copied, is_map, is_permutation, is_set

UNBOUNDED = 10**12
"""Stands for every larger number, and for the number of sequences: too many to be enumerated."""


def _power(base: int, exponent: int) -> int:
    return UNBOUNDED if base > 1 and exponent > 40 else min(int(base**exponent), UNBOUNDED)


def cardinality(type_: Type) -> int:
    """The number of values of a type."""
    match type_:
        case BoolType():
            return 2
        case IntType(low, high):
            return high - low + 1
        case EnumType(cls):
            return len(cls)
        case SortType(cls):
            return size_of(cls)
        case NoneType():
            return 1
        case RecordType(_, fields):
            count = 1
            for _, field in fields:
                count *= cardinality(field)
            return count
        case UnionType(alternatives):
            return sum(map(cardinality, alternatives))
        case MapType(key, value):
            return _power(cardinality(value), cardinality(key))
        case SetType(element):
            return _power(2, cardinality(element))
        case SeqType() | BagType():
            return UNBOUNDED
        case QuorumType(sort):
            size = size_of(sort.cls)
            return comb(size, size // 2 + 1)
        case PermutationType(of):
            return min(factorial(cardinality(of)), UNBOUNDED)
        case _:
            assert_never(type_)


def members(type_: Type) -> Iterator[Any]:
    """Every value of a type, in its own fixed order."""
    match type_:
        case BoolType():
            yield from (False, True)
        case IntType(low, high):
            yield from range(low, high + 1)
        case EnumType(cls):
            yield from cls
        case SortType(cls):
            yield from cls
        case NoneType():
            yield None
        case RecordType(cls, fields):
            for values in product(*(list(members(field)) for _, field in fields)):
                yield cls(*values)
        case UnionType(alternatives):
            for alternative in alternatives:
                yield from members(alternative)
        case MapType(key, value):
            keys = list(members(key))
            for values in product(list(members(value)), repeat=len(keys)):
                yield Map(dict(zip(keys, values, strict=True)))
        case SetType(element):
            elements = list(members(element))
            for size in range(len(elements) + 1):
                for chosen in combinations(elements, size):
                    yield Set(chosen)
        case SeqType() | BagType():
            raise NotFinite(f"`{type_text(type_)}` cannot be enumerated", "range over the members of a variable")
        case QuorumType(sort):
            yield from quorums(sort.cls)
        case PermutationType(of):
            keys = list(members(of))
            for values in permutations(keys):
                yield Permutation(dict(zip(keys, values, strict=True)))
        case _:
            assert_never(type_)


def belongs(value: Any, type_: Type) -> bool:
    """Whether `value` is a value of `type_`."""
    match type_:
        case BoolType():
            return isinstance(value, bool)
        case IntType(low, high):
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        case EnumType(cls):
            return isinstance(value, cls)
        case SortType(cls):
            return type(value) is cls and value.index < size_of(cls)
        case NoneType():
            return value is None
        case RecordType(cls, fields):
            return type(value) is cls and all(belongs(getattr(value, name), field) for name, field in fields)
        case UnionType(alternatives):
            return any(belongs(value, alternative) for alternative in alternatives)
        case MapType(key, element):
            return (
                is_map(value)
                and list(value.keys()) == list(members(key))
                and all(belongs(item, element) for item in value.values())
            )
        case SetType(element):
            return is_set(value) and all(belongs(item, element) for item in value)
        case SeqType(element):
            return is_seq(value) and all(belongs(item, element) for item in value)
        case BagType(element):
            return is_bag(value) and all(belongs(item, element) for item in value)
        case QuorumType(sort):
            return isinstance(value, Quorum) and value in list(quorums(sort.cls))
        case PermutationType(of):
            return is_permutation(value) and set(value.keys()) == set(members(of))
        case _:
            assert_never(type_)


def without_ends(type_: Type) -> Type:
    """A type with its intervals opened: a value that belongs only to this one has left a bound."""
    match type_:
        case IntType():
            return IntType(-UNBOUNDED, UNBOUNDED)
        case RecordType(cls, fields):
            return RecordType(cls, tuple((name, without_ends(field)) for name, field in fields))
        case UnionType(alternatives):
            return UnionType(tuple(map(without_ends, alternatives)))
        case MapType(key, value):
            return MapType(key, without_ends(value))
        case SetType(element):
            return SetType(without_ends(element))
        case SeqType(element):
            return SeqType(without_ends(element))
        case BagType(element):
            return BagType(without_ends(element))
        case _:
            return type_


def settled(value: Any, type_: Type, place: str) -> Any:
    """A copy of `value` as a value of `type_`, with the keys of `every(...)` filled in; `place` names it in errors.

    Raises TypeError where `value` is of another type, BoundReached where an integer is outside its interval.
    """
    if isinstance(type_, IntType) and isinstance(value, int) and not isinstance(value, bool):
        if not type_.low <= value <= type_.high:
            raise BoundReached(f"{place}: {type_text(type_)}")
        return value
    if isinstance(type_, MapType) and is_map(value):
        keys = list(members(type_.key))
        items = dict.fromkeys(keys, value.default) if not value.is_settled else dict(value.items())
        ordered = keys if items.keys() == set(keys) else items  # the order of the type, however it was written
        settle = partial(settled, type_=type_.value, place=place)
        value = Map({key: settle(items[key]) for key in ordered}, settle=settle)
    if isinstance(type_, SetType) and isinstance(value, (set, frozenset)):
        value = Set(cast(Iterable[Any], value))
    if isinstance(type_, (SeqType, BagType)):
        value = _with_room(value, type_, place)
    if not belongs(value, type_):
        if belongs(value, without_ends(type_)):
            raise BoundReached(f"{place}: {type_text(type_)}")
        raise TypeError(f"{place} is annotated {type_text(type_)} and cannot hold {value!r}")
    return copied(value)


def _is_empty(value: object) -> bool:
    """Whether `value` is what `empty()` gives, which stands for the empty sequence and bag too."""
    return isinstance(value, Set) and not value


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _with_room(value: Any, type_: SeqType | BagType, place: str) -> Any:
    """A sequence or bag as one that is limited to the capacity of the variable `place`."""
    if _is_empty(value):
        value = Seq[Any]() if isinstance(type_, SeqType) else Bag[Any]()
    elif _is_list(value) and isinstance(type_, SeqType):
        value = Seq(value)
    universe = current_universe()
    capacity = None if universe is None else universe.bounds.get(place)
    if capacity is not None and (is_seq(value) or is_bag(value)):
        return value.with_room((capacity, place))
    return value
