"""Quantifiers, comprehensions and folds as LLVM code.

Small domains are unrolled, so that indices become constants; large sets are walked through bit by bit, word by word.
"""

from __future__ import annotations

from collections.abc import Callable, Generator as Yields
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from indoubt.explorer.backends.native.bits import FALSE, TRUE, Bits, const
from indoubt.explorer.backends.native.conversion import converted, is_inside
from indoubt.explorer.backends.native.filters import conjuncts, negated
from indoubt.explorer.backends.native.layout import WORD, Unsupported, plain
from indoubt.explorer.backends.native.values import FULL
from indoubt.explorer.ir.expressions import (
    And,
    Collect,
    Expr,
    Fold,
    Generator,
    Literal,
    Local,
    Members,
    Range,
    Size,
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
                self._each_collected(generators, element, taken, type_, length)
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

    def _each_collected(
        self,
        generators: tuple[Generator, ...],
        element: Expr,
        body: Callable[[Bits], Any],
        wanted: Type,
        length: int = 1,
    ) -> None:
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
                    self._each_collected(generators[1:], element, body, wanted, length)

            self._each_element(type_.element, mask, taken, length + nodes_in((element, *generators[1:], rest)))
            return

        def inner() -> None:
            with b.when(of.expression(first.condition)):
                self._each_collected(generators[1:], element, body, wanted, length)

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

    # ---- comprehensions and folds

    def collected(self, expr: Collect | Fold | Size | Range) -> Bits:
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
                    type_, lambda add: self._each_collected(generators, element, add, _element(type_))
                )
            case Range(_, _, type_):
                local = Local(f"#number{self._of.builder.fresh()}", type_.element)
                return self._gathered(
                    type_, lambda add: self.each(local, expr, lambda: add(self._of.expression(local)))
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

        self.each(local, collection, one_more)
        return b.load(count)

    def _number_of(self, mask: Bits) -> Bits:
        """How many bits are set."""
        b = self._of.builder
        return b.resized(b.call(f"llvm.ctpop.i{mask.width}", mask.width, mask), 64) if mask.width else const(0, 64)

    def _fold(self, expr: Fold) -> Bits:
        of, b = self._of, self._of.builder
        type_ = _element(expr.collection.type)
        match expr.collection:
            case Collect(Literal(int() as number)) if expr.kind == "sum":
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

            self.each(local, expr.collection, add)
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

        self.each(local, expr.collection, take)
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

        self.each(local, collection, compare)
        return b.binary("and", inside, b.load(found))


def _element(type_: Any) -> Type:
    """What a collection has in it."""
    collection: Any = type_ if isinstance(type_, ListType) else plain(type_)
    element: Type = collection.element
    return element


def nodes_in(node: Any) -> int:
    """How long a part of the machine is."""
    return sum(1 for _ in walk(node))
