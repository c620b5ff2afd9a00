"""Finite structures of the logic, made of an encoded state: what a formula means at given sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from indoubt.explorer.ir.values import encoded_members, untag
from indoubt.invariants.unbounded.logic import Formula, Holds, Joined, Negation, Quantified, Same, Term
from indoubt.invariants.unbounded.symbols import below_name, least, with_terms
from indoubt.invariants.unbounded.values import is_fixed, key_of, members_of, membership, sort_name
from indoubt.specs.language.types import (
    BoolType,
    MapType,
    QuorumType,
    RecordType,
    SetType,
    SortType,
    Type,
    UnionType,
)


class Finite:
    """A structure in which sorts have members, numbered from 0; needs the universe with their sizes to be filled."""

    def __init__(self, sizes: Mapping[str, int], quorums: Sequence[QuorumType]) -> None:
        self.sizes = dict(sizes)
        self.relations: set[tuple[str, tuple[int, ...]]] = set()
        self.functions: dict[tuple[str, tuple[int, ...]], int] = {}
        self.quorums: dict[str, list[frozenset[int]]] = {}
        for type_ in quorums:
            every = list(encoded_members(type_))
            self.quorums[sort_name(type_)] = every
            self.sizes[sort_name(type_)] = len(every)
            is_same = is_fixed(type_.sort)
            self.relations |= {
                (f"{membership(type_)}:{one}", (place,)) if is_same else (membership(type_), (one, place))
                for place, found in enumerate(every)
                for one in found
            }
        for name, size in sizes.items():
            self.relations |= {(below_name(name), (a, b)) for b in range(size) for a in range(b)}
            self.functions[least(name).name, ()] = 0

    def put(self, type_: Type, value: Any, name: str, keys: tuple[int, ...] = ()) -> None:
        """Make the symbols called `name` stand for an encoded value."""
        match type_:
            case BoolType():
                if value:
                    self.relations.add((name, keys))
            case SortType() if not is_fixed(type_):
                self.functions[name, keys] = value
            case QuorumType():
                self.functions[name, keys] = self.quorums[sort_name(type_)].index(value)
            case RecordType(_, fields):
                for item, (part, field) in zip(value, fields, strict=True):
                    self.put(field, item, f"{name}.{part}", keys)
            case UnionType(alternatives):
                place, content = untag(type_, value)
                self._choose(place, len(alternatives), f"{name}?", keys)
                self.put(alternatives[place], content, f"{name}|{place}", keys)
            case MapType(key, element):
                for one, item in zip(encoded_members(key), value, strict=True):
                    form, numbers = _key(one, key)
                    self.put(element, item, f"{name}[{form}]", (*keys, *numbers))
            case SetType(element):
                for one in value:
                    form, numbers = _key(one, element)
                    self.relations.add((f"{name}:{form}", (*keys, *numbers)))
            case _:
                atoms = members_of(type_)
                self._choose(atoms.index(value), len(atoms), name, keys)

    def _choose(self, place: int, count: int, name: str, keys: tuple[int, ...]) -> None:
        for bit in range((count - 1).bit_length()):
            if place >> bit & 1:
                self.relations.add((f"{name}.{bit}", keys))

    def true(self, formula: Formula, bound: Mapping[Term, int] | None = None) -> bool:
        """Whether a formula is true here."""
        bound = bound or {}
        match formula:
            case bool():
                return formula
            case Holds(name, arguments):
                return (name, tuple(self.member(one, bound) for one in arguments)) in self.relations
            case Same(left, right):
                return self.member(left, bound) == self.member(right, bound)
            case Negation(operand):
                return not self.true(operand, bound)
            case Joined(is_all, operands):
                return (all if is_all else any)(self.true(one, bound) for one in operands)
            case Quantified(is_all, variables, body):
                rows = product(*(range(self.sizes[one.sort]) for one in variables))
                values = (self.true(body, {**bound, **dict(zip(variables, row, strict=True))}) for row in rows)
                return (all if is_all else any)(values)

    def member(self, term: Term, bound: Mapping[Term, int]) -> int:
        """The member that a term stands for; what nothing is said of is the first one."""
        if term in bound:
            return bound[term]
        return self.functions.get((term.name, tuple(self.member(one, bound) for one in term.arguments)), 0)


def _key(encoded: Any, type_: Type) -> tuple[str, tuple[int, ...]]:
    numbers: list[int] = []

    def noted(number: int, sort: str) -> Term:
        numbers.append(number)
        return Term("", sort)

    form, _ = key_of(with_terms(encoded, type_, noted))
    return form, tuple(numbers)
