"""Loops over collections and quantifiers as LLVM code.

Small domains are unrolled, so that indices become constants; large sets are walked through bit by bit, word by word.
"""

from __future__ import annotations

from collections.abc import Callable, Generator as Yields
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from indoubt.explorer.backends.native.bits import TRUE, Bits, const
from indoubt.explorer.backends.native.filters import conjuncts, negated
from indoubt.explorer.backends.native.packing import WORD, Unsupported, plain
from indoubt.explorer.ir.expressions import (
    And,
    Collect,
    Expr,
    Generator,
    Local,
    Members,
    Range,
    Subsets,
)
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.values import encoded_members
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.types import IntType, PermutationType, QuorumType, SetType, Type, type_text
from indoubt.specs.language.universe import within

if TYPE_CHECKING:
    from indoubt.explorer.backends.native.expressions import Expressions

MOST_UNROLLED = 16
"""The largest domain whose body is written once for each of its values."""
MOST_COPIES = 128
"""How many nodes a body has at most, counted as often as it is written."""
MOST_CHOICES = 1 << 24
"""A type with more values is not ranged over."""
MOST_LISTED = 1 << 16
"""A type with more values has no table of them."""
SIGN = 1 << 63

Body = Callable[[], None]


class Loops:
    """Writes what ranges over collections; one for each function."""

    def __init__(self, owner: Expressions) -> None:
        self._of = owner
        self._copies = 1

    # ---- ranging

    def each(self, local: Local, domain: Expr, body: Body, length: int = 1) -> None:
        """`body`, which has so many nodes, with the local bound to every element, as often as it occurs."""
        of = self._of

        def taken(value: Bits) -> None:
            of.bind(local, value)
            body()

        match of.listed(domain):
            case Members(type_):
                self.each_value(local, type_.element, body, length)
            case Subsets(collection):
                value = of.expression(collection)
                of.collections.each_subset(value, collection.type, taken)
            case Collect(element, generators, ListType(type_)):
                self.each_collected(generators, element, taken, type_, length)
            case Range(start, stop):
                self._each_number(local, start, stop, body, length)
            case collection:
                self.each_of(of.expression(collection), collection.type, taken, length)

    def each_of(self, value: Bits, type_: Any, body: Callable[[Bits], None], length: int = 1) -> None:
        """`body` with every element of a collection, as often as it occurs."""
        of, type_ = self._of, plain(type_)
        if not of.packing.has_slots(type_):
            self._each_element(type_.element, value, body, length)
            return
        shape = of.packing.shape(type_)
        is_unrolled = self._is_unrolled(shape.slots, length)
        with self._copied(shape.slots if is_unrolled else 1):
            of.slotted.each(value, shape, body, is_unrolled=is_unrolled)

    def each_value(self, local: Local, type_: Type, body: Body, length: int = 1) -> None:
        """`body`, which has so many nodes, with the local bound to every value of a type."""
        of, b = self._of, self._of.builder
        size = of.packing.size(type_)
        if size > MOST_CHOICES:
            raise Unsupported(f"all {size:,} values of `{type_text(type_)}`")
        if isinstance(type_, QuorumType | PermutationType):
            self._each_listed(local, type_, body, length)
            return
        if self._is_unrolled(size, length):
            with self._copied(size):
                for number in range(size):
                    of.bind(local, of.member(const(number, 32), type_))
                    body()
            return
        with b.repeated(size) as place:
            of.bind(local, of.member(place, type_))
            body()

    def _each_listed(self, local: Local, type_: QuorumType | PermutationType, body: Body, length: int) -> None:
        """For types whose values are read off a table."""
        of, b, width = self._of, self._of.builder, self._of.width(type_)
        if of.packing.size(type_) > MOST_LISTED:
            raise Unsupported(f"all {of.packing.size(type_):,} values of `{type_text(type_)}`")
        with within(of.packing.universe):
            values = [of.packing.pack(one, type_) for one in encoded_members(type_)]
        if self._is_unrolled(len(values), length) or not width:
            with self._copied(len(values)):
                for one in values:
                    of.bind(local, const(one, width))
                    body()
            return
        with b.repeated(len(values)) as place:
            of.bind(local, b.listed(values, width, place))
            body()

    @contextmanager
    def _copied(self, times: int) -> Yields[None, None, None]:
        """What is written here is written so many times."""
        self._copies *= max(1, times)
        yield
        self._copies //= max(1, times)

    def each_in(self, local: Local, mask: Bits, body: Body, length: int) -> None:
        """`body`, which has so many nodes, with the local bound to every value whose ordinal is in a mask."""

        def bound(value: Bits) -> None:
            self._of.bind(local, value)
            body()

        self._each_element(plain(local.type), mask, bound, length)

    def _each_element(self, type_: Type, mask: Bits, body: Callable[[Bits], None], length: int) -> None:
        of, b = self._of, self._of.builder
        if self._is_unrolled(mask.width, length):
            with self._copied(mask.width):
                for number in range(mask.width):
                    with b.when(b.part(mask, number, 1)):
                        body(of.member(const(number, 32), type_))
            return
        for low in range(0, mask.width, WORD):
            width = min(WORD, mask.width - low)
            rest = b.cell(width, b.part(mask, low, width))
            top, inside, end = b.fresh("top"), b.fresh("each"), b.fresh("end")
            b.place(top)
            now = b.load(rest)
            b.branch(b.compare("eq", now, const(0, width)), end, inside)
            b.place(inside)
            b.store(b.binary("and", now, b.binary("sub", now, const(1, width))), rest)
            lowest = b.call(f"llvm.cttz.i{width}", width, now, TRUE)
            body(of.member(b.binary("add", b.resized(lowest, 32), const(low, 32)), type_))
            if b.is_open:
                b.jump(top)
            b.place(end)

    def _is_unrolled(self, size: int, length: int = 1) -> bool:
        return size <= 1 or (size <= MOST_UNROLLED and size * self._copies * length <= MOST_COPIES)

    def each_collected(
        self,
        generators: tuple[Generator, ...],
        element: Expr,
        body: Callable[[Bits], Any],
        wanted: Type,
        length: int = 1,
    ) -> None:
        """`body` with every element of a comprehension, as one of the wanted type."""
        of, b = self._of, self._of.builder
        if not generators:
            body(of.as_type(element, wanted))
            return
        first = generators[0]
        sieved = of.filters.sieved(first.local, first.domain, conjuncts(first.condition))
        if sieved is not None:
            mask, type_, rest = sieved

            def taken(value: Bits) -> None:
                of.bind(first.local, value)
                with b.when(of.expression(And(rest)) if rest else TRUE):
                    self.each_collected(generators[1:], element, body, wanted, length)

            self._each_element(type_.element, mask, taken, length + nodes_in((element, *generators[1:], rest)))
            return

        def inner() -> None:
            with b.when(of.expression(first.condition)):
                self.each_collected(generators[1:], element, body, wanted, length)

        inside = nodes_in((element, *generators[1:], first.condition))
        self.each(first.local, first.domain, inner, length + inside)

    def _each_number(self, local: Local, start: Expr, stop: Expr, body: Body, length: int) -> None:
        of, b = self._of, self._of.builder
        assert isinstance(local.type, IntType)
        low, high = (of.number(of.expression(end), end.type) for end in (start, stop))
        least, most = of.integers.ends(start)[0], of.integers.ends(stop)[1]
        numbers = range(max(least, local.type.low), min(most, local.type.high + 1))
        if self._is_unrolled(len(numbers), length):
            with self._copied(len(numbers)):
                for number in numbers:
                    here = const(number & (2 * SIGN - 1), 64)
                    is_in = b.binary("and", self._below_or_equal(low, here), self._below(here, high))
                    with b.when(is_in):
                        of.bind(local, of.interval(here, local.type))
                        body()
            return
        now = b.cell(64, low)
        top, inside, end = b.fresh("top"), b.fresh("each"), b.fresh("end")
        b.place(top)
        number_now = b.load(now)
        b.branch(self._below(number_now, high), inside, end)
        b.place(inside)
        with b.when(of.lies_in(number_now, local.type)):
            of.bind(local, of.interval(number_now, local.type))
            body()
        b.store(b.binary("add", number_now, const(1, 64)), now)
        if b.is_open:
            b.jump(top)
        b.place(end)

    def _below(self, left: Bits, right: Bits) -> Bits:
        return self._of.builder.binary("xor", self._below_or_equal(right, left), TRUE)

    def _below_or_equal(self, left: Bits, right: Bits) -> Bits:
        """The order of signed numbers."""
        b = self._of.builder
        flipped = [b.binary("add", side, const(SIGN, 64)) for side in (left, right)]
        return b.compare("ule", *flipped)

    # ---- quantifiers

    def quantified(self, local: Local, domain: Expr, body: Expr, found: Bits) -> Bits:
        """Whether some element has a property (found is TRUE), or every element (found is FALSE)."""
        of, b = self._of, self._of.builder
        at_once = of.planes.quantified(local, domain, body, is_any=found is TRUE)
        if at_once is not None:
            return at_once
        conditions = conjuncts(body if found is TRUE else negated(body))
        sieved = of.filters.sieved(local, domain, conditions)
        if sieved is not None:
            return self._sieved(local, *sieved, found)
        straight = None if of.may_stop(body) else self._straight(domain, nodes_in(body))
        if straight is not None:
            result = const(1 - int(found.text), 1)
            with self._copied(len(straight)):
                for is_in, value in straight:
                    of.bind(local, value)
                    truth = of.expression(body)
                    if found is TRUE:
                        result = b.binary("or", result, b.binary("and", is_in, truth))
                    else:
                        result = b.binary("and", result, b.binary("or", b.binary("xor", is_in, TRUE), truth))
            return result
        cell, done = b.cell(1, const(1 - int(found.text), 1)), b.fresh("done")

        def test() -> None:
            truth = of.expression(body)
            with b.when(truth if found is TRUE else b.binary("xor", truth, TRUE)):
                b.store(found, cell)
                b.jump(done)

        self.each(local, domain, test, nodes_in(body))
        b.place(done)
        return b.load(cell)

    def _sieved(self, local: Local, mask: Bits, type_: SetType, rest: tuple[Expr, ...], found: Bits) -> Bits:
        """`found` if some element of a set that was sieved meets the conditions that are left, else the opposite."""
        of, b = self._of, self._of.builder
        if not rest:
            is_empty = b.compare("eq", mask, const(0, mask.width))
            return b.binary("xor", is_empty, TRUE) if found is TRUE else is_empty
        cell, done = b.cell(1, const(1 - int(found.text), 1)), b.fresh("done")

        def test(value: Bits) -> None:
            of.bind(local, value)
            with b.when(of.expression(And(rest))):
                b.store(found, cell)
                b.jump(done)

        self._each_element(type_.element, mask, test, nodes_in(rest))
        b.place(done)
        return b.load(cell)

    def _straight(self, domain: Expr, length: int) -> list[tuple[Bits, Bits]] | None:
        """The few elements that a collection may have, each with whether it has it; None where they are many."""
        of, b = self._of, self._of.builder
        if isinstance(domain, Members):
            type_ = domain.type.element
            if isinstance(type_, QuorumType | PermutationType) or not self._is_unrolled(of.packing.size(type_), length):
                return None
            return [(TRUE, of.member(const(number, 32), type_)) for number in range(of.packing.size(type_))]
        if isinstance(domain.type, ListType) or isinstance(domain, Subsets):
            return None
        type_ = plain(domain.type)
        if of.packing.has_slots(type_):
            shape = of.packing.shape(type_)
            if not self._is_unrolled(shape.slots, length):
                return None
            value = of.expression(domain)
            count, places = of.slotted.count(value, shape), [const(number, 32) for number in range(shape.slots)]
            return [(b.compare("ult", one, count), of.slotted.element(value, shape, one)) for one in places]
        assert isinstance(type_, SetType)
        if not self._is_unrolled(of.packing.size(type_.element), length):
            return None
        mask = of.expression(domain)
        return [(b.part(mask, number, 1), of.member(const(number, 32), type_.element)) for number in range(mask.width)]


def nodes_in(node: Any) -> int:
    """How long a part of the machine is."""
    return sum(1 for _ in walk(node))
