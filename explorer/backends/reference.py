"""The reference interpreter: executes a machine as it stands, one state at a time.

Parameters are chosen from left to right, and a guard is evaluated as soon as the parameters that it mentions are
chosen. The order of the guards is kept, so a guard still protects those behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, assert_never

from indoubt.explorer.backends.backend import Broken, Outcome, Refused, State, Taken
from indoubt.explorer.backends.candidates import Candidates
from indoubt.explorer.backends.closures import Evaluate, EvaluationFailed, Frame
from indoubt.explorer.backends.evaluation import Evaluator
from indoubt.explorer.backends.guards import guards_by_level
from indoubt.explorer.backends.sequences import elements_text
from indoubt.explorer.ir.expressions import Literal, Span
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.statements import (
    Assert,
    Assign,
    Bind,
    Block,
    ForEach,
    Require,
    Return,
    Statement,
    Target,
    When,
    dropping,
)
from indoubt.explorer.ir.values import encoded_members
from indoubt.explorer.ir.walk import drops_in
from indoubt.specs.language.types import MapType, SeqType
from indoubt.specs.language.universe import BoundReached, Universe, within

CONTINUE, RETURN, DISABLED = range(3)
LOOK_EVERY = 4096  # choices that are tried between two looks at the clock
Run = Callable[[list[Any], Frame], int]


class AssertionFailed(Exception):
    """An `assert` of the author does not hold; `name` is that of the property which it stands for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class StepFailed(Exception):
    """A step or property of the author cannot be computed in some state; found while exploring.

    `taken` is the action with the arguments chosen so far, None for a property; `code` and `span` tell what is wrong,
    and where it is written.
    """

    def __init__(
        self,
        name: str,
        reason: str,
        state: State,
        *,
        taken: Taken | None = None,
        code: str = "S404",
        span: Span | None = None,
    ) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
        self.state = state
        self.taken = taken
        self.code = code
        self.span = span


class Reference:
    """Interprets a machine; see `backend.Backend`."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        with within(Universe(machine.sizes)):
            self._variables = Evaluator([variable.name for variable in machine.variables])
            self._actions = [_Interpreted(self._variables, action) for action in machine.actions]
            self._initial = [_Interpreted(self._variables, action) for action in machine.initial]
            self._properties = [self._variables.expression(one.condition) for one in machine.properties]
            self._views = [[self._variables.expression(part) for part in one.parts] for one in machine.views]
            self._temporal = [
                (
                    [self._variables.slot(choice.local) for choice in one.choices],
                    self._variables.expression(one.trigger),
                    self._variables.expression(one.goal),
                )
                for one in machine.temporal
            ]
            self._owed = {
                one.name: (
                    [self._variables.slot(choice.local) for choice in one.choices],
                    self._variables.expression(one.owed),
                )
                for one in machine.actions
                if one.owed is not None
            }
            self._instances = [
                tuple(product(*(encoded_members(choice.range) for choice in one.choices))) for one in machine.temporal
            ]
            self._constraints = [self._variables.expression(one.condition) for one in machine.constraints]
        self._dropped: tuple[str, ...] = ()
        self._frame = self._new_frame()

    def _new_frame(self) -> list[Any]:
        """Room for locals. Steps have a frame of their own: a property asked between two may use the same names."""
        return [None] * len(self._variables.slots)

    def initial(self) -> Iterator[tuple[Taken | None, State] | Refused]:
        """Every initial state, with the choice that makes it, and the choices that a bound refuses."""
        declared = tuple(
            variable.value.value if isinstance(variable.value, Literal) else None for variable in self.machine.variables
        )
        if not self._initial:
            yield None, declared
        frame = self._new_frame()
        for action in self._initial:
            for outcome in action.outcomes(declared, frame):
                if not isinstance(outcome, Broken):
                    yield outcome

    def steps(self, state: State) -> Iterator[Outcome]:
        """Every enabled choice in `state` with its successor."""
        frame = self._new_frame()
        for action in self._actions:
            if not action.may_drop:
                yield from action.outcomes(state, frame)
                continue
            for outcome in action.outcomes(state, frame):
                self._dropped = action.dropped(frame)
                yield outcome
            self._dropped = ()

    def dropped(self) -> tuple[str, ...]:
        """The links on which the last of these steps has dropped a message, since they were full."""
        return self._dropped

    def owes(self, taken: Taken, state: State) -> bool:
        """Whether fairness may demand a step that is enabled in `state`."""
        owed = self._owed.get(taken.action.name)
        if owed is None:
            return True
        slots, condition = owed
        for slot, argument in zip(slots, taken.arguments, strict=True):
            self._frame[slot] = argument
        return self._holds(condition, taken.action.name, state, state)

    def watch(self, look: Callable[[], None]) -> None:
        """Call `look` now and then while the steps of a state are searched for."""
        for one in (*self._actions, *self._initial):
            one.look = look

    def admits(self, position: int, state: State) -> bool:
        """Whether the state constraint at `position` admits `state`."""
        return self._holds(self._constraints[position], self.machine.constraints[position].name, state, state)

    def view(self, position: int, state: State) -> State:
        """What the view at `position` sees of `state`."""
        return tuple(
            self._value(part, self.machine.views[position].name, state, state) for part in self._views[position]
        )

    def instances(self, position: int) -> tuple[tuple[Any, ...], ...]:
        """The arguments for which the temporal property at `position` is checked."""
        return self._instances[position]

    def promised(self, position: int, arguments: tuple[Any, ...], state: State) -> tuple[bool, bool]:
        """Whether trigger and goal of the temporal property at `position` hold in `state`."""
        slots, trigger, goal = self._temporal[position]
        for slot, argument in zip(slots, arguments, strict=True):
            self._frame[slot] = argument
        name = self.machine.temporal[position].name
        return self._holds(trigger, name, state, state), self._holds(goal, name, state, state)

    def holds(self, position: int, state: State, after: State | None = None) -> bool:
        """Whether the property at `position` holds."""
        seen = state if after is None else state + after
        return self._holds(self._properties[position], self.machine.properties[position].name, seen, state)

    def _holds(self, condition: Evaluate, name: str, seen: State, state: State) -> bool:
        return bool(self._value(condition, name, seen, state))

    def _value(self, expression: Evaluate, name: str, seen: State, state: State) -> Any:
        try:
            return expression(seen, self._frame)
        except EvaluationFailed as error:
            raise StepFailed(name, str(error), state, code=error.code, span=error.span) from None
        except BoundReached as error:
            raise StepFailed(name, f"a value would leave {error.bound}", state) from None


class _Interpreted:
    """An action: guards by the number of parameters that they need, then the rest of the body."""

    def __init__(self, evaluator: Evaluator, action: Action) -> None:
        self.action = action
        self._choices = [Candidates(evaluator, choice) for choice in action.choices]
        guards, rest = guards_by_level(action)
        self._guards = [[evaluator.expression(guard.condition) for guard in level] for level in guards]
        self._body = _block(evaluator, rest)
        self._drops = [(evaluator.slot(dropping(link).local), link) for link in drops_in(rest)]
        self._tried = 0
        self.look: Callable[[], None] | None = None

    def outcomes(self, state: State, frame: Frame) -> Iterator[Outcome]:
        """The successors of `state` by this action."""
        return self._chosen(state, frame, 0, ())

    @property
    def may_drop(self) -> bool:
        """Whether a step may drop a message."""
        return bool(self._drops)

    def dropped(self, frame: Frame) -> tuple[str, ...]:
        """The links on which the step that was taken last has dropped a message."""
        return tuple(link for slot, link in self._drops if frame[slot])

    def _chosen(self, state: State, frame: Frame, level: int, arguments: tuple[Any, ...]) -> Iterator[Outcome]:
        try:
            for guard in self._guards[level]:
                if not guard(state, frame):
                    return
            if level == len(self._choices):
                successor = list(state)
                for slot, _ in self._drops:
                    frame[slot] = False
                if self._body(successor, frame) != DISABLED:
                    yield Taken(self.action, arguments), tuple(successor)
                return
            choice = self._choices[level]
            candidates = choice.of(state, frame)
        except BoundReached as reached:
            yield Refused(self.action, reached.bound)
            return
        except AssertionFailed as failed:
            yield Broken(Taken(self.action, arguments), failed.name)
            return
        except EvaluationFailed as error:
            name, taken = self.action.name, Taken(self.action, arguments)
            raise StepFailed(name, str(error), state, taken=taken, code=error.code, span=error.span) from None
        for candidate in candidates:
            self._tried += 1
            if self.look is not None and not self._tried % LOOK_EVERY:
                self.look()
            frame[choice.slot] = candidate
            yield from self._chosen(state, frame, level + 1, (*arguments, candidate))


def _block(evaluator: Evaluator, body: tuple[Statement, ...]) -> Run:
    runs = [_statement(evaluator, statement) for statement in body]

    def block(s: list[Any], f: Frame) -> int:
        for run in runs:
            outcome = run(s, f)
            if outcome:
                return outcome
        return CONTINUE

    return runs[0] if len(runs) == 1 else block


def _statement(evaluator: Evaluator, statement: Statement) -> Run:
    match statement:
        case Require(condition):
            test = evaluator.expression(condition)
            return lambda s, f: CONTINUE if test(s, f) else DISABLED
        case Assign(target, value):
            return _assign(evaluator, target, evaluator.expression(value), statement.span)
        case Bind(local, value):
            return _bind(evaluator.slot(local), evaluator.expression(value))
        case When(condition, then, otherwise):
            test, yes, no = evaluator.expression(condition), _block(evaluator, then), _block(evaluator, otherwise)
            return lambda s, f: yes(s, f) if test(s, f) else no(s, f)
        case ForEach(local, domain, inner):
            return _for_each(evaluator.slot(local), evaluator.domain(domain), _block(evaluator, inner))
        case Block(inner):
            run = _block(evaluator, inner)
            return lambda s, f: DISABLED if run(s, f) == DISABLED else CONTINUE
        case Return():
            return lambda _s, _f: RETURN
        case Assert(condition, name, _):
            return _assert(evaluator.expression(condition), name)
        case _:
            assert_never(statement)


def _assert(test: Evaluate, name: str) -> Run:
    def check(s: list[Any], f: Frame) -> int:
        if not test(s, f):
            raise AssertionFailed(name)
        return CONTINUE

    return check


def _bind(slot: int, value: Evaluate) -> Run:
    def bind(s: list[Any], f: Frame) -> int:
        f[slot] = value(s, f)
        return CONTINUE

    return bind


def _assign(evaluator: Evaluator, target: Target, value: Evaluate, span: Span) -> Run:
    place = evaluator.variables[target.variable]
    if not target.path:

        def assign(s: list[Any], f: Frame) -> int:
            s[place] = value(s, f)
            return CONTINUE

        return assign
    keys = _positions(evaluator, target, span)

    def assign_at(s: list[Any], f: Frame) -> int:
        new = value(s, f)
        s[place] = _replaced(s[place], [key(s, f) for key in keys], new, span)
        return CONTINUE

    return assign_at


def _positions(evaluator: Evaluator, target: Target, span: Span) -> list[Evaluate]:
    return [
        evaluator.expression(key) if isinstance(container, SeqType) else evaluator.position(container.key, key, span)
        for container, key in zip(target.containers, target.path, strict=True)
        if isinstance(container, SeqType | MapType)
    ]


def _replaced(table: tuple[Any, ...], path: list[int], value: Any, span: Span) -> tuple[Any, ...]:
    try:
        at = range(len(table))[path[0]]  # a sequence takes negative indices
    except IndexError:
        reason = f"index {path[0]} is out of range: the sequence has {elements_text(len(table))}"
        raise EvaluationFailed("S401", reason, span) from None
    inner = value if len(path) == 1 else _replaced(table[at], path[1:], value, span)
    return (*table[:at], inner, *table[at + 1 :])


def _for_each(slot: int, items: Evaluate, body: Run) -> Run:
    def for_each(s: list[Any], f: Frame) -> int:
        for item in items(s, f):
            f[slot] = item
            outcome = body(s, f)
            if outcome:
                return outcome
        return CONTINUE

    return for_each
