"""Random types of the language over the classes of `machine_vocabulary`, and constants of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st
from machine_vocabulary import Board, Color, Crate, Hub, Log, Node, Ping, Place, Pong, Rank, Stop, Switch, Wrap

from indoubt.explorer.ir.values import encode, tag
from indoubt.specs.language.annotations import record_type
from indoubt.specs.language.domains import cardinality, members
from indoubt.specs.language.sorts import Ordered, Sort, size_of
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
    union_of,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]

BOOL: Final = BoolType()
NONE: Final = NoneType()
NODE, HUB, RANK, PLACE = (SortType(cls) for cls in (Node, Hub, Rank, Place))
INTERVALS = (IntType(0, 2), IntType(0, 1), IntType(-1, 1), IntType(3, 4), IntType(1, 1))
ENUMS = (EnumType(Switch), EnumType(Color))
SORTS = (NODE, RANK, PLACE, HUB)
RECORDS = tuple(record_type(cls) for cls in (Stop, Pong, Ping, Wrap, Crate, Board, Log))
SCALARS: tuple[Type, ...] = (BOOL, *INTERVALS, *ENUMS, *SORTS)
UNIONS: tuple[Type, ...] = (
    *(union_of(type_, NONE) for type_ in (BOOL, INTERVALS[0], ENUMS[1], NODE, RANK, PLACE, RECORDS[1], RECORDS[2])),
    union_of(RECORDS[0], RECORDS[1], RECORDS[2]),
    union_of(RECORDS[0], RECORDS[2], NONE),
    union_of(ENUMS[1], NODE),
    union_of(INTERVALS[2], ENUMS[0], NONE),
    union_of(HUB, NODE, RECORDS[3]),
    union_of(SetType(ENUMS[0]), RANK),
    union_of(SeqType(BOOL), NONE),
    union_of(MapType(ENUMS[0], BOOL), BOOL, NONE),
)
SMALL_UNIONS = UNIONS[:11]
CHOICES: tuple[Type, ...] = (
    *SCALARS,
    *SMALL_UNIONS,
    RECORDS[1],
    RECORDS[2],
    RECORDS[3],
    SetType(ENUMS[0]),
    SetType(NODE),
    MapType(ENUMS[0], BOOL),
    MapType(PLACE, ENUMS[0]),
    QuorumType(NODE),
    PermutationType(PLACE),
)
"""What a parameter may range over."""
LARGEST_KEY = 4
LARGEST_CHOICE = 9


def element_types() -> st.SearchStrategy[Type]:
    """Types without containers around them; simple ones first, so that examples shrink towards these."""
    return st.sampled_from((*SCALARS, *UNIONS, *RECORDS))


def variable_types(depth: int = 2) -> st.SearchStrategy[Type]:
    """Types of state variables, containers in containers among them."""
    if depth == 0:
        return element_types()
    inner = variable_types(depth - 1)
    return st.one_of(
        element_types(),
        st.builds(MapType, key_types(), inner),
        st.builds(SetType, inner),
        st.builds(SeqType, inner),
        st.builds(BagType, inner),
    )


def key_types() -> st.SearchStrategy[Type]:
    """Types with few values."""
    kinds = (*SCALARS, *SMALL_UNIONS, RECORDS[1])
    return st.sampled_from([type_ for type_ in kinds if is_small(type_, LARGEST_KEY)])


def choice_types() -> st.SearchStrategy[Type]:
    """Types that a parameter ranges over."""
    return st.sampled_from([type_ for type_ in CHOICES if is_small(type_, LARGEST_CHOICE)])


def is_small(type_: Type, largest: int) -> bool:
    """Whether a type can be enumerated, and has few values; needs the universe of its sorts."""
    return cardinality(type_) <= largest


def is_speakable(type_: Type) -> bool:
    """Whether the language has constants of a type: no member of a sort is told from the others."""
    match type_:
        case SortType(cls):
            return issubclass(cls, Ordered)
        case RecordType(_, fields):
            return all(is_speakable(field) for _, field in fields)
        case UnionType(alternatives):
            return any(map(is_speakable, alternatives))
        case MapType(_, value):
            return is_speakable(value)
        case QuorumType() | PermutationType():
            return False
        case _:
            return True


def constant(draw: Draw, type_: Type) -> Any:
    """An encoded value of a type that a spec can write down; needs the universe of its sorts."""
    match type_:
        case IntType(low, high):  # of a product, it may be a long one
            return draw(st.integers(max(low, -9), min(high, 9)) if low <= 9 and high >= -9 else st.just(low))
        case BoolType() | EnumType():
            return draw(st.sampled_from([encode(value, type_) for value in members(type_)]))
        case SortType(cls):
            return draw(st.sampled_from(sorted({0, size_of(cls) - 1})))
        case NoneType():
            return None
        case RecordType(_, fields):
            return tuple(constant(draw, field) for _, field in fields)
        case UnionType(alternatives):
            speakable = [place for place in reversed(range(len(alternatives))) if is_speakable(alternatives[place])]
            position: int = draw(st.sampled_from(speakable))
            return tag(type_, position, constant(draw, alternatives[position]))
        case MapType(key, value):
            return tuple(constant(draw, value) for _ in members(key))
        case SetType(element):
            return frozenset(_elements(draw, element))
        case SeqType(element):
            return tuple(_elements(draw, element))
        case BagType(element):
            items = _elements(draw, element)
            return frozenset((item, items.count(item)) for item in items)
        case QuorumType() | PermutationType():
            raise AssertionError(type_)


def _elements(draw: Draw, type_: Type) -> list[Any]:
    return [constant(draw, type_) for _ in range(draw(st.integers(0, 2)))] if is_speakable(type_) else []


def has_containers(type_: Type) -> bool:
    """Whether a value of a type may be changed in place, so that a name for it may see a change."""
    match type_:
        case SetType() | MapType() | SeqType() | BagType() | QuorumType() | PermutationType():
            return True
        case UnionType(alternatives):
            return any(map(has_containers, alternatives))
        case _:
            return False


def sorts_of_members(type_: Type) -> list[type[Sort]]:
    """The sorts that are not ordered, of which a type is made: their members come in no order that may matter."""
    match type_:
        case SortType(cls):
            return [] if issubclass(cls, Ordered) else [cls]
        case RecordType(_, fields):
            return [sort for _, field in fields for sort in sorts_of_members(field)]
        case UnionType(alternatives):
            return [sort for one in alternatives for sort in sorts_of_members(one)]
        case MapType(key, value):
            return sorts_of_members(key) + sorts_of_members(value)
        case SetType(element) | SeqType(element) | BagType(element):
            return sorts_of_members(element)
        case QuorumType(sort):
            return [sort.cls]
        case PermutationType(of):
            return sorts_of_members(of)
        case _:
            return []
