"""The symbols of a state: what stands for a variable of each type, and what is always true of it.

A sort under some keys is a function of them, a choice among n known values is ceil(log2 n) relations, a truth value and
the elements of a set are relations. Parameters of an action are the same without keys. A `Reader` says what a model
gives for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from indoubt.explorer.ir.values import encoded_members, tag, untag
from indoubt.invariants.unbounded.logic import Formula, Holds, Term, both, either, every, fresh, negation, same
from indoubt.invariants.unbounded.values import (
    Collection,
    Datum,
    Generated,
    NotUnbounded,
    Value,
    forms,
    is_fixed,
    key_of,
    members_of,
    sort_name,
    value_of,
)
from indoubt.specs.language.sorts import Ordered
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

Terms = tuple[Term, ...]


def unknown(type_: Type, name: str, keys: Terms = ()) -> Value:
    """The value of a type that the symbols called `name` stand for, under some keys."""
    match type_:
        case BoolType():
            return Holds(name, keys)
        case IntType() | EnumType() | NoneType():
            return _coded(members_of(type_), name, keys)
        case SortType():
            if is_fixed(type_):
                return _coded(members_of(type_), name, keys)
            return [(True, Term(name, sort_name(type_), keys))]
        case QuorumType():
            return value_of(Term(name, sort_name(type_), keys), type_)
        case RecordType(_, fields):
            return [unknown(field, f"{name}.{part}", keys) for part, field in fields]
        case UnionType(alternatives):
            tags = _coded(list(range(len(alternatives))), f"{name}?", keys)
            return {
                place: (tags[place][0], unknown(one, f"{name}|{place}", keys)) for place, one in enumerate(alternatives)
            }
        case MapType(_, element):

            def at(key: Datum) -> Value:
                form, terms = key_of(key)
                return unknown(element, f"{name}[{form}]", (*keys, *terms))

            return at
        case SetType(element):

            def has(datum: Datum) -> Formula:
                form, terms = key_of(datum)
                return Holds(f"{name}:{form}", (*keys, *terms))

            def generate() -> list[Generated]:
                return [(variables, has(datum), datum) for variables, datum in forms(element)]

            return Collection(element, has, generate)
        case SeqType() | BagType() | PermutationType():
            raise NotUnbounded(f"a `{type_text(type_)}` has no counterpart in first-order logic")


def _coded(atoms: Sequence[Any], name: str, keys: Terms) -> list[tuple[Formula, Any]]:
    """A choice among known values: a binary number, a relation for each of its digits."""
    bits = [Holds(f"{name}.{bit}", keys) for bit in range((len(atoms) - 1).bit_length())]
    return [
        (both(*(bit if place >> at & 1 else negation(bit) for at, bit in enumerate(bits))), atom)
        for place, atom in enumerate(atoms)
    ]


def axioms_of(type_: Type, name: str, keys: Terms = ()) -> Iterator[Formula]:
    """What is always true of the symbols of a variable: choices are among the values that there are."""

    def chosen(atoms: Sequence[Any], called: str) -> Iterator[Formula]:
        valid = either(*(formula for formula, _ in _coded(atoms, called, keys)))
        if len(atoms) & (len(atoms) - 1):
            yield every(keys, valid)

    match type_:
        case IntType() | EnumType():
            yield from chosen(members_of(type_), name)
        case SortType() if is_fixed(type_):
            yield from chosen(members_of(type_), name)
        case RecordType(_, fields):
            for part, field in fields:
                yield from axioms_of(field, f"{name}.{part}", keys)
        case UnionType(alternatives):
            yield from chosen(range(len(alternatives)), f"{name}?")
            for place, one in enumerate(alternatives):
                yield from axioms_of(one, f"{name}|{place}", keys)
        case MapType(key, element):
            for variables, datum in forms(key):
                form, terms = key_of(datum)
                assert terms == variables
                yield from axioms_of(element, f"{name}[{form}]", (*keys, *variables))
        case _:
            return


def below_name(sort: str) -> str:
    """The name of the order of an `Ordered`."""
    return f"{sort} below"


def least(sort: str) -> Term:
    """The lowest member of an order."""
    return Term(f"first {sort}", sort)


def below(a: Term, b: Term) -> Formula:
    """Whether one member of an order stands below another one."""
    return Holds(below_name(a.sort), (a, b))


def axioms_of_order(sort: str) -> Iterator[Formula]:
    """A strict linear order with a lowest member."""
    a, b, c = fresh(sort), fresh(sort), fresh(sort)
    yield every((a,), negation(below(a, a)))
    yield every((a, b, c), either(negation(below(a, b)), negation(below(b, c)), below(a, c)))
    yield every((a, b), either(same(a, b), below(a, b), below(b, a)))
    yield every((a,), negation(below(a, least(sort))))


def is_ordered(type_: SortType) -> bool:
    """Whether members of a sort are compared."""
    return issubclass(type_.cls, Ordered)


class Reader(Protocol):
    """A model of the symbols over finite sorts, whose members are numbered from 0, an order from its lowest."""

    def holds(self, name: str, members: tuple[int, ...]) -> bool:
        """Whether a relation holds of members."""
        ...

    def member(self, name: str, sort: str, members: tuple[int, ...]) -> int:
        """What a function gives for members."""
        ...

    def quorum(self, name: str, type_: QuorumType, members: tuple[int, ...]) -> frozenset[int]:
        """The members of the quorum that a function gives."""
        ...


def read(reader: Reader, type_: Type, name: str, keys: tuple[int, ...] = ()) -> Any:
    """The encoded value of the symbols called `name` in a model; needs a universe with its sizes."""
    match type_:
        case BoolType():
            return reader.holds(name, keys)
        case IntType() | EnumType() | NoneType():
            return _decoded(reader, members_of(type_), name, keys)
        case SortType():
            if is_fixed(type_):
                return _decoded(reader, members_of(type_), name, keys)
            return reader.member(name, sort_name(type_), keys)
        case QuorumType():
            return reader.quorum(name, type_, keys)
        case RecordType(_, fields):
            return tuple(read(reader, field, f"{name}.{part}", keys) for part, field in fields)
        case UnionType(alternatives):
            place: int = _decoded(reader, list(range(len(alternatives))), f"{name}?", keys)
            return tag(type_, place, read(reader, alternatives[place], f"{name}|{place}", keys))
        case MapType(key, element):
            found: list[Any] = []
            for one in encoded_members(key):
                form, members = _encoded_key(one, key)
                found.append(read(reader, element, f"{name}[{form}]", (*keys, *members)))
            return tuple(found)
        case SetType(element):
            found = []
            for one in encoded_members(element):
                form, members = _encoded_key(one, element)
                if reader.holds(f"{name}:{form}", (*keys, *members)):
                    found.append(one)
            return frozenset(found)
        case SeqType() | BagType() | PermutationType():
            raise AssertionError(f"no symbols for {type_}")


def _decoded(reader: Reader, atoms: Sequence[Any], name: str, keys: tuple[int, ...]) -> Any:
    place = sum(reader.holds(f"{name}.{bit}", keys) << bit for bit in range((len(atoms) - 1).bit_length()))
    return atoms[place]


def _encoded_key(encoded: Any, type_: Type) -> tuple[str, tuple[int, ...]]:
    """The form of an encoded value, as `key_of` has it, and the numbers of its members of sorts."""
    numbers: list[int] = []
    form, _ = key_of(with_terms(encoded, type_, lambda number, sort: _noted(numbers, number, sort)))
    return form, tuple(numbers)


def _noted(numbers: list[int], number: int, sort: str) -> Term:
    numbers.append(number)
    return Term("", sort)


def with_terms(encoded: Any, type_: Type, term: Callable[[int, str], Term]) -> Datum:
    """An encoded value as a datum, in which `term` says what stands for a member of a sort."""
    match type_:
        case SortType() if not is_fixed(type_):
            return term(encoded, sort_name(type_))
        case RecordType(_, fields):
            return tuple(with_terms(item, field, term) for item, (_, field) in zip(encoded, fields, strict=True))
        case UnionType(alternatives):
            place, content = untag(type_, encoded)
            return place, with_terms(content, alternatives[place], term)
        case _:
            return encoded
