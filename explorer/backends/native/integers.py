"""Integers and orders as LLVM code: arithmetic, bounds, neighbours, and numbers that order what is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indoubt.explorer.backends.native.bits import TRUE, Bits, const
from indoubt.explorer.backends.native.packing import Unsupported, plain
from indoubt.explorer.backends.native.values import FULL
from indoubt.explorer.ir.expressions import Arithmetic, Bounded, Conditional, Expr, Neighbour, Size
from indoubt.explorer.ir.types import ListType
from indoubt.specs.language.sorts import Ring
from indoubt.specs.language.types import IntType, NoneType, SortType, Type, UnionType, type_text

if TYPE_CHECKING:
    from indoubt.explorer.backends.native.expressions import Expressions


class Integers:
    """Writes expressions over integers and ordered sorts; one for each function."""

    def __init__(self, owner: Expressions) -> None:
        self._of = owner

    def rank(self, side: Expr) -> Bits:
        """A number that orders integers, members of an order, and None below them."""
        of, b = self._of, self._of.builder
        value = of.expression(side)
        match side.type:
            case IntType(low, _):
                return b.binary("add", b.resized(value, 64), const(low + (1 << 62), 64))
            case SortType():
                return b.binary("add", b.resized(value, 64), const(1, 64))
            case NoneType():
                return const(0, 64)
            case UnionType((SortType() as sort, NoneType())):
                is_none = b.compare("eq", value, const(of.packing.size(sort), value.width))
                return b.select(is_none, const(0, 64), b.binary("add", b.resized(value, 64), const(1, 64)))
            case UnionType((IntType(low, high), NoneType())):
                is_none = b.compare("eq", value, const(high - low + 1, value.width))
                return b.select(
                    is_none, const(0, 64), b.binary("add", b.resized(value, 64), const(low + (1 << 62), 64))
                )
            case other:
                raise Unsupported(f"an order of `{type_text(plain(other))}`")

    def ends(self, expr: Expr) -> tuple[int, int]:
        """The least and the largest number that an integer can be, as far as is seen at once."""
        type_ = expr.type
        assert isinstance(type_, IntType)
        match expr:
            case Size(collection) if not isinstance(collection.type, ListType):
                most = self._of.packing.most_elements(collection.type)
                return 0, min(most, type_.high)
            case Arithmetic("+" | "-" as operator, left, right):
                (low, high), (least, most) = self.ends(left), self.ends(right)
                return (low + least, high + most) if operator == "+" else (low - most, high - least)
            case Conditional(_, then, otherwise):
                pairs = self.ends(then), self.ends(otherwise)
                return min(low for low, _ in pairs), max(high for _, high in pairs)
            case _:
                return type_.low, type_.high

    def expression(self, expr: Arithmetic | Bounded | Neighbour) -> Bits:
        """The code of an expression, and its value."""
        of, b = self._of, self._of.builder
        match expr:
            case Arithmetic(operator, left, right, type_):
                first, second = (of.number(of.expression(side), side.type) for side in (left, right))
                if operator in ("+", "-", "*"):
                    name = {"+": "add", "-": "sub", "*": "mul"}[operator]
                    return of.interval(b.binary(name, first, second), type_)
                return of.interval(of.divided(operator, first, second), type_)
            case Bounded(value, bound, type_):
                assert isinstance(type_, IntType)
                number = of.number(of.expression(value), value.type)
                above = b.binary("sub", number, const(type_.low & FULL, 64))
                of.demand(b.compare("ule", above, const(type_.high - type_.low, 64)), bound)
                return b.resized(above, of.packing.width(type_))
            case Neighbour(value, offset, type_):
                return self._neighbour(of.expression(value), offset, type_)

    def _neighbour(self, value: Bits, offset: int, type_: Type) -> Bits:
        assert isinstance(type_, SortType)
        of, b = self._of, self._of.builder
        size = of.packing.size(type_)
        edge = const(size - 1 if offset > 0 else 0, value.width)
        moved = b.binary("add" if offset > 0 else "sub", value, const(1, value.width))
        is_edge = b.compare("eq", value, edge)
        if issubclass(type_.cls, Ring):
            return b.select(is_edge, const(0 if offset > 0 else size - 1, value.width), moved)
        name = f"{type_.cls.__name__}.{'next' if offset > 0 else 'prev'}()"
        of.demand(b.binary("xor", is_edge, TRUE), name)
        return moved
