"""Expressions that have a value in every state if their operands have; others rely on the guards above them."""

from __future__ import annotations

from indoubt.explorer.ir.expressions import (
    And,
    Below,
    Collect,
    Combine,
    Conditional,
    Construct,
    Contains,
    Equal,
    Exists,
    Expr,
    Field,
    ForAll,
    Generator,
    IsA,
    Literal,
    Load,
    Local,
    Lookup,
    Members,
    Not,
    Or,
    SetLiteral,
    Size,
    Subset,
    Widen,
)
from indoubt.explorer.ir.sequences import Concat
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.types import MapType

ALWAYS_COMPUTED = (
    *(Literal, Load, Local, Field, Lookup, Construct, SetLiteral, Members, Widen, Combine, Concat, Size, IsA),
    *(Not, And, Or, Equal, Below, Contains, Subset, Exists, ForAll, Collect, Generator, Conditional),
)


def is_total(expr: Expr) -> bool:
    """Whether `expr` has a value in every state, whatever its locals are."""
    return all(isinstance(part, ALWAYS_COMPUTED) and not _may_miss(part) for part in walk(expr))


def _may_miss(part: object) -> bool:
    """Whether a key may be none of those of the map: an integer outside of its interval."""
    return isinstance(part, Lookup) and isinstance(part.map.type, MapType) and part.map.type.key != part.key.type
