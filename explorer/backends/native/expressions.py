"""Expressions of a machine as LLVM code.

An operand that can neither fail nor reach a bound is computed whether it is needed or not, and chosen by `select`; for
the others there are branches, as the language demands: what is not reached is not computed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from indoubt.explorer.backends.native.builder import FALSE, TRUE, Bits, Builder, Cell, const
from indoubt.explorer.backends.native.layout import Packing, Unsupported, plain
from indoubt.explorer.backends.native.loops import Loops
from indoubt.explorer.backends.native.values import FULL, Values
from indoubt.explorer.ir.expressions import (
    And,
    Arithmetic,
    Below,
    Bounded,
    Collect,
    Combine,
    Conditional,
    Construct,
    Contains,
    Equal,
    Exists,
    Expr,
    Field,
    Fold,
    ForAll,
    IsA,
    Let,
    Literal,
    Load,
    Local,
    Lookup,
    Members,
    Narrow,
    Neighbour,
    Not,
    Or,
    Remove,
    SetLiteral,
    Size,
    Subset,
    Tabulate,
    Widen,
)
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.walk import mentions, walk
from indoubt.specs.language.sorts import Ring
from indoubt.specs.language.types import (
    IntType,
    MapType,
    NoneType,
    RecordType,
    SetType,
    SortType,
    Type,
    UnionType,
)

MAY_STOP = (Bounded, Neighbour, Remove, Fold, Lookup)
"""Expressions that may fail or reach a bound; the others have a value wherever their operands have."""


class Expressions(Values):
    """Writes expressions into a function; knows where its locals and the variables of the state are."""

    def __init__(
        self,
        builder: Builder,
        packing: Packing,
        variables: Callable[[str, bool], Bits],
        stop: Callable[[str | None], None],
    ) -> None:
        super().__init__(builder, packing)
        self._variables = variables
        self._stop = stop
        self._locals: dict[str, Cell] = {}
        self._lists: dict[str, Expr] = {}
        self.loops = Loops(self)

    # ---- locals

    def bind(self, local: Local, value: Bits) -> None:
        """Give a local a value."""
        cell = self._locals.get(local.name)
        if cell is None or cell.width != value.width:  # two properties may give one name to two things
            cell = self._locals[local.name] = self.builder.cell(value.width)
        self.builder.store(value, cell)

    def name_list(self, local: Local, value: Expr) -> None:
        """Let a local stand for a list, which is no value: it is ranged over anew wherever it is used."""
        self._lists[local.name] = self.listed(value)

    def listed(self, expr: Expr) -> Expr:
        """The list that a local stands for. Raises Unsupported where the state has been changed since."""
        if isinstance(expr, Local) and isinstance(expr.type, ListType):
            if expr.name not in self._lists:
                raise Unsupported(f"the list `{expr.name.partition('#')[0]}`, after a change of what it is made of")
            return self._lists[expr.name]
        return expr

    def forget_lists(self, variable: str) -> None:
        """A variable is written: lists that are made of it do not stand for what they stood for."""
        self._lists = {name: value for name, value in self._lists.items() if not mentions(value, variable)}

    # ---- expressions

    def expression(self, expr: Expr) -> Bits:
        """The code of an expression, and its value. Raises Unsupported."""
        b = self.builder
        match expr:
            case Literal(value, type_):
                self.width(type_)
                assert not isinstance(type_, ListType)
                return const(self.packing.pack(value, type_), self.packing.width(type_))
            case Load(name, _, after):
                return self._variables(name, after)
            case Local(name):
                return b.load(self._locals[name])
            case Let(Local(type=ListType()) as local, value, body):
                self.name_list(local, value)
                return self.expression(body)
            case Let(local, value, body):
                self.bind(local, self.as_type(value, local.type))
                return self.expression(body)
            case Not(operand):
                return b.binary("xor", self.expression(operand), TRUE)
            case And(operands):
                return self._connective(operands, stop=FALSE)
            case Or(operands):
                return self._connective(operands, stop=TRUE)
            case Conditional(condition, then, otherwise, type_):
                return self._conditional(condition, then, otherwise, type_)
            case Equal(left, right):
                if isinstance(left.type, IntType) and isinstance(right.type, IntType) and left.type != right.type:
                    return b.compare("eq", *(self.number(self.expression(side), side.type) for side in (left, right)))
                return b.compare("eq", self.expression(left), self.as_type(right, left.type))
            case Below(left, right):
                return b.compare("ult", *(self._rank(side) for side in (left, right)))
            case Contains(element, collection):
                return self._contains(element, collection)
            case Subset(left, right):
                outside = b.binary("and", self.expression(left), self.flipped(self.expression(right)))
                return b.compare("eq", outside, const(0, outside.width))
            case Exists(local, domain, body):
                return self.loops.quantified(local, domain, body, found=TRUE)
            case ForAll(local, domain, body):
                return self.loops.quantified(local, domain, body, found=FALSE)
            case Collect() | Fold() | Size():
                return self.loops.collected(expr)
            case Widen(value, type_):
                return self.widened(self.expression(value), value.type, type_)
            case Narrow(value, type_):
                return self.narrowed(self.expression(value), value.type, type_)
            case IsA(value, alternative):
                return self.is_a(self.expression(value), value.type, alternative)
            case Arithmetic() | Bounded() | Neighbour():
                return self._integer(expr)
            case Field(record, name, type_):
                assert isinstance(record.type, RecordType)
                return b.part(self.expression(record), self._before(record.type, name), self.width(type_))
            case Construct(type_, fields):
                pairs = zip(fields, type_.fields, strict=True)
                return self.joined([self.as_type(field, wanted) for field, (_, wanted) in pairs], self.width(type_))
            case Lookup(table, key, type_):
                assert isinstance(table.type, MapType)
                values = self.expression(table)
                return b.part_at(values, self.place(table.type, key), self.width(type_))
            case Tabulate(key, body, type_):
                return self._tabulated(key, body, type_)
            case SetLiteral(elements, type_):
                return self._set_of(elements, type_)
            case Members(type_):
                return const(self.packing.everything(type_.element), self.width(type_))
            case Combine(operator, left, right):
                first, second = self.expression(left), self.expression(right)
                if operator == "-":
                    return b.binary("and", first, self.flipped(second))
                return b.binary("or" if operator == "|" else "and", first, second)
            case Remove(collection, element):
                return self._removed(collection, element)
            case _:
                raise Unsupported(f"`{type(expr).__name__}`")

    def may_stop(self, node: Any) -> bool:
        """Whether an expression may fail, or reach a bound, or is dear to compute in vain."""
        for part in walk(node):
            if isinstance(part, Lookup):
                table = part.map.type
                if not isinstance(table, MapType) or plain(part.key.type) != plain(table.key):  # type: ignore[arg-type]
                    return True
            elif isinstance(part, MAY_STOP):
                return True
        return False

    def _connective(self, operands: tuple[Expr, ...], stop: Bits) -> Bits:
        b = self.builder
        operator = "or" if stop is TRUE else "and"
        found = self.expression(operands[0])
        for operand in operands[1:]:
            if found == stop:
                return found
            if not self.may_stop(operand):
                found = b.binary(operator, found, self.expression(operand))
                continue
            cell = b.cell(1, found)
            with b.when(found if stop is FALSE else b.binary("xor", found, TRUE)):
                b.store(self.expression(operand), cell)
            found = b.load(cell)
        return found

    def as_type(self, expr: Expr, wanted: Any) -> Bits:
        """The value of an expression as one of a type that has it: the same type, or an interval around it."""
        value = self.expression(expr)
        if isinstance(expr.type, IntType) and isinstance(wanted, IntType):
            return value if expr.type == wanted else self.interval(self.number(value, expr.type), wanted)
        if isinstance(expr.type, ListType) or isinstance(wanted, ListType) or plain(expr.type) != plain(wanted):
            raise Unsupported(f"a `{expr.type}` where a `{wanted}` is meant")
        return value

    def _conditional(self, condition: Expr, then: Expr, otherwise: Expr, type_: Any) -> Bits:
        b, width = self.builder, self.width(type_)
        test = self.expression(condition)
        if test.constant is not None:
            return self.as_type(then if test.constant else otherwise, type_)
        if not self.may_stop(then) and not self.may_stop(otherwise):
            return b.select(test, self.as_type(then, type_), self.as_type(otherwise, type_))
        cell, yes, no, end = b.cell(width), b.fresh("yes"), b.fresh("no"), b.fresh("end")
        b.branch(test, yes, no)
        for label, side in ((yes, then), (no, otherwise)):
            b.place(label)
            b.store(self.as_type(side, type_), cell)
            if b.is_open:
                b.jump(end)
        b.place(end)
        return b.load(cell)

    def _rank(self, side: Expr) -> Bits:
        """A number that orders integers, members of an order, and None below them."""
        b, value = self.builder, self.expression(side)
        match side.type:
            case IntType(low, _):
                return b.binary("add", b.resized(value, 64), const(low + (1 << 62), 64))
            case SortType():
                return b.binary("add", b.resized(value, 64), const(1, 64))
            case NoneType():
                return const(0, 64)
            case UnionType((SortType() as sort, NoneType())):
                is_none = b.compare("eq", value, const(self.packing.size(sort), value.width))
                return b.select(is_none, const(0, 64), b.binary("add", b.resized(value, 64), const(1, 64)))
            case UnionType((IntType(low, high), NoneType())):
                is_none = b.compare("eq", value, const(high - low + 1, value.width))
                return b.select(
                    is_none, const(0, 64), b.binary("add", b.resized(value, 64), const(low + (1 << 62), 64))
                )
            case other:
                raise Unsupported(f"an order of `{other}`")

    def _integer(self, expr: Arithmetic | Bounded | Neighbour) -> Bits:
        b = self.builder
        match expr:
            case Arithmetic(operator, left, right, type_):
                first, second = (self.number(self.expression(side), side.type) for side in (left, right))
                if operator in ("+", "-", "*"):
                    name = {"+": "add", "-": "sub", "*": "mul"}[operator]
                    return self.interval(b.binary(name, first, second), type_)
                return self.interval(self.divided(operator, first, second), type_)
            case Bounded(value, bound, type_):
                assert isinstance(type_, IntType)
                number = self.number(self.expression(value), value.type)
                above = b.binary("sub", number, const(type_.low & FULL, 64))
                self.demand(b.compare("ule", above, const(type_.high - type_.low, 64)), bound)
                return b.resized(above, self.packing.width(type_))
            case Neighbour(value, offset, type_):
                return self._neighbour(self.expression(value), offset, type_)

    def _neighbour(self, value: Bits, offset: int, type_: Type) -> Bits:
        assert isinstance(type_, SortType)
        b, size = self.builder, self.packing.size(type_)
        edge = const(size - 1 if offset > 0 else 0, value.width)
        moved = b.binary("add" if offset > 0 else "sub", value, const(1, value.width))
        is_edge = b.compare("eq", value, edge)
        if issubclass(type_.cls, Ring):
            return b.select(is_edge, const(0 if offset > 0 else size - 1, value.width), moved)
        name = f"{type_.cls.__name__}.{'next' if offset > 0 else 'prev'}()"
        self.demand(b.binary("xor", is_edge, TRUE), name)
        return moved

    def demand(self, condition: Bits, bound: str | None) -> None:
        """Leave the step where the condition does not hold: a bound is reached, or (None) the spec fails."""
        b = self.builder
        with b.when(b.binary("xor", condition, TRUE)):
            self._stop(bound)

    # ---- records, maps, sets

    def _before(self, record: RecordType, name: str) -> int:
        names = [field for field, _ in record.fields]
        return sum(self.packing.width(type_) for _, type_ in record.fields[: names.index(name)])

    def place(self, table: MapType, key: Expr) -> Bits:
        """The place of a key in a map; a key that the map does not have makes the spec fail."""
        value, wanted = self.expression(key), plain(table.key)
        if isinstance(key.type, IntType) and isinstance(wanted, IntType) and key.type != wanted:
            number = self.number(value, key.type)
            above = self.builder.binary("sub", number, const(wanted.low & FULL, 64))
            self.demand(self.builder.compare("ule", above, const(wanted.high - wanted.low, 64)), None)
            return self.builder.resized(above, 32)
        if isinstance(key.type, ListType) or plain(key.type) != wanted:
            raise Unsupported("a key of another type than the map has")
        return self.builder.resized(self.ordinal(value, wanted), 32)

    def _tabulated(self, key: Local, body: Expr, type_: MapType) -> Bits:
        parts: list[Bits] = []
        for number in range(self.packing.size(type_.key)):
            self.bind(key, self.member(const(number, 32), type_.key))
            parts.append(self.as_type(body, type_.value))
        return self.joined(parts, self.width(type_))

    def _set_of(self, elements: tuple[Expr, ...], type_: SetType) -> Bits:
        b, width = self.builder, self.width(type_)
        found = const(0, width)
        for element in elements:
            place = self.ordinal(self.as_type(element, type_.element), type_.element)
            found = b.binary("or", found, b.bit(place, width))
        return found

    def _contains(self, element: Expr, collection: Expr) -> Bits:
        b = self.builder
        if isinstance(collection.type, ListType):
            return self.loops.is_among(element, collection)
        if not isinstance(plain(collection.type), SetType):
            raise Unsupported(f"`in` of a `{collection.type}`")
        whole = plain(collection.type)
        assert isinstance(whole, SetType)
        of = whole.element
        mask = self.expression(collection)
        if isinstance(element.type, IntType) and isinstance(of, IntType) and element.type != of:
            above = b.binary("sub", self.number(self.expression(element), element.type), const(of.low & FULL, 64))
            is_in = b.compare("ule", above, const(of.high - of.low, 64))
            place = b.select(is_in, above, const(0, 64))
            return b.binary("and", is_in, self.has(mask, b.resized(place, 32)))
        return self.has(mask, self.ordinal(self.as_type(element, of), of))

    def _removed(self, collection: Expr, element: Expr) -> Bits:
        assert isinstance(collection.type, SetType)
        mask = self.expression(collection)
        of = collection.type.element
        place = self.ordinal(self.as_type(element, of), of)
        self.demand(self.has(mask, place), None)
        return self.builder.binary("and", mask, self.flipped(self.builder.bit(place, mask.width)))
