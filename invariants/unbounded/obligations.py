"""What has to be shown for an inductive invariant, one query for each property and action, and how Z3 answers.

An invariant is proved if it holds in the initial states (initiation) and every step from a state in which all proved
invariants hold leads to one in which it holds (consecution). One that fails is given up, and the others are asked again
without it, until those that are left follow from each other: Flanagan and Leino, "Houdini, an Annotation Assistant for
ESC/Java" (FME 2001). The after-state is computed, so no relation is written twice, as in weakest preconditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from itertools import pairwise
from typing import Any

from indoubt.explorer.ir.expressions import Literal, Span
from indoubt.explorer.ir.machine import Machine, Property
from indoubt.explorer.ir.walk import types_of
from indoubt.invariants.unbounded.evaluation import Evaluation, Frame, State, literal
from indoubt.invariants.unbounded.execution import LocatedRefusal, Step, parameter_symbol, step_of
from indoubt.invariants.unbounded.logic import Edge, Formula, alternations, circle, negation
from indoubt.invariants.unbounded.solver import Answer, Outcome, satisfy
from indoubt.invariants.unbounded.symbols import axioms_of, axioms_of_order, axioms_of_quorums, unknown
from indoubt.invariants.unbounded.uniform import unevenness
from indoubt.invariants.unbounded.values import NotUnbounded, is_fixed, sort_name
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.sorts import Ordered
from indoubt.specs.language.types import QuorumType, SortType

INITIALLY = "initial states"
FOLLOWS = "the other invariants"
"""Where an invariant is a consequence of others in the same state."""
COMPUTABLE = "can be computed"
SOON = 1
"""How often a query is tried before the others are asked."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A formula of a query: what it says, and where."""

    label: str
    formula: Formula
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A way of sorts that leads back to its beginning, with what contributes each alternation."""

    sorts: tuple[str, ...]
    by: tuple[tuple[Edge, str, Span | None], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One query: a property and an action, or the initial states, and the answer."""

    property: str
    action: str
    answer: Answer
    circle: Circle | None
    assumed: tuple[str, ...]
    """The invariants that were assumed of the state before the step."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What came out: the properties proved, and of the others the queries that speak against them.

    `without` has, for a property that was given up only because an assumption of it was, those assumptions.
    """

    machine: Machine
    proved: tuple[str, ...]
    against: tuple[Query, ...]
    queries: tuple[Query, ...]
    without: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    left_out: tuple[str, ...] = ()
    bounded: tuple[str, ...] = ()
    """The actions that a bound may refuse."""


Report = Callable[[str], None]


class Theory:
    """A machine in logic. Raises LocatedRefusal for what has no counterpart there."""

    def __init__(self, machine: Machine, larger: Machine) -> None:
        """`larger` is the machine of the same spec at other sizes: they must not differ in what they say."""
        uneven = unevenness(machine, larger)
        if uneven is not None:
            help_ = "a proof for all sizes wants a spec that says the same at every size; speak of the members instead"
            raise LocatedRefusal(uneven.where, NotUnbounded(uneven.what, help_), uneven.span)
        self.machine = machine
        self._said: dict[tuple[str, int, int], tuple[Formula, Any]] = {}
        self.types = {one.name: one.type for one in machine.variables}
        self.state = self._unknown_state()
        self.ordered = tuple(self._orders())
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
            refusal = NotUnbounded("it has no value in some states", "write it so that it has one in every state")
            raise LocatedRefusal(f"the property `{one.name}`", refusal, one.span)
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
        quorums = dict.fromkeys(type_ for type_ in types_of(_parts(self.machine)) if isinstance(type_, QuorumType))
        for label, formula in axioms_of_quorums(list(quorums)):
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


def prove(
    theory: Theory,
    *,
    properties: Sequence[str] | None = None,
    timeout_s: float = 60,
    report: Report | None = None,
) -> Proof:
    """Prove the invariants and step invariants of a machine; `timeout_s` is for each query.

    With `properties`, only these are asked for, and no other is assumed.
    """
    return _Prover(theory, properties, timeout_s, report).run()


class _Prover:
    def __init__(
        self, theory: Theory, properties: Sequence[str] | None, timeout_s: float, report: Report | None
    ) -> None:
        self._theory = theory
        self._wanted = None if properties is None else set(properties)
        self._timeout_s = timeout_s
        self._report = report
        self._queries: list[Query] = []
        self._does_not_follow: set[tuple[str, str, tuple[str, ...]]] = set()
        self._hasty: set[tuple[str, str, tuple[str, ...]]] = set()
        """The queries that may be asked again with more time."""
        self._known: dict[tuple[str, str, tuple[str, ...]], Query] = {}

    def run(self) -> Proof:
        theory = self._theory
        active = [one for one in theory.invariants if self._asked(one.name)]
        against: dict[str, list[Query]] = {}
        without: dict[str, tuple[str, ...]] = {}
        given_up: list[str] = []
        while True:
            failing = self._failing(active)
            for name, found in failing.items():
                against[name] = found
                if given_up:
                    without[name] = tuple(given_up)
            if not failing:
                break
            given_up += failing
            active = [one for one in active if one.name not in failing]
        proved = [one.name for one in active]
        for name, ask in self._of_steps(active):
            found = [query for query in ask if query.answer.outcome is not Outcome.IMPOSSIBLE]
            if found:
                against[name] = found
                if given_up:
                    without[name] = tuple(given_up)
            else:
                proved.append(name)
        if COMPUTABLE in against:  # then nothing is said of what comes after such a step, though all the rest stands
            proved = [name for name in proved if name != COMPUTABLE]
        left = [one.name for one in theory.machine.checked if one.name not in proved and one.name not in against]
        return Proof(
            theory.machine,
            tuple(proved),
            tuple(query for found in against.values() for query in found),
            tuple(self._queries),
            without,
            tuple(left),
            tuple(step.action.name for step in theory.steps if step.bounded),
        )

    def _asked(self, name: str) -> bool:
        return self._wanted is None or name in self._wanted

    def _failing(self, active: Sequence[Property]) -> dict[str, list[Query]]:
        """The queries that are not answered as they should be, by invariant.

        What is not decided soon is asked again later: by then others are known to hold after the step as well.
        """
        following = self._following(active)
        standing = [one for one in active if one not in following]
        failing: dict[str, list[Query]] = {one.name: list(self._initiation(one)) for one in standing}
        for step in self._theory.steps:
            shown: list[Property] = []
            waiting: list[Property] = []
            for one in standing:
                outcome = self._consecution(one, step, active, (), SOON).answer.outcome
                if outcome is Outcome.IMPOSSIBLE:
                    shown.append(one)
                elif outcome is Outcome.UNKNOWN:
                    waiting.append(one)
            for one in waiting:
                if self._consecution(one, step, active, shown, None).answer.outcome is Outcome.IMPOSSIBLE:
                    shown.append(one)
            for one in standing:
                failing[one.name].append(self._consecution(one, step, active, (), None))
        bad = {
            name: [query for query in found if query.answer.outcome is not Outcome.IMPOSSIBLE]
            for name, found in failing.items()
        }
        return {name: found for name, found in bad.items() if found}

    def _following(self, active: Sequence[Property]) -> list[Property]:
        """The invariants that follow from the others in each single state, so that no step has to be looked at."""
        theory = self._theory
        following: list[Property] = []
        for one in active:
            others = [other for other in active if other is not one and other not in following]
            given = [Assumption(other.name, theory.says(other, theory.state), other.span) for other in others]
            goal = Assumption(f"not {one.name}", negation(theory.says(one, theory.state)), one.span)
            if others and self._follows(one.name, tuple(other.name for other in others), [*given, goal]):
                following.append(one)
        return following

    def _follows(self, name: str, others: tuple[str, ...], asked: Sequence[Assumption]) -> bool:
        key = (name, FOLLOWS, others)
        if key in self._known:
            return True
        if key in self._does_not_follow:
            return False
        if self._report is not None:
            self._report(f"{name}, {FOLLOWS}")
        given = [*self._theory.axioms, *asked]
        formulas = [one.formula for one in given]
        answer = satisfy(formulas, self._theory.ordered, self._timeout_s, wants_model=False)
        if answer.outcome is not Outcome.IMPOSSIBLE:
            self._does_not_follow.add(key)
            return False
        self._known[key] = Query(name, FOLLOWS, answer, _circle(given), others)
        self._queries.append(self._known[key])
        return True

    def _consecution(
        self,
        one: Property,
        step: Step,
        active: Sequence[Property],
        shown: Sequence[Property],
        rounds: int | None,
    ) -> Query:
        theory = self._theory
        goal = Assumption(f"not {one.name} afterwards", negation(theory.says(one, step.after)), one.span)
        enabled = Assumption(step.action.name, step.enabled, step.action.span)
        return self._ask_of_step(one.name, step, active, [enabled, goal], shown, rounds)

    def _initiation(self, one: Property) -> Iterator[Query]:
        theory = self._theory
        for start in theory.initial:
            state = start.after if isinstance(start, Step) else start
            given = (
                [*theory.parameter_axioms(start), Assumption(INITIALLY, start.enabled)]
                if isinstance(start, Step)
                else []
            )
            goal = Assumption(f"not {one.name}", negation(theory.says(one, state)), one.span)
            yield self._ask(one.name, INITIALLY, (), [*given, goal])

    def _of_steps(self, active: Sequence[Property]) -> Iterator[tuple[str, list[Query]]]:
        """What is asked of steps from states in which the proved invariants hold."""
        theory = self._theory
        for one in theory.step_invariants:
            if self._asked(one.name):
                yield (
                    one.name,
                    [
                        self._ask_of_step(
                            one.name,
                            step,
                            active,
                            [
                                Assumption(step.action.name, step.enabled, step.action.span),
                                Assumption(
                                    f"not {one.name}", negation(theory.says(one, theory.state, step.after)), one.span
                                ),
                            ],
                            active,
                        )
                        for step in theory.steps
                    ],
                )
        names = dict.fromkeys(name for step in theory.steps for name, _ in step.broken)
        for name in names:
            yield (
                name,
                [
                    self._ask_of_step(name, step, active, [Assumption(f"not {name}", formula, step.action.span)])
                    for step in theory.steps
                    for broken, formula in step.broken
                    if broken == name
                ],
            )
        failing = [step for step in theory.steps if step.failed is not False]
        if failing:
            yield (
                COMPUTABLE,
                [
                    self._ask_of_step(
                        COMPUTABLE,
                        step,
                        active,
                        [Assumption(f"no value in {step.action.name}", step.failed, step.action.span)],
                    )
                    for step in failing
                ],
            )

    def _ask_of_step(
        self,
        name: str,
        step: Step,
        active: Sequence[Property],
        asked: Sequence[Assumption],
        shown: Sequence[Property] = (),
        rounds: int | None = None,
    ) -> Query:
        """`shown` are properties that are known to hold after the step."""
        theory = self._theory
        given = [Assumption(one.name, theory.says(one, theory.state), one.span) for one in active]
        after = [Assumption(f"{one.name} afterwards", theory.says(one, step.after), one.span) for one in shown]
        parameters = list(theory.parameter_axioms(step))
        stronger = [[*parameters, one, *asked] for one in after] if name not in names_of(active) else []
        stronger += [[*parameters, *after, *asked], [*given, *parameters, *after, *asked]] if after else []
        return self._ask(name, step.action.name, names_of(active), [*given, *parameters, *asked], stronger, rounds)

    def _ask(
        self,
        name: str,
        action: str,
        assumed: tuple[str, ...],
        asked: Sequence[Assumption],
        stronger: Sequence[Sequence[Assumption]] = (),
        rounds: int | None = None,
    ) -> Query:
        key = (name, action, assumed)
        known = self._known.get(key)
        if known is not None and (known.answer.outcome is not Outcome.UNKNOWN or key not in self._hasty):
            return known
        if known is not None:
            self._queries.remove(known)
        self._hasty.discard(key)
        if rounds is not None:
            self._hasty.add(key)
        if self._report is not None:
            self._report(f"{name}, {action}")
        given = [*self._theory.axioms, *asked]
        answer = (
            Answer(Outcome.IMPOSSIBLE, 0.0)
            if any(one.formula is False for one in asked)
            else satisfy(
                [one.formula for one in given],
                self._theory.ordered,
                self._timeout_s,
                [[one.formula for one in (*self._theory.axioms, *more)] for more in stronger],
                rounds=rounds,
            )
        )
        query = Query(name, action, answer, _circle(given), assumed)
        self._known[key] = query
        self._queries.append(query)
        return query


def names_of(properties: Sequence[Property]) -> tuple[str, ...]:
    """The names of some properties."""
    return tuple(one.name for one in properties)


def _circle(given: Sequence[Assumption]) -> Circle | None:
    """Why a query is not in the decidable fragment, if it is not."""
    by: dict[Edge, Assumption] = {}
    for one in given:
        for edge in alternations(one.formula):
            by.setdefault(edge, one)
    sorts = circle(by)
    if sorts is None:
        return None
    edges = list(pairwise(sorts))
    return Circle(sorts, tuple((edge, by[edge].label, by[edge].span) for edge in edges))
