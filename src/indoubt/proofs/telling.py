"""What a solver found at fixed sizes, in the words of the spec: confirmed by its source, told apart by the explorer."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Collection, Mapping
from typing import Any

from indoubt.counterexamples.letters import call_text
from indoubt.explorer.backends.backend import Broken, Taken
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.values import decode
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import INTERRUPTED, Answer, Path, Verdict
from indoubt.invariants.bounded.induction import COMPUTABLE, Counterexample, Induction
from indoubt.invariants.bounded.model import Model
from indoubt.invariants.bounded.search import Failure, Searched, Shown as Found
from indoubt.invariants.bounded.unrolling import Way
from indoubt.invariants.quorums.solver import OUT_OF_TIME
from indoubt.proofs.reaching import NOT_LOOKED_FOR, Patience, Reached, Seen, explored, reachability, violations
from indoubt.proofs.results import (
    Property,
    Shown,
    Status,
    counted,
    first_violation,
    values_row,
    why_violated,
    with_not_asked,
)
from indoubt.proofs.uncomputable import failure_in, refuse_reached, told_of
from indoubt.runs.confirming import confirmed
from indoubt.runs.failing import called, spec_failed
from indoubt.runs.result import PropertyResult
from indoubt.runs.traces import arguments_of
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings, setting_text
from indoubt.specs.language.universe import within

NEVER = "no reachable state is one where it holds"


class Telling:
    """Turns what the solver found into answers in the words of the spec, confirmed by its source."""

    def __init__(self, spec: type[Spec], settings: Settings, machine: Machine, model: Model, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self.patience = Patience()
        self._spec, self._settings, self._machine, self._model = spec, settings, machine, model
        changed = [name for name, value in settings.parameters.items() if value != getattr(spec, name, None)]
        values = {**settings.sizes, **settings.own_bounds, **settings.parameters}
        names = [*settings.sizes, *settings.own_bounds, *changed]
        self.sizes = " ".join(f"{name}={setting_text(values[name])}" for name in names)

    def rows(self, found: Searched, *, induction: bool = False) -> tuple[tuple[str, str], ...]:
        """The envelope."""
        model = self._model
        bounds = "; ".join(f"{bound}, in {action}" for bound, action in found.bounds)
        size = f"{len(model.before)} bits a state, {len(model.written)} choices of a step"
        reached = f"reached: {bounds}" if bounds else "none reached"
        if induction:
            reached = (
                f"{reached} in the first steps; a step beyond a bound is not taken, and the proof may rest on that"
            )
        return (
            *values_row(self._settings),
            ("bounds", reached),
            ("encoding", f"{size}, {len(model.circuit.gates):,} gates"),
        )

    def _undecided(self, found: Searched) -> str:
        """Why a bounded search ended early, and what holds all the same where somebody pressed Ctrl-C."""
        if found.is_interrupted:
            seen = f"; no violation within {counted(found.whole, 'step')}" if found.whole >= 0 else ""
            return f"{INTERRUPTED}{seen}"
        if any(f"({word})" in found.undecided for word in OUT_OF_TIME):
            return f"no answer within {self._timeout_s:g} s at {counted(found.steps, 'step')}"
        return found.undecided

    def why_searched(self, found: Searched, steps: int, answered: Collection[Property]) -> str:
        """The verdict of a bounded search in a line."""
        violated = first_violation(answered)
        if violated is not None:
            return why_violated(violated)
        if found.undecided:
            return self._undecided(found)
        if found.is_stuck:
            return with_not_asked(f"no path has more than {counted(max(0, found.steps - 1), 'step')}", answered)
        return f"no violation within {counted(steps, 'step')}; deeper states are not seen"

    def without_states(self, asked: Collection[str] | None) -> tuple[Property, ...]:
        """What is known of each property where there is no initial state: nothing."""
        remark = "there is no state to ask it of"
        return (
            *(_bare(name, kind, claim, Status.UNKNOWN, remark) for name, kind, claim in self._properties(asked)),
            *self._temporal(asked),
        )

    def searched(self, found: Searched, asked: Collection[str] | None) -> tuple[Property, ...]:
        """What a bounded search says of each property."""
        if found.failure is not None:
            raise self._failed(found.failure, asked)
        by_name = {one.name: one for one in (*found.violated, *found.reached)}
        answers: list[Property] = []
        for name, kind, claim in self._properties(asked):
            shown = by_name.get(name)
            if shown is not None:
                status = Status.REACHED if kind == "reachable" else Status.VIOLATED
                answers.append(self._confirmed(name, kind, claim, shown, status))
            elif found.is_interrupted:
                word = "not reached" if kind == "reachable" else "not violated"
                seen = f"; {word} within {counted(found.whole, 'step')}" if found.whole >= 0 else ""
                answers.append(_bare(name, kind, claim, Status.UNKNOWN, f"not decided: {INTERRUPTED}{seen}"))
            elif found.undecided:
                answers.append(_bare(name, kind, claim, Status.UNKNOWN, f"not decided: {self._undecided(found)}"))
            elif found.is_stuck and kind == "reachable":
                answers.append(_bare(name, kind, claim, Status.VIOLATED, NEVER))
            elif found.is_stuck:
                answers.append(_bare(name, kind, claim, Status.PROVED, claim))
            else:
                word = "not reached" if kind == "reachable" else "not violated"
                remark = f"{word} within {counted(found.steps, 'step')}"
                status = Status.NOT_REACHED if kind == "reachable" else Status.WITHIN
                answers.append(_bare(name, kind, claim, status, remark))
        return (*answers, *self._temporal(asked))

    def induced(self, proof: Induction, asked: Collection[str] | None) -> tuple[Property, ...]:
        """What k-induction says of each property. Raises SpecFailed where what fails is a mistake of the spec."""
        base = proof.base
        if base.failure is not None or base.violated or base.is_stuck:
            return self.searched(base, asked)
        patience = self.patience
        patience.is_interrupted = proof.is_interrupted
        if COMPUTABLE in proof.against:
            patience.at(lambda: refuse_reached(self._spec, self._settings, self._machine, asked), None)
        nothing: tuple[list[Answer], Seen] = ([], Seen(is_whole=False))
        seen, _ = patience.at(lambda: violations(self._machine, set(proof.against) - {COMPUTABLE}), nothing)
        violated = {one.property: one for one in seen}
        starts = [one.way.start for one in proof.against.values()]
        told = Reached(dict.fromkeys(starts, NOT_LOOKED_FOR))
        if starts:
            told = patience.at(lambda: reachability(self._machine, self._settings, starts), told)
        reached = {one.name: one for one in base.reached}
        listed = self._properties(asked)
        sought = [name for name, kind, _ in listed if kind == "reachable" and name not in reached]
        witnesses = self._witnesses(sought) if sought else {}
        if COMPUTABLE in (*proof.against, *proof.undecided):
            listed.append((COMPUTABLE, "assertion", "every step and property has a value"))
        answers: list[Property] = []
        for name, kind, claim in listed:
            if name in reached:
                answers.append(self._confirmed(name, kind, claim, reached[name], Status.REACHED))
            elif name in witnesses:
                answers.append(witnesses[name])
            elif name in proof.proved:
                answers.append(_bare(name, kind, claim, Status.PROVED, claim))
            elif name in violated:
                result = confirmed(self._spec, self._settings, self._machine, None, violated[name])
                states = counted(len(result.trace) if result.trace else 0, "state")
                answers.append(Property(result, Status.VIOLATED, f"a shortest counterexample has {states}"))
            elif name in proof.against:
                one = proof.against[name]
                shown = self._shown(one, told.told_of(one.way.start), asked)
                status, remark = _why_not(shown, proof.without.get(name, ()), proof.undecided)
                answers.append(_bare(name, kind, claim, status, remark, shown))
            else:
                remark = (
                    f"not decided: {self._undecided(base)}" if base.undecided else self._late(proof.undecided[name])
                )
                answers.append(_bare(name, kind, claim, Status.UNKNOWN, remark))
        return (*answers, *self._temporal(asked))

    def _late(self, reason: str) -> str:
        if reason == INTERRUPTED:
            return f"not decided: {INTERRUPTED}"
        is_late = any(word in reason for word in OUT_OF_TIME)
        told = f"no answer within {self._timeout_s:g} s" if is_late else f"Z3 answered unknown ({reason})"
        return f"not decided: {told} to the step of the induction"

    def _witnesses(self, names: Collection[str]) -> dict[str, Property]:
        """What the explorer says, within limits, of what is to be reached: no induction shows that."""
        found = self.patience.at(
            lambda: explored(dataclasses.replace(self._machine, temporal=()), frozenset(names)), None
        )
        claims = {one.name: one.claim for one in self._machine.properties}
        told: dict[str, Property] = {}
        for name in names:
            answer = None if found is None else next(one for one in found.answers if one.property == name)
            if answer is not None and answer.path is not None:
                result = confirmed(self._spec, self._settings, self._machine, None, answer)
                remark = f"after {counted(len(answer.path.steps), 'step')}, and no sooner, as the explorer finds"
                told[name] = Property(result, Status.REACHED, remark)
            elif answer is not None and answer.verdict is Verdict.VIOLATED:
                told[name] = _bare(name, "reachable", claims[name], Status.VIOLATED, NEVER)
            else:
                seen = (
                    "" if found is None else f" among the {found.counts.distinct:,} states that the explorer has seen"
                )
                remark = f"a witness, which is not{seen or ' looked for'}; `indoubt check` decides it"
                told[name] = _bare(name, "reachable", claims[name], Status.NOT_ASKED, remark)
        return told

    def _properties(self, asked: Collection[str] | None) -> list[tuple[str, str, str]]:
        found = [
            (one.name, one.kind, one.claim) for one in self._machine.properties if asked is None or one.name in asked
        ]
        return [
            *found,
            *((name, "assertion", "it holds wherever the step is taken") for name in self._model.assertions),
        ]

    def _temporal(self, asked: Collection[str] | None) -> list[Property]:
        remark = "a property of whole runs: `indoubt check` decides it"
        return [
            _bare(one.name, one.kind, one.claim, Status.NOT_ASKED, remark)
            for one in self._machine.temporal
            if asked is None or one.name in asked
        ]

    def _confirmed(self, name: str, kind: str, claim: str, shown: Found, status: Status) -> Property:
        failing = None if shown.breaking is None else Taken(*shown.breaking)
        answer = Answer(name, kind, claim, status.verdict, self._path(shown.way), failing)
        result = confirmed(self._spec, self._settings, self._machine, None, answer)
        states = counted(len(shown.way.steps) + 1, "state")
        how = f"after {counted(len(shown.way.steps), 'step')}, and no sooner"
        remark = how if status is Status.REACHED else f"a shortest counterexample has {states}"
        return Property(result, status, remark)

    def _path(self, way: Way) -> Path:
        choice = next((one for one, state in self._model.initial if state == way.start), None)
        taken = None if choice is None else Taken(choice.action, choice.arguments)
        return Path(taken, way.start, tuple((Taken(one.action, one.arguments), state) for one, state in way.steps))

    def _shown(self, one: Counterexample, reachable: str, asked: Collection[str] | None) -> Shown:
        states = [one.way.start, *(state for _, state in one.way.steps)]
        with within(self._settings.universe):
            steps: list[tuple[str, Mapping[str, Any] | None]] = [
                (call_text(i.action.name, arguments_of(Taken(i.action, i.arguments))), self._decoded(state))
                for i, state in one.way.steps
            ]
            failing = f"{one.name} fails"
            if one.name == COMPUTABLE:
                before = states[-2] if len(states) > 1 and not one.in_step else None
                failure = failure_in(self._machine, states[-1], before, asked)
                if failure is None:
                    raise AssertionError(f"{states[-1]} can be computed, though the solver says that it cannot")
                failing = told_of(failure)
                if failure.taken is not None:
                    steps.append((called(self._settings, failure), None))
            elif one.in_step:
                steps.append((self._broken_call(states[-1], one.name), None))
            sizes = dict(self._settings.sizes)
            return Shown(one.name, sizes, self._decoded(one.way.start), tuple(steps), failing, reachable)

    def _broken_call(self, state: tuple[Any, ...], name: str) -> str:
        """The step from a state in which an `assert` does not hold."""
        for outcome in Reference(self._machine).steps(state):
            if isinstance(outcome, Broken) and outcome.name == name:
                return call_text(outcome.taken.action.name, arguments_of(outcome.taken))
        raise AssertionError(f"{name} holds in every step from {state}, though the solver says that it does not")

    def _decoded(self, state: tuple[Any, ...]) -> Mapping[str, Any]:
        pairs = zip(self._machine.variables, state, strict=True)
        return {variable.name: decode(value, variable.type) for variable, value in pairs}

    def _failed(self, failure: Failure, asked: Collection[str] | None) -> Exception:
        """The error of the spec that the solver has found, told by the reference interpreter in that very state."""
        if failure.way is None:
            found, path = _failure_of_initial(self._machine), None
        else:
            path = self._path(failure.way)
            states = [path.initial, *(state for _, state in path.steps)]
            found = failure_in(self._machine, states[-1], states[-2] if len(states) > 1 else None, asked)
        if found is None:
            raise AssertionError(f"{failure.name} can be computed, though the solver says that it cannot")
        return spec_failed(self._spec, self._settings, self._machine, SearchFailed(found, path))


def _failure_of_initial(machine: Machine) -> StepFailed | None:
    try:
        deque(Reference(machine).initial(), maxlen=0)
    except StepFailed as failure:
        return failure
    return None


def _why_not(shown: Shown, missing: Collection[str], undecided: Collection[str]) -> tuple[Status, str]:
    """What is to be said of a property that a counterexample to induction speaks against.

    `missing` are those that it would follow with.
    """
    if missing:
        open_ = all(one in undecided for one in missing)
        also = "which is not decided" if open_ else "which is not proved either"
        also = also if len(missing) == 1 else also.replace("is", "are", 1)
        return Status.DEPENDS, f"not without {', '.join(missing)}, {also}"
    if shown.property == COMPUTABLE:
        return Status.NOT_INDUCTIVE, f"not everything, beginning in a state that {shown.reachable}"
    several = len(shown.steps) != 1
    steps = f"{len(shown.steps)} steps" if several else "a step"
    return Status.NOT_INDUCTIVE, f"{steps} from a state that {shown.reachable} break{'' if several else 's'} it"


def _bare(name: str, kind: str, claim: str, status: Status, remark: str, against: Shown | None = None) -> Property:
    return Property(PropertyResult(name, kind, claim, status.verdict, None), status, remark, against)
