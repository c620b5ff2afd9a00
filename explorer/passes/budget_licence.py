"""What a larger budget changes: two machines that differ in the value of one parameter are laid side by side.

Most specs count down: `crashes_left` begins at `crashes`, a crash needs `crashes_left > 0`. Then every state of the
machine with the smaller budget is a state of the other one with more left, every step of it a step there, and what a
property says is the same. This is shown by looking: each expression is compared with its twin, in states that differ in
nothing but what is left. An integer is larger by a constant; a condition says the same, or is true at least where it
was true before, or at most; of all else nothing is known but that it is equal. The relation is a simulation where no
guard is lost, nothing that is written depends on the budget but what is left of it, and no other decision does. The
test is syntactic: it refuses some specs that would be sound.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, TypeGuard

from indoubt.explorer.ir.expressions import (
    And,
    Arithmetic,
    Below,
    Bounded,
    Conditional,
    Equal,
    Exists,
    ForAll,
    Generator,
    Let,
    Literal,
    Load,
    Local,
    Not,
    Or,
)
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.statements import Assert, Assign, Bind, Block, ForEach, Require, Return, When
from indoubt.explorer.ir.walk import EXPRESSIONS
from indoubt.specs.language.types import IntType


class Effect(Enum):
    """What a larger budget does to a condition: nothing, make it true more often, or less often, or nobody knows."""

    SAME, MORE, LESS, UNKNOWN = range(4)


Change = int | Effect
"""By how much a value is larger, 0 where it is equal; of a condition, its effect."""
TYPES_VARY = (Load, Local, Arithmetic, Conditional, Let)
"""Expressions whose types are no part of what they mean."""


@dataclasses.dataclass(frozen=True)
class Growth:
    """What a larger budget changes in a machine.

    `guards` has the effect on the guards of each action, `conditions` that on each property; `objection` says why the
    machine with the larger budget may lack a run of the other one, None where it has all of them.
    """

    guards: Mapping[str, Effect]
    conditions: Mapping[str, Effect]
    objection: str | None
    keeps_promises: bool
    """Whether the steps that runs owe are possible in the same states."""

    def breaks_up(self, name: str, kind: str) -> bool:
        """Whether a property that is violated with the smaller budget is violated with the larger one."""
        if self.objection is not None or kind in ("deadlock", "reachable"):
            return False
        if kind in ("invariant", "step_invariant"):
            return self.conditions[name] in (Effect.SAME, Effect.LESS)
        return kind == "assertion" or (self.keeps_promises and self.conditions[name] is Effect.SAME)

    def reaches_up(self, name: str) -> bool:
        """Whether what is reached with the smaller budget is reached with the larger one."""
        return self.objection is None and self.conditions[name] in (Effect.SAME, Effect.MORE)


def growth(small: Machine, large: Machine) -> Growth:
    """What changes from a machine to the one with the larger budget."""
    pairs = list(zip(small.actions, large.actions, strict=False))
    are_alike = [one.name for one in small.actions] == [one.name for one in large.actions]
    are_alike = are_alike and [one.name for one in small.variables] == [one.name for one in large.variables]
    if not are_alike or len(small.initial) != len(large.initial):
        unknown = dict.fromkeys((one.name for one in small.checked), Effect.UNKNOWN)
        return Growth({}, unknown, "its variables or actions differ with the budget", keeps_promises=False)
    shifts = _shifts(small, large)
    objections: list[str] = []
    guards: dict[str, Effect] = {}
    for one, other in (*zip(small.initial, large.initial, strict=True), *pairs):
        guards[one.name], objection = _Beside(shifts).action(one, other)
        if objection is not None:
            objections.append(f"`{one.name}` {objection}")
        elif guards[one.name] in (Effect.LESS, Effect.UNKNOWN):
            objections.append(f"a guard of `{one.name}` is lost with a larger budget, or may be")
    conditions = {
        one.name: _Beside(shifts).truth(one.condition, other.condition)
        for one, other in zip(small.properties, large.properties, strict=True)
    }
    for promise, twin in zip(small.temporal, large.temporal, strict=True):
        beside = _Beside(shifts)
        effects = [beside.truth(promise.trigger, twin.trigger), beside.truth(promise.goal, twin.goal)]
        is_same = promise.choices == twin.choices and all(one is Effect.SAME for one in effects)
        conditions[promise.name] = Effect.SAME if is_same else Effect.UNKNOWN
    owed = [one.name for one in small.actions if one.fairness is not None]
    keeps = all(guards[name] is Effect.SAME for name in owed)
    return Growth(guards, conditions, objections[0] if objections else None, keeps)


def _shifts(small: Machine, large: Machine) -> dict[str, int]:
    """By how much variables begin larger: what is left of the budget."""
    beside = _Beside({})
    shifts: dict[str, int] = {}
    for one, other in zip(small.variables, large.variables, strict=True):
        if one.value is not None and isinstance(change := beside.value(one.value, other.value), int) and change:
            shifts[one.name] = change
    for start, beginning in zip(small.initial, large.initial, strict=True):
        for statement, twin in zip(start.body, beginning.body, strict=False):
            if isinstance(statement, Assign) and isinstance(twin, Assign) and not statement.target.path:
                change = beside.value(statement.value, twin.value)
                if isinstance(change, int) and change:
                    shifts[statement.target.variable] = change
    return shifts


def _joined(*effects: Effect) -> Effect:
    """The effect on a conjunction or disjunction."""
    found = set(effects) - {Effect.SAME}
    if not found:
        return Effect.SAME
    return found.pop() if len(found) == 1 else Effect.UNKNOWN


def _flipped(effect: Effect) -> Effect:
    return {Effect.MORE: Effect.LESS, Effect.LESS: Effect.MORE}.get(effect, effect)


def _is_same(change: Change) -> bool:
    return change == 0 or change is Effect.SAME


class _Beside:
    """Compares twins in states that differ by `shifts` in some variables."""

    def __init__(self, shifts: Mapping[str, int]) -> None:
        self._shifts = shifts
        self._locals: dict[str, Change] = {}
        self._guards = Effect.SAME
        self._objection: str | None = None

    def action(self, one: Action, other: Action) -> tuple[Effect, str | None]:
        """The effect on the guards, and why the step is not the same one where it is taken."""
        if one.fairness != other.fairness or one.fault != other.fault:
            return Effect.UNKNOWN, "differs with the budget"
        if [choice.range for choice in one.choices] != [choice.range for choice in other.choices]:
            return Effect.UNKNOWN, "has parameters whose range depends on the budget"
        for choice, twin in zip(one.choices, other.choices, strict=True):
            if not _is_same(self.value(choice.among, twin.among)):
                return Effect.UNKNOWN, "has parameters whose range depends on the budget"
        known: dict[str, Change] | None = None
        while known != self._locals:  # a loop may change what a local stands for
            known = dict(self._locals)
            self._guards, self._objection = Effect.SAME, None
            self._block(one.body, other.body)
        return self._guards, self._objection

    # ---- statements

    def _block(self, body: Sequence[Any], twins: Sequence[Any]) -> None:
        if [type(one) for one in body] != [type(one) for one in twins]:
            self._object("differs with the budget")
            self._guards = Effect.UNKNOWN
            return
        for one, other in zip(body, twins, strict=True):
            self._statement(one, other)

    def _statement(self, one: Any, other: Any) -> None:
        match one:
            case Require(condition):
                self._guards = _joined(self._guards, self.truth(condition, other.condition))
            case Bind(local, value):
                change = self.value(value, other.value)
                known = self._locals.get(local.name, change)
                self._locals[local.name] = change if known == change else Effect.UNKNOWN
            case Assign(target, value):
                expected = self._shifts.get(target.variable, 0)
                change = self.value(value, other.value)
                is_known = _is_same(change) if not expected or target.path else change == expected
                are_places = target.variable == other.target.variable and _is_same(
                    self.value(target.path, other.target.path)
                )
                if not is_known or not are_places or (expected and target.path):
                    self._object(f"writes something to `{target.variable}` that depends on the budget")
            case Assert(condition):
                if self.truth(condition, other.condition) is not Effect.SAME:
                    self._object("asserts something that depends on the budget")
            case When(condition, then, otherwise):
                if self.truth(condition, other.condition) is not Effect.SAME:
                    self._object("decides something by what is left of the budget")
                self._block(then, other.then)
                self._block(otherwise, other.otherwise)
            case ForEach(_, domain, body):
                if not _is_same(self.value(domain, other.domain)):
                    self._object("goes through something that depends on the budget")
                self._block(body, other.body)
            case Block(body):
                self._block(body, other.body)
            case _:
                assert isinstance(one, Return)

    def _object(self, why: str) -> None:
        self._objection = self._objection or why

    # ---- expressions

    def truth(self, one: Any, other: Any) -> Effect:
        """The effect on a condition."""
        return _effect(self.value(one, other))

    def value(self, one: Any, other: Any) -> Change:
        """By how much a value is larger, or the effect on a condition."""
        if type(one) is not type(other):
            return Effect.UNKNOWN
        if _is_tuple(one):
            return 0 if len(one) == len(other) and all(map(self._are_same, one, other)) else Effect.UNKNOWN
        match one:
            case Literal(value, type_):
                if isinstance(type_, IntType) and isinstance(other.type, IntType):
                    return int(other.value - value)
                return 0 if (value, type_) == (other.value, other.type) else Effect.UNKNOWN
            case Load(variable, _, after):
                is_one = (variable, after) == (other.variable, other.after)
                return self._shifts.get(variable, 0) if is_one else Effect.UNKNOWN
            case Local(name):
                return self._locals.get(name, 0) if name == other.name else Effect.UNKNOWN
            case Arithmetic(operator, left, right):
                return self._arithmetic(operator, self.value(left, other.left), self.value(right, other.right), other)
            case Bounded(value, _, type_):
                return self._bounded(self.value(value, other.value), type_, other.type)
            case Not(operand):
                return _flipped(self.truth(operand, other.operand))
            case And(operands) | Or(operands):
                if len(operands) != len(other.operands):
                    return Effect.UNKNOWN
                return _joined(*map(self.truth, operands, other.operands))
            case Below(left, right):
                return _of_order(self.value(left, other.left), self.value(right, other.right))
            case Equal(left, right):
                first, second = self.value(left, other.left), self.value(right, other.right)
                are_alike = (_is_same(first) and _is_same(second)) or (isinstance(first, int) and first == second)
                return Effect.SAME if are_alike else Effect.UNKNOWN
            case Exists(local, domain, body) | ForAll(local, domain, body):
                is_one = local.name == other.local.name and self._are_same(domain, other.domain)
                return self.truth(body, other.body) if is_one else Effect.UNKNOWN
            case Conditional():
                return self._conditional(one, other)
            case Let(local, value, body):
                self._locals[local.name] = self.value(value, other.value)
                return self.value(body, other.body) if local.name == other.local.name else Effect.UNKNOWN
            case _:
                return self._parts(one, other)

    def _are_same(self, one: Any, other: Any) -> bool:
        return _is_same(self.value(one, other))

    def _arithmetic(self, operator: str, left: Change, right: Change, other: Arithmetic) -> Change:
        if operator != other.operator or isinstance(left, Effect) or isinstance(right, Effect):
            return Effect.UNKNOWN
        if operator in ("+", "-"):
            return left + right if operator == "+" else left - right
        return 0 if left == right == 0 else Effect.UNKNOWN

    def _bounded(self, change: Change, small: Any, large: Any) -> Change:
        """A value that stays within its interval with the smaller budget stays within that of the larger one."""
        if isinstance(change, Effect):
            return Effect.UNKNOWN
        if small.low + change < large.low or small.high + change > large.high:
            return Effect.UNKNOWN
        if (small.low + change, small.high + change) != (large.low, large.high):
            self._guards = _joined(self._guards, Effect.MORE)
        return change

    def _conditional(self, one: Conditional, other: Conditional) -> Change:
        first, second = self.value(one.then, other.then), self.value(one.otherwise, other.otherwise)
        if not self._are_same(one.condition, other.condition):
            return Effect.UNKNOWN
        if isinstance(first, int) and isinstance(second, int):
            return first if first == second else Effect.UNKNOWN
        return _joined(_effect(first), _effect(second))

    def _parts(self, one: Any, other: Any) -> Change:
        """All else is the same where its parts are."""
        if not isinstance(one, (*EXPRESSIONS, Generator)):
            return 0 if one == other else Effect.UNKNOWN
        parts: Any = one
        for field in dataclasses.fields(parts):
            if field.name == "span" or (field.name == "type" and isinstance(one, TYPES_VARY)):
                continue
            if not self._are_same(getattr(one, field.name), getattr(other, field.name)):
                return Effect.UNKNOWN
        return 0


def _is_tuple(node: object) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(node, tuple)


def _effect(change: Change) -> Effect:
    """What is known of a condition."""
    if isinstance(change, Effect):
        return change
    return Effect.SAME if change == 0 else Effect.UNKNOWN


def _of_order(left: Change, right: Change) -> Effect:
    """The effect on `left < right`."""
    if isinstance(left, Effect) or isinstance(right, Effect):
        return Effect.UNKNOWN
    if left == right:
        return Effect.SAME
    return Effect.MORE if left < right else Effect.LESS
