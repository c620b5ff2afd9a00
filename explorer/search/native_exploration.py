"""Exploring a machine in native code: compile it, search, and tell what was found as the reference search does.

Native code knows states and no names. So the reference interpreter walks each path again, finds the steps that lead
along it, and says what fails where a state cannot be computed; a state that it does not come to is a defect of ours.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from indoubt.explorer.backends.backend import Broken, Refused, State, Taken
from indoubt.explorer.backends.native.model import Model, model_of
from indoubt.explorer.backends.native.packing import Unsupported
from indoubt.explorer.backends.native.slots import FIRST_CROWDED, Slots, TooFewSlots, with_enough
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.answers import DEADLOCK, Findings
from indoubt.explorer.search.block import SEED, Shape, Tuning
from indoubt.explorer.search.checkpoint import Keeping
from indoubt.explorer.search.compiled import CompiledSearch
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.kept_code import slots_kept, with_code
from indoubt.explorer.search.native import NativeSearch, Question
from indoubt.explorer.search.packed import Failing, Failure, Found, Outcome
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.refinement import Refinement
from indoubt.explorer.search.result import Answer, Exploration, Limits, Path, Storage, Verdict
from indoubt.explorer.search.retracing import Disagreement, retraced
from indoubt.explorer.search.seen import Seen
from indoubt.explorer.search.weak import weakly
from indoubt.explorer.search.workspace import PARENT_BYTES
from indoubt.specs.language.frozen import dataclass

if TYPE_CHECKING:
    from indoubt.explorer.search.native_refinement import Pairs
    from indoubt.explorer.search.native_runs import Runs
    from indoubt.explorer.search.symmetry import Orbits


class NotTogether(Exception):
    """What a run asks for does not go together; the text says what, and the edit."""


WINDOW_PART = 8
"""The part of the memory that a window into the logs on disk may take."""


@dataclass(frozen=True)
class Asked:
    """What a run asks of a search."""

    limits: Limits
    deadlock: bool
    properties: frozenset[str] | None
    constraints: frozenset[str]
    workers: int = 1
    fingerprints: bool = False
    folder: FilePath | None = None
    """Where logs go that do not fit memory; None for nowhere."""
    huge_pages: bool = True
    keeping: Keeping | None = None
    orbits: Orbits | None = None
    """Where one state of each is stored."""
    refinement: Refinement | None = None
    view: Seen | None = None


def explore_natively(machine: Machine, asked: Asked, report: Callable[[Progress], None] | None = None) -> Exploration:
    """Explore a machine breadth first in native code.

    Raises Unsupported where native code does not know the machine, SearchFailed where the spec cannot be computed.
    """
    began = time.monotonic()
    first, anew = None, asked
    if asked.keeping is not None:
        first = slots_kept(asked.keeping, machine)
        # States that were packed into fewer slots cannot be gone on from.
        anew = dataclasses.replace(asked, keeping=dataclasses.replace(asked.keeping, saved=None))
    return with_enough(
        machine, lambda slots: _explore(machine, asked if slots == first else anew, slots, began, report), first
    )


def _explore(
    machine: Machine, asked: Asked, slots: Slots, began: float, report: Callable[[Progress], None] | None
) -> Exploration:
    """Explore with a number of slots; the time limit counts from `began`. Raises TooFewSlots as well."""
    began_here = time.monotonic()
    symmetry = None if asked.orbits is None else asked.orbits.symmetry
    model = model_of(
        machine,
        asked.properties,
        asked.constraints,
        slots=slots,
        symmetry=symmetry,
        view=None if asked.view is None else asked.view.position,
        mapping=() if asked.refinement is None else asked.refinement.mapping,
    )
    _refuse_together(model, asked)
    shape = Shape(
        model.layout.words,
        len(machine.actions) + len(model.drops),
        len(model.bounds),
        len(model.assertions),
        (
            *(number for number, action in enumerate(machine.actions) if action.fault is not None),
            *range(len(machine.actions), len(machine.actions) + len(model.drops)),
        ),
        has_runs=model.fair is not None,
        keys=model.layout.keys,
        abstract_words=model.abstract_words,
        blocks=model.blocks,
        is_long=model.is_long,
        fingerprints=asked.fingerprints,
    )
    tuning = Tuning(huge_pages=asked.huge_pages)
    memory_bytes = asked.limits.memory_bytes
    if memory_bytes is not None:  # what is looked at of logs on disk is of that memory too
        share = memory_bytes // (WINDOW_PART * asked.workers * (shape.state_bytes + PARENT_BYTES))
        tuning = dataclasses.replace(tuning, window=max(1, min(tuning.window // 1024, share // 1024)) * 1024)
    keeping = None if asked.keeping is None else with_code(asked.keeping, model.text, slots)
    code = CompiledSearch([model.text], tuning.constants(shape, asked.workers))
    native = _Told(model, asked)
    pairs = None
    if asked.refinement is not None:
        from indoubt.explorer.search.native_refinement import Pairs  # noqa: PLC0415 - few runs ask for it

        pairs = native.pairs = Pairs(asked.refinement, model, weakly(native.walk))
    search = NativeSearch(
        code,
        shape,
        _question(model, asked),
        asked.limits,
        workers=asked.workers,
        tuning=tuning,
        spent_s=time.monotonic() - began,
        folder=asked.folder,
        keeping=keeping,
        actions=[action.name for action in machine.actions],
        report=report,
        settle=None if pairs is None else pairs.settle,
    )
    if pairs is not None and code.place_pairs is not None:
        pairs.attend(search.space, code.place_pairs)
    compile_s = time.monotonic() - began_here
    runs = None
    if model.run_properties:
        from indoubt.explorer.search.native_runs import Runs  # noqa: PLC0415 - most specs promise nothing

        runs = Runs(model, native.reference, code, search.space, native.walk, began, report)
    if keeping is not None and keeping.saved is not None:
        native.note_initial()
    native.reference.watch(search.look_out)
    with code.improving(search.renew):
        outcome = search.run(native.initial())
    storage = Storage(
        outcome.memory_bytes,
        outcome.is_on_disk,
        shape.is_exact,
        SEED if asked.fingerprints else None,
        str(keeping.folder) if keeping is not None and outcome.is_kept else None,
        outcome.not_kept,
    )
    return dataclasses.replace(native.exploration(outcome, runs), compile_s=compile_s, storage=storage)


def _refuse_together(model: Model, asked: Asked) -> None:
    """Refuse what does not go together. Raises NotTogether."""
    if model.fair is not None and asked.fingerprints and model.layout.words > 1:
        names = ", ".join(model.machine.temporal[position].name for position in model.run_properties)
        raise NotTogether(
            "--store fingerprint does not go with properties of whole runs, for which states have to be found again; "
            f"leave it out, or leave out {names}: name the other properties with -k"
        )


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
        self.reference = Reference(model.machine)
        self._bounds: dict[tuple[str, str], None] = {}
        self.pairs: Pairs | None = None
        """Where steps are to be steps of an abstract spec: what is known of them."""

    def initial(self) -> Iterable[int]:
        """The packed initial states."""
        try:
            for outcome in self.reference.initial():
                if isinstance(outcome, Refused):
                    self._bounds[outcome.bound, outcome.action.name] = None
                    continue
                if self.pairs is not None:
                    self.pairs.look_at_initial(*outcome)
                yield self._packed(*outcome)
        except StepFailed as failure:
            raise SearchFailed(failure, None) from None

    def _packed(self, choice: Taken | None, state: State) -> int:
        """An initial state, packed. Raises SearchFailed where a view of it cannot be computed."""
        try:
            return self._model.layout.pack(state)
        except StepFailed as failure:
            raise SearchFailed(failure, Path(choice, state, ())) from None

    def note_initial(self) -> None:
        """Note the bounds that initial states would leave, where a checkpoint has those states."""
        for _ in self.initial():
            pass

    def exploration(self, outcome: Outcome, runs: Runs | None) -> Exploration:
        """Everything that the search found out. Raises SearchFailed, TooFewSlots."""
        if outcome.failure is not None:
            raise self._failed(outcome, outcome.failure)
        found: dict[int | str, Path] = {}
        refinement, view = self._asked.refinement, self._asked.view
        found_steps = dict(outcome.found_steps)
        if refinement is not None and (one := found_steps.pop(len(self._model.step_properties), None)) is not None:
            found[refinement.name] = self._path_to(outcome, one, -1)
        for positions, records in (
            (self._model.state_properties, outcome.found),
            (self._model.step_properties, found_steps),
        ):
            found |= {positions[bit]: self._path_to(outcome, one, positions[bit]) for bit, one in records.items()}
        if outcome.stuck is not None and self._asked.deadlock:
            found[DEADLOCK] = self._path(outcome, outcome.stuck)
        is_exhausted = outcome.expanded == outcome.counts.distinct and not outcome.broken
        is_complete = outcome.stopped is None and is_exhausted
        decides = is_complete and (view is None or view.is_licensed)
        findings = Findings(found, self._broken(outcome), decides, bool(self._asked.constraints))
        chosen = sorted((*self._model.state_properties, *self._model.step_properties))
        answers = [findings.answer(self._machine, position) for position in chosen]
        answers += findings.of_assertions(self._machine)
        stopped = outcome.stopped
        if runs is not None:
            is_judged = is_complete and not self._asked.constraints
            judged = runs.judge(outcome, self._asked.limits) if is_judged else runs.undecided()
            answers += judged.answers
            stopped = stopped or judged.stopped
        if refinement is not None:
            answers.append(findings.named(refinement.name, "refinement", refinement.claim))
        if self._asked.deadlock:
            answers.append(findings.of_deadlock())
        drops, count = self._model.drops, len(self._machine.actions)
        steps, states = outcome.taken[count : count + len(drops)], outcome.taken[count + len(drops) :]
        bounds = self._bounds | {self._model.bounds[bit]: None for bit in sorted(outcome.bounds)}
        return Exploration(
            self._machine,
            tuple(answers),
            outcome.counts,
            self._asked.limits,
            stopped,
            tuple(bounds),
            {action.name: count for action, count in zip(self._machine.actions, outcome.taken, strict=False)},
            outcome.levels,
            outcome.elapsed_s,
            enabled=dict(zip(self._faults, states, strict=False)),
            dropped=dict(zip(drops, zip(steps, states[len(self._faults) :], strict=True), strict=True)),
        )

    @property
    def _faults(self) -> list[str]:
        return [action.name for action in self._machine.actions if action.fault is not None]

    def _broken(self, outcome: Outcome) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        for number, index in outcome.broken.items():
            name, path = self._model.assertions[number], self._path(outcome, index)
            state = path.steps[-1][1] if path.steps else path.initial
            failing = next(
                (one.taken for one in self.reference.steps(state) if isinstance(one, Broken) and one.name == name),
                None,
            )
            if failing is None:
                raise Disagreement(f"{name} does not fail in {state}")
            answers[name] = Answer(name, "assertion", "", Verdict.VIOLATED, path, failing)
        return answers

    def _failed(self, outcome: Outcome, failure: Failure) -> SearchFailed:
        """What the reference interpreter says of a state that cannot be computed. Raises TooFewSlots."""
        if failure.failing is Failing.EXPANSION and failure.code >= FIRST_CROWDED:
            raise TooFewSlots(self._model.crowded[failure.code - FIRST_CROWDED])
        if failure.index is None:
            path, state = None, None
            states = [one[1] for one in self.reference.initial() if isinstance(one, tuple)]
        else:
            path = self._path(outcome, failure.index)
            state = path.steps[-1][1] if path.steps else path.initial
            states = [state]
        try:
            for one in states:
                self._compute(one, failure.failing, path)
        except StepFailed as told:
            if path is None:
                path = next(self.walk([one]) for one in states if one == told.state)
            return SearchFailed(told, path)
        if failure.failing is not Failing.EXPANSION and self._model.crowded_in_checks:
            raise TooFewSlots(*self._model.crowded_in_checks)
        raise Disagreement(f"{failure.failing.name} cannot be computed in {state}")

    def _compute(self, state: State, failing: Failing, path: Path | None) -> None:
        """Compute all that a search computes of a state, to which `path` leads.

        Raises StepFailed, SearchFailed where it is a property of a step.
        """
        constraints = [at for at, one in enumerate(self._machine.constraints) if one.name in self._asked.constraints]
        is_admitted = all(self.reference.admits(position, state) for position in constraints)
        for kind in ("invariant", "reachable") if is_admitted else ("invariant",):
            for position in self._model.state_properties:
                if self._machine.properties[position].kind == kind:
                    self.reference.holds(position, state)
        if failing is Failing.STATE:
            return
        assert path is not None, "an initial state has no step until it is stored"
        for outcome in self.reference.steps(state):
            if isinstance(outcome, tuple):
                if self.pairs is not None and (failed := self.pairs.failed(path, [outcome])) is not None:
                    raise failed
                try:
                    for position in self._model.step_properties:
                        self.reference.holds(position, state, outcome[1])
                    if self._asked.view is not None:
                        self.reference.view(self._asked.view.position, outcome[1])
                except StepFailed as told:
                    steps = (*path.steps, outcome)
                    raise SearchFailed(told, dataclasses.replace(path, steps=steps)) from None

    # ---- paths

    def _path_to(self, outcome: Outcome, found: Found, position: int) -> Path:
        if found.index is None:
            assert found.successor is not None
            return self.walk([self._model.layout.unpack(found.successor)])
        states = self._states(outcome, found.index)
        if found.successor is not None:
            states.append(self._model.layout.unpack(found.successor))
        return self.walk(states, position if position in self._model.step_properties else None)

    def _path(self, outcome: Outcome, index: int) -> Path:
        return self.walk(self._states(outcome, index))

    def _states(self, outcome: Outcome, index: int) -> list[State]:
        return [self._model.layout.unpack(bits) for bits in outcome.store.path(index)]

    def walk(self, states: list[State], broken: int | None = None) -> Path:
        """The steps that lead from state to state, in the words of the reference interpreter.

        `broken` is the position of a property that the last step breaks.
        """
        if self._asked.orbits is not None:
            return retraced(self.reference, self._asked.orbits, states, broken)
        choice = next((one[0] for one in self._initial_choices() if one[1] == states[0]), None)
        steps: list[tuple[Taken, State]] = []
        for before, after in pairwise(states):
            taken = next(
                (one[0] for one in self.reference.steps(before) if isinstance(one, tuple) and one[1] == after), None
            )
            if taken is None:
                raise Disagreement(f"no step leads from {before} to {after}")
            steps.append((taken, after))
        return Path(choice, states[0], tuple(steps))

    def _initial_choices(self) -> Iterable[tuple[Taken | None, State]]:
        return (one for one in self.reference.initial() if not isinstance(one, Refused))


__all__ = ["Asked", "Disagreement", "NotTogether", "Unsupported", "explore_natively"]
