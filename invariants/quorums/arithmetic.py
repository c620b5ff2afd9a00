"""Linear conditions over the sizes of node sets: the language in which quorum theorems are stated.

A condition is plain data, so it has several readers: `quorums` prints it, `holds` computes it on given sets, and a
solver decides it for all sets. `2 * size("A") > NODES` builds one and is printed as `2|A| > N`.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from itertools import combinations

from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """The number of nodes that lie in every one of `sets`; without sets, the number of all nodes, N."""

    sets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"|{' & '.join(self.sets)}|" if self.sets else "N"


@dataclass(frozen=True, slots=True)
class Number:
    """A natural number that a theorem speaks of and that no set determines, such as a threshold `q1`."""

    name: str

    def __str__(self) -> str:
        return self.name


Quantity = Size | Number


class Encoding(Enum):
    """A way of putting sets of nodes to a solver; `smt` describes each."""

    CARDINALITIES = "cardinality arithmetic"
    BIT_VECTORS = "bit-vectors"


class Relation(Enum):
    """How the two sides of a condition compare."""

    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"

    @property
    def negated(self) -> "Relation":
        """The relation that holds exactly where this one does not."""
        return _NEGATED[self]


_NEGATED = {
    Relation.AT_LEAST: Relation.LESS_THAN,
    Relation.MORE_THAN: Relation.AT_MOST,
    Relation.AT_MOST: Relation.MORE_THAN,
    Relation.LESS_THAN: Relation.AT_LEAST,
}


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of quantities with integer coefficients, and a constant."""

    terms: tuple[tuple[int, Quantity], ...] = ()
    constant: int = 0

    def __add__(self, other: "Linear | int") -> "Linear":
        right = _linear(other)
        return Linear(self.terms + right.terms, self.constant + right.constant)

    def __rmul__(self, factor: int) -> "Linear":
        return Linear(tuple((factor * coefficient, of) for coefficient, of in self.terms), factor * self.constant)

    def __ge__(self, other: "Linear | int") -> "Condition":
        return Condition(self, Relation.AT_LEAST, _linear(other))

    def __gt__(self, other: "Linear | int") -> "Condition":
        return Condition(self, Relation.MORE_THAN, _linear(other))

    def __str__(self) -> str:
        shown = [f"{'' if coefficient == 1 else coefficient}{quantity}" for coefficient, quantity in self.terms]
        if self.constant or not shown:
            shown.append(str(self.constant))
        return " + ".join(shown).replace("+ -", "- ")


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of two linear sums."""

    left: Linear
    relation: Relation
    right: Linear

    @property
    def negated(self) -> "Condition":
        """The condition that holds exactly where this one does not."""
        return Condition(self.left, self.relation.negated, self.right)

    def __bool__(self) -> bool:
        # `1 < N < 5` would silently drop its first half; so would `a > b and c > d`.
        raise TypeError(f"the condition `{self}` has no truth value of its own; use `holds(condition, values)`")

    def __str__(self) -> str:
        return f"{self.left} {self.relation.value} {self.right}"


def _linear(value: Linear | int) -> Linear:
    return value if isinstance(value, Linear) else Linear(constant=value)


def size(*sets: str) -> Linear:
    """The number of nodes common to all of `sets`."""
    return Linear(((1, Size(tuple(sorted(sets)))),))


def number(name: str) -> Linear:
    """The natural number called `name`."""
    return Linear(((1, Number(name)),))


NODES = size()


def numbers(conditions: Iterable[Condition]) -> tuple[Number, ...]:
    """The numbers that the conditions speak of, in order of appearance."""
    sides = (side for condition in conditions for side in (condition.left, condition.right))
    found = (quantity for side in sides for _, quantity in side.terms if isinstance(quantity, Number))
    return tuple(dict.fromkeys(found))


def sizes(sets: Iterable[str]) -> tuple[Size, ...]:
    """The size of each set and of each intersection of some of them."""
    names = sorted(sets)
    return tuple(Size(chosen) for count in range(1, len(names) + 1) for chosen in combinations(names, count))


def measure(nodes: int, members: Mapping[str, frozenset[int]], named: Mapping[Number, int]) -> dict[Quantity, int]:
    """The value of N, of every set's size, of every overlap and of every number, counted on concrete sets."""
    values: dict[Quantity, int] = {Size(): nodes}
    for overlap in sizes(members):
        first, *others = (members[name] for name in overlap.sets)
        values[overlap] = len(first.intersection(*others))
    values.update(named.items())
    return values


def holds(condition: Condition, values: Mapping[Quantity, int]) -> bool:
    """Whether the condition is true of these values.

    Raises `KeyError` for a quantity that has no value.
    """
    left, right = (
        sum(coefficient * values[quantity] for coefficient, quantity in side.terms) + side.constant
        for side in (condition.left, condition.right)
    )
    match condition.relation:
        case Relation.AT_LEAST:
            return left >= right
        case Relation.MORE_THAN:
            return left > right
        case Relation.AT_MOST:
            return left <= right
        case Relation.LESS_THAN:
            return left < right
