"""Narrow parameters: values of a large type that a guard does not rule out, read off the guard.

Before: `lose(lost: Set[Ack]): require(lost <= self.acks); ...`
After:  `lose(lost: Set[Ack] in subsets(self.acks)): require(lost <= self.acks); ...`

The guard stays, so that the set may have too many members, and must not have too few. It is computed in every state and
before the other guards: it is always one that has a value, and whose members belong to the type of the parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import prod

from indoubt.explorer.ir.expressions import (
    And,
    Collect,
    Combine,
    Construct,
    Contains,
    Equal,
    Exists,
    Expr,
    Generator,
    IsA,
    Literal,
    Local,
    Members,
    Narrow,
    Or,
    SetLiteral,
    Subset,
    Subsets,
    Widen,
)
from indoubt.explorer.ir.machine import Choice
from indoubt.explorer.ir.statements import Require
from indoubt.explorer.ir.types import BOOL, ListType
from indoubt.explorer.ir.walk import free_locals, walk
from indoubt.explorer.passes.total import is_total
from indoubt.specs.language.domains import cardinality
from indoubt.specs.language.types import (
    BagType,
    IntType,
    NoneType,
    SeqType,
    SetType,
    Type,
    UnionType,
    alternatives_of,
)

TRUE = Literal(True, BOOL)

FEW = 64
"""A parameter with no more values than these is tried with each; a guard costs less than a set of candidates."""


def some_superset(choices: Sequence[Choice], position: int, guards: Sequence[Require]) -> Expr | None:
    """A set with every value of the parameter at `position` that the guards leave; None where they do not say."""
    choice = choices[position]
    if choice.range != choice.local.type or cardinality(choice.range) <= FEW:
        return None  # the members of a sort are few; a quorum or a permutation is more than a set or a map
    known = {one.local.name for one in choices[:position]}
    for guard in guards:
        found = _superset(choice.local, choice.range, guard.condition)
        if found is not None and _stays_inside(found):
            unknown = free_locals(found) - known
            later = [one for one in choices[position + 1 :] if one.local.name in unknown]
            if len(later) == len(unknown) and prod(cardinality(one.range) for one in later) <= FEW:
                return _over_all(later, found, choice.range)
    return None


def _superset(parameter: Local, type_: Type, condition: Expr) -> Expr | None:
    """A set of values of `type_` with every value of the parameter for which the condition holds."""
    match condition:
        case Contains(element, collection):
            return _members(parameter, type_, element, collection)
        case Equal(left, right):
            for side, other in ((left, right), (right, left)):
                alone = None if isinstance(other.type, IntType) else _only(other)
                found = None if alone is None else _members(parameter, type_, side, alone)
                if found is not None and parameter.name not in free_locals(other):
                    return found
            return None
        case Subset(left, collection):
            return _subsets(parameter, type_, left, collection)
        case IsA(Local(name), NoneType()) if name == parameter.name:
            return _only(Literal(None, type_))
        case And(operands):
            return next((one for one in (_superset(parameter, type_, part) for part in operands) if one), None)
        case Or(operands):
            parts = [_superset(parameter, type_, part) for part in operands]
            known = [part for part in parts if part is not None]
            return reduce(lambda a, b: Combine("|", a, b, SetType(type_)), known) if len(known) == len(parts) else None
        case Exists(local, domain, body) if is_total(domain):
            found = _superset(parameter, type_, body)
            return None if found is None else _union(type_, (Generator(local, domain, TRUE),), found)
        case _:
            return None


def _only(value: Expr) -> Expr | None:
    return None if isinstance(value.type, ListType) else SetLiteral((value,), SetType(value.type))


def _members(parameter: Local, type_: Type, element: Expr, collection: Expr) -> Expr | None:
    """The elements of a collection as values of `type_`, where `element` is the parameter as one of them."""
    if not isinstance(collection.type, SetType | BagType | SeqType) or not is_total(collection):
        return None
    item = Local(f"{parameter.name}#candidate", collection.type.element)
    match element:
        case Local(name) if name == parameter.name and item.type == type_:
            return _union(type_, (), collection)
        case Widen(Local(name)) if name == parameter.name:
            tests = tuple(IsA(item, one) for one in alternatives_of(type_))
            if not isinstance(item.type, UnionType) or not {one.alternative for one in tests} <= set(
                item.type.alternatives
            ):
                return None
            is_one = tests[0] if len(tests) == 1 else Or(tests)
            return Collect(Narrow(item, type_), (Generator(item, collection, is_one),), SetType(type_))
        case Narrow(Local(name)) if name == parameter.name and item.type == element.type:
            return Collect(Widen(item, type_), (Generator(item, collection, TRUE),), SetType(type_))
        case _:
            return None


def _subsets(parameter: Local, type_: Type, left: Expr, collection: Expr) -> Expr | None:
    """The subsets of a set as values of `type_`, where `left` is the parameter, or its members widened to a union."""
    if not isinstance(type_, SetType):
        return None
    match left:
        case Local(name) if name == parameter.name and collection.type == type_ and is_total(collection):
            return Subsets(collection, SetType(type_))
        case Collect(Widen(Local(item)), (Generator(Local(one), Local(name), condition),)) if name == parameter.name:
            member = Local(item, type_.element)
            if item != one or condition != TRUE or not isinstance(collection.type, SetType):
                return None
            among = _members(member, type_.element, Widen(member, collection.type.element), collection)
            return None if among is None else Subsets(among, SetType(type_))
        case _:
            return None


def _union(type_: Type, generators: tuple[Generator, ...], collection: Expr) -> Expr:
    """The elements of a collection of values of `type_`, for all that the generators range over."""
    if not generators and isinstance(collection.type, SetType):
        return collection
    item = Local(f"item#{len(generators)}", type_)
    return Collect(item, (*generators, Generator(item, collection, TRUE)), SetType(type_))


def _over_all(later: Sequence[Choice], found: Expr, type_: Type) -> Expr:
    """What is found for some value of the parameters that are chosen later."""
    generators = tuple(Generator(one.local, Members(SetType(one.range)), TRUE) for one in later)
    return _union(type_, generators, found)


def _stays_inside(found: Expr) -> bool:
    """Whether no integer in a record lies outside of its interval: a comparison does not check that, a step does."""
    return not any(
        (isinstance(part, Widen) and isinstance(part.value.type, IntType))
        or (isinstance(part, Construct) and any(map(_may_leave, part.fields, (type_ for _, type_ in part.type.fields))))
        for part in walk(found)
    )


def _may_leave(value: Expr, type_: Type) -> bool:
    given = value.type
    return (
        isinstance(given, IntType)
        and isinstance(type_, IntType)
        and not type_.low <= given.low <= given.high <= type_.high
    )
