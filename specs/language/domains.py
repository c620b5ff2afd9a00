"""The values of a finite type in the current universe: how many, which, and whether a value is one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import combinations, permutations, product
from math import factorial
from typing import Any, TypeGuard, assert_never, cast

from indoubt.specs.language.collections import Bag, Seq, is_bag, is_seq
from indoubt.specs.language.quorum_systems import listed
from indoubt.specs.language.sorts import Quorum, size_of
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
from indoubt.specs.language.universe import BoundReached, Universe, current_universe, within
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
        case QuorumType(sort, system, phase):
            return min(system.number(size_of(sort.cls), phase), UNBOUNDED)
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
            yield from (cls(index) for index in range(size_of(cls)))  # in order, whoever goes through them
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
        case QuorumType(sort, system, phase):
            every = [sort.cls(index) for index in range(size_of(sort.cls))]
            yield from (Quorum(every[index] for index in chosen) for chosen in listed(system, len(every), phase))
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
        case QuorumType():
            return isinstance(value, Quorum) and value in list(members(type_))
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


class _Misfit(Exception):
    """A value, or a part of it, is of another type than the annotation says."""


def settled(value: Any, type_: Type, place: str) -> Any:
    """A copy of `value` as a value of `type_`, with the keys of `every(...)` filled in; `place` names it in errors.

    The containers in it check in the same way whatever is put into them later. Raises TypeError where `value` is of
    another type, BoundReached where an integer is outside its interval, or a sequence or bag over its capacity.
    """
    __tracebackhide__ = True
    try:
        return _settled(value, type_, place)
    except BoundReached as reached:
        raise reached.with_traceback(None) from None
    except _Misfit:
        wanted = f"; write `Map({value!r})`" if isinstance(type_, MapType) and isinstance(value, dict) else ""
        raise TypeError(f"{place} is annotated {type_text(type_)} and cannot hold {value!r}{wanted}") from None


class _Unsaid:
    """What stands for a value that an `@initial` method is to set, node by node."""

    def __repr__(self) -> str:
        return "no value yet"


UNSAID: Any = _Unsaid()


def least(type_: Type) -> Any:
    """The first value of a type; collections are empty."""
    match type_:
        case RecordType(cls, fields):
            return cls(*(least(field) for _, field in fields))
        case UnionType(alternatives):
            return least(alternatives[0])
        case MapType(_, value):
            every: Map[Any, Any] = Map(None, least(value))
            return every
        case SetType():
            return Set()
        case SeqType():
            return Seq()
        case BagType():
            return Bag()
        case _:
            return next(members(type_))


def _settled(value: Any, type_: Type, place: str) -> Any:
    if value is UNSAID:
        return _settled(least(type_), type_, place)
    match type_:
        case IntType(low, high) if isinstance(value, int) and not isinstance(value, bool):
            if not low <= value <= high:
                raise BoundReached(f"{place}: {type_text(type_)}")
            return value
        case MapType() if is_map(value):
            return _settled_map(value, type_, place)
        case SetType(element) if isinstance(value, (Set, set, frozenset)):
            items = (_settled(item, element, place) for item in cast(Iterable[Any], value))
            return Set(items, _settle(element, place))
        case SeqType(element) if is_seq(value) or _is_list(value) or _is_empty(value):
            return Seq((_settled(item, element, place) for item in value), _room(place), _settle(element, place))
        case BagType(element) if is_bag(value) or _is_empty(value):
            return Bag((_settled(item, element, place) for item in value), _room(place), _settle(element, place))
        case RecordType(cls, fields) if type(value) is cls:
            return cls(*(_settled(getattr(value, name), field, place) for name, field in fields))
        case UnionType(alternatives):
            return _settled_in_one(value, alternatives, place)
        case _:
            if not belongs(value, type_):
                raise _Misfit
            return copied(value)


def _settled_map(value: Map[Any, Any], type_: MapType, place: str) -> Map[Any, Any]:
    keys = list(members(type_.key))  # the order of the type, however the map was written
    items = dict(value.items()) if value.is_settled else dict.fromkeys(keys, value.default)
    if items.keys() != set(keys):
        raise _Misfit
    return Map({key: _settled(items[key], type_.value, place) for key in keys}, settle=_settle(type_.value, place))


def _settled_in_one(value: Any, alternatives: tuple[Type, ...], place: str) -> Any:
    for alternative in alternatives:
        try:
            return _settled(value, alternative, place)
        except _Misfit:
            continue
    raise _Misfit


def _settle(type_: Type, place: str) -> Callable[[Any], Any]:
    """What a container does with a value that is put into it later, perhaps when no method of the spec is running."""
    return partial(_settled_within, current_universe(), type_=type_, place=place)


def _settled_within(universe: Universe | None, value: Any, *, type_: Type, place: str) -> Any:
    __tracebackhide__ = True
    if universe is None:
        return settled(value, type_, place)
    with within(universe):
        return settled(value, type_, place)


def _room(place: str) -> tuple[int, str] | None:
    """The capacity that the run has set for the sequences and bags of the variable `place`."""
    universe = current_universe()
    capacity = None if universe is None else universe.bounds.get(place)
    return None if capacity is None else (capacity, place)


def _is_empty(value: object) -> TypeGuard[Set[Any]]:
    """Whether `value` is what `empty()` gives, which stands for the empty sequence and bag too."""
    return isinstance(value, Set) and not value


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)
