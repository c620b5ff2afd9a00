"""Operations on values with slots: sequences, bags, and sets over large types.

What a sequence needs are shifts and masks of the whole value, since the slots behind the last element are zeros. The
slots of a set or bag are ascending, so a place in them is the number of smaller elements. Places and numbers of
elements have 32 bits.
"""

from __future__ import annotations

from collections.abc import Callable

from indoubt.explorer.backends.native.bits import FALSE, TRUE, Bits, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.packing import Shape

MOST_COMPARED = 16
"""A value with more slots is gone through in a loop."""


class Slotted:
    """Writes operations on values of given shapes. What has to hold of places and numbers is for the caller to see."""

    def __init__(self, builder: Builder) -> None:
        self._b = builder

    # ---- reading

    def count(self, value: Bits, shape: Shape) -> Bits:
        """The number of elements."""
        return self._b.resized(self._b.resized(value, shape.count), 32)

    def element(self, value: Bits, shape: Shape, place: Bits) -> Bits:
        """What is in a slot."""
        slots = self._b.part(value, shape.count, shape.slots * shape.step)
        return self._b.part_at(slots, place, shape.step)

    def body(self, value: Bits, shape: Shape) -> Bits:
        """The slots, without the number of elements."""
        full = (1 << shape.width) - 1
        return self._b.binary("and", value, const(full ^ ((1 << shape.count) - 1), shape.width))

    def first(self, shape: Shape, place: Bits) -> Bits:
        """A mask of the slots below a place."""
        b, width = self._b, shape.width
        if not shape.step:
            return const(0, width)
        end = b.binary("shl", const(1, width), self._distance(shape, place))
        mask = b.binary("sub", end, const(1, width))
        return b.binary("shl", mask, const(shape.count, width))

    def _distance(self, shape: Shape, place: Bits) -> Bits:
        """How many bits there are from the first slot to that at a place."""
        b = self._b
        return b.resized(b.binary("mul", b.resized(place, 32), const(shape.step, 32)), shape.width)

    def each(self, value: Bits, shape: Shape, body: Callable[[Bits], None], *, is_unrolled: bool) -> None:
        """`body` with every element, in the order of the slots."""
        b, count = self._b, self.count(value, shape)
        if is_unrolled:
            for place in range(shape.slots):
                with b.when(b.compare("ult", const(place, 32), count)):
                    body(self.element(value, shape, const(place, 32)))
            return
        with b.repeated_up_to(count) as now:
            body(self.element(value, shape, now))

    # ---- sequences

    def with_count(self, body: Bits, shape: Shape, count: Bits) -> Bits:
        """Slots with the number of elements."""
        return self._b.binary("or", body, self._b.resized(self._b.resized(count, shape.count), shape.width))

    def joined(self, left: Bits, right: Bits, shape: Shape) -> Bits:
        """One sequence behind the other; there are slots for both."""
        b = self._b
        moved = b.binary("shl", self.body(right, shape), self._distance(shape, self.count(left, shape)))
        number = b.resized(b.resized(right, shape.count), shape.width)
        return b.binary("add", b.binary("or", left, moved), number)

    def appended(self, value: Bits, shape: Shape, element: Bits) -> Bits:
        """A sequence with one more element, for which there is a slot."""
        b, width = self._b, shape.width
        if not shape.step:
            return b.binary("add", value, const(1, width))
        new = b.binary("shl", b.resized(element, width), const(shape.count, width))
        moved = b.binary("shl", new, self._distance(shape, self.count(value, shape)))
        return b.binary("add", b.binary("or", value, moved), const(1, width))

    def cut(self, value: Bits, shape: Shape, start: Bits, stop: Bits) -> Bits:
        """The elements from `start` up to `stop`; 0 <= start <= stop <= count."""
        b = self._b
        kept = b.binary("and", value, self.first(shape, stop))
        if start.constant != 0:
            kept = b.binary("and", kept, self._flipped(self.first(shape, start)))
            kept = b.binary("lshr", kept, self._distance(shape, start))
        return self.with_count(kept, shape, b.binary("sub", stop, start))

    def without(self, value: Bits, shape: Shape, place: Bits) -> Bits:
        """Without the element at a place; the others stay in order."""
        b = self._b
        if not shape.step:
            return b.binary("sub", value, const(1, shape.width))
        below = b.binary("and", value, self.first(shape, place))
        behind = b.binary("add", place, const(1, 32))
        above = b.binary("and", self.body(value, shape), self._flipped(self.first(shape, behind)))
        moved = b.binary("lshr", above, const(shape.step, shape.width))
        fewer = b.binary("sub", self.count(value, shape), const(1, 32))
        return self.with_count(b.binary("or", below, moved), shape, fewer)

    def replaced(self, value: Bits, shape: Shape, place: Bits, element: Bits) -> Bits:
        """With another element at a place."""
        if not shape.step:
            return value
        b, width = self._b, shape.width
        distance = b.binary("add", self._distance(shape, place), const(shape.count, width))
        hole = b.binary("shl", const((1 << shape.step) - 1, width), distance)
        kept = b.binary("and", value, self._flipped(hole))
        return b.binary("or", kept, b.binary("shl", b.resized(element, width), distance))

    def is_prefix(self, left: Bits, right: Bits, shape: Shape) -> Bits:
        """Whether `right` begins with `left`."""
        b, count = self._b, self.count(left, shape)
        is_shorter = b.compare("ule", count, self.count(right, shape))
        start = b.binary("and", right, self.first(shape, count))
        return b.binary("and", is_shorter, b.compare("eq", start, self.body(left, shape)))

    def occurrences(self, value: Bits, shape: Shape, element: Bits) -> Bits:
        """How often an element is in the slots."""
        return self._counted(value, shape, lambda one: self._b.compare("eq", one, element))

    # ---- ascending slots

    def has(self, value: Bits, shape: Shape, element: Bits) -> Bits:
        """Whether an element is in the slots."""
        b, count, found = self._b, self.count(value, shape), FALSE
        if shape.slots > MOST_COMPARED:
            return b.compare("ne", self.occurrences(value, shape, element), const(0, 32))
        for place in range(shape.slots):
            is_it = b.compare("eq", self.element(value, shape, const(place, 32)), element)
            found = b.binary("or", found, b.binary("and", is_it, b.compare("ult", const(place, 32), count)))
        return found

    def inserted(self, value: Bits, shape: Shape, element: Bits) -> Bits:
        """With one more element, for which there is a slot, at the place where it belongs."""
        b, width = self._b, shape.width
        if not shape.step:
            return b.binary("add", value, const(1, width))
        place = self._place(value, shape, element)
        below = self.first(shape, place)
        moved = b.binary("and", self.body(value, shape), self._flipped(below))
        moved = b.binary("shl", moved, const(shape.step, width))
        new = b.binary("shl", b.resized(element, width), const(shape.count, width))
        new = b.binary("shl", new, self._distance(shape, place))
        all_ = b.binary("or", b.binary("or", b.binary("and", value, below), moved), new)
        return self.with_count(all_, shape, b.binary("add", self.count(value, shape), const(1, 32)))

    def taken_out(self, value: Bits, shape: Shape, element: Bits) -> Bits:
        """With one less of an element that is there."""
        return self.without(value, shape, self._place(value, shape, element))

    def _place(self, value: Bits, shape: Shape, element: Bits) -> Bits:
        """How many elements are smaller."""
        return self._counted(value, shape, lambda one: self._b.compare("ult", one, element))

    def _counted(self, value: Bits, shape: Shape, test: Callable[[Bits], Bits]) -> Bits:
        b, count = self._b, self.count(value, shape)
        if shape.slots <= MOST_COMPARED:
            found = const(0, 32)
            for place in range(shape.slots):
                is_there = b.compare("ult", const(place, 32), count)
                holds = test(self.element(value, shape, const(place, 32)))
                found = b.binary("add", found, b.resized(b.binary("and", is_there, holds), 32))
            return found
        total = b.cell(32, const(0, 32))

        def one_more(element: Bits) -> None:
            b.store(b.binary("add", b.load(total), b.resized(test(element), 32)), total)

        self.each(value, shape, one_more, is_unrolled=False)
        return b.load(total)

    # ---- sets

    def added(self, value: Bits, shape: Shape, element: Bits, crowded: Callable[[Bits], None]) -> Bits:
        """A set with an element that it may have; `crowded` is asked whether there is a slot if it is new."""
        b = self._b
        found = b.cell(shape.width, value)
        with b.when(b.binary("xor", self.has(value, shape, element), TRUE)):
            crowded(self.has_room(value, shape))
            b.store(self.inserted(value, shape, element), found)
        return b.load(found)

    def has_room(self, value: Bits, shape: Shape, more: Bits | None = None) -> Bits:
        """Whether there are slots for some more elements, for one if nothing is said."""
        b, count = self._b, self.count(value, shape)
        if more is None:
            return b.compare("ult", count, const(shape.slots, 32))
        return b.compare("ule", b.binary("add", count, more), const(shape.slots, 32))

    def united(self, left: Bits, right: Bits, shape: Shape, crowded: Callable[[Bits], None]) -> Bits:
        """The union of two sets."""
        b, found = self._b, self._b.cell(shape.width, left)

        def add(element: Bits) -> None:
            b.store(self.added(b.load(found), shape, element, crowded), found)

        self.each(right, shape, add, is_unrolled=False)
        return b.load(found)

    def kept(self, left: Bits, right: Bits, shape: Shape, *, are_in: bool) -> Bits:
        """The elements of one set that are, or are not, in the other."""
        b, found = self._b, self._b.cell(shape.width, const(0, shape.width))

        def keep(element: Bits) -> None:
            is_in = self.has(right, shape, element)
            with b.when(is_in if are_in else b.binary("xor", is_in, TRUE)):
                b.store(self.appended(b.load(found), shape, element), found)

        self.each(left, shape, keep, is_unrolled=False)
        return b.load(found)

    def is_subset(self, left: Bits, right: Bits, shape: Shape) -> Bits:
        """Whether all elements of one set are in the other."""
        b, found = self._b, self._b.cell(1, TRUE)

        def test(element: Bits) -> None:
            with b.when(b.binary("xor", self.has(right, shape, element), TRUE)):
                b.store(FALSE, found)

        self.each(left, shape, test, is_unrolled=False)
        return b.load(found)

    def _flipped(self, mask: Bits) -> Bits:
        return self._b.binary("xor", mask, const((1 << mask.width) - 1, mask.width))
