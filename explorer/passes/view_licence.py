"""Whether a view may merge states without changing a verdict.

A view *keeps* the variables that are among its parts and *hides* the others. Two states that agree on what is kept
behave alike if nothing that decides what happens reads a hidden variable: no guard, no parameter's range, no property,
no value or place that is written to a kept variable, and nothing that may stop a step. What is left is a write to a
hidden variable, which may read what it likes as long as it cannot fail or reach a bound on that account. Then equality
of the kept variables is a bisimulation, and one state of each class says everything (Clarke, Grumberg and Peled, "Model
Checking", 1999, section 11). The test is syntactic: it refuses some views that would be sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Any

from indoubt.explorer.ir.expressions import (
    Arithmetic,
    Bounded,
    Expr,
    Fold,
    Load,
    Local,
    Lookup,
    Neighbour,
    Remove,
    Span,
)
from indoubt.explorer.ir.machine import Action, Machine, View
from indoubt.explorer.ir.sequences import BagChange, Capped, Element, RemoveAt
from indoubt.explorer.ir.statements import Assert, Assign, Bind, Block, ForEach, Require, Statement, When
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import MapType, SeqType

MAY_STOP = (Bounded, Capped, Neighbour, Remove, Element, RemoveAt, BagChange, Fold)
"""Expressions that may reach a bound or have no value, depending on their operands."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What reads a hidden variable, and where: the reason why a view is not licensed."""

    variable: str
    reader: str
    span: Span


def hidden_by(machine: Machine, view: View) -> tuple[str, ...]:
    """The variables that a view leaves out."""
    kept = {part.variable for part in view.parts if isinstance(part, Load)}
    return tuple(variable.name for variable in machine.variables if variable.name not in kept)


def first_reading(
    machine: Machine, view: View, conditions: Iterable[str], mapping: Iterable[Expr] = ()
) -> Reading | None:
    """The first thing that forbids to merge states by `view`; None where the view is licensed.

    `conditions` names the properties and constraints in force, `mapping` computes what an abstract spec sees.
    """
    hidden = frozenset(hidden_by(machine, view))
    in_force = frozenset(conditions)
    for one in (*machine.properties, *machine.constraints):
        if one.name in in_force:
            for name in _Tainted(hidden).read_by(one.condition):
                return Reading(name, f"`{one.name}`", one.span)
    for expr in mapping:
        for name in _Tainted(hidden).read_by(expr):
            return Reading(name, "the refinement mapping", view.span)
    for action in machine.actions:
        for reading in _Actor(action, hidden).readings():
            return reading
    return None


@dataclass
class _Tainted:
    """Hidden variables, and the locals that hold what was read from them."""

    hidden: frozenset[str]
    locals: dict[str, str] = field(default_factory=dict[str, str])

    def read_by(self, node: Any) -> Iterator[str]:
        """The hidden variables that `node` depends on."""
        for part in walk(node):
            if isinstance(part, Load) and part.variable in self.hidden:
                yield part.variable
            elif isinstance(part, Local) and part.name in self.locals:
                yield self.locals[part.name]

    def stopped_by(self, node: Any) -> Iterator[str]:
        """The hidden variables that may keep `node` from having a value, or decide whether that is asked."""
        if any(map(_may_stop, walk(node))):
            yield from self.read_by(node)


def _place(statement: Statement) -> Span | None:
    return statement.span if isinstance(statement, Require | Assert) else None


def _may_stop(part: object) -> bool:
    if isinstance(part, Arithmetic):
        return part.operator in ("//", "%")
    if isinstance(part, Lookup):
        table = part.map.type
        return not isinstance(table, MapType) or part.key.type != table.key
    return isinstance(part, MAY_STOP)


class _Actor:
    """Looks through an action, in the order of its statements."""

    def __init__(self, action: Action, hidden: frozenset[str]) -> None:
        self._action = action
        self._tainted = _Tainted(hidden)

    def readings(self) -> Iterator[Reading]:
        for choice in self._action.choices:
            if choice.among is not None:
                yield from self._told(self._tainted.read_by(choice.among), "the range of a parameter of")
        yield from self._block(self._action.body)

    def _told(self, names: Iterable[str], what: str, span: Span | None = None) -> Iterator[Reading]:
        for name in names:
            yield Reading(name, f"{what} `{self._action.name}`", span or self._action.span)

    def _block(self, body: Iterable[Statement]) -> Iterator[Reading]:
        for statement in body:
            yield from self._statement(statement)

    def _statement(self, statement: Statement) -> Iterator[Reading]:
        tainted = self._tainted
        match statement:
            case Bind(local, value):
                yield from self._told(tainted.stopped_by(value), "a value in")
                self._taint(local, value)
            case Assign(target, value, span) if target.variable in tainted.hidden:
                yield from self._told(tainted.stopped_by((value, target.path)), "a bound or a failure in", span)
                if any(isinstance(container, SeqType) for container in target.containers):
                    yield from self._told([target.variable], "an index in", span)
                yield from self._told(tainted.read_by(target.path), "a place in", span)
            case Assign(target, value, span):
                yield from self._told(tainted.read_by((value, target.path)), "a value written by", span)
            case When(condition, then, otherwise):
                yield from self._deciding(condition, (*then, *otherwise), "a condition in")
                yield from self._block((*then, *otherwise))
            case ForEach(local, domain, body):
                yield from self._deciding(domain, body, "a loop in")
                self._taint(local, domain)
                yield from self._block(body)
            case Block(body):
                yield from self._block(body)
            case _:
                yield from self._told(tainted.read_by(statement), "a guard or assertion of", _place(statement))

    def _deciding(self, decider: Expr, body: tuple[Statement, ...], what: str) -> Iterator[Reading]:
        """What hidden variables decide: nothing but whether other hidden variables are written."""
        may_matter = not self._hides(body) or any(map(_may_stop, walk((decider, body))))
        yield from self._told(self._tainted.read_by(decider) if may_matter else (), what)

    def _taint(self, local: Local, value: Expr) -> None:
        for name in self._tainted.read_by(value):
            self._tainted.locals.setdefault(local.name, name)

    def _hides(self, body: tuple[Statement, ...]) -> bool:
        """Whether statements write hidden variables and locals only, and go on in any case."""
        return all(self._hides_one(statement) for statement in body)

    def _hides_one(self, statement: Statement) -> bool:
        match statement:
            case Assign(target):
                return target.variable in self._tainted.hidden
            case When(_, then, otherwise):
                return self._hides((*then, *otherwise))
            case ForEach(_, _, body) | Block(body):
                return self._hides(body)
            case _:
                return False
