"""What is made of all elements of a collection as LLVM code: comprehensions, numbers, sums, the least, the greatest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from indoubt.explorer.backends.native.bits import FALSE, TRUE, Bits, const
from indoubt.explorer.backends.native.conversion import converted, is_inside
from indoubt.explorer.backends.native.packing import plain
from indoubt.explorer.backends.native.values import FULL
from indoubt.explorer.ir.expressions import Collect, Expr, Fold, Literal, Local, Range, Size
from indoubt.explorer.ir.types import ListType
from indoubt.specs.language.types import IntType, SetType, Type

if TYPE_CHECKING:
    from indoubt.explorer.backends.native.expressions import Expressions


class Folds:
    """Writes what is made of all elements of a collection; one for each function."""

    def __init__(self, owner: Expressions) -> None:
        self._of = owner

    def expression(self, expr: Collect | Fold | Size | Range) -> Bits:
        """A comprehension, a fold, the number of elements, or a range that is kept."""
        match expr:
            case Collect(element, generators, type_):
                if isinstance(type_, SetType) and element == generators[0].local and element.type == type_.element:
                    selected = self._of.planes.selected(expr)
                    if selected is not None:
                        return selected
                projected = self._of.filters.projected(expr)
                if projected is not None:
                    return projected
                return self._gathered(
                    type_, lambda add: self._of.loops.each_collected(generators, element, add, _element(type_))
                )
            case Range(_, _, type_):
                local = Local(f"#number{self._of.builder.fresh()}", type_.element)
                return self._gathered(
                    type_, lambda add: self._of.loops.each(local, expr, lambda: add(self._of.expression(local)))
                )
            case Size(collection, type_):
                return self._of.interval(self._count(collection), type_)
            case Fold():
                return self._fold(expr)

    def _gathered(self, type_: Any, each: Callable[[Callable[[Bits], None]], None]) -> Bits:
        """A collection of all that `each` comes across."""
        of, b = self._of, self._of.builder
        width = of.width(type_)
        found = b.cell(width, const(0, width))
        each(lambda value: b.store(of.collections.with_element(b.load(found), type_, value), found))
        return b.load(found)

    def _count(self, collection: Expr) -> Bits:
        of, b = self._of, self._of.builder
        if not isinstance(collection.type, ListType) or of.is_held(collection):
            value = of.expression(collection)
            if of.packing.has_slots(collection.type):
                return b.resized(of.slotted.count(value, of.packing.shape(collection.type)), 64)
            return self._number_of(value)
        selected = None if of.may_stop(collection) else of.planes.selected(of.listed(collection))
        if selected is not None:
            return self._number_of(selected)
        count = b.cell(64, const(0, 64))
        local = Local(f"#counted{b.fresh()}", _element(collection.type))

        def one_more() -> None:
            b.store(b.binary("add", b.load(count), const(1, 64)), count)

        self._of.loops.each(local, collection, one_more)
        return b.load(count)

    def _number_of(self, mask: Bits) -> Bits:
        """How many bits are set."""
        b = self._of.builder
        return b.resized(b.call(f"llvm.ctpop.i{mask.width}", mask.width, mask), 64) if mask.width else const(0, 64)

    def _fold(self, expr: Fold) -> Bits:
        of, b = self._of, self._of.builder
        type_ = _element(expr.collection.type)
        match expr.collection:
            case Collect(Literal(int() as number), _, ListType()) if expr.kind == "sum":
                selected = of.planes.selected(expr.collection)
                if selected is not None:
                    return of.interval(b.binary("mul", self._number_of(selected), const(number & FULL, 64)), expr.type)
            case _:
                pass
        local = Local(f"#folded{b.fresh()}", type_)
        if expr.kind == "sum":
            total = b.cell(64, const(0, 64))

            def add() -> None:
                b.store(b.binary("add", b.load(total), of.number(of.expression(local), type_)), total)

            self._of.loops.each(local, expr.collection, add)
            return of.interval(b.load(total), expr.type)
        best, rank, is_first = (
            b.cell(of.width(type_), const(0, of.width(type_))),
            b.cell(64, const(0, 64)),
            b.cell(1, TRUE),
        )

        def take() -> None:
            here, known = of.integers.rank(local), b.load(rank)
            is_better = b.compare("ult", here, known) if expr.kind == "min" else b.compare("ult", known, here)
            is_better = b.binary("or", b.load(is_first), is_better)
            b.store(b.select(is_better, here, known), rank)
            b.store(b.select(is_better, of.expression(local), b.load(best)), best)
            b.store(FALSE, is_first)

        self._of.loops.each(local, expr.collection, take)
        of.demand(b.binary("xor", b.load(is_first), TRUE), None)
        if isinstance(type_, IntType) and isinstance(expr.type, IntType):
            return of.refitted(b.load(best), type_, expr.type)
        return converted(of, b.load(best), type_, expr.type)

    def is_among(self, element: Expr, collection: Expr) -> Bits:
        """Whether a value is among the elements of a list."""
        of, b = self._of, self._of.builder
        listed = _element(collection.type)
        inside, value = is_inside(of, element, listed), of.as_type(element, listed)
        found, local = b.cell(1, FALSE), Local(f"#among{b.fresh()}", listed)

        def compare() -> None:
            b.store(b.binary("or", b.load(found), b.compare("eq", of.expression(local), value)), found)

        self._of.loops.each(local, collection, compare)
        return b.binary("and", inside, b.load(found))


def _element(type_: Any) -> Type:
    """What a collection has in it."""
    collection: Any = type_ if isinstance(type_, ListType) else plain(type_)
    element: Type = collection.element
    return element
