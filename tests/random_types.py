"""Random finite types of the language, and random values of them."""

from __future__ import annotations

from enum import Enum
from typing import Any

from hypothesis import strategies as st

from indoubt.specs.language import Map, Message, Ordered, Permutation, Quorum, Record, Set, Sort, quorums, sizes
from indoubt.specs.language.annotations import record_type
from indoubt.specs.language.domains import cardinality, members
from indoubt.specs.language.types import (
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    PermutationType,
    QuorumType,
    RecordType,
    SetType,
    SortType,
    Type,
    UnionType,
    type_text,
    union_of,
)

SIZES = {"Node": 3, "Rank": 2}
LARGEST_KEY_TYPE = 6


class Node(Sort): ...


class Rank(Ordered): ...


class Color(Enum):
    RED, GREEN, BLUE = range(3)


class Nothing(Message): ...


class Hello(Message):
    sender: Node
    color: Color | None


class Vote(Record):
    rank: Rank
    first: bool


class Ballot(Record):
    votes: Set[Vote]
    last: Vote | None


NODE, RANK = SortType(Node), SortType(Rank)
RECORDS = tuple(record_type(cls) for cls in (Nothing, Hello, Vote, Ballot))


def intervals() -> st.SearchStrategy[Type]:
    """Intervals around 0."""
    return st.tuples(st.integers(-3, 3), st.integers(0, 4)).map(lambda ends: IntType(ends[0], ends[0] + ends[1]))


def single_types() -> st.SearchStrategy[Type]:
    """Types that can stand in a union beside each other: no two of them share a value."""
    return st.sampled_from((BoolType(), EnumType(Color), NODE, RANK, NoneType(), *RECORDS))


def unions() -> st.SearchStrategy[Type]:
    """Unions of two to four types that share no value, in one order: Python may take `A | B` for `B | A`."""
    parts = st.lists(single_types(), min_size=2, max_size=4, unique=True)
    return parts.map(lambda alternatives: union_of(*sorted(alternatives, key=type_text)))


def types() -> st.SearchStrategy[Type]:
    """Finite types of every kind, nested."""
    leaves = single_types() | intervals() | unions() | _choices()
    return st.recursive(leaves, _containers, max_leaves=4)


def _choices() -> st.SearchStrategy[Type]:
    return st.sampled_from((QuorumType(NODE), PermutationType(NODE)))


def _containers(inner: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    keys = (single_types() | unions() | intervals()).filter(_is_small)
    return inner.map(SetType) | st.tuples(keys, inner).map(lambda pair: MapType(*pair))


def _is_small(type_: Type) -> bool:
    with sizes(**SIZES):
        return cardinality(type_) <= LARGEST_KEY_TYPE


def values(type_: Type) -> st.SearchStrategy[Any]:
    """Values of a type; those that a sort has in a universe of `SIZES`."""
    match type_:
        case BoolType():
            return st.booleans()
        case IntType(low, high):
            return st.integers(low, high)
        case EnumType(cls):
            return st.sampled_from(cls)
        case SortType(cls):
            return st.integers(0, SIZES[cls.__name__] - 1).map(cls)
        case NoneType():
            return st.none()
        case RecordType(cls, fields):
            return st.builds(cls, *(values(field) for _, field in fields))
        case UnionType(alternatives):
            return st.one_of(*map(values, alternatives))
        case SetType(element):
            return st.lists(values(element), max_size=4).map(Set)
        case MapType(key, value):
            with sizes(**SIZES):
                keys = list(members(key))
            return st.tuples(*(values(value) for _ in keys)).map(lambda items: Map(dict(zip(keys, items, strict=True))))
        case QuorumType():
            with sizes(**SIZES):
                every_quorum: list[Quorum[Node]] = list(quorums(Node))
            return st.sampled_from(every_quorum)
        case PermutationType():
            with sizes(**SIZES):
                every_permutation: list[Permutation[Node]] = list(members(type_))
            return st.sampled_from(every_permutation)
        case _:
            raise AssertionError(f"no random values of {type_} yet")
