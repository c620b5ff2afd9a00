"""Expressions of a machine as LLVM code.

An operand that can neither fail nor reach a bound is computed whether it is needed or not, and chosen by `select`; for
the others there are branches, as the language demands: what is not reached is not computed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from indoubt.explorer.backends.native.bits import FALSE, TRUE, Bits, Cell, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.collections import Collections
from indoubt.explorer.backends.native.conversion import converted, is_inside, may_leave
from indoubt.explorer.backends.native.filters import Filters
from indoubt.explorer.backends.native.folds import Folds
from indoubt.explorer.backends.native.integers import Integers
from indoubt.explorer.backends.native.loops import Loops
from indoubt.explorer.backends.native.packing import Packing, Unsupported, plain
from indoubt.explorer.backends.native.planes import Planes
from indoubt.explorer.backends.native.sequences import Sequences, same_type
from indoubt.explorer.backends.native.slots import TooFewSlots
from indoubt.explorer.backends.native.slotted import Slotted
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
    Generator,
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
    Range,
    Remove,
    SetLiteral,
    Size,
    Subset,
    Subsets,
    Tabulate,
    Widen,
)
from indoubt.explorer.ir.sequences import BagChange, Capped, Concat, Element, RemoveAt
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.types import (
    IntType,
    MapType,
    RecordType,
    UnionType,
)

MAY_STOP = (Bounded, Neighbour, Remove, Fold, Lookup, Element, RemoveAt, BagChange, Capped)
"""Expressions that may fail or reach a bound; the others have a value wherever their operands have."""
MAY_BE_CROWDED = (Concat, SetLiteral, Combine, Collect, Subsets, Range)
"""Expressions whose values may have more elements than slots."""
Reason = str | TooFewSlots | None
"""Why a step is not taken: a bound is reached, there are too few slots; or (None) the spec fails."""


class Expressions(Values):
    """Writes expressions into a function; knows where its locals and the variables of the state are."""

    def __init__(
        self,
        builder: Builder,
        packing: Packing,
        variables: Callable[[str, bool], Bits],
        stop: Callable[[Reason], None],
    ) -> None:
        super().__init__(builder, packing)
        self._variables = variables
        self._stop = stop
        self._locals: dict[str, Bits] = {}
        self._cells: dict[str, dict[AnyType, Cell]] = {}
        self._lists: dict[str, Expr] = {}
        self.loops = Loops(self)
        self.folds = Folds(self)
        self.filters = Filters(self)
        self.planes = Planes(self)
        self.slotted = Slotted(builder)
        self.collections = Collections(self)
        self.sequences = Sequences(self)
        self.integers = Integers(self)

    # ---- locals

    def bind(self, local: Local, value: Bits) -> None:
        """Give a local a value; it is used only where this has been done."""
        self._cells.pop(local.name, None)
        self._locals[local.name] = value

    def keep(self, local: Local, value: Bits) -> None:
        """Give a local a value in a part of the code that is not always run.

        A name that is bound to values of several types is a local of each, as it is where it is used: what one branch
        binds with another type is not what the other branch, or the code behind both, reads.
        """
        cells = self._cells.setdefault(local.name, {})
        if local.type not in cells:
            cells[local.type] = self.builder.cell(value.width)
        self.builder.store(value, cells[local.type])

    def bind_to(self, local: Local, value: Expr, *, stays: bool = True, is_kept: bool = False) -> None:
        """Give a local the value of an expression; `stays` is whether that is the same wherever the local is used.

        A list that stays is not made: it is ranged over wherever it is used. `is_kept`: see `keep`.
        """
        self._lists.pop(local.name, None)
        if isinstance(local.type, ListType) and stays and not self.may_stop(value) and not self.is_held(value):
            self._lists[local.name] = self.listed(value)
        else:
            (self.keep if is_kept else self.bind)(local, self.as_type(value, local.type))

    def _local(self, local: Local) -> Bits:
        cell = self._cells.get(local.name, {}).get(local.type)
        return self._locals[local.name] if cell is None else self.builder.load(cell)

    def listed(self, expr: Expr) -> Expr:
        """The list that a local stands for."""
        return self._lists.get(expr.name, expr) if isinstance(expr, Local) else expr

    def is_held(self, expr: Expr) -> bool:
        """Whether a list is the value of a local."""
        return isinstance(expr, Local) and expr.name not in self._lists

    # ---- expressions

    def expression(self, expr: Expr) -> Bits:
        """The code of an expression, and its value. Raises Unsupported."""
        b = self.builder
        match expr:
            case Literal(value, type_):
                return const(self.packing.pack(value, plain(type_)), self.width(type_))
            case Load(name, _, after):
                return self._variables(name, after)
            case Local(name):
                return self.expression(self._lists[name]) if name in self._lists else self._local(expr)
            case Let(local, value, body):
                self.bind_to(local, value)
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
                return self._equal(left, right)
            case Below(left, right):
                return b.compare("ult", *(self.integers.rank(side) for side in (left, right)))
            case Contains(element, collection):
                return self.collections.contains(element, collection)
            case Exists(local, domain, body):
                return self.loops.quantified(local, domain, body, found=TRUE)
            case ForAll(local, domain, body):
                return self.loops.quantified(local, domain, body, found=FALSE)
            case Collect() | Fold() | Size() | Range():
                return self.folds.expression(expr)
            case Widen(value, type_):
                return self.widened(self.expression(value), value.type, type_)
            case Narrow(value, type_):
                return self.narrowed(self.expression(value), value.type, type_)
            case IsA(value, alternative):
                return self.is_a(self.expression(value), value.type, alternative)
            case Arithmetic() | Bounded() | Neighbour():
                return self.integers.expression(expr)
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
            case SetLiteral() | Members() | Combine() | Remove() | Subset() | Subsets():
                return self.collections.expression(expr)
            case _:
                return self.sequences.expression(expr)

    def may_stop(self, node: Any) -> bool:
        """Whether an expression may fail, reach a bound, or have too few slots."""
        known = self.packing.stopping
        if id(node) not in known:
            known[id(node)] = node, self._may_stop(node)
        return known[id(node)][1]

    def _may_stop(self, node: Any) -> bool:
        ranged: set[int] = set()
        for part in walk(node):
            if isinstance(part, (Exists, ForAll, Generator)):
                ranged.add(id(part.domain))
            elif isinstance(part, (Contains, Fold, Size)):
                ranged.add(id(part.collection))
            if isinstance(part, Lookup):
                table = part.map.type
                if not isinstance(table, MapType) or plain(part.key.type) != plain(table.key):
                    return True
                if may_leave(part.key, table.key):
                    return True
            elif isinstance(part, MAY_STOP):
                return True
            elif isinstance(part, MAY_BE_CROWDED) and self.packing.has_slots(part.type):
                if not (isinstance(part.type, ListType) and id(part) in ranged):  # a list is not made to be ranged over
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
            return value if expr.type == wanted else self.refitted(value, expr.type, wanted)
        return converted(self, value, expr.type, wanted)

    def _equal(self, left: Expr, right: Expr) -> Bits:
        b = self.builder
        if isinstance(left.type, IntType) and isinstance(right.type, IntType) and left.type != right.type:
            return b.compare("eq", *(self.number(self.expression(side), side.type) for side in (left, right)))
        leaving = [may_leave(side, side.type) for side in (left, right)]
        if all(leaving):
            return self._equal_outside(left, right)
        inside = is_inside(self, left, left.type) if leaving[0] else is_inside(self, right, right.type)
        return b.binary("and", inside, b.compare("eq", *same_type(self, left, right)))

    def _equal_outside(self, left: Expr, right: Expr) -> Bits:
        """Whether two values are equal that may both have integers outside of their intervals."""
        b = self.builder
        match left, right:
            case Construct(one, fields), Construct(other, others) if one == other:
                found = TRUE
                for first, second in zip(fields, others, strict=True):
                    found = b.binary("and", found, self._equal(first, second))
                return found
            case Widen(first, _), Widen(second, _) if type(first.type) is type(second.type):
                return self._equal(first, second)
            case _:
                raise Unsupported("a comparison in which integers of both sides are outside of their intervals")

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

    def demand(self, condition: Bits, reason: Reason) -> None:
        """Leave the step where the condition does not hold."""
        b = self.builder
        if condition == TRUE:
            return
        with b.when(b.binary("xor", condition, TRUE)):
            self._stop(reason)

    # ---- records, maps, sets

    def ordinal_of(self, expr: Expr, type_: Any) -> Bits:
        """The ordinal of the value of an expression as one of a type; what is made of parts is not put together."""
        b = self.builder
        match expr:
            case Widen(value, UnionType() as union) if union == type_ and value.type in union.alternatives:
                low = self.packing.offsets(union)[union.alternatives.index(value.type)]
                ordinal = b.resized(self.ordinal_of(value, value.type), 32)
                return b.binary("add", ordinal, const(low, 32))
            case Construct(record, fields) if record == type_:
                found, radix = const(0, 32), 1
                for field, (_, wanted) in zip(fields, record.fields, strict=True):
                    ordinal = b.resized(self.ordinal_of(field, wanted), 32)
                    found = b.binary("add", found, b.binary("mul", ordinal, const(radix, 32)))
                    radix *= self.packing.size(wanted)
                return found
            case _:
                return self.ordinal(self.as_type(expr, type_), type_)

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
        if may_leave(key, wanted):
            self.demand(is_inside(self, key, wanted), None)
        return self.builder.resized(self.ordinal(converted(self, value, key.type, wanted), wanted), 32)

    def _tabulated(self, key: Local, body: Expr, type_: MapType) -> Bits:
        parts: list[Bits] = []
        for number in range(self.packing.size(type_.key)):
            self.bind(key, self.member(const(number, 32), type_.key))
            parts.append(self.as_type(body, type_.value))
        return self.joined(parts, self.width(type_))
