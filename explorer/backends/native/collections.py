"""Expressions over sets as LLVM code: masks of the elements of small types, slots for those of large ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from indoubt.explorer.backends.native.bits import Bits, const
from indoubt.explorer.backends.native.conversion import converted, is_inside, may_leave
from indoubt.explorer.backends.native.packing import Shape, Unsupported, plain
from indoubt.explorer.backends.native.sequences import same_type
from indoubt.explorer.backends.native.slots import TooFewSlots
from indoubt.explorer.ir.expressions import Combine, Expr, Members, Remove, SetLiteral, Subset, Subsets
from indoubt.explorer.ir.types import ListType
from indoubt.specs.language.types import BagType, SeqType, SetType, type_text

if TYPE_CHECKING:
    from indoubt.explorer.backends.native.expressions import Expressions

OnSets = SetLiteral | Members | Combine | Remove | Subset | Subsets


class Collections:
    """Writes expressions over sets, and what all collections share; one for each function."""

    def __init__(self, owner: Expressions) -> None:
        self._of = owner

    def expression(self, expr: OnSets) -> Bits:
        """The code of an expression, and its value."""
        of = self._of
        match expr:
            case SetLiteral(elements, type_):
                found = const(0, of.width(type_))
                for element in elements:
                    found = self._with(found, type_, element)
                return found
            case Members(type_):
                if of.packing.has_slots(type_):
                    raise Unsupported(f"the set of all values of `{type_text(type_.element)}` as a value")
                return const(of.packing.everything(type_.element), of.width(type_))
            case Combine(operator, left, right, type_):
                return self._combined(operator, of.as_type(left, type_), of.as_type(right, type_), type_)
            case Remove(collection, element):
                return self._removed(collection, element)
            case Subset(left, right):
                return self._subset(left, right)
            case Subsets(collection, type_):
                return self._subsets(of.expression(collection), collection.type, type_)

    # ---- elements

    def _with(self, value: Bits, type_: SetType, element: Expr) -> Bits:
        of, b = self._of, self._of.builder
        if of.packing.has_slots(type_):
            return self.with_element(value, type_, of.as_type(element, type_.element))
        return b.binary("or", value, b.bit(of.ordinal_of(element, type_.element), value.width))

    def with_element(self, value: Bits, type_: Any, element: Bits) -> Bits:
        """A collection with one more element: a set, or at the end of a sequence."""
        of, b = self._of, self._of.builder
        type_ = plain(type_)
        if not of.packing.has_slots(type_):
            return b.binary("or", value, b.bit(of.ordinal(element, type_.element), value.width))
        shape = of.packing.shape(type_)
        if isinstance(type_, SetType):
            return of.slotted.added(value, shape, element, self._crowded(shape))
        of.demand(of.slotted.has_room(value, shape), TooFewSlots(shape.type))
        insert = of.slotted.appended if isinstance(type_, SeqType) else of.slotted.inserted
        return insert(value, shape, element)

    def _crowded(self, shape: Shape) -> Callable[[Bits], None]:
        return lambda has_room: self._of.demand(has_room, TooFewSlots(shape.type))

    def refilled(self, value: Bits, source: Any, wanted: Any) -> Bits:
        """A collection as one of the same kind, with elements of a type that covers theirs."""
        of, b = self._of, self._of.builder
        assert isinstance(source, SetType | SeqType | BagType)
        found = b.cell(of.width(wanted), const(0, of.width(wanted)))

        def add(element: Bits) -> None:
            new = converted(of, element, source.element, wanted.element)
            b.store(self.with_element(b.load(found), wanted, new), found)

        of.loops.each_of(value, source, add)
        return b.load(found)

    def as_set(self, value: Bits, type_: Any) -> tuple[Bits, SetType]:
        """The elements of a sequence or bag as a set."""
        of, b = self._of, self._of.builder
        made = SetType(plain(type_).element)  # type: ignore[union-attr]  # a collection
        found = b.cell(of.width(made), const(0, of.width(made)))
        of.loops.each_of(value, type_, lambda one: b.store(self.with_element(b.load(found), made, one), found))
        return b.load(found), made

    def contains(self, element: Expr, collection: Expr) -> Bits:
        """Whether a set, sequence, bag or list has an element."""
        of, b = self._of, self._of.builder
        if isinstance(collection.type, ListType) and not of.is_held(collection):
            return of.folds.is_among(element, collection)
        type_ = plain(collection.type)
        assert isinstance(type_, SetType | SeqType | BagType)
        inside = is_inside(of, element, type_.element)
        if of.packing.has_slots(type_):
            sought = of.as_type(element, type_.element)
            is_in = of.slotted.has(of.expression(collection), of.packing.shape(type_), sought)
        else:
            place = of.ordinal_of(element, type_.element)
            is_in = of.has(of.expression(collection), place)
        return b.binary("and", inside, is_in)

    # ---- sets

    def _combined(self, operator: str, first: Bits, second: Bits, type_: Any) -> Bits:
        of, b = self._of, self._of.builder
        if of.packing.has_slots(type_):
            shape = of.packing.shape(type_)
            if operator == "|":
                return of.slotted.united(first, second, shape, self._crowded(shape))
            return of.slotted.kept(first, second, shape, are_in=operator == "&")
        if operator == "-":
            return b.binary("and", first, of.flipped(second))
        return b.binary("or" if operator == "|" else "and", first, second)

    def _removed(self, collection: Expr, element: Expr) -> Bits:
        of, b = self._of, self._of.builder
        type_ = plain(collection.type)
        assert isinstance(type_, SetType)
        value = of.expression(collection)
        inside = is_inside(of, element, type_.element)
        sought = of.as_type(element, type_.element)
        if of.packing.has_slots(type_):
            shape = of.packing.shape(type_)
            of.demand(b.binary("and", inside, of.slotted.has(value, shape, sought)), None)
            return of.slotted.taken_out(value, shape, sought)
        place = of.ordinal(sought, type_.element)
        of.demand(b.binary("and", inside, of.has(value, place)), None)
        return b.binary("and", value, of.flipped(b.bit(place, value.width)))

    def _subset(self, left: Expr, right: Expr) -> Bits:
        of, b = self._of, self._of.builder
        if may_leave(left, left.type) or may_leave(right, right.type):
            raise Unsupported("`<=` of sets with integers outside of their intervals")
        first, second = same_type(of, left, right)
        if of.packing.has_slots(left.type) or of.packing.has_slots(right.type):
            wide = left.type if first.width == of.width(left.type) else right.type
            return of.slotted.is_subset(first, second, of.packing.shape(wide))
        outside = b.binary("and", first, of.flipped(second))
        return b.compare("eq", outside, const(0, outside.width))

    # ---- subsets

    def each_subset(self, value: Bits, type_: Any, body: Callable[[Bits], None]) -> None:
        """`body` with every subset of a set."""
        of, b = self._of, self._of.builder
        if of.packing.has_slots(type_):
            self._each_slotted_subset(value, of.packing.shape(type_), body)
            return
        now, top, end = b.cell(value.width, const(0, value.width)), b.fresh("top"), b.fresh("end")
        b.place(top)
        subset = b.load(now)
        body(subset)
        following = b.binary("and", b.binary("sub", subset, value), value)  # the next number that is made of its bits
        b.store(following, now)
        b.branch(b.compare("eq", following, const(0, value.width)), end, top)
        b.place(end)

    def _each_slotted_subset(self, value: Bits, shape: Shape, body: Callable[[Bits], None]) -> None:
        of, b = self._of, self._of.builder
        count = b.resized(of.slotted.count(value, shape), 64)
        of.demand(b.compare("ult", count, const(32, 64)), TooFewSlots(shape.type))
        most = b.binary("shl", const(1, 64), count)
        now, top, end = b.cell(64, const(0, 64)), b.fresh("top"), b.fresh("end")
        b.place(top)
        number = b.load(now)
        subset = b.cell(shape.width, const(0, shape.width))
        with b.repeated_up_to(b.resized(count, 32)) as place, b.when(b.part_at(number, place, 1)):
            element = of.slotted.element(value, shape, place)
            b.store(of.slotted.appended(b.load(subset), shape, element), subset)
        body(b.load(subset))
        following = b.binary("add", number, const(1, 64))
        b.store(following, now)
        b.branch(b.compare("eq", following, most), end, top)
        b.place(end)

    def _subsets(self, value: Bits, source: Any, type_: SetType) -> Bits:
        of, b = self._of, self._of.builder
        width = of.width(type_)
        if of.packing.has_slots(type_):
            found = b.cell(width, const(0, width))
            self.each_subset(value, source, lambda one: b.store(self.with_element(b.load(found), type_, one), found))
            return b.load(found)
        made = const(1, width)  # the empty set; every element doubles what there is
        for place in range(value.width):
            more = b.binary("or", made, b.binary("shl", made, const(1 << place, width)))
            made = b.select(b.part(value, place, 1), more, made)
        return made
