"""A multiset: each copy is received once at most, in any order."""

from indoubt.explorer.ir.expressions import Expr, Span
from indoubt.explorer.ir.sequences import BagChange
from indoubt.specs.language.types import Type

THERE = "MESSAGE in LINK"
TAKE = "LINK.remove(MESSAGE)"
EMPTY = "Bag"
REPEAT = "LINK.add(MESSAGE)"


def put(link: Expr, message: Expr, type_: Type, span: Span) -> Expr:
    """The bag with one more copy."""
    return BagChange("add", link, message, type_, span)
