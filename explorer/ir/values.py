"""How values of the language are encoded inside a machine, and back.

bool and int stand for themselves; a member of an enum or a sort is its position; a record is the tuple of its fields;
a total map is the tuple of its values in the order of its keys; a set is a frozenset; a sequence
is the tuple of its elements, a bag the frozenset of its elements with their counts. In a union, None is None and
another value is the pair (alternative, value); where only one alternative is not None, the value alone.
Encoded values are hashable, and equal exactly when the values are.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NoReturn, assert_never

from indoubt.specs.language.collections import Bag, Seq, is_bag, is_seq
from indoubt.specs.language.domains import belongs, members, without_ends
from indoubt.specs.language.sorts import Quorum
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
from indoubt.specs.language.universe import BoundReached
from indoubt.specs.language.values import Map, Permutation, Set, is_map, is_set


def encode(value: Any, type_: Type) -> Any:
    """A value of the language, encoded. Raises TypeError where it is not of the type, BoundReached for an integer."""
    match type_:
        case BoolType():
            return value if isinstance(value, bool) else _refuse(value, type_)
        case IntType(low, high):
            if isinstance(value, bool) or not isinstance(value, int):
                _refuse(value, type_)
            if not low <= value <= high:
                raise BoundReached(type_text(type_))
            return value
        case EnumType(cls):
            return list(cls).index(value) if isinstance(value, cls) else _refuse(value, type_)
        case SortType(cls):
            return value.index if type(value) is cls else _refuse(value, type_)
        case NoneType():
            return None if value is None else _refuse(value, type_)
        case RecordType(cls, fields):
            if type(value) is not cls:
                _refuse(value, type_)
            return tuple(encode(getattr(value, name), field) for name, field in fields)
        case UnionType(alternatives):
            for position, alternative in enumerate(alternatives):
                if belongs(value, alternative):
                    return tag(type_, position, encode(value, alternative))
            if belongs(value, without_ends(type_)):
                raise BoundReached(type_text(type_))
            return _refuse(value, type_)
        case MapType(_, element):
            if not is_map(value):
                _refuse(value, type_)
            return tuple(encode(item, element) for item in value.values())
        case SetType(element):
            if not is_set(value):
                _refuse(value, type_)
            return frozenset(encode(item, element) for item in value)
        case SeqType(element):
            if not is_seq(value):
                _refuse(value, type_)
            return tuple(encode(item, element) for item in value)
        case BagType(element):
            if not is_bag(value):
                _refuse(value, type_)
            return frozenset(Counter(encode(item, element) for item in value).items())
        case QuorumType(sort, _, _):
            return frozenset(encode(item, sort) for item in value)
        case PermutationType(of):
            if not belongs(value, type_):
                _refuse(value, type_)
            return tuple(encode(value[key], of) for key in members(of))
        case _:
            assert_never(type_)


def decode(value: Any, type_: Type) -> Any:
    """The value of the language that an encoded one stands for; needs the universe of its sorts."""
    match type_:
        case BoolType() | IntType() | NoneType():
            return value
        case EnumType(cls):
            return list(cls)[int(value)]
        case SortType(cls):
            return cls(value)
        case RecordType(cls, fields):
            return cls(*(decode(item, field) for item, (_, field) in zip(value, fields, strict=True)))
        case UnionType():
            position, content = untag(type_, value)
            return decode(content, type_.alternatives[position])
        case MapType(key, element):
            return Map({k: decode(item, element) for k, item in zip(members(key), value, strict=True)})
        case SetType(element):
            return Set(decode(item, element) for item in value)
        case SeqType(element):
            return Seq(decode(item, element) for item in value)
        case BagType(element):
            return Bag(decode(item, element) for item, count in value for _ in range(count))
        case QuorumType(sort, _, _):
            return Quorum(decode(item, sort) for item in value)
        case PermutationType(of):
            return Permutation({k: decode(item, of) for k, item in zip(members(of), value, strict=True)})
        case _:
            assert_never(type_)


def is_option(type_: UnionType) -> bool:
    """Whether a union is `X | None` with a single X, whose values need no tag."""
    return len(type_.alternatives) == 2 and isinstance(type_.alternatives[1], NoneType)


def tag(type_: UnionType, position: int, value: Any) -> Any:
    """An encoded value of one alternative, encoded as a value of the union."""
    if isinstance(type_.alternatives[position], NoneType):
        return None
    return value if is_option(type_) else (position, value)


def untag(type_: UnionType, value: Any) -> tuple[int, Any]:
    """The alternative that an encoded value of a union belongs to, and its value there."""
    if value is None:
        return len(type_.alternatives) - 1, None
    if is_option(type_):
        return 0, value
    position, content = value
    return position, content


def encoded_members(type_: Type) -> tuple[Any, ...]:
    """Every value of a type, encoded, in the order of the type; needs the universe of its sorts."""
    return tuple(encode(value, type_) for value in members(type_))


def holds_sequences(type_: Type) -> bool:
    """Whether values of a type may have sequences or bags inside."""
    match type_:
        case SeqType() | BagType():
            return True
        case SetType(element) | MapType(_, element):
            return holds_sequences(element)
        case RecordType(_, fields):
            return any(holds_sequences(field) for _, field in fields)
        case UnionType(alternatives):
            return any(map(holds_sequences, alternatives))
        case _:
            return False


def _refuse(value: Any, type_: Type) -> NoReturn:
    raise TypeError(f"{value!r} is no {type_text(type_)}")
