"""Expressions of the typed machine: a closed union of frozen values, compared by structure.

An expression carries its type. Values inside literals are encoded (`ir.values`). What may fail while it is computed
says where it is written, which is no part of what it means.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any, Literal as Choose

from indoubt.explorer.ir.sequences import (
    BagChange,
    Capped,
    Concat,
    Element,
    IsPrefix,
    Occurrences,
    RemoveAt,
    SeqLiteral,
    Slice,
)
from indoubt.explorer.ir.types import BOOL, AnyType, ListType
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import BoolType, MapType, RecordType, SeqType, SetType, Type


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the author's source: lines count from 1, columns from 0, the end is excluded."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant, encoded."""

    value: Any
    type: AnyType


@dataclass(frozen=True, slots=True)
class Load:
    """The value of a state variable; `after` means in the state after a step."""

    variable: str
    type: Type
    after: bool = False


@dataclass(frozen=True, slots=True)
class Local:
    """A parameter, a local name or a bound variable."""

    name: str
    type: AnyType


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record."""

    record: Expr
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Lookup:
    """The value of a total map at a key."""

    map: Expr
    key: Expr
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Construct:
    """A record with the given fields, in the order of their declaration."""

    type: RecordType
    fields: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Tabulate:
    """The total map that takes each key to `body`, in which `key` is bound."""

    key: Local
    body: Expr
    type: MapType


@dataclass(frozen=True, slots=True)
class SetLiteral:
    """The set of some elements."""

    elements: tuple[Expr, ...]
    type: SetType


@dataclass(frozen=True, slots=True)
class Members:
    """All values of a finite type, as a set."""

    type: SetType


@dataclass(frozen=True, slots=True)
class Widen:
    """A value as one of a union that has its type among the alternatives."""

    value: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Narrow:
    """A value of a union that a test has shown to be of `type`."""

    value: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class IsA:
    """Whether a value of a union is of one alternative."""

    value: Expr
    alternative: Type
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    operand: Expr
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class And:
    """Conjunction, evaluated from left to right up to the first false operand."""

    operands: tuple[Expr, ...]
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class Or:
    """Disjunction, evaluated from left to right up to the first true operand."""

    operands: tuple[Expr, ...]
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if condition else otherwise`."""

    condition: Expr
    then: Expr
    otherwise: Expr
    type: AnyType


@dataclass(frozen=True, slots=True)
class Equal:
    """Equality of two values of one type."""

    left: Expr
    right: Expr
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class Below:
    """Strict order of two integers, or of two members of an `Ordered` or None, which stands below them."""

    left: Expr
    right: Expr
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Sum, difference, product, or quotient and remainder (rounded down) of two integers.

    Its type is the interval of all possible results.
    """

    operator: Choose["+", "-", "*", "//", "%"]
    left: Expr
    right: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Bounded:
    """An integer that must lie in the interval `type`; the step is not taken, and `bound` named, where it does not."""

    value: Expr
    bound: str
    type: Type


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The member of an `Ordered` that is `offset` (1 or -1) above; leaving it is a bound. A `Ring` wraps around."""

    value: Expr
    offset: int
    type: Type


@dataclass(frozen=True, slots=True)
class Contains:
    """Whether a set or list has an element."""

    element: Expr
    collection: Expr
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class Subset:
    """Whether every element of `left` is in `right`."""

    left: Expr
    right: Expr
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class Combine:
    """Union `|`, intersection `&` or difference `-` of two sets of one type."""

    operator: Choose["|", "&", "-"]
    left: Expr
    right: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Subsets:
    """The set of all subsets of a set."""

    collection: Expr
    type: SetType


@dataclass(frozen=True, slots=True)
class Remove:
    """A set without an element, which has to be in it."""

    collection: Expr
    element: Expr
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Range:
    """The integers from `start` up to, and without, `stop`, in order."""

    start: Expr
    stop: Expr
    type: ListType


@dataclass(frozen=True, slots=True)
class Size:
    """The number of elements of a set or list."""

    collection: Expr
    type: Type


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether `body` holds for some element of `domain`."""

    local: Local
    domain: Expr
    body: Expr
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class ForAll:
    """Whether `body` holds for every element of `domain`."""

    local: Local
    domain: Expr
    body: Expr
    type: BoolType = BOOL


@dataclass(frozen=True, slots=True)
class Generator:
    """One `for local in domain if condition` of a comprehension."""

    local: Local
    domain: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class Collect:
    """A set or list comprehension."""

    element: Expr
    generators: tuple[Generator, ...]
    type: SetType | ListType | SeqType


@dataclass(frozen=True, slots=True)
class Fold:
    """The sum, least or greatest element of a collection."""

    kind: Choose["sum", "min", "max"]
    collection: Expr
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Let:
    """`body`, in which `local` stands for `value`."""

    local: Local
    value: Expr
    body: Expr
    type: AnyType


Expr = (
    Literal
    | Load
    | Local
    | Field
    | Lookup
    | Construct
    | Tabulate
    | SetLiteral
    | Members
    | Widen
    | Narrow
    | IsA
    | Not
    | And
    | Or
    | Conditional
    | Equal
    | Below
    | Arithmetic
    | Bounded
    | Neighbour
    | Contains
    | Subset
    | Combine
    | Subsets
    | Remove
    | SeqLiteral
    | Element
    | Slice
    | Concat
    | RemoveAt
    | IsPrefix
    | Occurrences
    | Range
    | BagChange
    | Capped
    | Size
    | Exists
    | ForAll
    | Collect
    | Fold
    | Let
)
