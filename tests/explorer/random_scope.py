"""What a random expression may read at its place: variables, locals, and what tests have shown about them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import strategies as st
from machine_types import BOOL, LARGEST_KEY, Draw, is_small, is_speakable

from indoubt.explorer.ir.expressions import Expr, Field, IsA, Load, Local, Narrow
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.values import holds_sequences
from indoubt.specs.language.sorts import Ordered
from indoubt.specs.language.types import (
    EnumType,
    IntType,
    MapType,
    NoneType,
    RecordType,
    SortType,
    Type,
    UnionType,
    alternatives_of,
    union_of,
)


@dataclass(frozen=True)
class Scope:
    """A place in a machine.

    `is_spoken` keeps to nodes that some form of the language means at that place. `is_total` leaves out what may fail
    or leave a bound: where elements come in no order, which of them is met first is nobody's business.
    """

    draw: Draw
    variables: Mapping[str, Type]
    capacities: Mapping[str, int]
    is_spoken: bool
    locals: Mapping[str, AnyType] = field(default_factory=dict[str, AnyType])
    facts: Mapping[Expr, Type] = field(default_factory=dict[Expr, Type])
    sees_after: bool = False
    is_total: bool = False
    numbers: count[int] = field(default_factory=lambda: count(1))

    def fresh(self, type_: AnyType) -> Local:
        """A local with a name of its own in this action or property."""
        return Local(f"x{next(self.numbers)}", type_)

    def knowing(self, *locals_: Local) -> Scope:
        """A scope in which some more locals have values."""
        return dataclasses.replace(self, locals={**self.locals, **{one.name: one.type for one in locals_}})

    def assuming(self, facts: Mapping[Expr, Type]) -> Scope:
        """A scope in which tests have shown more."""
        return dataclasses.replace(self, facts={**self.facts, **facts})

    def inside(self, *, is_total: bool) -> Scope:
        """The scope of what is computed for each element of a collection."""
        return dataclasses.replace(self, is_total=self.is_total or is_total)

    def unaware(self) -> Scope:
        """The scope without what tests have shown."""
        return dataclasses.replace(self, facts={})

    def forgetting(self, variable: str) -> Scope:
        """The scope after a write, which leaves nothing of what was known of a variable."""
        kept = {expr: type_ for expr, type_ in self.facts.items() if not _reads(expr, variable)}
        return dataclasses.replace(self, facts=kept)

    def may_be_partial(self) -> bool:
        """Whether to build something here that has no value in some states: seldom, and never where it is total."""
        return not self.is_total and bool(self.draw(st.integers(0, 5)) == 5)

    def readable(self) -> list[Expr]:
        """What has a value here without being computed: variables and locals, as narrow as known, and their fields."""
        found: list[Expr] = [Local(name, type_) for name, type_ in self.locals.items()]
        for name, type_ in self.variables.items():
            found.append(Load(name, type_))
            if self.sees_after:
                found.append(Load(name, type_, after=True))
        for expr in found:
            narrow = self.narrowed(expr)
            if narrow != expr:
                found.append(narrow)
            if isinstance(narrow.type, RecordType):
                found += [Field(narrow, name, type_) for name, type_ in narrow.type.fields]
        return found

    def narrowed(self, expr: Expr) -> Expr:
        """An expression as narrow as tests have shown it to be."""
        fact = self.facts.get(expr)
        return expr if fact is None else Narrow(expr, fact)

    def of(self, type_: AnyType) -> list[Expr]:
        """What is readable, of one type."""
        return [expr for expr in self.readable() if expr.type == type_]

    def can(self, type_: Type) -> bool:
        """Whether there is a way to a value of a type: a member of a sort has to come from somewhere."""
        if self.of(type_):
            return True
        match type_:
            case SortType(cls):
                return issubclass(cls, Ordered)
            case RecordType(_, fields):
                return all(self.can(field) for _, field in fields)
            case UnionType(alternatives):
                return any(map(self.can, alternatives))
            case MapType():
                return self.can_tabulate(type_)
            case _:
                return True

    def can_tabulate(self, type_: MapType) -> bool:
        """Whether a map can be made key by key."""
        is_ranged = isinstance(type_.key, EnumType | SortType) or not self.is_spoken
        value_is_there = self.knowing(Local("key", type_.key)).can(type_.value)
        return is_ranged and is_small(type_.key, LARGEST_KEY) and value_is_there

    def can_write_down(self, type_: Type) -> bool:
        """Whether a constant of a type may stand here: the language has no maps, records and bags among them."""
        if not is_speakable(type_):
            return False
        simple = (SortType, NoneType, IntType, EnumType, type(BOOL))
        return not self.is_spoken or all(isinstance(one, simple) for one in alternatives_of(type_))

    def testable(self) -> list[tuple[Expr, Type]]:
        """Values of unions with the alternatives that can be tested for."""
        return [
            (expr, alternative)
            for expr in self.readable()
            if isinstance(expr.type, UnionType) and not isinstance(expr, Narrow) and expr not in self.facts
            for alternative in expr.type.alternatives
            if not self.is_spoken or isinstance(alternative, (NoneType, RecordType, EnumType, SortType))
        ]

    def capped(self, type_: AnyType) -> bool:
        """Whether values of a type may have sequences or bags inside."""
        return not isinstance(type_, ListType) and holds_sequences(type_)


def shown_by(test: IsA) -> tuple[dict[Expr, Type], dict[Expr, Type]]:
    """What a test shows of its value where it holds, and where it does not."""
    assert isinstance(test.value.type, UnionType)
    rest = [one for one in test.value.type.alternatives if one != test.alternative]
    return {test.value: test.alternative}, {test.value: union_of(*rest)}


def _reads(expr: Any, variable: str) -> bool:
    match expr:
        case Load(name):
            return name == variable
        case Field(record):
            return _reads(record, variable)
        case Narrow(value):
            return _reads(value, variable)
        case _:
            return False
