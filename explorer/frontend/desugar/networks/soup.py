"""A set that only grows: a message that was sent may be received at any time, and again."""

from indoubt.explorer.ir.expressions import Combine, Expr, SetLiteral, Span
from indoubt.specs.language.types import SetType, Type

THERE = "MESSAGE in LINK"
TAKE = ""
EMPTY = "Set"
REPEAT = ""


def put(link: Expr, message: Expr, type_: Type, span: Span) -> Expr:
    """The set with one more message."""
    assert isinstance(type_, SetType)
    return Combine("|", link, SetLiteral((message,), type_), type_)
