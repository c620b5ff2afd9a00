"""Values of a state of which not even the sizes are known, with formulas where there are truth values.

A truth value is a formula. An integer, an enum member, None and a member of a sort are cases: `[(formula, atom), ...]`,
exactly one of which is the case; the atom of a sort is a term, of anything else the encoded value. A record is a list
of values, a union `{position: (formula, value)}`, a map a function from a datum of its keys, a set a `Collection`.

A datum is a value all of whose cases are decided: an atom, a tuple for a record, `(position, datum)` for a union, a
truth value of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias

from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.invariants.unbounded.logic import (
    Formula,
    Holds,
    Term,
    both,
    either,
    every,
    fresh,
    iff,
    implies,
    negation,
    same,
    some,
)
from indoubt.specs.language.frozen import dataclass
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

Value: TypeAlias = Any
Datum: TypeAlias = Any
Generated: TypeAlias = "tuple[tuple[Term, ...], Formula, Datum]"
"""The elements of a set of one form: for all values of the variables where the formula holds, the datum."""
MOST_MEMBERS = 64
"""How many values an interval or enum may have: each is a case of its own."""


class NotUnbounded(Exception):
    """Something that has no counterpart in the logic; `reason` is a part of a sentence, `help` an edit."""

    def __init__(self, reason: str, help: str = "") -> None:  # noqa: A002 - the word the reader of an error sees
        super().__init__(reason)
        self.reason = reason
        self.help = help


@dataclass(frozen=True, slots=True)
class Collection:
    """A set: whether a datum is in it, and what there is to range over."""

    element: Type
    has: Callable[[Datum], Formula]
    generate: Callable[[], list[Generated]]
    is_list: bool = False
    """Of a list, only whether there is an element like this is known, not how often."""


def sort_name(type_: SortType | QuorumType) -> str:
    """The sort of the logic for a sort of the language, or for the quorums over it."""
    if isinstance(type_, SortType):
        return type_.cls.__name__
    phase = "" if type_.phase is None else f", phase {type_.phase}"
    return f"Quorum[{type_.sort.cls.__name__}{phase}]"


def membership(quorum: QuorumType) -> str:
    """The name of the relation between members of a sort and the quorums over it."""
    return f"in {sort_name(quorum)}"


def in_quorum(type_: QuorumType, member: Datum, quorum: Term) -> Formula:
    """Whether a member is in a quorum; where the members are always the same ones, each has a relation of its own."""
    if isinstance(member, Term):
        return Holds(membership(type_), (member, quorum))
    return Holds(f"{membership(type_)}:{member}", (quorum,))


def members_of(type_: Type) -> list[Any]:
    """The encoded values of a type that has the same ones at every size."""
    match type_:
        case BoolType():
            return [False, True]
        case IntType(low, high):
            if high - low >= MOST_MEMBERS:
                raise NotUnbounded(f"an interval of {high - low + 1} integers is too long to be told apart one by one")
            return list(range(low, high + 1))
        case EnumType(cls):
            return list(range(len(cls)))
        case SortType(cls) if cls.fixed_size is not None:
            return list(range(cls.fixed_size))
        case NoneType():
            return [None]
        case _:
            raise AssertionError(f"{type_} has other values at other sizes")


def is_fixed(type_: AnyType) -> bool:
    """Whether a type of atoms has the same values at every size."""
    if isinstance(type_, SortType):
        return type_.cls.fixed_size is not None
    return isinstance(type_, IntType | EnumType | NoneType | BoolType)


def forms(type_: Type) -> Iterator[tuple[tuple[Term, ...], Datum]]:
    """The forms of the values of a type: fresh variables, and the datum that is made of them."""
    match type_:
        case BoolType() | IntType() | EnumType() | NoneType():
            yield from (((), one) for one in members_of(type_))
        case SortType():
            if is_fixed(type_):
                yield from (((), one) for one in members_of(type_))
            else:
                variable = fresh(sort_name(type_))
                yield (variable,), variable
        case QuorumType():
            variable = fresh(sort_name(type_))
            yield (variable,), variable
        case RecordType(_, fields):
            for parts in product(*(list(forms(field)) for _, field in fields)):
                yield tuple(v for variables, _ in parts for v in variables), tuple(datum for _, datum in parts)
        case UnionType(alternatives):
            for place, alternative in enumerate(alternatives):
                for variables, datum in forms(alternative):
                    yield variables, (place, datum)
        case MapType() | SetType() | SeqType() | BagType() | PermutationType():
            raise NotUnbounded(
                f"a `{type_text(type_)}` inside of a set, or as the key of a map, is beyond first-order logic"
            )


def key_of(datum: Datum) -> tuple[str, tuple[Term, ...]]:
    """The form of a datum as a part of a name, and its terms."""
    if isinstance(datum, Term):
        return "*", (datum,)
    if isinstance(datum, tuple):
        parts = [key_of(one) for one in datum]  # pyright: ignore[reportUnknownVariableType]
        return f"({','.join(name for name, _ in parts)})", tuple(term for _, terms in parts for term in terms)
    return str(datum), ()


def same_data(a: Datum, b: Datum) -> Formula:
    """Whether two data are equal."""
    if isinstance(a, Term):
        return same(a, b)
    if isinstance(a, tuple):
        parts: list[Formula] = []
        for x, y in zip(a, b, strict=True):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            parts.append(same_data(x, y))
            if parts[-1] is False:  # of two alternatives of a union the rest is not alike in form
                return False
        return both(*parts)
    return bool(a == b)


def value_of(datum: Datum, type_: Type) -> Value:
    """A datum as a value."""
    match type_:
        case BoolType():
            return datum
        case RecordType(_, fields):
            return [value_of(item, field) for item, (_, field) in zip(datum, fields, strict=True)]
        case UnionType(alternatives):
            decided: tuple[int, Datum] = datum
            place, content = decided
            return {place: (True, value_of(content, alternatives[place]))}
        case QuorumType(sort):

            def generate() -> list[Generated]:
                return [(variables, in_quorum(type_, member, datum), member) for variables, member in forms(sort)]

            return Collection(sort, lambda member: in_quorum(type_, member, datum), generate)
        case _:
            return [(True, datum)]


def cases(value: Value, type_: AnyType) -> list[tuple[Formula, Datum]]:
    """The data that a value may be, each with the formula that it is."""
    match type_:
        case BoolType():
            return [(f, k) for f, k in ((value, True), (negation(value), False)) if f is not False]
        case RecordType(_, fields):
            parts = [cases(item, field) for item, (_, field) in zip(value, fields, strict=True)]
            found = [(both(*(f for f, _ in one)), tuple(datum for _, datum in one)) for one in product(*parts)]
            return [(f, datum) for f, datum in found if f is not False]
        case UnionType(alternatives):
            contents: Mapping[int, tuple[Formula, Value]] = value
            return [
                (joined, (place, datum))
                for place, (formula, content) in contents.items()
                for inner, datum in cases(content, alternatives[place])
                if (joined := both(formula, inner)) is not False
            ]
        case MapType() | SetType() | SeqType() | BagType() | PermutationType() | QuorumType() | ListType():
            raise NotUnbounded("a collection is an element of another one, or the key of a map")
        case _:
            return [(f, datum) for f, datum in value if f is not False]


def merged(options: Sequence[tuple[Formula, Value]], type_: AnyType) -> Value:
    """The value of the option whose formula is true: at most one is, and none only where nobody asks."""
    options = [one for one in options if one[0] is not False] or list(options[:1])
    if len(options) == 1:
        return options[0][1]
    match type_:
        case BoolType():
            return either(*(both(f, value) for f, value in options))
        case RecordType(_, fields):
            return [
                merged([(f, value[place]) for f, value in options], field) for place, (_, field) in enumerate(fields)
            ]
        case UnionType(alternatives):
            groups: dict[int, list[tuple[Formula, Value]]] = {}
            for f, value in options:
                for place, (g, content) in value.items():
                    groups.setdefault(place, []).append((both(f, g), content))
            return {
                place: (either(*(f for f, _ in group)), merged(group, alternatives[place]))
                for place, group in sorted(groups.items())
            }
        case MapType(_, element):

            def at(key: Datum) -> Value:
                return merged([(f, value(key)) for f, value in options], element)

            return at
        case SetType(element) | ListType(element):
            return Collection(
                element,
                lambda datum: either(*(both(f, value.has(datum)) for f, value in options)),
                lambda: [
                    (variables, both(f, guard), datum)
                    for f, value in options
                    for variables, guard, datum in value.generate()
                ],
                isinstance(type_, ListType),
            )
        case SeqType() | BagType() | PermutationType() | QuorumType():
            raise NotUnbounded(f"`{type_text(type_)}` has no counterpart in first-order logic")
        case _:
            atoms: dict[Any, list[Formula]] = {}
            for f, value in options:
                for g, atom in value:
                    atoms.setdefault((type(atom), atom), []).append(both(f, g))
            return [(either(*found), atom) for (_, atom), found in atoms.items()]


def equal(a: Value, b: Value, type_: AnyType) -> Formula:
    """Whether two values of one type are equal."""
    match type_:
        case BoolType():
            return iff(a, b)
        case RecordType(_, fields):
            return both(*(equal(x, y, field) for x, y, (_, field) in zip(a, b, fields, strict=True)))
        case UnionType(alternatives):
            contents: Mapping[int, tuple[Formula, Value]] = a
            return either(
                *(
                    both(f, b[place][0], equal(content, b[place][1], alternatives[place]))
                    for place, (f, content) in contents.items()
                    if place in b
                )
            )
        case MapType(key, element):
            return both(*(every(variables, equal(a(one), b(one), element)) for variables, one in forms(key)))
        case SetType():
            return both(is_subset(a, b), is_subset(b, a))
        case SeqType() | BagType() | PermutationType() | QuorumType() | ListType():
            raise NotUnbounded("two lists, sequences or quorums are compared")
        case _:
            return either(*(both(f, g, same_data(x, y)) for f, x in a for g, y in b))


def has_value(collection: Collection, value: Value, type_: Type) -> Formula:
    """Whether a value is an element."""
    return either(*(both(f, collection.has(datum)) for f, datum in cases(value, type_)))


def is_subset(a: Collection, b: Collection) -> Formula:
    """Whether every element of `a` is one of `b`."""
    return both(*(every(variables, implies(guard, b.has(datum))) for variables, guard, datum in a.generate()))


def of_generated(element: Type, generate: Callable[[], list[Generated]], *, is_list: bool = False) -> Collection:
    """A collection that is given by what there is to range over."""

    def has(datum: Datum) -> Formula:
        return either(*(some(v, both(guard, same_data(one, datum))) for v, guard, one in generate()))

    return Collection(element, has, generate, is_list)
