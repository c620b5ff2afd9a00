"""Expressions over sequences and bags; see `expressions`, whose union they belong to."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal as Choose

from indoubt.explorer.ir.types import BOOL
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import BoolType, SeqType, Type

if TYPE_CHECKING:
    from indoubt.explorer.ir.expressions import Expr, Span


@dataclass(frozen=True, slots=True)
class SeqLiteral:
    """The sequence of some elements."""

    elements: tuple[Expr, ...]
    type: SeqType


@dataclass(frozen=True, slots=True)
class Element:
    """The element of a sequence at an index; negative ones count from the end, as in Python."""

    sequence: Expr
    index: Expr
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Slice:
    """The elements of a sequence from `start` up to, and without, `stop`; None is an end of the sequence."""

    sequence: Expr
    start: Expr | None
    stop: Expr | None
    type: Type


@dataclass(frozen=True, slots=True)
class Concat:
    """One sequence after the other."""

    left: Expr
    right: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class RemoveAt:
    """A sequence without the element at an index, which counts from the beginning."""

    sequence: Expr
    index: Expr
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class IsPrefix:
    """Whether `right` begins with the elements of `left`."""

    left: Expr
    right: Expr
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class Occurrences:
    """How often an element occurs in a sequence or bag."""

    collection: Expr
    element: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class BagChange:
    """A bag with one more of an element, or one less: `remove` fails where there is none, `discard` does not."""

    operator: Choose["add", "discard", "remove"]
    bag: Expr
    element: Expr
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Capped:
    """A value in which no sequence or bag has more than `capacity` elements; the step is not taken where one has."""

    value: Expr
    bound: str
    capacity: int
    type: Type
