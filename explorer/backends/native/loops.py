"""Quantifiers, comprehensions and folds as LLVM code.

Small domains are unrolled, so that indices become constants; large sets are walked through bit by bit, word by word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from indoubt.explorer.backends.native.builder import FALSE, TRUE, Bits, const
from indoubt.explorer.backends.native.layout import WORD, Unsupported, plain
from indoubt.explorer.ir.expressions import Collect, Expr, Fold, Generator, Local, Members, Range, Size
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.values import encoded_members
from indoubt.specs.language.types import IntType, MapType, QuorumType, SetType, SortType, Type
from indoubt.specs.language.universe import within

if TYPE_CHECKING:
    from indoubt.explorer.backends.native.expressions import Expressions

MOST_UNROLLED = 16
"""The largest domain whose body is written once for each of its values."""
MOST_COPIES = 256
"""How often a body inside several loops is written at most."""
SIGN = 1 << 63

Body = Callable[[], None]


class Loops:
    """Writes what ranges over collections; one for each function."""

    def __init__(self, owner: Expressions) -> None:
        self._of = owner
        self._copies = 1

    # ---- ranging

    def each(self, local: Local, domain: Expr, body: Body) -> None:
        """`body`, with the local bound to every element of a collection, as often as it occurs."""
        of = self._of

        def taken(value: Bits) -> None:
            of.bind(local, value)
            body()

        match of.listed(domain):
            case Members(type_):
                self._each_member(local, type_.element, body)
            case Collect(element, generators, ListType()):
                self._each_collected(generators, element, taken, _own(local.type))
            case Range(start, stop):
                self._each_number(local, start, stop, body)
            case _ if isinstance(plain_of(domain), SetType):
                self._each_element(local, plain_of(domain).element, of.expression(domain), body)
            case _:
                raise Unsupported(f"a loop over a `{domain.type}`")

    def each_value(self, local: Local, type_: Type, body: Body) -> None:
        """`body`, with the local bound to every value of a type."""
        self._each_member(local, type_, body)

    def _each_member(self, local: Local, type_: Type, body: Body) -> None:
        of, b = self._of, self._of.builder
        if isinstance(type_, QuorumType):
            with within(of.packing.universe):
                quorums = encoded_members(type_)
            for one in quorums:
                of.bind(local, const(of.packing.pack(one, type_), of.width(type_)))
                body()
            return
        if isinstance(plain(type_), MapType):
            raise Unsupported(f"every `{type_}`")
        size = of.packing.size(type_)
        if self._is_unrolled(size):
            self._copies *= size
            for number in range(size):
                of.bind(local, of.member(const(number, 32), type_))
                body()
            self._copies //= size
            return
        with b.repeated(size) as place:
            of.bind(local, of.member(place, type_))
            body()

    def _each_element(self, local: Local, type_: Type, mask: Bits, body: Body) -> None:
        of, b = self._of, self._of.builder
        if self._is_unrolled(mask.width):
            self._copies *= max(1, mask.width)
            for number in range(mask.width):
                with b.when(b.part(mask, number, 1)):
                    of.bind(local, of.member(const(number, 32), type_))
                    body()
            self._copies //= max(1, mask.width)
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
            of.bind(local, of.member(b.binary("add", b.resized(lowest, 32), const(low, 32)), type_))
            body()
            if b.is_open:
                b.jump(top)
            b.place(end)

    def _is_unrolled(self, size: int) -> bool:
        return size <= MOST_UNROLLED and size * self._copies <= MOST_COPIES

    def _each_collected(
        self, generators: tuple[Generator, ...], element: Expr, body: Callable[[Bits], Any], wanted: Type | None = None
    ) -> None:
        of, b = self._of, self._of.builder
        if not generators:
            body(of.expression(element) if wanted is None else of.as_type(element, wanted))
            return
        first = generators[0]

        def inner() -> None:
            with b.when(of.expression(first.condition)):
                self._each_collected(generators[1:], element, body, wanted)

        self.each(first.local, first.domain, inner)

    def _each_number(self, local: Local, start: Expr, stop: Expr, body: Body) -> None:
        of, b = self._of, self._of.builder
        assert isinstance(start.type, IntType)
        assert isinstance(stop.type, IntType)
        low, high = (of.number(of.expression(end), end.type) for end in (start, stop))
        numbers = range(start.type.low, stop.type.high)
        if len(numbers) > MOST_UNROLLED * 4:
            raise Unsupported(f"a `range` over up to {len(numbers)} numbers")
        assert isinstance(local.type, IntType)
        for number in numbers:
            if not local.type.low <= number <= local.type.high:
                continue
            here = const(number & (2 * SIGN - 1), 64)
            is_in = b.binary("and", self._below_or_equal(low, here), b.compare("ne", here, high))
            with b.when(b.binary("and", is_in, self._below_or_equal(here, high))):
                of.bind(local, of.interval(here, local.type))
                body()

    def _below_or_equal(self, left: Bits, right: Bits) -> Bits:
        """The order of signed numbers."""
        b = self._of.builder
        flipped = [b.binary("add", side, const(SIGN, 64)) for side in (left, right)]
        return b.compare("ule", *flipped)

    # ---- quantifiers

    def quantified(self, local: Local, domain: Expr, body: Expr, found: Bits) -> Bits:
        """Whether some element has a property (found is TRUE), or every element (found is FALSE)."""
        of, b = self._of, self._of.builder
        straight = None if of.may_stop(body) else self._straight(domain)
        if straight is not None:
            result = const(1 - int(found.text), 1)
            self._copies *= max(1, len(straight))
            for is_in, value in straight:
                of.bind(local, value)
                truth = of.expression(body)
                if found is TRUE:
                    result = b.binary("or", result, b.binary("and", is_in, truth))
                else:
                    result = b.binary("and", result, b.binary("or", b.binary("xor", is_in, TRUE), truth))
            self._copies //= max(1, len(straight))
            return result
        cell, done = b.cell(1, const(1 - int(found.text), 1)), b.fresh("done")

        def test() -> None:
            truth = of.expression(body)
            with b.when(truth if found is TRUE else b.binary("xor", truth, TRUE)):
                b.store(found, cell)
                b.jump(done)

        self.each(local, domain, test)
        b.place(done)
        return b.load(cell)

    def _straight(self, domain: Expr) -> list[tuple[Bits, Bits]] | None:
        """The few elements that a collection may have, each with whether it has it; None where they are many."""
        of, b = self._of, self._of.builder
        if isinstance(domain, Members):
            type_ = domain.type.element
            if isinstance(type_, QuorumType) or isinstance(plain(type_), MapType):
                return None
            size = of.packing.size(type_)
            if not self._is_unrolled(size):
                return None
            return [(TRUE, of.member(const(number, 32), type_)) for number in range(size)]
        found = plain_of(domain)
        if not isinstance(found, SetType) or not self._is_unrolled(of.packing.size(found.element)):
            return None
        mask = of.expression(domain)
        return [(b.part(mask, number, 1), of.member(const(number, 32), found.element)) for number in range(mask.width)]

    # ---- comprehensions and folds

    def collected(self, expr: Collect | Fold | Size) -> Bits:
        """A comprehension of a set, a fold, or the number of elements."""
        match expr:
            case Collect(element, generators, SetType() as type_):
                return self._set(element, generators, type_)
            case Size(collection, type_):
                return self._of.interval(self._count(collection), type_)
            case Fold():
                return self._fold(expr)
            case _:
                raise Unsupported("a list or sequence made by a comprehension")

    def _set(self, element: Expr, generators: tuple[Generator, ...], type_: SetType) -> Bits:
        of, b = self._of, self._of.builder
        width = of.width(type_)
        mask = b.cell(width, const(0, width))

        def add(value: Bits) -> None:
            b.store(b.binary("or", b.load(mask), b.bit(of.ordinal(value, type_.element), width)), mask)

        self._each_collected(generators, element, add, type_.element)
        return b.load(mask)

    def _count(self, collection: Expr) -> Bits:
        of, b = self._of, self._of.builder
        if isinstance(plain_of(collection), SetType):
            mask = of.expression(collection)
            if not mask.width:
                return const(0, 64)
            return b.resized(b.call(f"llvm.ctpop.i{mask.width}", mask.width, mask), 64)
        count = b.cell(64, const(0, 64))
        local = Local(f"#counted{b.fresh()}", _element_of(collection))

        def one_more() -> None:
            b.store(b.binary("add", b.load(count), const(1, 64)), count)

        self.each(local, collection, one_more)
        return b.load(count)

    def _fold(self, expr: Fold) -> Bits:
        of, b = self._of, self._of.builder
        type_ = _element_of(expr.collection)
        local = Local(f"#folded{b.fresh()}", type_)
        if isinstance(type_, IntType):
            total, is_first = b.cell(64, const(0, 64)), b.cell(1, TRUE)

            def take() -> None:
                number, best = of.number(of.expression(local), type_), b.load(total)
                if expr.kind == "sum":
                    b.store(b.binary("add", best, number), total)
                    return
                pair = (number, best) if expr.kind == "min" else (best, number)
                is_better = b.binary("or", b.load(is_first), self._below_or_equal(*pair))
                b.store(b.select(is_better, number, best), total)
                b.store(FALSE, is_first)

            self.each(local, expr.collection, take)
            if expr.kind != "sum":
                of.demand(b.binary("xor", b.load(is_first), TRUE), None)
            return of.interval(b.load(total), expr.type)
        if isinstance(type_, SortType) and expr.type == type_:
            return self._extreme(expr, local, type_)
        raise Unsupported(f"`{expr.kind}` over a `{type_}`")

    def _extreme(self, expr: Fold, local: Local, type_: SortType) -> Bits:
        of, b = self._of, self._of.builder
        width = of.width(type_)
        best, is_first = b.cell(width, const(0, width)), b.cell(1, TRUE)

        def take() -> None:
            value, known = of.expression(local), b.load(best)
            pair = (value, known) if expr.kind == "min" else (known, value)
            is_better = b.binary("or", b.load(is_first), b.compare("ule", *pair))
            b.store(b.select(is_better, value, known), best)
            b.store(FALSE, is_first)

        self.each(local, expr.collection, take)
        of.demand(b.binary("xor", b.load(is_first), TRUE), None)
        return b.load(best)

    def is_among(self, element: Expr, collection: Expr) -> Bits:
        """Whether a value is among the elements of a list."""
        of, b = self._of, self._of.builder
        value = of.expression(element)
        found, local = b.cell(1, FALSE), Local(f"#among{b.fresh()}", _element_of(collection))
        if local.type != element.type:
            raise Unsupported("`in` of a list with elements of another type")

        def compare() -> None:
            b.store(b.binary("or", b.load(found), b.compare("eq", of.expression(local), value)), found)

        self.each(local, collection, compare)
        return b.load(found)


def _own(type_: Any) -> Type:
    if isinstance(type_, ListType):
        raise Unsupported("a list of lists")
    found: Type = type_
    return found


def plain_of(expr: Expr) -> Any:
    """The type that a collection is packed as; a list has none."""
    return expr.type if isinstance(expr.type, ListType) else plain(expr.type)


def _element_of(collection: Expr) -> Type:
    match collection.type:
        case ListType(element):
            return element
        case _:
            found = plain_of(collection)
            if isinstance(found, SetType):
                return found.element
            raise Unsupported(f"a fold of a `{collection.type}`")
