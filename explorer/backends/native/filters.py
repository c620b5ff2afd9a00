"""Masks for conditions: the elements of a set that meet a condition, without looking at one after the other.

A set over a small type is a mask of the ordinals of its elements. What a condition says of an element, it says of the
same ordinals in every state, so the elements that meet it are a mask as well, computed when the code is written:
`any(m is a TwoA for m in msgs)` is `msgs & TWO_A != 0`. A condition may depend on a few small values besides, as
`m.bal == b` does: then there is a table with a mask for each of them. What remains is tested element by element.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, TypeVar, cast

from indoubt.explorer.backends.closures import EvaluationFailed
from indoubt.explorer.backends.evaluation import Evaluator
from indoubt.explorer.backends.native.bits import Bits, const
from indoubt.explorer.backends.native.packing import Unsupported, plain
from indoubt.explorer.ir.expressions import And, Collect, Expr, Literal, Load, Local, Members, Not, Or, Range, Subsets
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.values import encoded_members
from indoubt.explorer.ir.walk import EXPRESSIONS, binders_in, locals_in, walk
from indoubt.specs.language.types import SetType
from indoubt.specs.language.universe import BoundReached, within

if TYPE_CHECKING:
    from indoubt.explorer.backends.native.expressions import Expressions

N = TypeVar("N")
WIDEST_INDEX = 6
"""Bits of what a table of masks is looked up by."""
MOST_EVALUATED = 1 << 13
"""How often a condition is evaluated to make masks."""
MOST_PROJECTED = 16
"""The largest type whose values are looked for one by one in what a set is mapped to."""
NO_VALUE = (EvaluationFailed, BoundReached, ArithmeticError, AssertionError, LookupError, TypeError, ValueError)
"""What evaluation says of an element to which a condition does not apply, since one before it does not hold."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Table:
    """Masks by the values of some operands, which are looked up by their bits, the first in the lowest."""

    operands: tuple[Expr, ...]
    masks: tuple[int, ...]


class _Unfit(Exception):
    """A condition depends on more than an element and a few small values."""


class Filters:
    """Writes conditions on elements of sets as masks; one for each function."""

    def __init__(self, owner: Expressions) -> None:
        self._of = owner
        self._tables: dict[tuple[Local, Expr, int], _Table | None] = {}

    # ---- what loops ask

    def sieved(
        self, local: Local, domain: Expr, conditions: Iterable[Expr]
    ) -> tuple[Bits, SetType, tuple[Expr, ...]] | None:
        """The elements of a set that meet some of the conditions, and those conditions that are left to be tested.

        None where the domain is no mask, or no condition is one.
        """
        of, b = self._of, self._of.builder
        type_ = self._masked(domain)
        if type_ is None:
            return None
        asked = tuple(conditions)
        possible, tables, rest = self._divided(local, type_, asked)
        if len(rest) == len(asked):
            return None
        mask = of.expression(domain)
        if possible != (1 << mask.width) - 1:
            mask = b.binary("and", mask, const(possible, mask.width))
        for table in tables:
            operands = [of.expression(one) for one in table.operands]
            index = of.joined(operands, max(32, sum(one.width for one in operands)))
            mask = b.binary("and", mask, b.listed(table.masks, mask.width, index))
        return mask, type_, rest

    def projected(self, expr: Collect) -> Bits | None:
        """A set comprehension over the elements of a set, where each value that it may have is looked for; or None."""
        of, b = self._of, self._of.builder
        if len(expr.generators) != 1 or not isinstance(expr.type, SetType) or of.packing.has_slots(expr.type):
            return None
        (generator,) = expr.generators
        type_ = self._masked(generator.domain)
        if type_ is None or expr.element.type != expr.type.element:
            return None
        conditions = conjuncts(generator.condition)
        if expr.element == generator.local and type_ == plain(expr.type):
            kept = self.sieved(generator.local, generator.domain, conditions)
            if kept is not None and not kept[2]:
                return kept[0]  # a part of the set itself
        if of.packing.size(expr.type.element) > MOST_PROJECTED:
            return None
        possible, _, rest = self._divided(generator.local, type_, conditions)
        masks = None if rest else self._by_value(generator.local, type_, expr.element, possible)
        if masks is None:
            return None
        sieved = self.sieved(generator.local, generator.domain, conditions)
        mask = of.expression(generator.domain) if sieved is None else sieved[0]
        found = const(0, of.width(expr.type))
        for ordinal, elements in masks.items():
            some = b.binary("and", mask, const(elements, mask.width))
            is_in = b.binary("xor", b.compare("eq", some, const(0, mask.width)), const(1, 1))
            bit = b.binary("shl", b.resized(is_in, found.width), const(ordinal, found.width))
            found = b.binary("or", found, bit)
        return found

    # ---- masks

    def _masked(self, domain: Expr) -> SetType | None:
        """The type of a collection that is a mask as a value, and is not made only to be walked through."""
        if isinstance(domain, Members | Subsets | Range | Collect) or isinstance(domain.type, ListType):
            return None
        type_ = plain(domain.type)
        return type_ if isinstance(type_, SetType) and not self._of.packing.has_slots(type_) else None

    def _divided(
        self, local: Local, type_: SetType, conditions: Sequence[Expr]
    ) -> tuple[int, list[_Table], tuple[Expr, ...]]:
        """The elements that there may be, tables of masks for them, and the conditions that are neither.

        Nothing is tested before a condition that may fail and stands before it.
        """
        possible = (1 << self._of.packing.size(type_.element)) - 1
        tables: list[_Table] = []
        rest: list[Expr] = []
        for condition in conditions:
            is_behind = any(map(self._of.may_stop, rest))
            table = None if is_behind else self._table(local, type_, condition, possible)
            if table is None:
                rest.append(condition)
            elif table.operands:
                tables.append(table)
            else:
                possible &= table.masks[0]
        return possible, tables, tuple(rest)

    def _table(self, local: Local, type_: SetType, condition: Expr, possible: int) -> _Table | None:
        """The elements that meet a condition, for all values of what else it depends on."""
        try:
            opened, operands = self._opened(local, condition)
        except _Unfit:
            return None
        key = (local, opened, possible)
        if key not in self._tables:
            made = self._made(local, type_, opened, list(operands.values()), possible)
            self._tables[key] = None if made is None else _Table((), made)
        known = self._tables[key]
        return None if known is None else _Table(tuple(operands), known.masks)

    def _opened(self, local: Local, condition: Expr) -> tuple[Expr, dict[Expr, Local]]:
        """The condition with a local for everything that does not depend on the element. Raises _Unfit."""
        if self._of.may_stop(condition):
            raise _Unfit
        inside = {local.name} | binders_in(condition)
        operands: dict[Expr, Local] = {}

        def opened(node: N) -> N:
            if isinstance(node, tuple):
                return tuple(map(opened, node))  # type: ignore[return-value]
            if isinstance(node, EXPRESSIONS) and _is_open(node) and not inside & locals_in(node):
                found = self._operand(cast("Expr", node), operands)
                if found is not None:
                    return found  # type: ignore[return-value]
            if isinstance(node, Load) or (isinstance(node, Local) and node.name not in inside):
                raise _Unfit
            if not dataclasses.is_dataclass(node) or isinstance(node, Local | Literal):
                return node
            changes = {
                field.name: opened(getattr(node, field.name))
                for field in dataclasses.fields(node)
                if isinstance(getattr(node, field.name), (*EXPRESSIONS, tuple)) and field.name != "type"
            }
            return dataclasses.replace(node, **changes)  # type: ignore[type-var]

        return opened(condition), operands

    def _operand(self, node: Expr, operands: dict[Expr, Local]) -> Local | None:
        """The local that stands for a small value; None if the value is not small."""
        if node in operands:
            return operands[node]
        if isinstance(node.type, ListType):
            return None
        widths = [self._width(one.type) for one in (node, *operands)]
        if sum(widths) > WIDEST_INDEX:
            return None
        return operands.setdefault(node, Local(f"#operand{len(operands)}", node.type))

    def _width(self, type_: Any) -> int:
        try:
            return self._of.packing.width(type_)
        except Unsupported:
            return WIDEST_INDEX + 1

    def _made(
        self, local: Local, type_: SetType, opened: Expr, operands: list[Local], possible: int
    ) -> tuple[int, ...] | None:
        """A mask for every combination of bits that the operands may have."""
        packing = self._of.packing
        elements = self._elements(type_, possible)
        types: list[Any] = [one.type for one in operands]
        if len(elements) * prod(map(packing.size, types)) > MOST_EVALUATED:
            return None
        widths = [packing.width(one) for one in types]
        masks = [0] * (1 << sum(widths))
        with within(packing.universe):
            values = [encoded_members(plain(one)) for one in types]
            holds = _evaluator([local, *operands], opened)
            try:
                for chosen in product(*values):
                    place, shift = 0, 0
                    for value, one, width in zip(chosen, types, widths, strict=True):
                        place |= packing.pack(value, one) << shift
                        shift += width
                    masks[place] = sum(1 << number for number, one in elements if holds(one, *chosen))
            except NO_VALUE:
                return None
        return tuple(masks)

    def _by_value(self, local: Local, type_: SetType, element: Expr, possible: int) -> dict[int, int] | None:
        """For the ordinal of each value of `element`, the elements of the set that have it; None if one has none."""
        if self._of.may_stop(element) or locals_in(element) - binders_in(element) != {local.name}:
            return None
        if any(isinstance(part, Load) for part in walk(element)):
            return None
        packing, found = self._of.packing, dict[int, int]()
        assert not isinstance(element.type, ListType)
        with within(packing.universe):
            value_of = _evaluator([local], element)
            try:
                for number, one in self._elements(type_, possible):
                    ordinal = packing.ordinal(packing.pack(value_of(one), element.type), element.type)
                    found[ordinal] = found.get(ordinal, 0) | 1 << number
            except NO_VALUE:
                return None
        return found

    def _elements(self, type_: SetType, possible: int) -> list[tuple[int, Any]]:
        members = self._of.packing.members(type_.element)
        return [(number, one) for number, one in members.items() if possible >> number & 1]


def conjuncts(condition: Expr) -> tuple[Expr, ...]:
    """The conditions that have to hold together; none for one that always holds."""
    match condition:
        case And(operands):
            return tuple(part for one in operands for part in conjuncts(one))
        case Literal(True):
            return ()
        case Not(Or(operands)):
            return tuple(part for one in operands for part in conjuncts(negated(one)))
        case _:
            return (condition,)


def negated(condition: Expr) -> Expr:
    """The opposite."""
    return condition.operand if isinstance(condition, Not) else Not(condition)


def _is_open(node: Any) -> bool:
    """Whether a node depends on a state, or on locals that are bound outside of it."""
    return any(isinstance(part, Load | Local) for part in walk(node))


def _evaluator(locals_: Sequence[Local], expr: Expr) -> Callable[..., Any]:
    """What computes an expression from the values of its locals."""
    evaluator = Evaluator(())
    slots = [evaluator.slot(one) for one in locals_]
    evaluate = evaluator.expression(expr)
    frame: list[Any] = [None] * len(evaluator.slots)

    def value(*values: Any) -> Any:
        for slot, one in zip(slots, values, strict=True):
            frame[slot] = one
        return evaluate((), frame)

    return value
