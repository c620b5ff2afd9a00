"""What has to be shown for an inductive invariant, one query for each property and action, and how Z3 answers.

An invariant is proved if it holds in the initial states (initiation) and every step from a state in which all proved
invariants hold leads to one in which it holds (consecution). One that fails is given up, and the others are asked again
without it, until those that are left follow from each other: Flanagan and Leino, "Houdini, an Annotation Assistant for
ESC/Java" (FME 2001). The after-state is computed, so no relation is written twice, as in weakest preconditions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field

from indoubt.explorer.ir.machine import Machine, Property
from indoubt.invariants.unbounded.execution import Step
from indoubt.invariants.unbounded.logic import Formula, negation
from indoubt.invariants.unbounded.queries import (
    COMPUTABLE,
    FOLLOWS,
    INITIALLY,
    Query,
    Small,
    by_cases,
    circle_of,
)
from indoubt.invariants.unbounded.solver import Answer, Outcome, satisfy
from indoubt.invariants.unbounded.theory import Assumption, Theory
from indoubt.specs.language.frozen import dataclass

SOON = 1
"""How often a query is tried before the others are asked."""
OFTEN = 4
"""How often one case of a query is tried, with few assumptions."""


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
    interrupted: tuple[str, ...] = ()
    """What is not decided because somebody pressed Ctrl-C."""
    is_interrupted: bool = False


Report = Callable[[str], None]


def prove(
    theory: Theory,
    *,
    properties: Sequence[str] | None = None,
    timeout_s: float = 60,
    report: Report | None = None,
    small: Small | None = None,
) -> Proof:
    """Prove the invariants and step invariants of a machine; `timeout_s` is for each query.

    With `properties`, only these are asked for, and no other is assumed. `small` is asked for a counterexample, and for
    what matters, where a query is not decided soon.
    """
    return _Prover(theory, properties, timeout_s, report, small).run()


class _Prover:
    def __init__(
        self,
        theory: Theory,
        properties: Sequence[str] | None,
        timeout_s: float,
        report: Report | None,
        small: Small | None,
    ) -> None:
        self._theory = theory
        self._small = small
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
        proved: list[str] = []
        is_interrupted = False

        def speak_against(name: str, found: list[Query]) -> None:
            against[name] = found
            if given_up:
                without[name] = tuple(given_up)

        try:
            while failing := self._failing(active):
                for name, found in failing.items():
                    speak_against(name, found)
                given_up += failing
                active = [one for one in active if one.name not in failing]
            proved = [one.name for one in active]
            for name, ask in self._of_steps(active):
                found = [query for query in ask if query.answer.outcome is not Outcome.IMPOSSIBLE]
                if found:
                    speak_against(name, found)
                else:
                    proved.append(name)
        except KeyboardInterrupt:
            is_interrupted = True
            for query in self._queries:
                is_of_these = query.assumed in ((), names_of(active)) and query.property not in against
                if query.answer.outcome is Outcome.POSSIBLE and is_of_these:
                    speak_against(query.property, [query])
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
            tuple(name for name in self._names() if name not in proved and name not in against),
            is_interrupted,
        )

    def _names(self) -> Iterator[str]:
        """What is to be proved."""
        yield from (one.name for one in self._theory.invariants if self._asked(one.name))
        steps = self._theory.steps
        yield from (one.name for one in self._theory.step_invariants if self._asked(one.name))
        yield from dict.fromkeys(name for step in steps for name, _ in step.broken)
        if any(step.failed is not False for step in steps):
            yield COMPUTABLE

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
        self._known[key] = Query(name, FOLLOWS, answer, circle_of(given), others)
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
        further = [[one.formula for one in (*self._theory.axioms, *more)] for more in stronger]
        query = self._answered(key, given, further, SOON if known is None else 0, rounds)
        self._known[key] = query
        self._queries.append(query)
        return query

    def _answered(
        self,
        key: tuple[str, str, tuple[str, ...]],
        given: Sequence[Assumption],
        stronger: Sequence[Sequence[Formula]],
        first: int,
        rounds: int | None,
    ) -> Query:
        """Ask the solver for a while, then for a counterexample at small sizes, then the solver for all its time."""
        name, action, assumed = key
        formulas, circle = [one.formula for one in given], circle_of(given)

        def asked(most: int | None, more: Sequence[Sequence[Formula]]) -> Answer:
            if False in formulas:
                return Answer(Outcome.IMPOSSIBLE, 0.0)
            return satisfy(formulas, self._theory.ordered, self._timeout_s, more, rounds=most)

        spent = 0.0
        is_looked_at = self._small is not None and action != INITIALLY
        if first:
            answer = asked(first, () if is_looked_at else stronger)
            if answer.outcome is not Outcome.UNKNOWN or rounds == first:
                return Query(name, action, answer, circle, assumed)
            spent = answer.elapsed_s
        started = time.monotonic()
        if self._small is not None and is_looked_at:
            concrete = self._small.look(name, action, assumed)
            if concrete is not None:
                found = Answer(Outcome.POSSIBLE, spent + time.monotonic() - started)
                return Query(name, action, found, circle, assumed, concrete)
            few = self._with_few(key, given)
            if few and all(self._is_impossible(case) for case in by_cases(few, (action, *_goals(name)))):
                found = Answer(Outcome.IMPOSSIBLE, spent + time.monotonic() - started)
                return Query(name, action, found, circle, assumed)
            stronger = [[one.formula for one in few], *stronger] if few else stronger
        return Query(name, action, asked(rounds, stronger), circle, assumed)

    def _with_few(self, key: tuple[str, str, tuple[str, ...]], given: Sequence[Assumption]) -> list[Assumption]:
        """What a query assumes without the properties that do not matter at small sizes; empty where nobody knows."""
        assert self._small is not None
        name, action, assumed = key
        needed = self._small.needed(name, action, assumed)
        return [] if needed is None else [one for one in given if one.label not in assumed or one.label in needed]

    def _is_impossible(self, given: Sequence[Assumption]) -> bool:
        """Whether the solver soon finds that all of it cannot be."""
        formulas = [one.formula for one in given]
        answer = satisfy(formulas, self._theory.ordered, self._timeout_s, wants_model=False, rounds=OFTEN)
        return answer.outcome is Outcome.IMPOSSIBLE


def _goals(name: str) -> tuple[str, str]:
    """What the negation of a property is called, in the state before and after a step."""
    return f"not {name}", f"not {name} afterwards"


def names_of(properties: Sequence[Property]) -> tuple[str, ...]:
    """The names of some properties."""
    return tuple(one.name for one in properties)
