"""Conditions on the members of a small type, for all of them at once: a mask with a bit for each member that meets one.

What a state says of each member stands side by side: a map has a value for each, a set of messages a bit for each
message that differs in the member alone. So a comparison is made with all values of a map in one word, as in
`{rm for rm in RM if self.rm_state[rm] is COMMITTED}`, and what is wanted of each is gathered to one bit.
Source of the gathering: Warren, "Hacker's Delight", section 7-4, compress, for masks of a period.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from indoubt.explorer.backends.native.bits import Bits, const
from indoubt.explorer.backends.native.conversion import may_leave
from indoubt.explorer.backends.native.packing import WORD, is_scalar, plain
from indoubt.explorer.ir.expressions import (
    And,
    Collect,
    Conditional,
    Construct,
    Contains,
    Equal,
    Exists,
    Expr,
    ForAll,
    Local,
    Lookup,
    Not,
    Or,
    Widen,
)
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.types import BoolType, MapType, SetType, UnionType

if TYPE_CHECKING:
    from indoubt.explorer.backends.native.expressions import Expressions


PICK = "llvm.x86.bmi.pext.64"
"""What gathers the bits of a word that a mask names."""
SLOW_PICKERS = ("bdver4", "znver1", "znver2")
"""Processors that have the instruction and take a step for each bit."""


class _Unfit(Exception):
    """A condition on a member that is no comparison of what stands side by side."""


class Planes:
    """Writes conditions on members of types as masks; one for each function."""

    def __init__(self, owner: Expressions) -> None:
        self._of = owner

    def quantified(self, local: Local, domain: Expr, body: Expr, *, is_any: bool) -> Bits | None:
        """Whether some member of a set meets a condition, or every one; None where that takes looking at each."""
        of, b = self._of, self._of.builder
        mask = self._in_set(local, domain, body)
        if mask is None:
            return None
        counted = b.binary("and", of.expression(domain), mask if is_any else of.flipped(mask))
        return b.compare("ne" if is_any else "eq", counted, const(0, counted.width))

    def selected(self, expr: Expr) -> Bits | None:
        """The members that a comprehension over one set takes; None where that takes looking at each."""
        if not isinstance(expr, Collect) or len(expr.generators) != 1:
            return None
        (one,) = expr.generators
        mask = self._in_set(one.local, one.domain, one.condition)
        return None if mask is None else self._of.builder.binary("and", self._of.expression(one.domain), mask)

    def masked(self, local: Local, condition: Expr) -> Bits | None:
        """The values of a local that meet a condition; None where that takes looking at each."""
        if not self._is_plane(local.type) or self._of.may_stop(condition):
            return None
        assert not isinstance(local.type, ListType)
        try:
            return _Plane(self._of, local, self._of.packing.size(local.type)).mask(condition)
        except _Unfit:
            return None

    def _in_set(self, local: Local, domain: Expr, condition: Expr) -> Bits | None:
        """As `masked`, if a domain is a set of such values."""
        if isinstance(domain.type, ListType):
            return None
        type_ = plain(domain.type)
        if not isinstance(type_, SetType) or plain(local.type) != plain(type_.element):
            return None
        return self.masked(local, condition)

    def _is_plane(self, type_: Any) -> bool:
        return not isinstance(type_, ListType) and is_scalar(type_) and 1 < self._of.packing.size(type_) <= WORD


class _Plane:
    """Writes conditions on one local; all masks have a bit for each of its values."""

    def __init__(self, owner: Expressions, local: Local, count: int) -> None:
        self._of, self._b = owner, owner.builder
        self._local, self._count = local, count
        self._full = (1 << count) - 1

    def mask(self, expr: Expr) -> Bits:
        """The members that meet a condition. Raises _Unfit."""
        b = self._b
        if not self._depends(expr):
            return self._everywhere(self._of.expression(expr))
        match expr:
            case Not(operand):
                return self._of.flipped(self.mask(operand))
            case And(operands) | Or(operands):
                found = self.mask(operands[0])
                for operand in operands[1:]:
                    found = b.binary("and" if isinstance(expr, And) else "or", found, self.mask(operand))
                return found
            case Conditional(condition, then, otherwise):
                test = self.mask(condition)
                chosen = b.binary("and", test, self.mask(then))
                return b.binary("or", chosen, b.binary("and", self._of.flipped(test), self.mask(otherwise)))
            case Exists(local, domain, body) | ForAll(local, domain, body):
                return self._inner(local, domain, body, is_any=isinstance(expr, Exists))
            case Equal(left, right):
                return self._equal(left, right)
            case Contains(element, collection):
                return self._contains(element, collection)
            case Lookup(table, key, BoolType()):
                return self._gathered(self._column(table, key), 1)
            case _:
                raise _Unfit

    def _depends(self, expr: Any) -> bool:
        return any(isinstance(part, Local) and part.name == self._local.name for part in walk(expr))

    def _everywhere(self, truth: Bits) -> Bits:
        return self._b.select(truth, const(self._full, self._count), const(0, self._count))

    def _inner(self, local: Local, domain: Expr, body: Expr, *, is_any: bool) -> Bits:
        """A quantifier of which only some parts depend on the member: `any(a(r) and b(s) for s in S)` has one."""
        if self._depends(domain):
            raise _Unfit
        kind: type[And | Or] = And if is_any else Or
        parts = body.operands if isinstance(body, kind) else (body,)
        mine = [part for part in parts if self._depends(part)]
        theirs = tuple(part for part in parts if not self._depends(part))
        if any(_mentions(part, local) for part in mine) or not theirs:
            raise _Unfit
        inner = (Exists if is_any else ForAll)(local, domain, theirs[0] if len(theirs) == 1 else kind(theirs))
        found = self._everywhere(self._of.expression(inner))
        for part in mine:
            found = self._b.binary("and" if is_any else "or", found, self.mask(part))
        return found

    # ---- comparisons

    def _equal(self, left: Expr, right: Expr) -> Bits:
        """Members whose values in a map are equal to a value, or to those in another map."""
        b, of = self._b, self._of
        if not isinstance(left, Lookup | Local):
            left, right = right, left
        if left.type != right.type or may_leave(left, left.type) or may_leave(right, right.type):
            raise _Unfit
        if left == self._local:
            if self._depends(right):
                raise _Unfit
            return b.bit(of.expression(right), self._count)
        if not isinstance(left, Lookup):
            raise _Unfit
        step = of.width(left.type)
        column = self._column(left.map, left.key)
        if not step or column.width > WORD:
            raise _Unfit
        if isinstance(right, Lookup) and self._depends(right):
            other = self._column(right.map, right.key)
        elif self._depends(right):
            raise _Unfit
        else:
            other = b.binary("mul", b.resized(of.expression(right), column.width), self._lowest(step))
        differs = b.binary("xor", column, other)
        some = differs
        for bit in range(1, step):
            some = b.binary("or", some, b.binary("lshr", differs, const(bit, column.width)))
        return of.flipped(self._gathered(some, step))

    def _column(self, table: Expr, key: Expr) -> Bits:
        """A map, whose values stand in the order of the members."""
        if key != self._local or self._depends(table):
            raise _Unfit
        if not isinstance(table.type, MapType) or plain(table.type.key) != plain(self._local.type):
            raise _Unfit
        return self._of.expression(table)

    def _lowest(self, step: int) -> Bits:
        """The lowest bit of each of the parts of `step` bits that a value is made of."""
        return const(sum(1 << number * step for number in range(self._count)), step * self._count)

    def _contains(self, element: Expr, collection: Expr) -> Bits:
        """Members whose values in a set, or whose messages in one, are there."""
        b, of = self._b, self._of
        type_ = plain(collection.type)
        if self._depends(collection) or isinstance(collection.type, ListType) or not isinstance(type_, SetType):
            raise _Unfit
        if of.packing.has_slots(type_) or may_leave(element, type_.element):
            raise _Unfit
        first, step = self._places(element, type_.element)
        if not 0 < step * (self._count - 1) < WORD:
            raise _Unfit
        mask = of.expression(collection)
        width = step * (self._count - 1) + 1
        if first.constant is not None:
            part = b.part(mask, first.constant, min(width, mask.width - first.constant))
        else:
            part = b.bits_from(mask, first, width)
        return self._gathered(b.resized(part, width), step)

    def _places(self, element: Expr, type_: Any) -> tuple[Bits, int]:
        """The ordinal of what a set may have for the first member, and how much larger it is for the one after."""
        b, of = self._b, self._of
        match element:
            case _ if not self._depends(element):
                return b.resized(of.ordinal_of(element, type_), 32), 0
            case Local() if element.type == type_:
                return const(0, 32), 1
            case Widen(value, UnionType() as union) if union == type_ and value.type in union.alternatives:
                first, step = self._places(value, value.type)
                low = of.packing.offsets(union)[union.alternatives.index(value.type)]
                return b.binary("add", first, const(low, 32)), step
            case Construct(record, fields) if record == type_:
                found, step, radix = const(0, 32), 0, 1
                for field, (_, wanted) in zip(fields, record.fields, strict=True):
                    first, more = self._places(field, wanted)
                    found = b.binary("add", found, b.binary("mul", first, const(radix, 32)))
                    step += more * radix
                    radix *= of.packing.size(wanted)
                return found, step
            case _:
                raise _Unfit

    def _gathered(self, value: Bits, step: int) -> Bits:
        """Every bit number `step * i` of a value as bit number `i` of a mask."""
        b = self._b
        if step == 1:
            return b.resized(value, self._count)
        if picks_bits() and value.width <= WORD:
            places = const(sum(1 << number * step for number in range(self._count)), WORD)
            return b.resized(b.call(PICK, WORD, b.resized(value, WORD), places), self._count)
        width = value.width
        group = 1
        now = b.binary("and", value, const(_groups(self._count, group, group * step), width))
        while group < self._count:
            closer = b.binary("lshr", now, const(group * (step - 1), width))
            group *= 2
            now = b.binary("and", b.binary("or", now, closer), const(_groups(self._count, group, group * step), width))
        return b.resized(now, self._count)


@cache
def picks_bits() -> bool:
    """Whether the processor has a fast instruction that gathers bits."""
    from indoubt.explorer.backends.native import llvm  # noqa: PLC0415 - LLVM is loaded once there is code to compile

    return llvm.has("+bmi2", but=SLOW_PICKERS)


def _groups(count: int, group: int, step: int) -> int:
    """A mask of so many bits, of which groups stand together, a group at each multiple of `step`."""
    return sum(1 << number // group * step + number % group for number in range(count))


def _mentions(expr: Any, local: Local) -> bool:
    return any(isinstance(part, Local) and part.name == local.name for part in walk(expr))
