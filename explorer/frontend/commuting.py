"""How a turn of a loop changes a place: turns commute where all of them change it in one of these ways.

See `order`, which asks this of each place that a loop over a collection without an order writes.
"""

from __future__ import annotations

from collections.abc import Callable

from indoubt.explorer.ir.expressions import (
    And,
    Arithmetic,
    Below,
    Bounded,
    Combine,
    Conditional,
    Expr,
    IsA,
    Load,
    Local,
    Lookup,
    Narrow,
    Not,
    Or,
    Remove,
    Widen,
)
from indoubt.explorer.ir.sequences import BagChange, Capped, Element
from indoubt.explorer.ir.statements import Target
from indoubt.explorer.ir.walk import locals_in, walk
from indoubt.specs.language.types import IntType, MapType, SeqType

Kind = tuple[object, ...]
"""How a place changes: `("+",)`, `("|",)`, `("=", value)`, ...; two turns commute where they change it in one way."""


def kinds_of(is_same: Callable[[Expr], bool], value: Expr, place: Expr) -> set[Kind] | None:
    """The ways in which a turn changes `place` by giving it `value`; None where turns need not commute."""
    bare = stripped(value)
    if bare == stripped(place):
        return set()
    match bare:
        case Conditional(test, then, otherwise) if is_extreme(test, then, otherwise, place):
            other = then if stripped(otherwise) == place else otherwise
            keeps = "keeps" if stripped(then) == place else "takes"
            return None if mentions(other, place) else {(keeps, *_direction(test, place))}
        case Conditional(condition, then, otherwise):
            a, b = kinds_of(is_same, then, place), kinds_of(is_same, otherwise, place)
            return None if a is None or b is None or mentions(condition, place) else a | b
        case Arithmetic("+" | "-" as sign, left, right):
            if sign == "+" and mentions(right, place):
                left, right = right, left
            rest = kinds_of(is_same, left, place)
            if rest is None or mentions(right, place) or not isinstance(right.type, IntType):
                return None
            if isinstance(place, Local):
                return rest | {("+",)}
            if right.type.low < 0 < right.type.high:
                return None  # whether a bound is met on the way depends on the order
            return rest | {("up",) if (right.type.low >= 0) == (sign == "+") else ("down",)}
        case And(operands) | Or(operands) if place in map(stripped, operands):
            if any(mentions(one, place) for one in operands if stripped(one) != place):
                return None
            return {("and" if isinstance(bare, And) else "or",)}
        case Combine("|" | "&" as sign, left, right) if stripped(right) == place:
            return None if mentions(left, place) else {(sign,)}
        case Combine(sign, left, right):
            rest = kinds_of(is_same, left, place)
            return None if rest is None or mentions(right, place) else rest | {(sign,)}
        case Remove(left, element):
            rest = kinds_of(is_same, left, place)
            return None if rest is None or mentions(element, place) else rest | {("-",)}
        case BagChange(operator, left, element):
            rest = kinds_of(is_same, left, place)
            sign = "|" if operator == "add" else "-"
            return None if rest is None or mentions(element, place) else rest | {(sign,)}
        case _:
            steady = is_same(bare) and not mentions(bare, place)
            return {("=", bare)} if steady else None


def stripped(value: Expr) -> Expr:
    """A value without what fits it to its place."""
    while isinstance(value, Widen | Narrow | Bounded | Capped):
        value = value.value
    return value


def is_extreme(test: Expr, then: Expr, otherwise: Expr, place: Expr) -> bool:
    """Whether `then if test else otherwise` is the greater or the smaller one of `place` and something else."""
    sides = {stripped(then), stripped(otherwise)}
    comparisons = _comparisons(test, place)
    return (
        place in sides
        and len(sides) == 2
        and len(comparisons) == 1
        and {stripped(comparisons[0].left), stripped(comparisons[0].right)} == sides
    )


def _comparisons(test: Expr, place: Expr) -> list[Below]:
    """The comparisons in a test for a greater or smaller value; in `best is None or ...`, None is below all others."""
    parts = test.operands if isinstance(test, Or) else (test,)
    rest = [part for part in parts if not (isinstance(part, IsA) and stripped(part.value) == place)]
    found = [part.operand if isinstance(part, Not) else part for part in rest]
    return [part for part in found if isinstance(part, Below)] if len(found) == 1 else []


def _direction(test: Expr, place: Expr) -> tuple[object, ...]:
    parts = test.operands if isinstance(test, Or) else (test,)
    return (any(isinstance(part, Not) for part in parts), stripped(_comparisons(test, place)[0].left) == place)


def mentions(expr: Expr, place: Expr) -> bool:
    """Whether `expr` reads the local, or anything of the variable, that `place` is or stands in."""
    if isinstance(place, Local):
        return place.name in locals_in(expr)
    variable = next(part.variable for part in walk(place) if isinstance(part, Load))
    return any(isinstance(part, Load) and part.variable == variable for part in walk(expr))


def place_value(target: Target) -> Expr:
    """The value at a place."""
    type_ = target.containers[0] if target.containers else target.type
    value: Expr = Load(target.variable, type_)
    for container, key in zip(target.containers, target.path, strict=True):
        if isinstance(container, SeqType):
            value = Element(value, key, container.element)
        else:
            assert isinstance(container, MapType)
            value = Lookup(value, key, container.value)
    return value
