"""A machine as a theory: what is always true of its symbols, its initial states, its steps and its properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indoubt.explorer.ir.expressions import Literal, Span
from indoubt.explorer.ir.machine import Machine, Property
from indoubt.explorer.ir.walk import types_of
from indoubt.invariants.unbounded.constants import literal
from indoubt.invariants.unbounded.evaluation import Evaluation, Frame, State
from indoubt.invariants.unbounded.execution import LocatedRefusal, Step, parameter_symbol, step_of
from indoubt.invariants.unbounded.logic import Formula
from indoubt.invariants.unbounded.quorums import axioms_of_quorums
from indoubt.invariants.unbounded.symbols import axioms_of, axioms_of_order, unknown
from indoubt.invariants.unbounded.uniform import unevenness
from indoubt.invariants.unbounded.values import NotUnbounded, is_fixed, sort_name
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.sorts import Ordered
from indoubt.specs.language.types import QuorumType, SortType


@dataclass(frozen=True, slots=True)
class Assumption:
    """A formula of a query: what it says, and where."""

    label: str
    formula: Formula
    span: Span | None = None


class Theory:
    """A machine in logic. Raises LocatedRefusal for what has no counterpart there."""

    def __init__(self, machine: Machine, *others: Machine) -> None:
        """`others` are the machines of the same spec at other sizes: they must not differ in what they say."""
        for other in others:
            uneven = unevenness(machine, other)
            if uneven is None:
                continue
            help_ = "a proof for all sizes wants a spec that says the same at every size; speak of the members instead"
            raise LocatedRefusal(uneven.where, NotUnbounded(uneven.what, help_), uneven.span)
        self.machine = machine
        self._said: dict[tuple[str, int, int], tuple[Formula, Any]] = {}
        self.types = {one.name: one.type for one in machine.variables}
        self.state = self._unknown_state()
        self.ordered = tuple(self._orders())
        self.quorums = tuple(dict.fromkeys(t for t in types_of(_parts(machine)) if isinstance(t, QuorumType)))
        """The kinds of quorums that the machine speaks of."""
        self.axioms = tuple(self._axioms())
        self.initial = self._initial()
        self.steps = tuple(step_of(action, self.state, self.types) for action in machine.actions)
        self.invariants = tuple(one for one in machine.properties if one.kind == "invariant")
        self.step_invariants = tuple(one for one in machine.properties if one.kind == "step_invariant")

    def says(self, one: Property, state: State, after: State | None = None) -> Formula:
        """A property of a state, or of a step."""
        key = (one.name, id(state), id(after))
        if key not in self._said:
            self._said[key] = self._says(one, state, after), (state, after)  # kept, so that no id is used again
        return self._said[key][0]

    def _says(self, one: Property, state: State, after: State | None) -> Formula:
        evaluation = Evaluation()
        try:
            truth: Formula = evaluation.expression(one.condition, Frame(state, after, {}))
        except NotUnbounded as refusal:
            raise LocatedRefusal(f"the property `{one.name}`", refusal, one.span) from None
        if evaluation.failed or evaluation.refused:
            valueless = NotUnbounded("it has no value in some states", "write it so that it has one in every state")
            raise LocatedRefusal(f"the property `{one.name}`", valueless, one.span)
        return truth

    def parameter_axioms(self, step: Step) -> Iterator[Assumption]:
        """What is always true of the parameters of a step."""
        for choice in step.action.choices:
            for formula in axioms_of(choice.range, parameter_symbol(step.action, choice)):
                yield Assumption(f"the values of `{parameter_symbol(step.action, choice)}`", formula)

    def _unknown_state(self) -> State:
        state: dict[str, Any] = {}
        for one in self.machine.variables:
            try:
                state[one.name] = unknown(one.type, one.name)
                list(axioms_of(one.type, one.name))
            except NotUnbounded as refusal:
                raise LocatedRefusal(f"the variable `{one.name}`", refusal, None) from None
        return state

    def _orders(self) -> list[str]:
        found = {type_ for type_ in types_of(_parts(self.machine)) if isinstance(type_, SortType)}
        return sorted({sort_name(one) for one in found if issubclass(one.cls, Ordered) and not is_fixed(one)})

    def _axioms(self) -> Iterator[Assumption]:
        for one in self.machine.variables:
            for formula in axioms_of(one.type, one.name):
                yield Assumption(f"the values of `{one.name}`", formula)
        for sort in self.ordered:
            for formula in axioms_of_order(sort):
                yield Assumption(f"the order of {sort}", formula)
        for label, formula in axioms_of_quorums(self.quorums):
            yield Assumption(label, formula)

    def _initial(self) -> tuple[Step | State, ...]:
        declared: dict[str, Any] = {}
        for one in self.machine.variables:
            try:
                declared[one.name] = (
                    literal(one.value.value, one.type) if isinstance(one.value, Literal) else self.state[one.name]
                )
            except NotUnbounded as refusal:
                raise LocatedRefusal(f"the first value of `{one.name}`", refusal, None) from None
        if not self.machine.initial:
            return (declared,)
        return tuple(step_of(action, declared, self.types) for action in self.machine.initial)


def _parts(machine: Machine) -> tuple[Any, ...]:
    return (machine.variables, machine.initial, machine.actions, machine.properties)
