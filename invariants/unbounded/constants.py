"""Constants of a machine that are the same at every size."""

from __future__ import annotations

from typing import Any

from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.values import untag
from indoubt.invariants.unbounded.symbols import is_ordered, least
from indoubt.invariants.unbounded.values import (
    Datum,
    NotUnbounded,
    Value,
    cases,
    forms,
    is_fixed,
    merged,
    of_generated,
    same_data,
    sort_name,
)
from indoubt.specs.language.types import (
    BoolType,
    IntType,
    MapType,
    NoneType,
    RecordType,
    SetType,
    SortType,
    UnionType,
    type_text,
)


def literal(value: Any, type_: AnyType) -> Value:
    """An encoded constant that is the same at every size: `uniform` has refused all others."""
    match type_:
        case BoolType():
            return bool(value)
        case SortType():
            if is_fixed(type_):
                return [(True, value)]
            if value != 0 or not is_ordered(type_):
                raise NotUnbounded(
                    f"a member of `{sort_name(type_)}` is named by its number",
                    "choose it with a parameter, or take the lowest one of an order: `first(S)`",
                )
            return [(True, least(sort_name(type_)))]
        case RecordType(_, fields):
            return [literal(item, field) for item, (_, field) in zip(value, fields, strict=True)]
        case UnionType(alternatives):
            place, content = untag(type_, value)
            return {place: (True, literal(content, alternatives[place]))}
        case MapType(key, element):
            if len(set(value)) == 1:

                def anywhere(_: Datum) -> Value:
                    return literal(value[0], element)

                return anywhere
            if not is_fixed(key):
                raise NotUnbounded("a constant map tells members of a sort apart")
            found = [(datum, literal(item, element)) for (_, datum), item in zip(forms(key), value, strict=True)]

            def at(place: Datum) -> Value:
                return merged([(same_data(datum, place), item) for datum, item in found], element)

            return at
        case SetType(element) | ListType(element):
            if not value:
                return of_generated(element, list)
            data = [one for item in value for one in cases(literal(item, element), element)]
            return of_generated(element, lambda: [((), f, datum) for f, datum in data])
        case IntType() | NoneType():
            return [(True, value)]
        case _:
            if is_fixed(type_):
                return [(True, value)]
            raise NotUnbounded(f"a constant of type `{type_text(type_)}` has no counterpart here")
