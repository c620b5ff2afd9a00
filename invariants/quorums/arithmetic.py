"""Conditions on the sizes of node sets: the language in which theorems about quorums reach a solver.

A condition is plain data, so it has several readers: a report prints it, `holds` computes it on given sets, and a
solver decides it for all sets. `2 * size("A") > NODES` builds one and is printed as `2|A| > N`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from itertools import combinations
from math import prod
from typing import assert_never

from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """The number of nodes that lie in every one of `sets`; without sets, the number of all nodes, N."""

    sets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"|{' & '.join(self.sets)}|" if self.sets else "N"


@dataclass(frozen=True, slots=True)
class Weight:
    """The weight of the nodes that lie in every one of `sets`; without sets, the weight of all nodes."""

    sets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"w({' & '.join(self.sets) or 'all'})"


@dataclass(frozen=True, slots=True)
class Number:
    """A natural number that a theorem speaks of and that no set determines, such as a threshold `q1`."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Floor:
    """A linear sum divided by a positive number, and rounded down."""

    of: Linear
    divisor: int

    def __str__(self) -> str:
        return f"floor(({self.of}) / {self.divisor})" if len(self.of.terms) > 1 or self.of.constant else self._short()

    def _short(self) -> str:
        return f"floor({self.of} / {self.divisor})"


Quantity = Size | Weight | Number | Floor
Monomial = tuple[Quantity, ...]
"""A product of quantities."""


class Relation(Enum):
    """How the two sides of a comparison stand."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"
    EQUAL = "=="
    UNEQUAL = "!="

    @property
    def negated(self) -> Relation:
        """The relation that holds exactly where this one does not."""
        return _NEGATED[self]


_NEGATED = {
    Relation.AT_LEAST: Relation.LESS_THAN,
    Relation.MORE_THAN: Relation.AT_MOST,
    Relation.AT_MOST: Relation.MORE_THAN,
    Relation.LESS_THAN: Relation.AT_LEAST,
    Relation.EQUAL: Relation.UNEQUAL,
    Relation.UNEQUAL: Relation.EQUAL,
}


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of products of quantities with integer coefficients, and a constant; mostly of single quantities."""

    terms: tuple[tuple[int, Monomial], ...] = ()
    constant: int = 0

    def __add__(self, other: Linear | int) -> Linear:
        right = linear(other)
        return _collected([*self.terms, *right.terms], self.constant + right.constant)

    def __sub__(self, other: Linear | int) -> Linear:
        return self + -1 * linear(other)

    def __mul__(self, other: Linear | int) -> Linear:
        right = linear(other)
        left_parts = [*self.terms, (self.constant, ())]
        right_parts = [*right.terms, (right.constant, ())]
        return _collected([(m * n, (*one, *two)) for m, one in left_parts for n, two in right_parts], 0)

    def __rmul__(self, factor: int) -> Linear:
        return self * factor

    def __floordiv__(self, divisor: int) -> Linear:
        return Linear(((1, (Floor(self, divisor),)),))

    def __ge__(self, other: Linear | int) -> Condition:
        return Condition(self, Relation.AT_LEAST, linear(other))

    def __gt__(self, other: Linear | int) -> Condition:
        return Condition(self, Relation.MORE_THAN, linear(other))

    def __str__(self) -> str:
        shown = [("" if count == 1 else "-" if count == -1 else f"{count}") + _product(of) for count, of in self.terms]
        if self.constant or not shown:
            shown.append(str(self.constant))
        return " + ".join(shown).replace("+ -", "- ")


def _product(of: Monomial) -> str:
    return " * ".join(map(str, of))


def _collected(terms: Iterable[tuple[int, Monomial]], constant: int) -> Linear:
    """The sum with every product once, and without those that cancel."""
    totals: dict[Monomial, int] = {}
    for count, of in terms:
        if of:
            ordered = tuple(sorted(of, key=str))
            totals[ordered] = totals.get(ordered, 0) + count
        else:
            constant += count
    return Linear(tuple((count, of) for of, count in totals.items() if count), constant)


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of two sums."""

    left: Linear
    relation: Relation
    right: Linear

    @property
    def negated(self) -> Condition:
        """The condition that holds exactly where this one does not."""
        return Condition(self.left, self.relation.negated, self.right)

    def __bool__(self) -> bool:
        # `1 < N < 5` would silently drop its first half; so would `a > b and c > d`.
        raise TypeError(f"the condition `{self}` has no truth value of its own; use `holds(condition, values)`")

    def __str__(self) -> str:
        return f"{self.left} {self.relation.value} {self.right}"


@dataclass(frozen=True, slots=True)
class All:
    """Every one of the formulas."""

    parts: tuple[Formula, ...]

    @property
    def negated(self) -> Formula:
        """Some part does not hold."""
        return Some(tuple(part.negated for part in self.parts))

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Some) else str(part) for part in self.parts) or "true"


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the formulas."""

    parts: tuple[Formula, ...]

    @property
    def negated(self) -> Formula:
        """No part holds."""
        return All(tuple(part.negated for part in self.parts))

    def __str__(self) -> str:
        return " or ".join(f"({part})" if isinstance(part, All) else str(part) for part in self.parts) or "false"


Formula = Condition | All | Some


def linear(value: Linear | int) -> Linear:
    """A number as a sum."""
    return value if isinstance(value, Linear) else Linear(constant=value)


def size(*sets: str) -> Linear:
    """The number of nodes common to all of `sets`."""
    return Linear(((1, (Size(tuple(sorted(sets))),)),))


def weight(*sets: str) -> Linear:
    """The weight of the nodes common to all of `sets`."""
    return Linear(((1, (Weight(tuple(sorted(sets))),)),))


def number(name: str) -> Linear:
    """The natural number called `name`."""
    return Linear(((1, (Number(name),)),))


NODES = size()


def sizes(sets: Iterable[str]) -> tuple[Size, ...]:
    """The size of each set and of each intersection of some of them."""
    names = sorted(sets)
    return tuple(Size(chosen) for count in range(1, len(names) + 1) for chosen in combinations(names, count))


def conditions_of(formula: Formula) -> Iterator[Condition]:
    """Every comparison in a formula."""
    if isinstance(formula, Condition):
        yield formula
    else:
        for part in formula.parts:
            yield from conditions_of(part)


Values = Mapping[Quantity, int]


def holds(formula: Formula, values: Values) -> bool:
    """Whether a formula is true of these values. Raises `KeyError` for a quantity that has none."""
    match formula:
        case All(parts):
            return all(holds(part, values) for part in parts)
        case Some(parts):
            return any(holds(part, values) for part in parts)
        case Condition(left, relation, right):
            return _stands(value_of(left, values), relation, value_of(right, values))
        case _:
            assert_never(formula)


def value_of(sum_: Linear, values: Values) -> int:
    """What a sum comes to. Raises `KeyError` for a quantity without a value."""
    return sum(count * prod(_value(one, values) for one in of) for count, of in sum_.terms) + sum_.constant


def _value(quantity: Quantity, values: Values) -> int:
    if isinstance(quantity, Floor):
        return value_of(quantity.of, values) // quantity.divisor
    return values[quantity]


def _stands(left: int, relation: Relation, right: int) -> bool:
    match relation:
        case Relation.AT_LEAST:
            return left >= right
        case Relation.MORE_THAN:
            return left > right
        case Relation.AT_MOST:
            return left <= right
        case Relation.LESS_THAN:
            return left < right
        case Relation.EQUAL:
            return left == right
        case Relation.UNEQUAL:
            return left != right
