"""Exploring a machine in native code: compile it, search, and tell what was found as the reference search does.

Native code knows states and no names. So the reference interpreter walks each path again, finds the steps that lead
along it, and says what fails where a state cannot be computed; a state that it does not come to is a defect of ours.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from indoubt.explorer.backends.backend import Broken, Refused, State, Taken
from indoubt.explorer.backends.native.layout import Unsupported
from indoubt.explorer.backends.native.model import Model, model_of
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.answers import DEADLOCK, Findings
from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.breadth_first import SearchFailed
from indoubt.explorer.search.compiled import CompiledSearch
from indoubt.explorer.search.native import NativeSearch, Question
from indoubt.explorer.search.packed import Failing, Failure, Found, Outcome
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Answer, Exploration, Limits, Path, Verdict


class Disagreement(Exception):
    """Native code and the reference interpreter say different things of one machine: a defect of indoubt."""


@dataclass(frozen=True)
class Asked:
    """What a run asks of a search."""

    limits: Limits
    deadlock: bool
    properties: frozenset[str] | None
    constraints: frozenset[str]
    workers: int = 1
    memory_bytes: int | None = None


def explore_natively(machine: Machine, asked: Asked, report: Callable[[Progress], None] | None = None) -> Exploration:
    """Explore a machine breadth first in native code.

    Raises Unsupported where native code does not know the machine, SearchFailed where the spec cannot be computed.
    """
    model = model_of(machine, asked.properties, asked.constraints)
    shape = Shape(
        model.layout.words,
        len(machine.actions),
        len(model.bounds),
        len(model.assertions),
        bool(model.step_properties),
    )
    tuning = Tuning()
    code = CompiledSearch([model.text], tuning.constants(shape, asked.workers))
    search = NativeSearch(
        code,
        shape,
        _question(model, asked),
        asked.limits,
        workers=asked.workers,
        tuning=tuning,
        memory_bytes=asked.memory_bytes,
        actions=[action.name for action in machine.actions],
        report=report,
    )
    native = _Told(model, asked)
    return native.exploration(search.run(native.initial()))


def _question(model: Model, asked: Asked) -> Question:
    kinds = [model.machine.properties[position].kind for position in model.state_properties]
    return Question(
        properties=(1 << len(kinds)) - 1,
        invariants=sum(1 << bit for bit, kind in enumerate(kinds) if kind == "invariant"),
        step_properties=(1 << len(model.step_properties)) - 1,
        constraints=bool(asked.constraints),
        deadlock=asked.deadlock,
    )


class _Told:
    """Tells in the words of the machine what a search over packed states has found."""

    def __init__(self, model: Model, asked: Asked) -> None:
        self._model, self._machine, self._asked = model, model.machine, asked
        self._reference = Reference(model.machine)
        self._bounds: dict[tuple[str, str], None] = {}

    def initial(self) -> Iterable[int]:
        """The packed initial states."""
        try:
            for outcome in self._reference.initial():
                if isinstance(outcome, Refused):
                    self._bounds[outcome.bound, outcome.action.name] = None
                else:
                    yield self._model.layout.pack(outcome[1])
        except StepFailed as failure:
            raise SearchFailed(failure, None) from None

    def exploration(self, outcome: Outcome) -> Exploration:
        """Everything that the search found out. Raises SearchFailed."""
        if outcome.failure is not None:
            raise self._failed(outcome, outcome.failure)
        found: dict[int | str, Path] = {}
        for positions, records in (
            (self._model.state_properties, outcome.found),
            (self._model.step_properties, outcome.found_steps),
        ):
            found |= {positions[bit]: self._path_to(outcome, one) for bit, one in records.items()}
        if outcome.stuck is not None and self._asked.deadlock:
            found[DEADLOCK] = self._path(outcome, outcome.stuck)
        is_exhausted = outcome.expanded == outcome.counts.distinct and not outcome.broken
        is_complete = outcome.stopped is None and is_exhausted
        findings = Findings(found, self._broken(outcome), is_complete, bool(self._asked.constraints))
        chosen = sorted((*self._model.state_properties, *self._model.step_properties))
        answers = [findings.answer(self._machine, position) for position in chosen]
        answers += findings.of_assertions(self._machine)
        if self._asked.deadlock:
            answers.append(findings.of_deadlock())
        bounds = self._bounds | {self._model.bounds[bit]: None for bit in sorted(outcome.bounds)}
        return Exploration(
            self._machine,
            tuple(answers),
            outcome.counts,
            self._asked.limits,
            outcome.stopped,
            tuple(bounds),
            {action.name: count for action, count in zip(self._machine.actions, outcome.taken, strict=True)},
            outcome.levels,
            outcome.elapsed_s,
        )

    def _broken(self, outcome: Outcome) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        for number, index in outcome.broken.items():
            name, path = self._model.assertions[number], self._path(outcome, index)
            state = path.steps[-1][1] if path.steps else path.initial
            failing = next(
                (one.taken for one in self._reference.steps(state) if isinstance(one, Broken) and one.name == name),
                None,
            )
            if failing is None:
                raise Disagreement(f"{name} does not fail in {state}")
            answers[name] = Answer(name, "assertion", "", Verdict.VIOLATED, path, failing)
        return answers

    def _failed(self, outcome: Outcome, failure: Failure) -> SearchFailed:
        """What the reference interpreter says of a state that cannot be computed."""
        if failure.index is None:
            path, state = None, None
            states = [one[1] for one in self._reference.initial() if isinstance(one, tuple)]
        else:
            path = self._path(outcome, failure.index)
            state = path.steps[-1][1] if path.steps else path.initial
            states = [state]
        try:
            for one in states:
                self._compute(one, failure.failing, path)
        except StepFailed as told:
            if path is None:
                path = next(self._walk([one]) for one in states if one == told.state)
            return SearchFailed(told, path)
        raise Disagreement(f"{failure.failing.name} cannot be computed in {state}")

    def _compute(self, state: State, failing: Failing, path: Path | None) -> None:
        """Compute all that a search computes of a state, to which `path` leads.

        Raises StepFailed, SearchFailed where it is a property of a step.
        """
        for position in range(len(self._machine.constraints)):
            if self._machine.constraints[position].name in self._asked.constraints:
                self._reference.admits(position, state)
        for position in self._model.state_properties:
            self._reference.holds(position, state)
        if failing is Failing.STATE:
            return
        assert path is not None, "an initial state has no step until it is stored"
        for outcome in self._reference.steps(state):
            if isinstance(outcome, tuple):
                for position in self._model.step_properties:
                    try:
                        self._reference.holds(position, state, outcome[1])
                    except StepFailed as told:
                        steps = (*path.steps, outcome)
                        raise SearchFailed(told, dataclasses.replace(path, steps=steps)) from None

    # ---- paths

    def _path_to(self, outcome: Outcome, found: Found) -> Path:
        if found.index is None:
            assert found.successor is not None
            return self._walk([self._model.layout.unpack(found.successor)])
        states = self._states(outcome, found.index)
        if found.successor is not None:
            states.append(self._model.layout.unpack(found.successor))
        return self._walk(states)

    def _path(self, outcome: Outcome, index: int) -> Path:
        return self._walk(self._states(outcome, index))

    def _states(self, outcome: Outcome, index: int) -> list[State]:
        return [self._model.layout.unpack(bits) for bits in outcome.store.path(index)]

    def _walk(self, states: list[State]) -> Path:
        """The steps that lead from state to state, in the words of the reference interpreter."""
        choice = next((one[0] for one in self._initial_choices() if one[1] == states[0]), None)
        steps: list[tuple[Taken, State]] = []
        for before, after in pairwise(states):
            taken = next(
                (one[0] for one in self._reference.steps(before) if isinstance(one, tuple) and one[1] == after), None
            )
            if taken is None:
                raise Disagreement(f"no step leads from {before} to {after}")
            steps.append((taken, after))
        return Path(choice, states[0], tuple(steps))

    def _initial_choices(self) -> Iterable[tuple[Taken | None, State]]:
        return (one for one in self._reference.initial() if not isinstance(one, Refused))


__all__ = ["Asked", "Disagreement", "Unsupported", "explore_natively"]
