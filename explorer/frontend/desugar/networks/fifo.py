"""A queue for each directed pair of nodes: what was sent first is received first."""

from indoubt.explorer.ir.expressions import Expr, Span
from indoubt.explorer.ir.sequences import Concat, SeqLiteral
from indoubt.specs.language.types import SeqType, Type

THERE = "MESSAGE in LINK and LINK[0] == MESSAGE"  # the first part says which messages need to be tried
TAKE = "LINK.pop_first()"
EMPTY = "Seq"
REPEAT = "LINK = LINK[0:1] + LINK"


def put(link: Expr, message: Expr, type_: Type, span: Span) -> Expr:
    """The queue with one more message at its end."""
    assert isinstance(type_, SeqType)
    return Concat(link, SeqLiteral((message,), type_), type_)
