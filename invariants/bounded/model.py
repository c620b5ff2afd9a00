"""A machine as circuits: an unknown state, what each step makes of it, and what each property says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indoubt.explorer.ir.expressions import Literal, Span
from indoubt.explorer.ir.machine import Action, Machine, Property
from indoubt.explorer.ir.statements import Assert
from indoubt.explorer.ir.walk import walk
from indoubt.invariants.bounded.algebra import Algebra, NotEncoded, Value, some_value
from indoubt.invariants.bounded.circuit import FALSE, TRUE, Circuit
from indoubt.invariants.bounded.evaluation import Evaluation
from indoubt.invariants.bounded.execution import Instance, Steps, steps_of
from indoubt.invariants.bounded.unknown import Unknown, Written, capacities_of, read_back
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.universe import current_universe, within

State = tuple[Any, ...]
"""An encoded value for each variable of the machine."""


class CannotEncode(Exception):
    """A part of a machine that is not encoded: where it is written, and why."""

    def __init__(self, part: str, reason: str, span: Span | None) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part
        self.reason = reason
        self.span = span


@dataclass(frozen=True, slots=True)
class Claim:
    """A property of the machine: where it holds, and where it has no value."""

    property: Property
    holds: int
    failed: int


class Model:
    """The circuits of a machine; needs the universe of the run while it is made.

    `before` are the inputs of an unknown state and `after` those of the state after a step, in one order. `written` has
    for each instance the literals that the step gives to the latter. Raises CannotEncode.
    """

    def __init__(self, machine: Machine) -> None:
        universe = current_universe()
        assert universe is not None
        self.machine = machine
        self.universe = universe
        self.circuit = Circuit()
        self._algebra = Algebra(self.circuit)
        self._types = {variable.name: variable.type for variable in machine.variables}
        self._capacities = capacities_of(machine)
        self._state, before = self._unknown("")
        self._next, after = self._unknown("'")
        self.before, self.after, self.is_valid = tuple(before.inputs), tuple(after.inputs), before.is_valid
        self.steps = self._steps(machine.actions, self._state)
        self.lost = FALSE
        """Where a step is taken whose state the inputs cannot hold: never, unless the encoding is wrong."""
        self.written = tuple(self._written(instance, self._state) for instance in self.steps.instances)
        self.claims = tuple(self._claim(one) for one in machine.properties if one.kind != "step_invariant")
        self.step_claims = tuple(self._claim(one) for one in machine.properties if one.kind == "step_invariant")
        self.initial = self._initial()

    @property
    def assertions(self) -> tuple[str, ...]:
        """The names of the asserts, each once."""
        bodies = tuple(action.body for action in self.machine.actions)
        return tuple(dict.fromkeys(part.name for part in walk(bodies) if isinstance(part, Assert)))

    def read(self, values: Mapping[int, bool]) -> State:
        """The encoded state that the inputs of `before` stand for."""
        truths = self.circuit.evaluated({literal >> 1: value for literal, value in values.items()})
        return tuple(read_back(self._algebra, self._state[name], type_, truths) for name, type_ in self._types.items())

    def bits(self, state: State) -> tuple[bool, ...]:
        """The values of the inputs of `before` that stand for an encoded state."""
        written = Written(self._algebra)
        with within(self.universe):
            for (name, type_), value in zip(self._types.items(), state, strict=True):
                written.value(self._algebra.constant(value, type_), type_, self._capacities[name])
        assert written.lost == FALSE, "an initial state that does not fit its inputs"
        return tuple(literal == TRUE for literal in written.literals)

    def differ(self, other: Sequence[int]) -> int:
        """Whether the states of `before` and of `other` inputs, those of `after`, differ."""
        assert tuple(other) == self.after
        parts = [self._algebra.equal(self._state[name], self._next[name], type_) for name, type_ in self._types.items()]
        return self.circuit.all(parts) ^ 1

    def _unknown(self, suffix: str) -> tuple[dict[str, Value], Unknown]:
        unknown, state = Unknown(self._algebra), dict[str, Value]()
        for name, type_ in self._types.items():
            try:
                state[name] = unknown.value(type_, name + suffix, self._capacities[name])
            except NotEncoded as refusal:
                raise CannotEncode(f"the variable `{name}`", refusal.reason, None) from None
        return state, unknown

    def _steps(self, actions: Sequence[Action], state: Mapping[str, Value]) -> Steps:
        found = Steps()
        for action in actions:
            try:
                one = steps_of(self._algebra, (action,), state, self._types)
            except NotEncoded as refusal:
                raise CannotEncode(f"the action `{action.name}`", refusal.reason, action.span) from None
            found.instances.extend(one.instances)
            found.broken.extend(one.broken)
            found.refused.update(one.refused)
            found.failed.update(one.failed)
        return found

    def _written(self, instance: Instance, state: Mapping[str, Value]) -> tuple[int, ...]:
        written = Written(self._algebra)
        for name, type_ in self._types.items():
            written.value(instance.after.get(name, state[name]), type_, self._capacities[name])
        self.lost = self.circuit.either(self.lost, self.circuit.both(instance.enabled, written.lost))
        return tuple(written.literals)

    def _claim(self, one: Property) -> Claim:
        evaluation = Evaluation(self._algebra, self._state, self._next if one.kind == "step_invariant" else None)
        try:
            holds = evaluation.expression(one.condition)
        except NotEncoded as refusal:
            raise CannotEncode(f"the property `{one.name}`", refusal.reason, one.span) from None
        return Claim(one, holds, self.circuit.any([evaluation.failed, *evaluation.refused.values()]))

    def _initial(self) -> tuple[tuple[Instance | None, State], ...]:
        """Every initial state with the choice that makes it: nothing about them is unknown."""
        declared = {
            one.name: self._algebra.constant(
                one.value.value if isinstance(one.value, Literal) else some_value(one.type), one.type
            )
            for one in self.machine.variables
        }
        if not self.machine.initial:
            return ((None, self._known(declared)),)
        steps = self._steps(self.machine.initial, declared)
        self.initial_failed = [name for name, literal in steps.failed.items() if literal == TRUE]
        return tuple((one, self._known({**declared, **one.after})) for one in steps.instances if one.enabled == TRUE)

    initial_failed: Sequence[str] = ()
    """The `@initial` methods that cannot be computed for some choice."""

    def _known(self, state: Mapping[str, Value]) -> State:
        truths = (False, True)
        return tuple(read_back(self._algebra, state[name], type_, truths) for name, type_ in self._types.items())
