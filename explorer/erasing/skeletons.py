"""Expressions taken apart: fields of one node, and things of which nothing is known but their type.

A *thing* is a part of an expression that reads no field of the node: a field of a message, a parameter, what is under
way. Equal things have equal values, so `m.bal` in a guard and `m.bal` in a write are the same ballot; of two different
things nothing is known, which is more than can happen and never less.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from indoubt.explorer.backends.evaluation import Evaluator
from indoubt.explorer.erasing.own import Own
from indoubt.explorer.ir.expressions import (
    And,
    Below,
    Conditional,
    Construct,
    Equal,
    Expr,
    Generator,
    IsA,
    Load,
    Local,
    Narrow,
    Not,
    Or,
    Widen,
)
from indoubt.explorer.ir.types import BOOL, ListType
from indoubt.explorer.ir.values import encoded_members
from indoubt.explorer.ir.walk import EXPRESSIONS, below, binders_in, rewrite, walk
from indoubt.specs.language.domains import cardinality

PLAIN = (And, Or, Not, Equal, Below, Conditional, IsA, Widen, Narrow, Construct)
"""Expressions that are worth being taken apart where they read no field."""
FIELD, THING = "field:", "thing:"
MOST_VALUES = 64
"""A thing with more values is not enumerated."""


class TooMuch(Exception):
    """More than is worth being enumerated, or something that is not understood: anything may happen."""


class Skeleton:
    """An expression in which locals stand for the fields of a node and for things, in the order of its text."""

    def __init__(self, expr: Expr, fields: Iterable[str], things: Iterable[Expr]) -> None:
        self.expr = expr
        self.fields = tuple(fields)
        self.things = tuple(things)
        evaluator = Evaluator(())
        self._compute = evaluator.expression(expr)
        self._places = [evaluator.slot(Local(f"{FIELD}{name}", BOOL)) for name in self.fields]
        self._places += [evaluator.slot(Local(f"{THING}{number}", BOOL)) for number in range(len(self.things))]
        self._frame: list[Any] = [None] * len(evaluator.slots)

    def value(self, values: Iterable[Any]) -> Any:
        """What the expression comes to for values of its fields and then of its things; raises as an evaluation."""
        for place, value in zip(self._places, values, strict=True):
            self._frame[place] = value
        return self._compute((), self._frame)

    def filled(self, fields: Mapping[str, Expr], things: Sequence[Expr]) -> Expr:
        """The expression with others in place of its fields and things."""
        known = {f"{FIELD}{name}": expr for name, expr in fields.items()}
        known |= {f"{THING}{number}": expr for number, expr in enumerate(things)}
        return rewrite(self.expr, lambda part: known.get(part.name, part) if isinstance(part, Local) else part)


def skeleton_of(expr: Expr, own: Own, address: Expr) -> Skeleton:
    """An expression taken apart, as the node at `address` sees it. Raises TooMuch."""
    taking = _Taking(own, address, binders_in(expr))
    taken = taking.apart(expr)
    return Skeleton(taken, taking.fields, taking.things)


class _Taking:
    def __init__(self, own: Own, address: Expr, bound: set[str]) -> None:
        self.own = own
        self.address = address
        self.bound = bound
        self.fields: dict[str, None] = {}
        self.things: dict[Expr, int] = {}
        self._known: dict[int, bool] = {}

    def apart(self, node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(map(self.apart, cast("tuple[object, ...]", node)))
        if isinstance(node, EXPRESSIONS):
            expr = cast("Expr", node)
            name = self.own.field_read(expr, self.address)
            if name is not None:
                self.fields[name] = None
                return Local(f"{FIELD}{name}", self.own.types[name])
            if not self._is_bound(expr):
                return self._of_things(expr)
        elif not dataclasses.is_dataclass(node) or isinstance(node, type):
            return node
        return self._inside(node)

    def _inside(self, node: Any) -> Any:
        changes: dict[str, Any] = {}
        for one in dataclasses.fields(node):
            old = getattr(node, one.name)
            if isinstance(old, tuple) or _is_node(old):
                changes[one.name] = self.apart(old)
        return dataclasses.replace(node, **changes) if changes else node

    def _of_things(self, expr: Expr) -> Expr:
        """What reads no field: made of things as small as can be enumerated, so that equal ones are found."""
        if isinstance(expr, PLAIN):
            before = dict(self.things)
            try:
                found = cast("Expr", self._inside(expr))
                if all(is_small(one) for one in self.things if one not in before):
                    return found
            except TooMuch:
                pass  # as a whole it may be a thing all the same: a truth value, of whatever
            self.things = before
        return self._thing(expr)

    def _thing(self, expr: Expr) -> Expr:
        if not any(isinstance(part, Load | Local) for part in walk(expr)):
            return expr
        if isinstance(expr.type, ListType):
            raise TooMuch
        return Local(f"{THING}{self.things.setdefault(expr, len(self.things))}", expr.type)

    def _is_bound(self, node: Any) -> bool:
        """Whether something in a node reads a field, or a name that is bound around it; found once for each node."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = (
                (isinstance(node, EXPRESSIONS) and self.own.field_read(cast("Expr", node), self.address) is not None)
                or (isinstance(node, Local) and node.name in self.bound)
                or any(self._is_bound(part) for part in below(node))
            )
        return known


def _is_node(value: object) -> bool:
    return isinstance(value, (*EXPRESSIONS, Generator))


def values_of(expr: Expr) -> tuple[Any, ...]:
    """Every value that a thing may have. Raises TooMuch."""
    if isinstance(expr.type, ListType) or not is_small(expr):
        raise TooMuch
    return encoded_members(expr.type)


def is_small(expr: Expr) -> bool:
    """Whether the values of a thing can be enumerated."""
    return not isinstance(expr.type, ListType) and cardinality(expr.type) <= MOST_VALUES
