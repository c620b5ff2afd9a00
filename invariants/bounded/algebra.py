"""Values that are not known yet: finite structures of the language with literals of a circuit in their leaves.

A truth value is a literal. An integer, an enum member, a member of a sort and None are `{encoded: literal}`, exactly
one of which is true. A record or a total map is a list; a set is `{encoded element: literal}`; a union is
`{position: (literal, value)}`; a sequence is `{length: (literal, elements)}`; a bag is `{encoded element: count}`; a
list of the machine is `[(literal, element), ...]`, an element being there where its literal is true. What is not there
is false, or a count of 0. Encoded values are those of `ir.values`.

The one true alternative is promised only where the value can be asked for: behind a guard that fails, and in a step
that is not taken, anything may stand, and whoever uses a literal joins it with what guards it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations, product
from typing import Any, TypeAlias, cast

from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.values import encoded_members, is_option, tag, untag
from indoubt.invariants.bounded.circuit import FALSE, TRUE, Circuit, negated
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    IntType,
    MapType,
    NoneType,
    PermutationType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    Type,
    UnionType,
    type_text,
)

Value: TypeAlias = Any
Scalar: TypeAlias = "dict[Any, int]"
MOST_CASES = 1 << 14
"""How many values something of unknown value may take one by one."""

MOST_EVALUATIONS = 3_000_000
"""How many expressions are evaluated at most: a minute or so."""


class NotEncoded(Exception):
    """Something that is not encoded, or would become too large; `reason` is a part of a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def structure(type_: AnyType) -> AnyType:
    """The type whose structure the values of a type have: a quorum is a set, a permutation a map."""
    match type_:
        case QuorumType(sort):
            return SetType(sort)
        case PermutationType(of):
            return MapType(of, of)
        case _:
            return type_


class Algebra:
    """Operations on values, over one circuit."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self._members: dict[Type, tuple[Any, ...]] = {}
        self._spent = 0
        self.widths: dict[tuple[Type, int], int] = {}
        """How many inputs an unknown value takes, by type and capacity."""

    def spend(self) -> None:
        """Count one evaluation. Raises NotEncoded where there are too many."""
        self._spent += 1
        if self._spent > MOST_EVALUATIONS:
            raise NotEncoded(f"it takes more than {MOST_EVALUATIONS:,} evaluations to write out for every element")

    def members(self, type_: Type) -> tuple[Any, ...]:
        """Every encoded value of a type, computed once; needs the universe of its sorts."""
        found = self._members.get(type_)
        if found is None:
            found = self._members[type_] = encoded_members(type_)
        return found

    def constant(self, encoded: Any, type_: AnyType) -> Value:
        """A known value."""
        match structure(type_):
            case BoolType():
                return TRUE if encoded else FALSE
            case RecordType(_, fields):
                return [self.constant(item, field) for item, (_, field) in zip(encoded, fields, strict=True)]
            case UnionType() as union:
                position, content = untag(union, encoded)
                return {position: (TRUE, self.constant(content, union.alternatives[position]))}
            case MapType(_, element):
                return [self.constant(item, element) for item in encoded]
            case SetType():
                return dict.fromkeys(sorted(encoded, key=ordering), TRUE)
            case SeqType(element):
                return {len(encoded): (TRUE, [self.constant(item, element) for item in encoded])}
            case BagType():
                return {item: {count: TRUE} for item, count in sorted(encoded, key=ordering)}
            case ListType(element):
                items = cast("Sequence[Any]", encoded) if isinstance(encoded, tuple) else sorted(encoded, key=ordering)
                return [(TRUE, self.constant(item, element)) for item in items]
            case _:
                return {encoded: TRUE}

    def cases(self, value: Value, type_: AnyType) -> list[tuple[Any, int]]:
        """The encoded values that a value may have, each with the literal that it has it. Raises NotEncoded if many."""
        match structure(type_):
            case BoolType():
                return [(k, g) for k, g in ((False, negated(value)), (True, value)) if g != FALSE]
            case RecordType(_, fields):
                parts = [self.cases(item, field) for item, (_, field) in zip(value, fields, strict=True)]
                return self._products(parts, type_)
            case MapType(_, element):
                return self._products([self.cases(item, element) for item in value], type_)
            case UnionType() as union:
                contents: Mapping[int, tuple[int, Value]] = value
                return [
                    (tag(union, position, encoded), both)
                    for position, (guard, content) in contents.items()
                    for encoded, literal in self.cases(content, union.alternatives[position])
                    if (both := self.circuit.both(guard, literal)) != FALSE
                ]
            case SetType():
                return self._subsets(value, type_)
            case SeqType(element):
                found: list[tuple[Any, int]] = []
                for guard, items in value.values():
                    for encoded, literal in self._products([self.cases(item, element) for item in items], type_):
                        found.append((encoded, self.circuit.both(guard, literal)))
                return [(k, g) for k, g in found if g != FALSE]
            case BagType():
                items = list(value.items())
                parts = [list(count.items()) for _, count in items]
                counts = self._products(parts, type_)
                return [
                    (frozenset((k, n) for (k, _), n in zip(items, chosen, strict=True) if n), g) for chosen, g in counts
                ]
            case ListType():
                raise NotEncoded("a list is compared or kept as a whole")
            case _:
                return [(k, g) for k, g in value.items() if g != FALSE]

    def _products(self, parts: Sequence[list[tuple[Any, int]]], type_: AnyType) -> list[tuple[Any, int]]:
        most = 1
        for part in parts:
            most *= len(part)
        refuse_many(most, type_)
        both = self.circuit.both
        found: list[tuple[Any, int]] = []
        for chosen in product(*parts):
            guard = TRUE
            for _, literal in chosen:
                guard = both(guard, literal)
            if guard != FALSE:
                found.append((tuple(key for key, _ in chosen), guard))
        return found

    def _subsets(self, value: Mapping[Any, int], type_: AnyType) -> list[tuple[Any, int]]:
        sure = [key for key, literal in value.items() if literal == TRUE]
        open_ = [key for key, literal in value.items() if literal not in (TRUE, FALSE)]
        refuse_many(1 << len(open_), type_)
        found: list[tuple[Any, int]] = []
        for size in range(len(open_) + 1):
            for chosen in combinations(open_, size):
                inside = set(chosen)
                literals = [value[key] if key in inside else negated(value[key]) for key in open_]
                found.append((frozenset((*sure, *chosen)), self.circuit.all(literals)))
        return [(k, g) for k, g in found if g != FALSE]

    def of_cases(self, cases: Iterable[tuple[Any, int]], type_: AnyType) -> Value:
        """The value that has an encoded value where its literal is true."""
        return self.merged([(literal, self.constant(key, type_)) for key, literal in cases], type_)

    def merged(self, cases: Sequence[tuple[int, Value]], type_: AnyType) -> Value:
        """The value of the case whose literal is true; at most one is, and none only where nobody asks."""
        cases = [(guard, value) for guard, value in cases if guard != FALSE] or list(cases[:1])
        if len(cases) == 1:
            return cases[0][1]
        circuit = self.circuit
        match structure(type_):
            case BoolType():
                return circuit.any(circuit.both(guard, value) for guard, value in cases)
            case RecordType(_, fields):
                return [
                    self.merged([(guard, value[place]) for guard, value in cases], field)
                    for place, (_, field) in enumerate(fields)
                ]
            case MapType(_, element):
                width = len(cases[0][1])
                return [self.merged([(g, value[place]) for g, value in cases], element) for place in range(width)]
            case UnionType(alternatives):
                return {
                    place: (circuit.any(g for g, _ in some), self.merged(some, alternatives[place]))
                    for place, some in self._grouped(cases)
                }
            case SetType():
                return {key: literal for key, literal in self._joined(cases).items() if literal != FALSE}
            case SeqType(element):
                return {
                    length: (
                        circuit.any(g for g, _ in some),
                        [self.merged([(g, items[at]) for g, items in some], element) for at in range(length)],
                    )
                    for length, some in self._grouped(cases)
                }
            case BagType():
                keys = dict.fromkeys(key for _, value in cases for key in value)
                return {key: self._joined([(g, value.get(key, {0: TRUE})) for g, value in cases]) for key in keys}
            case ListType():
                return [(circuit.both(guard, there), item) for guard, value in cases for there, item in value]
            case _:
                return self._joined(cases)

    def _grouped(self, cases: Sequence[tuple[int, Value]]) -> list[tuple[int, list[tuple[int, Value]]]]:
        groups: dict[int, list[tuple[int, Value]]] = {}
        for guard, value in cases:
            for place, (literal, content) in value.items():
                groups.setdefault(place, []).append((self.circuit.both(guard, literal), content))
        return sorted(groups.items())

    def _joined(self, cases: Sequence[tuple[int, Mapping[Any, int]]]) -> dict[Any, int]:
        literals: dict[Any, list[int]] = {}
        for guard, value in cases:
            for key, literal in value.items():
                literals.setdefault(key, []).append(self.circuit.both(guard, literal))
        return {key: self.circuit.any(some) for key, some in literals.items()}

    def equal(self, a: Value, b: Value, type_: AnyType) -> int:
        """Whether two values of one type are equal."""
        circuit = self.circuit
        match structure(type_):
            case BoolType():
                return circuit.same(a, b)
            case RecordType(_, fields):
                return circuit.all(self.equal(x, y, f) for x, y, (_, f) in zip(a, b, fields, strict=True))
            case MapType(_, element):
                return circuit.all(self.equal(x, y, element) for x, y in zip(a, b, strict=True))
            case UnionType(alternatives):
                contents: Mapping[int, tuple[int, Value]] = a
                return circuit.any(
                    circuit.all((g, b[place][0], self.equal(content, b[place][1], alternatives[place])))
                    for place, (g, content) in contents.items()
                    if place in b
                )
            case SetType():
                return circuit.all(circuit.same(a.get(key, FALSE), b.get(key, FALSE)) for key in {**a, **b})
            case SeqType(element):
                return circuit.any(
                    circuit.all((g, b[n][0], *(self.equal(x, y, element) for x, y in zip(items, b[n][1], strict=True))))
                    for n, (g, items) in a.items()
                    if n in b
                )
            case BagType():
                none = {0: TRUE}
                return circuit.all(self._scalars_equal(a.get(k, none), b.get(k, none)) for k in {**a, **b})
            case ListType():
                raise NotEncoded("two lists are compared")
            case _:
                return self._scalars_equal(a, b)

    def _scalars_equal(self, a: Scalar, b: Scalar) -> int:
        return self.circuit.any(self.circuit.both(literal, b[key]) for key, literal in a.items() if key in b)

    def holds_member(self, item: Value, type_: Type, within: Mapping[Any, int]) -> int:
        """Whether a value is one of the encoded members of a set."""
        circuit = self.circuit
        return circuit.any(circuit.both(g, within.get(key, FALSE)) for key, g in self.cases(item, type_))

    def elements(self, value: Value, type_: AnyType) -> list[tuple[int, Value]]:
        """What is in a collection, in its order, as a list of the machine."""
        circuit = self.circuit
        match structure(type_):
            case SetType(element):
                ordered = sorted(value.items(), key=lambda pair: ordering(pair[0]))
                return [(literal, self.constant(key, element)) for key, literal in ordered if literal != FALSE]
            case SeqType(element):
                found: list[tuple[int, Value]] = []
                for at in range(max(value, default=0)):
                    longer = [(g, items[at]) for n, (g, items) in value.items() if n > at]
                    found.append((circuit.any(g for g, _ in longer), self.merged(longer, element)))
                return found
            case BagType(element):
                return [
                    (circuit.any(g for n, g in count.items() if n >= turn), self.constant(key, element))
                    for key, count in sorted(value.items(), key=lambda pair: ordering(pair[0]))
                    for turn in range(1, max(count) + 1)
                ]
            case ListType():
                return list(value)
            case _:
                raise AssertionError(f"{type_} is no collection")

    def count(self, literals: Iterable[int], most: int | None = None) -> Scalar:
        """How many literals are true; `most` stands for every number from there on."""
        circuit, counts = self.circuit, [TRUE]
        for literal in literals:
            if literal == FALSE:
                continue
            fewer, more = [*counts, FALSE], [FALSE, *counts]
            counts = [
                circuit.either(circuit.both(literal ^ 1, same), circuit.both(literal, one_more))
                for same, one_more in zip(fewer, more, strict=True)
            ]
            if most is not None and len(counts) > most + 1:
                counts = [*counts[:most], self.circuit.any(counts[most:])]
        return {number: literal for number, literal in enumerate(counts) if literal != FALSE}

    def combined(self, a: Scalar, b: Scalar, compute: Callable[[Any, Any], Any]) -> Scalar:
        """The result of an operation on two integers, for every pair of values that they may have."""
        refuse_many(len(a) * len(b), None)
        found: dict[Any, list[int]] = {}
        for x, g in a.items():
            for y, h in b.items():
                found.setdefault(compute(x, y), []).append(self.circuit.both(g, h))
        joined = {key: self.circuit.any(some) for key, some in found.items()}
        return {key: literal for key, literal in joined.items() if literal != FALSE} or joined


def refuse_many(most: int, type_: AnyType | None) -> None:
    """Raise NotEncoded where there are too many cases to tell apart."""
    if most > MOST_CASES:
        what = f" of `{type_text(type_)}`" if type_ is not None and not isinstance(type_, ListType) else ""
        raise NotEncoded(f"{most:,} values{what} would have to be told apart, and {MOST_CASES:,} are the most")


def ordering(value: Any) -> tuple[Any, ...]:
    """A key that sorts encoded values of one type, whatever they are made of."""
    if value is None:
        return (0,)
    if isinstance(value, frozenset):
        return (2, len(value), sorted(map(ordering, value)))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, tuple):
        return (3, *map(ordering, value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return (1, value)


def some_value(type_: Type) -> Any:
    """An encoded value of a type, whichever: what stands where nobody asks."""
    match structure(type_):
        case BoolType():
            return False
        case IntType(low, _):
            return low
        case NoneType():
            return None
        case RecordType(_, fields):
            return tuple(some_value(field) for _, field in fields)
        case UnionType(alternatives) as union:
            return tag(union, 0, some_value(alternatives[0]))
        case MapType(key, value):
            return tuple(some_value(value) for _ in encoded_members(key))
        case SetType() | BagType():
            return frozenset[Any]()
        case SeqType():
            return ()
        case _:
            return 0


__all__ = ["MOST_CASES", "Algebra", "NotEncoded", "Scalar", "Value", "is_option", "ordering", "refuse_many"]
