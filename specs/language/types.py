"""The finite types of the language: what they are, how they are written, what they are made of.

A closed union of frozen descriptions. The explorer's machine uses the same ones; they live here because a spec
that runs as plain Python has to know the keys of its total maps too, and the language imports no explorer.
"""

from __future__ import annotations

from enum import Enum

from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.quorum_systems import MAJORITY, Kind, QuorumSystem
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.values import Record


@dataclass(frozen=True, slots=True)
class BoolType:
    """`bool`."""


@dataclass(frozen=True, slots=True)
class IntType:
    """Integers from `low` to `high`, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class EnumType:
    """The members of an `Enum`, in the order of their definition."""

    cls: type[Enum]


@dataclass(frozen=True, slots=True)
class SortType:
    """The members of a `Sort` or an `Ordered`; how many is for the run to say."""

    cls: type[Sort]


@dataclass(frozen=True, slots=True)
class NoneType:
    """The one value `None`."""


@dataclass(frozen=True, slots=True)
class RecordType:
    """A record or message with its fields."""

    cls: type[Record]
    fields: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class UnionType:
    """A value of one of the alternatives; `X | None` is a union with `NoneType` as its last alternative."""

    alternatives: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class MapType:
    """A total map."""

    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class SetType:
    """The subsets of a finite type."""

    element: Type


@dataclass(frozen=True, slots=True)
class SeqType:
    """Sequences; how long is a bound of the run, under the name of the variable that holds them."""

    element: Type


@dataclass(frozen=True, slots=True)
class BagType:
    """Multisets; how large is a bound of the run, under the name of the variable that holds them."""

    element: Type


@dataclass(frozen=True, slots=True)
class QuorumType:
    """The minimal quorums over a sort of one phase of a quorum system."""

    sort: SortType
    system: QuorumSystem = MAJORITY
    phase: Kind | None = None


@dataclass(frozen=True, slots=True)
class PermutationType:
    """The one-to-one maps of a sort, an enum or a union of these onto itself."""

    of: SortType | EnumType | UnionType


Type = (
    BoolType
    | IntType
    | EnumType
    | SortType
    | NoneType
    | RecordType
    | UnionType
    | MapType
    | SetType
    | SeqType
    | BagType
    | QuorumType
    | PermutationType
)


class NotFinite(TypeError):
    """An annotation that is no finite type; `help` is the edit that mends it."""

    def __init__(self, message: str, help: str) -> None:  # noqa: A002 - the word the reader of an error sees
        super().__init__(f"{message}; {help}")
        self.message = message
        self.help = help


def union_of(*alternatives: Type) -> Type:
    """The union of `alternatives`, flattened, without repetition and with None last; a single one stands for itself."""
    flat: list[Type] = []
    for alternative in alternatives:
        flat.extend(alternative.alternatives if isinstance(alternative, UnionType) else (alternative,))
    intervals = [alternative for alternative in flat if isinstance(alternative, IntType)]
    if intervals:  # two intervals are one: the values say no more than the integer that they are
        grown = IntType(min(one.low for one in intervals), max(one.high for one in intervals))
        flat = [grown if isinstance(alternative, IntType) else alternative for alternative in flat]
    unique = list(dict.fromkeys(flat))
    unique.sort(key=lambda alternative: isinstance(alternative, NoneType))
    return unique[0] if len(unique) == 1 else UnionType(tuple(unique))


def alternatives_of(type_: Type) -> tuple[Type, ...]:
    """The alternatives of a union; any other type is its own single alternative."""
    return type_.alternatives if isinstance(type_, UnionType) else (type_,)


def type_text(type_: Type) -> str:
    """A finite type as an author would write it."""
    match type_:
        case BoolType():
            return "bool"
        case IntType(low, high):
            return f"Annotated[int, Between({low}, {high})]"
        case EnumType(cls) | SortType(cls) | RecordType(cls, _):
            return cls.__name__
        case NoneType():
            return "None"
        case UnionType(alternatives):
            return " | ".join(map(type_text, alternatives))
        case MapType(key, value):
            return f"Map[{type_text(key)}, {type_text(value)}]"
        case SetType(element):
            return f"Set[{type_text(element)}]"
        case SeqType(element):
            return f"Seq[{type_text(element)}]"
        case BagType(element):
            return f"Bag[{type_text(element)}]"
        case QuorumType(sort, system, phase):
            of = "" if system == MAJORITY else f", {system}"
            return f"Quorum[{type_text(sort)}{of}{'' if phase is None else f', phase {phase}'}]"
        case PermutationType(of):
            return f"Permutation[{type_text(of)}]"


def sorts_in(type_: Type) -> list[type[Sort]]:
    """Every sort that a type is made of, in the order of appearance."""
    match type_:
        case SortType(cls):
            return [cls]
        case RecordType(_, fields):
            return [sort for _, field in fields for sort in sorts_in(field)]
        case UnionType(alternatives):
            return [sort for alternative in alternatives for sort in sorts_in(alternative)]
        case MapType(key, value):
            return sorts_in(key) + sorts_in(value)
        case SetType(element) | SeqType(element) | BagType(element):
            return sorts_in(element)
        case QuorumType(sort, _, _):
            return [sort.cls]
        case PermutationType(of):
            return sorts_in(of)
        case BoolType() | IntType() | EnumType() | NoneType():
            return []
