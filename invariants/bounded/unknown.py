"""Unknown states: a value of every type made of inputs, read back from their values.

A choice among n is a binary number of ceil(log2 n) inputs, so that it has exactly one value whatever the inputs are;
`is_valid` keeps the number below n, a sequence or bag within its capacity, and a quorum among the quorums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indoubt.explorer.ir.expressions import Literal
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.sequences import Capped
from indoubt.explorer.ir.statements import Assign
from indoubt.explorer.ir.types import AnyType
from indoubt.explorer.ir.values import holds_sequences, tag, untag
from indoubt.explorer.ir.walk import walk
from indoubt.invariants.bounded.algebra import Algebra, NotEncoded, Value, structure
from indoubt.invariants.bounded.circuit import FALSE, TRUE, Circuit, negated
from indoubt.specs.language.domains import cardinality
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    PermutationType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    type_text,
)

MOST_ELEMENTS = 4096
"""How many values the elements of a set or bag may have: each is an input of its own."""


class Unknown:
    """Makes values of inputs; `inputs` are theirs in order, `is_valid` is where they mean something."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.inputs: list[int] = []
        self.is_valid = TRUE

    def value(self, type_: Type, name: str, capacity: int) -> Value:
        """An unknown value of a type; raises NotEncoded where it would take too many inputs."""
        match type_:
            case BoolType():
                return self._input(name)
            case IntType(low, high):
                return self._choice(range(low, high + 1), name)
            case EnumType() | SortType():
                return self._choice(self.algebra.members(type_), name)
            case NoneType():
                return {None: TRUE}
            case RecordType(_, fields):
                return [self.value(field, f"{name}.{part}", capacity) for part, field in fields]
            case UnionType(alternatives):
                tags = self._choice(range(len(alternatives)), name)
                return {
                    place: (tags[place], self.value(one, f"{name}|{place}", capacity))
                    for place, one in enumerate(alternatives)
                }
            case MapType(key, element):
                return [
                    self.value(element, f"{name}[{place}]", capacity) for place in range(len(self.algebra.members(key)))
                ]
            case SetType(element):
                return {one: self._input(f"{name}:{one}") for one in self._elements(element)}
            case SeqType(element):
                lengths = self._choice(range(capacity + 1), name)
                items = [self.value(element, f"{name}[{at}]", capacity) for at in range(capacity)]
                return {length: (lengths[length], items[:length]) for length in range(capacity + 1)}
            case BagType(element):
                counts = {one: self._choice(range(capacity + 1), f"{name}:{one}") for one in self._elements(element)}
                size = self.algebra.count((g for g, _ in self.algebra.elements(counts, type_)), capacity + 1)
                self._require(negated(self.algebra.circuit.any(g for n, g in size.items() if n > capacity)))
                return counts
            case QuorumType() | PermutationType():
                return self.algebra.of_cases(self._choice(self.algebra.members(type_), name).items(), type_)

    def _require(self, literal: int) -> None:
        self.is_valid = self.algebra.circuit.both(self.is_valid, literal)

    def _elements(self, element: Type) -> Sequence[Any]:
        if holds_sequences(element):
            raise NotEncoded(
                f"`{type_text(element)}` has no fixed number of values, and is the element of a set or bag"
            )
        if cardinality(element) > MOST_ELEMENTS:
            many = f"`{type_text(element)}` has {cardinality(element):,} values, and is the element of a set or bag"
            raise NotEncoded(f"{many}: each would take an input, and {MOST_ELEMENTS:,} are the most")
        return self.algebra.members(element)

    def _input(self, name: str) -> int:
        literal = self.algebra.circuit.input(name)
        self.inputs.append(literal)
        return literal

    def _choice(self, keys: Sequence[Any], name: str) -> dict[Any, int]:
        circuit = self.algebra.circuit
        bits = [self._input(f"{name}.{bit}") for bit in range((len(keys) - 1).bit_length())]
        found = {
            key: circuit.all(bit if place >> at & 1 else negated(bit) for at, bit in enumerate(bits))
            for place, key in enumerate(keys)
        }
        self._require(circuit.any(found.values()) if len(keys) < 1 << len(bits) else TRUE)
        return found


class Written:
    """Writes a value into the inputs of an unknown value of the same type: the literal that each of them has."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.literals: list[int] = []
        self.lost = FALSE
        """Where a value does not fit: longer than its capacity, which the machine never lets a step leave."""

    def value(self, value: Value, type_: Type, capacity: int) -> None:
        """Append the literals of a value, in the order of `Unknown.value`."""
        algebra, circuit = self.algebra, self.algebra.circuit
        match type_:
            case BoolType():
                self.literals.append(value)
            case IntType(low, high):
                self._choice(range(low, high + 1), value)
            case EnumType() | SortType():
                self._choice(algebra.members(type_), value)
            case NoneType():
                pass
            case RecordType(_, fields):
                for item, (_, field) in zip(value, fields, strict=True):
                    self.value(item, field, capacity)
            case UnionType(alternatives):
                self._choice(range(len(alternatives)), {place: g for place, (g, _) in value.items()})
                for place, one in enumerate(alternatives):
                    if place in value:
                        self.value(value[place][1], one, capacity)
                    else:
                        self._blank(one, capacity)
            case MapType(_, element):
                for item in value:
                    self.value(item, element, capacity)
            case SetType(element):
                members = algebra.members(element)
                self.literals += [value.get(one, FALSE) for one in members]
                self._lose(value, members)
            case SeqType(element):
                self._choice(range(capacity + 1), {length: g for length, (g, _) in value.items()})
                for at in range(capacity):
                    longer = [(g, items[at]) for n, (g, items) in value.items() if at < n <= capacity]
                    if longer:
                        self.value(algebra.merged(longer, element), element, capacity)
                    else:
                        self._blank(element, capacity)
            case BagType(element):
                members = algebra.members(element)
                for one in members:
                    self._choice(range(capacity + 1), value.get(one, {0: TRUE}))
                self._lose({key: negated(count.get(0, FALSE)) for key, count in value.items()}, members)
            case QuorumType() | PermutationType():
                members = algebra.members(type_)
                cases = {one: algebra.equal(value, algebra.constant(one, type_), type_) for one in members}
                self._choice(members, cases)
                self.lost = circuit.either(self.lost, negated(circuit.any(cases.values())))

    def _blank(self, type_: Type, capacity: int) -> None:
        """The literals of a value that nobody asks for."""
        widths = self.algebra.widths
        if (type_, capacity) not in widths:
            blank = Unknown(Algebra(Circuit()))
            blank.value(type_, "", capacity)
            widths[type_, capacity] = len(blank.inputs)
        self.literals += [FALSE] * widths[type_, capacity]

    def _lose(self, value: Mapping[Any, int], members: Sequence[Any]) -> None:
        known = set(members)
        self.lost = self.algebra.circuit.any([self.lost, *(g for key, g in value.items() if key not in known)])

    def _choice(self, keys: Sequence[Any], value: Mapping[Any, int]) -> None:
        circuit = self.algebra.circuit
        for bit in range((len(keys) - 1).bit_length()):
            self.literals.append(
                circuit.any(value.get(key, FALSE) for place, key in enumerate(keys) if place >> bit & 1)
            )
        self._lose(value, keys)


def read_back(algebra: Algebra, value: Value, type_: Type, truths: Sequence[bool]) -> Any:
    """The encoded value that an unknown one has, where `truths` says which literals are true."""
    shape: AnyType = structure(type_)
    match shape:
        case BoolType():
            truth: int = value
            return truths[truth]
        case RecordType(_, fields):
            return tuple(
                read_back(algebra, item, field, truths) for item, (_, field) in zip(value, fields, strict=True)
            )
        case UnionType(alternatives):
            place: int = next(place for place, (g, _) in value.items() if truths[g])
            return tag(shape, place, read_back(algebra, value[place][1], alternatives[place], truths))
        case MapType(_, element):
            return tuple(read_back(algebra, item, element, truths) for item in value)
        case SetType():
            return frozenset(key for key, literal in value.items() if truths[literal])
        case SeqType(element):
            items = next(items for g, items in value.values() if truths[g])
            return tuple(read_back(algebra, item, element, truths) for item in items)
        case BagType():
            counts = {key: next(n for n, g in count.items() if truths[g]) for key, count in value.items()}
            return frozenset((key, n) for key, n in counts.items() if n)
        case _:
            return next(key for key, literal in value.items() if truths[literal])


def capacities_of(machine: Machine) -> dict[str, int]:
    """How long the sequences and how large the bags in each variable can be, by what its writes are capped at."""
    found = {variable.name: 0 for variable in machine.variables}
    for variable in machine.variables:
        if isinstance(variable.value, Literal) and holds_sequences(variable.type):
            found[variable.name] = _longest(variable.type, variable.value.value)
    capped: dict[str, int] = {}
    for action in (*machine.initial, *machine.actions):
        for part in walk(action.body):
            if isinstance(part, Capped):
                capped[part.bound] = max(part.capacity, capped.get(part.bound, 0))
            if isinstance(part, Assign):
                inside = [one.capacity for one in walk(part.value) if isinstance(one, Capped)]
                found[part.target.variable] = max(found[part.target.variable], *inside, 0)
    return {name: max(found[name], capped.get(name, 0)) for name in found}


def _longest(type_: Type, value: Any) -> int:
    match type_:
        case SeqType(element):
            longest: list[int] = [_longest(element, item) for item in value]
            return max(len(value), *longest, 0)
        case BagType(element):
            counted: list[int] = [n for _, n in value]
            return max(sum(counted), *(_longest(element, item) for item, _ in value), 0)
        case SetType(element) | MapType(_, element):
            return max((_longest(element, item) for item in value), default=0)
        case RecordType(_, fields):
            lengths: list[int] = [_longest(field, item) for (_, field), item in zip(fields, value, strict=True)]
            return max(lengths, default=0)
        case UnionType(alternatives):
            place, content = untag(type_, value)
            return _longest(alternatives[place], content)
        case _:
            return 0
