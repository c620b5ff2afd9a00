"""What an action does at every size at once: its parameters are constants, and what it writes are values again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from indoubt.explorer.ir.expressions import Span
from indoubt.explorer.ir.machine import Action, Choice
from indoubt.explorer.ir.statements import Assert, Assign, Bind, Block, ForEach, Require, Return, Statement, When
from indoubt.explorer.ir.types import AnyType
from indoubt.explorer.ir.walk import walk
from indoubt.invariants.unbounded.evaluation import Evaluation, Frame, State
from indoubt.invariants.unbounded.logic import Formula, both, either, negation
from indoubt.invariants.unbounded.symbols import unknown
from indoubt.invariants.unbounded.values import Datum, NotUnbounded, Value, cases, merged, same_data
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import IntType, MapType, SetType, Type, UnionType


class LocatedRefusal(Exception):
    """Something of a spec that has no counterpart in the logic, and where it is written."""

    def __init__(self, where: str, refusal: NotUnbounded, span: Span | None) -> None:
        super().__init__(f"{where}: {refusal.reason}")
        self.where = where
        self.reason = refusal.reason
        self.help = refusal.help
        self.span = span


@dataclass(frozen=True, slots=True)
class Step:
    """An action: where it is enabled, the state after it, where asserts fail, and where it cannot be computed."""

    action: Action
    enabled: Formula
    after: Mapping[str, Value]
    broken: tuple[tuple[str, Formula], ...]
    failed: Formula
    bounded: bool
    """Whether a bound may refuse it."""


def parameter_symbol(action: Action, choice: Choice) -> str:
    """The name of what stands for a parameter."""
    return f"{action.name}({choice.local.name.partition('#')[0]})"


def step_of(action: Action, state: State, types: Mapping[str, Type]) -> Step:
    """What an action does in a state. Raises LocatedRefusal."""
    return _Execution(action, state, types).run()


class _Execution(Evaluation):
    def __init__(self, action: Action, state: State, types: Mapping[str, Type]) -> None:
        super().__init__()
        self._action = action
        self._types = types
        self._state = dict(state)
        self._locals: dict[str, Value] = {}
        self._local_types: dict[str, AnyType] = {}
        self._path: Formula = True
        self._returned: Formula = False
        self._returned_path: Formula = False
        self._broken: list[tuple[str, Formula]] = []
        self._span = action.span

    def run(self) -> Step:
        try:
            for choice in self._action.choices:
                self._choose(choice)
            self._run(self._action.body)
        except NotUnbounded as refusal:
            raise LocatedRefusal(f"the action `{self._action.name}`", refusal, self._span) from None
        enabled = either(self.alive, self._returned)
        return Step(self._action, enabled, self._state, tuple(self._broken), either(*self.failed), bool(self.refused))

    @property
    def _frame(self) -> Frame:
        return Frame(dict(self._state), None, dict(self._locals))

    def _choose(self, choice: Choice) -> None:
        value = unknown(choice.range, parameter_symbol(self._action, choice))
        self._locals[choice.local.name] = value
        if choice.among is None:
            return
        among = choice.among.type
        if not isinstance(among, SetType):
            raise NotUnbounded("a parameter ranges over a list, sequence or bag")
        items = self.expression(choice.among, self._frame)
        inside = [
            both(formula, items.has(wide))
            for formula, datum in cases(value, choice.range)
            for wide in _widened(datum, choice.range, among.element)
        ]
        self.alive = both(self.alive, either(*inside))

    def _run(self, body: Sequence[Statement]) -> None:
        for statement in body:
            if self.alive is False:
                return
            self._span = _span_of(statement) or self._action.span
            self._statement(statement)

    def _statement(self, statement: Statement) -> None:
        match statement:
            case Require(condition):
                truth = self.expression(condition, self._frame)
                self.alive = both(self.alive, truth)
            case Assert(condition, name):
                truth = self.expression(condition, self._frame)
                self._broken.append((name, both(self.alive, negation(truth))))
                self.alive = both(self.alive, truth)
            case Assign():
                self._assign(statement)
            case Bind(local, value):
                self._bind(local.name, self.expression(value, self._frame), value.type)
            case When(condition, then, otherwise):
                self._when(self.expression(condition, self._frame), then, otherwise)
            case ForEach():
                raise NotUnbounded(
                    "a loop has as many turns as there are members",
                    "write a comprehension, as in `self.x = Map({p: ... for p in P})` or `self.s |= {... for p in P}`",
                )
            case Block(body):
                self._block(body)
            case Return():
                self._returned = either(self._returned, self.alive)
                self._returned_path = either(self._returned_path, self._path)
                self.alive = self._path = False
            case _:
                assert_never(statement)

    def _when(self, test: Formula, then: Sequence[Statement], otherwise: Sequence[Statement]) -> None:
        alive, path = self.alive, self._path
        ends: list[tuple[Formula, Formula]] = []
        for condition, body in ((test, then), (negation(test), otherwise)):
            self.alive, self._path = both(alive, condition), both(path, condition)
            self._run(body)
            ends.append((self.alive, self._path))
        self.alive, self._path = either(ends[0][0], ends[1][0]), either(ends[0][1], ends[1][1])

    def _block(self, body: Sequence[Statement]) -> None:
        outer, outer_path = self._returned, self._returned_path
        self._returned = self._returned_path = False
        self._run(body)
        self.alive, self._path = either(self.alive, self._returned), either(self._path, self._returned_path)
        self._returned, self._returned_path = outer, outer_path

    def _bind(self, name: str, value: Value, type_: AnyType) -> None:
        old = self._locals.get(name)
        if self._path is not True and old is not None:
            if self._local_types.get(name) != type_:
                raise NotUnbounded(f"the local name `{name.partition('#')[0]}` has values of two types")
            value = merged([(self._path, value), (negation(self._path), old)], type_)
        self._locals[name] = value
        self._local_types[name] = type_

    def _assign(self, statement: Assign) -> None:
        target = statement.target
        new = self.expression(statement.value, self._frame)
        old, type_ = self._state[target.variable], self._types[target.variable]
        keys: list[list[tuple[Formula, Datum]]] = []
        for container, key in zip(target.containers, target.path, strict=True):
            if not isinstance(container, MapType) or (isinstance(container.key, IntType) and container.key != key.type):
                raise NotUnbounded("an index or a number is the key of what is written")
            keys.append(cases(self.expression(key, self._frame), key.type))
        written = _replaced(old, type_, keys, new)
        if self._path is not True:
            written = merged([(self._path, written), (negation(self._path), old)], type_)
        self._state[target.variable] = written


def _span_of(statement: Statement) -> Span | None:
    """Where a statement is written; of one that has no place of its own, where what it consists of begins."""
    return next((span for part in walk(statement) if (span := getattr(part, "span", None)) is not None), None)


def _replaced(old: Value, type_: Type, keys: Sequence[list[tuple[Formula, Datum]]], new: Value) -> Value:
    if not keys:
        return new
    assert isinstance(type_, MapType)
    first, element = keys[0], type_.value

    def at(key: Datum) -> Value:
        here = either(*(both(formula, same_data(datum, key)) for formula, datum in first))
        inner = _replaced(old(key), element, keys[1:], new)
        return merged([(here, inner), (negation(here), old(key))], element)

    return at


def _widened(datum: Datum, type_: Type, element: Type) -> list[Any]:
    """A datum of the type of a parameter as one of the elements it is chosen among; none where it is no such one."""
    if type_ == element or isinstance(element, IntType):
        return [datum]
    assert isinstance(element, UnionType)
    kind, content = type_, datum
    if isinstance(type_, UnionType):
        decided: tuple[int, Datum] = datum
        place, content = decided
        kind = type_.alternatives[place]
    return [(element.alternatives.index(kind), content)] if kind in element.alternatives else []
