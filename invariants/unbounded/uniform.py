"""Whether a machine is the same at every size: what differs between two sizes speaks of the size itself.

The frontend never looks at a size to decide what an expression means, so a machine that is the same tree at two sizes,
apart from the types of numbers and the length of constants that say the same of every member, is that tree at all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from indoubt.explorer.ir.expressions import Literal, Span
from indoubt.explorer.ir.machine import Action, Choice, Machine, Property, Variable
from indoubt.explorer.ir.values import untag
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import MapType, RecordType, Type, UnionType, type_text

COUNTS = ("Size", "Arithmetic", "Local", "Range", "Collect", "Fold", "Let", "Conditional", "Literal")
"""The nodes whose types may be intervals that depend on a size, without a change of meaning."""


@dataclass(frozen=True, slots=True)
class Uneven:
    """A part of a machine that is another one at another size."""

    where: str
    what: str
    span: Span | None


def unevenness(one: Machine, other: Machine) -> Uneven | None:
    """The first part in which two machines of one spec at different sizes differ; None where there is none."""
    for a, b in zip(one.variables, other.variables, strict=True):
        if (what := _variable(a, b)) is not None:
            return Uneven(f"the variable `{a.name}`", what, None)
    for kind in ("initial", "actions", "properties"):
        for a, b in zip(getattr(one, kind), getattr(other, kind), strict=True):
            for span, what in _part(a, b):
                return Uneven(f"`{a.name}`", what, span or a.span)
    return None


def _variable(a: Variable, b: Variable) -> str | None:
    if a.type != b.type:
        return f"its type is `{type_text(a.type)}` at one size and `{type_text(b.type)}` at another one"
    return next((what for _, what in _differences(a.value, b.value, None)), None)


def _part(a: Action | Property, b: Action | Property) -> Iterator[tuple[Span | None, str]]:
    if isinstance(a, Property):
        assert isinstance(b, Property)
        yield from _differences(a.condition, b.condition, a.span)
        return
    assert isinstance(b, Action)
    for x, y in zip(a.choices, b.choices, strict=True):
        yield from _choice(x, y, a.span)
    yield from _differences(a.body, b.body, a.span)


def _choice(a: Choice, b: Choice, span: Span) -> Iterator[tuple[Span | None, str]]:
    if a.range != b.range:
        yield span, f"the parameter `{a.local.name.partition('#')[0]}` has another range at another size"
    yield from _differences(a.among, b.among, span)


def _differences(a: Any, b: Any, span: Span | None) -> Iterator[tuple[Span | None, str]]:
    if isinstance(a, tuple) and isinstance(b, tuple):
        if len(a) != len(b):  # pyright: ignore[reportUnknownArgumentType]
            yield span, "it has another form at another size"
            return
        for x, y in zip(a, b, strict=True):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            yield from _differences(x, y, span)
    elif isinstance(a, Literal) and isinstance(b, Literal):
        if not _same_constant(a.value, b.value, a.type):
            yield span, "a constant in it depends on the size"
    elif isinstance(a, Span):
        return
    elif dataclasses.is_dataclass(a) and not isinstance(a, type | Type):  # pyright: ignore[reportUnknownArgumentType]  # a tuple of anything, for all it knows
        if type(a) is not type(b):
            yield span, "it has another form at another size"
            return
        here = getattr(a, "span", None) or span
        for field in dataclasses.fields(a):
            if field.name == "type" and type(a).__name__ in COUNTS:
                continue
            yield from _differences(getattr(a, field.name), getattr(b, field.name), here)
    elif a != b:
        yield span, "a type, a bound or a name in it depends on the size"


def _same_constant(a: Any, b: Any, type_: Any) -> bool:
    """Whether two encoded constants say the same of every member."""
    match type_:
        case MapType(_, element):
            if len(a) == len(b) and all(_same_constant(x, y, element) for x, y in zip(a, b, strict=True)):
                return True
            return len(set(a)) == 1 and len(set(b)) == 1 and _same_constant(a[0], b[0], element)
        case RecordType(_, fields):
            return all(_same_constant(x, y, field) for x, y, (_, field) in zip(a, b, fields, strict=True))
        case UnionType(alternatives):
            (i, x), (j, y) = untag(type_, a), untag(type_, b)
            return i == j and _same_constant(x, y, alternatives[i])
        case _:
            return bool(a == b)
