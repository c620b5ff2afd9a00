"""Random values of the types of the language, members of every sort among them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from machine_types import Draw, is_small

from indoubt.explorer.ir.values import encoded_members, tag
from indoubt.specs.language.domains import members
from indoubt.specs.language.types import BagType, IntType, MapType, RecordType, SeqType, SetType, Type, UnionType

MOST_ELEMENTS = 4


def value(draw: Draw, type_: Type) -> Any:
    """An encoded value of a type; needs the universe of its sorts."""
    match type_:
        case RecordType():
            return tuple(value(draw, one) for _, one in type_.fields)
        case UnionType(alternatives):
            position: int = draw(st.integers(0, len(alternatives) - 1))
            return tag(type_, position, value(draw, alternatives[position]))
        case MapType():
            return tuple(value(draw, type_.value) for _ in members(type_.key))
        case SetType(element):
            return frozenset(elements(draw, element))
        case SeqType(element):
            return tuple(elements(draw, element))
        case BagType(element):
            items = elements(draw, element)
            return frozenset((item, items.count(item)) for item in items)
        case IntType(low, high) if not is_small(type_, 100):
            return draw(st.sampled_from((low, high)))
        case _:
            return draw(st.sampled_from(encoded_members(type_)))


def elements(draw: Draw, type_: Type) -> list[Any]:
    """A few values of a type."""
    return [value(draw, type_) for _ in range(draw(st.integers(0, MOST_ELEMENTS)))]
