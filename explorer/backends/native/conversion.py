"""Values of one type as values of another that has them: intervals inside of them may be wider there.

A comparison may have integers that lie outside of their intervals, as in `Ping(self.n + 1) in self.msgs`: such a value
is equal to none that is stored. So what is looked for comes with the condition that it lies inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indoubt.explorer.backends.native.bits import TRUE, Bits, const
from indoubt.explorer.backends.native.packing import Unsupported, plain
from indoubt.explorer.ir.expressions import (
    Collect,
    Conditional,
    Construct,
    Expr,
    Let,
    SetLiteral,
    Tabulate,
    Widen,
)
from indoubt.explorer.ir.sequences import SeqLiteral
from indoubt.specs.language.types import (
    BagType,
    IntType,
    MapType,
    RecordType,
    SeqType,
    SetType,
    Type,
    UnionType,
    type_text,
)

if TYPE_CHECKING:
    from indoubt.explorer.backends.native.expressions import Expressions


def covers(wanted: Any, source: Any) -> bool:
    """Whether every value of `source` is one of `wanted`, which is made of the same kinds."""
    wanted, source = plain(wanted), plain(source)
    match wanted, source:
        case IntType(), IntType():
            return bool(wanted.low <= source.low and source.high <= wanted.high)
        case RecordType(cls, fields), RecordType(other, given):
            return cls is other and all(covers(one, two) for (_, one), (_, two) in zip(fields, given, strict=True))
        case MapType(key, value), MapType(other, given):
            return plain(key) == plain(other) and covers(value, given)
        case (SetType(one), SetType(two)) | (SeqType(one), SeqType(two)) | (BagType(one), BagType(two)):
            return covers(one, two)
        case UnionType(), UnionType(alternatives):
            return all(_place(wanted, one) is not None for one in alternatives)
        case _:
            return bool(wanted == source)


def converted(of: Expressions, value: Bits, source: Any, wanted: Any) -> Bits:
    """A value as one of a type that covers its own. Raises Unsupported for another."""
    source, wanted = plain(source), plain(wanted)
    if source == wanted:
        return value
    if not covers(wanted, source):
        raise Unsupported(f"a `{type_text(source)}` where a `{type_text(wanted)}` is meant")
    b = of.builder
    match source, wanted:
        case IntType(), IntType():
            return of.interval(of.number(value, source), wanted)
        case RecordType(_, given), RecordType(_, fields):
            pairs = list(zip([one for _, one in given], [one for _, one in fields], strict=True))
        case MapType(key, inner), MapType(_, other):
            pairs = [(inner, other)] * of.packing.size(key)
        case UnionType(alternatives), UnionType():
            return _in_union(of, value, source, wanted, alternatives)
        case _:
            return of.collections.refilled(value, source, wanted)
    parts: list[Bits] = []
    shift = 0
    for before, after in pairs:
        width = of.packing.width(before)
        parts.append(converted(of, b.part(value, shift, width), before, after))
        shift += width
    return of.joined(parts, of.packing.width(wanted))


def _in_union(
    of: Expressions, value: Bits, source: UnionType, wanted: UnionType, alternatives: tuple[Type, ...]
) -> Bits:
    found = const(0, of.packing.width(wanted))
    for position, one in enumerate(alternatives):
        place = _place(wanted, one)
        assert place is not None
        content = converted(of, of.content(value, source, position), one, wanted.alternatives[place])
        tagged = of.tagged(content, wanted, place)
        found = of.builder.select(of.is_a(value, source, one), tagged, found)
    return found


def _place(union: UnionType, type_: Type) -> int | None:
    """The alternative that takes values of a type."""
    if type_ in union.alternatives:
        return union.alternatives.index(type_)
    return next((place for place, one in enumerate(union.alternatives) if covers(one, type_)), None)


def may_leave(expr: Expr, wanted: Any) -> bool:
    """Whether some integer of what an expression makes may lie outside of its interval in a type."""
    given = expr.type
    if isinstance(given, IntType) and isinstance(wanted, IntType):
        return not covers(wanted, given)
    match expr:
        case Construct(type_, fields):
            return any(may_leave(one, wants) for one, (_, wants) in zip(fields, type_.fields, strict=True))
        case Widen(value, UnionType() as union):
            inner = _interval(union)
            return may_leave(value, value.type if inner is None or not isinstance(value.type, IntType) else inner)
        case Conditional(_, then, otherwise):
            return may_leave(then, wanted) or may_leave(otherwise, wanted)
        case Let(_, _, body):
            return may_leave(body, wanted)
        case SetLiteral(elements, type_) | SeqLiteral(elements, type_):
            return any(may_leave(one, type_.element) for one in elements)
        case Collect(element, _, type_):
            return may_leave(element, type_.element)
        case Tabulate(_, body, type_):
            return may_leave(body, type_.value)
        case _:
            return False


def is_inside(of: Expressions, expr: Expr, wanted: Any) -> Bits:
    """Whether every integer of what an expression makes lies in its interval. Raises Unsupported."""
    if not may_leave(expr, wanted):
        return TRUE
    b = of.builder
    match expr:
        case Construct(type_, fields):
            pairs = [(one, wants) for one, (_, wants) in zip(fields, type_.fields, strict=True)]
        case Widen(value, UnionType() as union):
            return is_inside(of, value, _interval(union) if isinstance(value.type, IntType) else value.type)
        case SetLiteral(elements, type_) | SeqLiteral(elements, type_):
            pairs = [(one, type_.element) for one in elements]
        case _ if isinstance(expr.type, IntType):
            return of.lies_in(of.number(of.expression(expr), expr.type), wanted)
        case Conditional(condition, then, otherwise):
            return b.select(of.expression(condition), is_inside(of, then, wanted), is_inside(of, otherwise, wanted))
        case Let(local, value, body):
            of.bind(local, of.as_type(value, local.type))
            return is_inside(of, body, wanted)
        case _:
            raise Unsupported("a comparison with integers outside of their intervals, inside a comprehension")
    found = TRUE
    for one, wants in pairs:
        found = b.binary("and", found, is_inside(of, one, wants))
    return found


def _interval(union: UnionType) -> IntType | None:
    return next((one for one in union.alternatives if isinstance(one, IntType)), None)
