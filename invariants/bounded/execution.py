"""What an action does in a state that is not known yet: one `Instance` for each choice of its parameters.

The reading of `backends.reference`: parameters are chosen from left to right, a guard is asked as soon as those that
it mentions are chosen, and what ends a step first (a guard, a bound, an `assert`, an expression without a value) is
what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, assert_never

from indoubt.explorer.backends.guards import guards_by_level
from indoubt.explorer.ir.machine import Action, Choice
from indoubt.explorer.ir.statements import Assert, Assign, Bind, Block, ForEach, Require, Return, Statement, When
from indoubt.explorer.ir.types import AnyType
from indoubt.explorer.ir.values import tag, untag
from indoubt.invariants.bounded.algebra import Algebra, Value, ordering, structure
from indoubt.invariants.bounded.circuit import FALSE, TRUE, negated
from indoubt.invariants.bounded.evaluation import Evaluation
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import BagType, IntType, MapType, SeqType, SetType, Type, UnionType


@dataclass(frozen=True, slots=True)
class Instance:
    """An action with encoded arguments: where it is enabled, and the new values of the variables it may write."""

    action: Action
    arguments: tuple[Any, ...]
    enabled: int
    after: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Broken:
    """An `assert` that fails where `literal` is true, and the step."""

    name: str
    action: Action
    arguments: tuple[Any, ...]
    literal: int


@dataclass(frozen=True, slots=True)
class Steps:
    """What some actions do: their instances, the asserts that fail, the bounds reached, and where no answer exists."""

    instances: list[Instance] = field(default_factory=list[Instance])
    broken: list[Broken] = field(default_factory=list[Broken])
    refused: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    """By bound and action."""
    failed: dict[str, int] = field(default_factory=dict[str, int])
    """By action."""


def steps_of(
    algebra: Algebra, actions: Sequence[Action], state: Mapping[str, Value], types: Mapping[str, Type]
) -> Steps:
    """What the actions do in a state, for every choice of their parameters; needs the universe of the run."""
    found = Steps()
    for action in actions:
        _Execution(algebra, action, state, types, found).run()
    return found


class _Execution(Evaluation):
    """Runs one action."""

    def __init__(
        self, algebra: Algebra, action: Action, state: Mapping[str, Value], types: Mapping[str, Type], found: Steps
    ) -> None:
        super().__init__(algebra, state)
        self._action = action
        self._types = types
        self._found = found
        self._before = dict(state)
        self._levels, self._rest = guards_by_level(action)
        self._path: int = TRUE
        self._returned: int = FALSE
        self._returned_path: int = FALSE
        self._broken: list[tuple[str, int]] = []
        self._local_types: dict[str, AnyType] = {}

    def run(self) -> None:
        self._chosen(0, ())
        name = self._action.name
        for bound, literal in self.refused.items():
            self._found.refused[bound, name] = literal
        if self.failed != FALSE:
            self._found.failed[name] = self.failed

    def _chosen(self, level: int, arguments: tuple[Any, ...]) -> None:
        for guard in self._levels[level]:
            truth = self.expression(guard.condition)
            self.alive = self.circuit.both(self.alive, truth)
            if self.alive == FALSE:
                return
        if level == len(self._action.choices):
            self._body(arguments)
            return
        choice = self._action.choices[level]
        candidates = list(self._candidates(choice))
        begun = self.alive
        for candidate, there in candidates:
            self.alive = self.circuit.both(begun, there)
            self.frame[choice.local.name] = self.algebra.constant(candidate, choice.local.type)
            if self.alive != FALSE:
                self._chosen(level + 1, (*arguments, candidate))

    def _candidates(self, choice: Choice) -> Iterator[tuple[Any, int]]:
        if choice.among is None:
            yield from ((one, TRUE) for one in self.algebra.members(choice.range))
            return
        among = choice.among.type
        assert isinstance(among, SetType | BagType | SeqType)
        there: dict[Any, list[int]] = {}
        for guard, item in self.domain(choice.among):
            for key, literal in self.algebra.cases(item, among.element):
                there.setdefault(key, []).append(self.circuit.both(guard, literal))
        for key in sorted(there, key=ordering):
            literal = self.circuit.any(there[key])
            if literal == FALSE:
                continue
            for selected in _selected(key, among.element, choice.range):
                yield selected, literal

    def _body(self, arguments: tuple[Any, ...]) -> None:
        self.state = dict(self._before)
        self._path, self._returned, self._returned_path, self._broken = TRUE, FALSE, FALSE, []
        self._local_types = {}
        self._run(self._rest)
        enabled = self.circuit.either(self.alive, self._returned)
        self._found.broken.extend(
            Broken(name, self._action, arguments, literal) for name, literal in self._broken if literal != FALSE
        )
        if enabled != FALSE:
            after = {name: value for name, value in self.state.items() if value is not self._before[name]}
            self._found.instances.append(Instance(self._action, arguments, enabled, after))
        self.state = self._before  # the guards of the next choice are asked before any write

    def _run(self, body: Sequence[Statement]) -> None:
        for statement in body:
            if self.alive == FALSE:
                return
            self._statement(statement)

    def _statement(self, statement: Statement) -> None:
        circuit = self.circuit
        match statement:
            case Require(condition):
                truth = self.expression(condition)
                self.alive = circuit.both(self.alive, truth)
            case Assert(condition, name):
                truth = self.expression(condition)
                self._broken.append((name, circuit.both(self.alive, negated(truth))))
                self.alive = circuit.both(self.alive, truth)
            case Assign():
                self._assign(statement)
            case Bind(local, value):
                self._bind(local.name, self.expression(value), value.type)
            case When(condition, then, otherwise):
                self._when(self.expression(condition), then, otherwise)
            case ForEach(local, domain, body):
                for there, item in self.domain(domain):
                    self.frame[local.name] = item
                    self._when(there, body, ())
            case Block(body):
                self._block(body)
            case Return():
                self._returned = circuit.either(self._returned, self.alive)
                self._returned_path = circuit.either(self._returned_path, self._path)
                self.alive = self._path = FALSE
            case _:
                assert_never(statement)

    def _when(self, test: int, then: Sequence[Statement], otherwise: Sequence[Statement]) -> None:
        circuit, alive, path = self.circuit, self.alive, self._path
        ends: list[tuple[int, int]] = []
        for condition, body in ((test, then), (negated(test), otherwise)):
            self.alive, self._path = circuit.both(alive, condition), circuit.both(path, condition)
            self._run(body)
            ends.append((self.alive, self._path))
        self.alive, self._path = circuit.either(ends[0][0], ends[1][0]), circuit.either(ends[0][1], ends[1][1])

    def _block(self, body: Sequence[Statement]) -> None:
        outer, outer_path = self._returned, self._returned_path
        self._returned = self._returned_path = FALSE
        self._run(body)
        self.alive = self.circuit.either(self.alive, self._returned)
        self._path = self.circuit.either(self._path, self._returned_path)
        self._returned, self._returned_path = outer, outer_path

    def _bind(self, name: str, value: Value, type_: AnyType) -> None:
        old = self.frame.get(name)
        if self._path != TRUE and old is not None and self._local_types.get(name) == type_:
            value = self.algebra.merged([(self._path, value), (negated(self._path), old)], type_)
        self.frame[name] = value
        self._local_types[name] = type_

    def _assign(self, statement: Assign) -> None:
        target = statement.target
        new = self.expression(statement.value)
        old, type_ = self.state[target.variable], self._types[target.variable]
        keys: list[list[tuple[int, int]]] = []
        for container, key in zip(target.containers, target.path, strict=True):
            if isinstance(container, MapType):
                keys.append(self.places(container.key, key))
            else:
                keys.append(self.algebra.cases(self.expression(key), key.type))
        self._refuse_missing(old, type_, keys, TRUE)
        written = self._replaced(old, type_, keys, new)
        if self._path != TRUE:
            written = self.algebra.merged([(self._path, written), (negated(self._path), old)], type_)
        self.state[target.variable] = written

    def _refuse_missing(self, old: Value, type_: Type, keys: Sequence[list[tuple[int, int]]], there: int) -> None:
        """The step fails where an index is beyond a sequence."""
        if not keys:
            return
        circuit = self.circuit
        shape = structure(type_)
        if isinstance(shape, SeqType):
            for length, (g, items) in old.items():
                for at, h in keys[0]:
                    here = circuit.all((there, g, h))
                    if not -length <= at < length:
                        self.fail(here)
                    else:
                        self._refuse_missing(items[at], shape.element, keys[1:], here)
            return
        assert isinstance(shape, MapType)
        for place, h in keys[0]:
            self._refuse_missing(old[place], shape.value, keys[1:], circuit.both(there, h))

    def _replaced(self, old: Value, type_: Type, keys: Sequence[list[tuple[int, int]]], new: Value) -> Value:
        if not keys:
            return new
        shape = structure(type_)
        if isinstance(shape, SeqType):
            written: dict[int, tuple[int, list[Value]]] = {}
            for length, (g, items) in old.items():
                at_place = [(at % length, h) for at, h in keys[0] if -length <= at < length]
                written[length] = g, self._written(items, shape.element, at_place, keys[1:], new)
            return written
        assert isinstance(shape, MapType)
        return self._written(old, shape.value, keys[0], keys[1:], new)

    def _written(
        self,
        items: list[Value],
        element: Type,
        places: Sequence[tuple[int, int]],
        keys: Sequence[list[tuple[int, int]]],
        new: Value,
    ) -> list[Value]:
        written = list(items)
        for place, literal in places:
            if literal == FALSE:
                continue
            inner = self._replaced(items[place], element, keys, new)
            written[place] = self.algebra.merged([(literal, inner), (negated(literal), written[place])], element)
        return written


def _selected(value: Any, element: Type, wanted: Type) -> Iterator[Any]:
    """An encoded element as a value of the type of a parameter, where it is one."""
    if element == wanted:
        yield value
    elif isinstance(element, IntType) and isinstance(wanted, IntType):
        if wanted.low <= value <= wanted.high:
            yield value
    else:
        assert isinstance(element, UnionType)
        position, content = untag(element, value)
        kinds = wanted.alternatives if isinstance(wanted, UnionType) else (wanted,)
        if element.alternatives[position] in kinds:
            place = kinds.index(element.alternatives[position])
            yield tag(wanted, place, content) if isinstance(wanted, UnionType) else content
