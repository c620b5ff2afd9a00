"""Exhaustive breadth-first search: every reachable state once, and a shortest path to the first of every kind.

States are expanded in the order in which they were found, so the first state that breaks an invariant lies at the
least depth. The level in which the first violation is found is finished, and every property that is broken at that
depth is reported; then the search stops. Without a violation it ends when no state is left, or at a limit, which is
named and never counts as a pass.

Every property is computed in every state that is found, or step that is taken, also when it is violated or reached
already: so whether a spec fails does not depend on the order of the states in a level.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from indoubt.explorer.backends.backend import Backend, Broken, Refused, State, Taken
from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.ir.walk import drops_in
from indoubt.explorer.search.answers import DEADLOCK, Findings
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.interruption import raise_noted
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.refinement import Refinement
from indoubt.explorer.search.result import (
    INTERRUPTED,
    NO_STATES,
    Answer,
    Counts,
    Exploration,
    Limits,
    Path,
    Stopped,
    Verdict,
    number_text,
)
from indoubt.explorer.search.seen import Seen
from indoubt.explorer.search.stored import INITIAL, Stored

if TYPE_CHECKING:
    from indoubt.explorer.search.promises import Promises
    from indoubt.explorer.search.symmetry import Orbits

CLOCK_EVERY = 256  # states between two looks at the clock


class _TimeIsUp(Exception):
    """The time limit is reached while the steps of one state are searched for."""


class BreadthFirst:
    """One search of one machine."""

    def __init__(
        self,
        backend: Backend,
        limits: Limits,
        *,
        deadlock: bool = False,
        properties: frozenset[str] | None = None,
        constraints: frozenset[str] = frozenset(),
        refinement: Refinement | None = None,
        view: Seen | None = None,
        orbits: Orbits | None = None,
        report: Callable[[Progress], None] | None = None,
    ) -> None:
        self._backend = backend
        self._machine = backend.machine
        self._limits = limits
        self._deadlock = deadlock
        self._report = report
        self._refinement = refinement
        self._view = view
        self._orbits = orbits
        chosen = [
            (position, one)
            for position, one in enumerate(self._machine.properties)
            if properties is None or one.name in properties
        ]
        self._invariants = [position for position, one in chosen if one.kind == "invariant"]
        self._step_invariants = [position for position, one in chosen if one.kind == "step_invariant"]
        self._reachables = [position for position, one in chosen if one.kind == "reachable"]
        self._chosen = [position for position, _ in chosen]
        self._constraints = [
            position for position, one in enumerate(self._machine.constraints) if one.name in constraints
        ]
        self._stored = Stored()
        self._states = self._stored.states
        self._known: dict[State, int] = {}
        temporal = [
            position
            for position, one in enumerate(self._machine.temporal)
            if properties is None or one.name in properties
        ]
        self._promises: Promises | None = None
        if temporal:
            from indoubt.explorer.search.promises import Promises  # noqa: PLC0415 - most specs promise nothing

            self._promises = Promises(backend, temporal)
        self._level_ends: list[int] = []
        self._expanded = 0
        self._initial = 0
        self._generated = 0
        self._taken = {action.name: 0 for action in self._machine.actions}
        self._enabled = {action.name: 0 for action in self._machine.actions if action.fault is not None}
        self._dropped = dict.fromkeys(drops_in(tuple(action.body for action in self._machine.actions)), 0)
        self._dropping = dict.fromkeys(self._dropped, 0)
        self._bounds: dict[tuple[str, str], None] = {}
        self._found: dict[int | str, Path] = {}
        self._broken: dict[str, Answer] = {}
        self._violated = False
        self._kept: list[Answer] | None = None
        self._started = time.monotonic()

    def run(self) -> Exploration:
        """Search until every state is seen, a property is violated, or a limit is reached."""
        self._started = time.monotonic()
        stopped: Stopped | None = None
        timeout = self._limits.timeout_s
        if timeout is not None:
            self._backend.watch(self._look)
        try:
            raise_noted()
            stopped = self._search()
        except _TimeIsUp:
            stopped = Stopped(f"--timeout {number_text(timeout)}", self._where())
        except KeyboardInterrupt:
            stopped = Stopped(INTERRUPTED, self._where())
        return self._exploration(stopped)

    def _look(self) -> None:
        timeout = self._limits.timeout_s
        if timeout is not None and time.monotonic() - self._started > timeout:
            raise _TimeIsUp

    def _search(self) -> Stopped | None:
        for outcome in self._initial_states():
            if isinstance(outcome, Refused):
                self._bounds[outcome.bound, outcome.action.name] = None
                continue
            choice, state = outcome
            self._generated += 1
            if self._refinement is not None:
                self._refine_initial(self._refinement, Path(choice, state, ()))
            self._meet(state, INITIAL, choice)
        self._initial = len(self._states)
        if not self._states and not self._violated:  # everything would hold of no state
            return Stopped(NO_STATES, self._where())
        self._level_ends.append(self._initial)
        while self._expanded < len(self._states) and not self._violated:
            if self._limits.max_depth is not None and len(self._level_ends) >= self._limits.max_depth:
                return Stopped(f"--max-depth {self._limits.max_depth}", self._where())
            stopped = self._expand_level(self._level_ends[-1])
            if stopped is not None:
                return stopped
            if len(self._states) > self._level_ends[-1]:
                self._level_ends.append(len(self._states))
        if self._violated and self._deadlock:
            self._find_deadlock()
        if self._promises is not None and self._is_exhausted and not self._constraints:
            try:
                self._kept = list(self._promises.answers(self._states, self._initial, self._stored.path))
            except StepFailed as failure:
                raise SearchFailed(failure, self._stored.path(self._known[failure.state])) from None
        if not self._violated and self._expanded != len(self._states):
            raise AssertionError(f"expanded {self._expanded} of {len(self._states)} states")
        return None

    @property
    def _is_exhausted(self) -> bool:
        """Whether nothing is left to be seen; a violation in the last level leaves nothing.

        Behind a step that an `assert` has stopped there may be more.
        """
        return self._expanded == len(self._states) and not self._broken

    def _find_deadlock(self) -> None:
        """Look for a deadlock at the depth of a violation, in the level that is not expanded any more."""
        for index in range(self._expanded, len(self._states)):
            if DEADLOCK in self._found:
                return
            with contextlib.suppress(StepFailed):  # a state whose steps cannot be computed is not stuck
                if all(isinstance(outcome, Refused) for outcome in self._backend.steps(self._states[index])):
                    self._found[DEADLOCK] = self._stored.path(index)

    def _initial_states(self) -> Iterator[tuple[Taken | None, State] | Refused]:
        try:
            yield from self._backend.initial()
        except StepFailed as failure:
            raise SearchFailed(failure, None) from None

    def _expand_level(self, end: int) -> Stopped | None:
        while self._expanded < end:
            if self._expanded % CLOCK_EVERY == 0:
                if self._report is not None:
                    elapsed_s = time.monotonic() - self._started
                    self._report(Progress(self._counts(), self._expanded, elapsed_s, dict(self._taken)))
                timeout = self._limits.timeout_s
                if timeout is not None and time.monotonic() - self._started > timeout:
                    return Stopped(f"--timeout {number_text(timeout)}", self._where())
            if self._limits.max_states is not None and len(self._states) > self._limits.max_states:
                return Stopped(f"--max-states {self._limits.max_states}", self._where())
            self._expand(self._expanded)
            self._expanded += 1
        return None

    def _expand(self, index: int) -> None:
        state = self._states[index]
        is_stuck = True
        before = {name: self._taken[name] for name in self._enabled}
        undropped = dict(self._dropped)
        if self._promises is not None:
            self._promises.begin(state)
        try:
            for outcome in self._backend.steps(state):
                if isinstance(outcome, Refused):
                    self._bounds[outcome.bound, outcome.action.name] = None
                    continue
                is_stuck = False
                if isinstance(outcome, Broken):
                    self._generated += 1
                    self._break(outcome, index)
                    continue
                taken, after = outcome
                self._generated += 1
                self._taken[taken.action.name] += 1
                for link in self._backend.dropped():
                    self._dropped[link] += 1
                if self._refinement is not None:
                    self._refine(self._refinement, index, (taken, after))
                self._look_at_step(index, (taken, after))
                if self._view is not None or self._orbits is not None or after not in self._known:
                    self._meet(after, index, taken)
                if self._promises is not None:
                    self._promises.step(taken, self._known.get(after), is_still=after == state)
        except StepFailed as failure:
            raise SearchFailed(failure, self._stored.path(index)) from None
        for name, count in before.items():
            self._enabled[name] += self._taken[name] > count
        for link, count in undropped.items():
            self._dropping[link] += self._dropped[link] > count
        if is_stuck and self._deadlock and DEADLOCK not in self._found:
            self._violated = True
            self._found[DEADLOCK] = self._stored.path(index)

    def _look_at_step(self, index: int, step: tuple[Taken, State]) -> None:
        for position in self._step_invariants:
            try:
                holds = self._backend.holds(position, self._states[index], step[1])
            except StepFailed as failure:
                raise SearchFailed(failure, self._stored.path(index, step)) from None
            if not holds and position not in self._found:
                self._violated = True
                self._found[position] = self._stored.path(index, step)

    def _refine_initial(self, refinement: Refinement, path: Path) -> None:
        try:
            if not refinement.allows_initial(path.initial):
                self._violate(refinement.name, path)
        except StepFailed as failure:
            raise SearchFailed(failure, path) from None

    def _refine(self, refinement: Refinement, index: int, step: tuple[Taken, State]) -> None:
        try:
            is_allowed = refinement.allows(self._states[index], step[1])
            if not is_allowed and refinement.name not in self._found:
                self._violate(refinement.name, self._stored.path(index, step))
        except StepFailed as failure:
            raise SearchFailed(failure, self._stored.path(index, step if failure.state == step[1] else None)) from None

    def _violate(self, name: str, path: Path) -> None:
        self._violated = True
        self._found.setdefault(name, path)

    def _break(self, broken: Broken, index: int) -> None:
        self._violated = True
        if broken.name not in self._broken:
            path = self._stored.path(index)
            self._broken[broken.name] = Answer(broken.name, "assertion", "", Verdict.VIOLATED, path, broken.taken)

    def _meet(self, state: State, parent: int, choice: Taken | None) -> None:
        """Check a state that is met for the first time, and keep it to be expanded if the constraints admit it."""
        try:
            seen = self._told_apart(state)
            if seen in self._known:
                return
            is_admitted = all(self._backend.admits(position, state) for position in self._constraints)
            if not is_admitted:
                self._look_outside(state, parent, choice)
        except StepFailed as failure:
            raise SearchFailed(failure, self._stored.path_beyond(state, parent, choice)) from None
        if is_admitted:
            self._known[seen] = len(self._states)
            self._add(state, parent, choice)

    def _told_apart(self, state: State) -> State:
        """What is equal for the states of which one is stored; those that are stored make up real runs."""
        if self._orbits is not None:
            return self._orbits.representative(state)
        return state if self._view is None else self._backend.view(self._view.position, state)

    def _look_outside(self, state: State, parent: int, choice: Taken | None) -> None:
        """TLC's meaning of a state constraint: the state is generated and checked, but neither stored nor expanded."""
        for position in self._invariants:
            if not self._backend.holds(position, state) and position not in self._found:
                self._violated = True
                self._found[position] = self._stored.path_beyond(state, parent, choice)

    def _add(self, state: State, parent: int, choice: Taken | None) -> None:
        index = self._stored.add(state, parent, choice)
        try:
            for position in self._invariants:
                if not self._backend.holds(position, state) and position not in self._found:
                    self._violated = True
                    self._found[position] = self._stored.path(index)
            for position in self._reachables:
                if self._backend.holds(position, state) and position not in self._found:
                    self._found[position] = self._stored.path(index)
        except StepFailed as failure:
            raise SearchFailed(failure, self._stored.path(index)) from None

    def _counts(self) -> Counts:
        depth = len(self._level_ends) + (bool(self._level_ends) and len(self._states) > self._level_ends[-1])
        frontier = len(self._states) - self._expanded
        return Counts(self._initial or len(self._states), self._generated, len(self._states), depth, frontier)

    def _where(self) -> str:
        counts = self._counts()
        waiting = f"{counts.frontier:,} of them not expanded"
        return (
            f"at depth {counts.depth} with {counts.distinct:,} distinct state{'s' * (counts.distinct != 1)}, {waiting}"
        )

    def _exploration(self, stopped: Stopped | None) -> Exploration:
        complete = stopped is None and self._is_exhausted and (self._view is None or self._view.is_licensed)
        findings = Findings(self._found, self._broken, complete, bool(self._constraints))
        answers = [findings.answer(self._machine, position) for position in self._chosen]
        answers += findings.of_assertions(self._machine)
        if self._promises is not None:
            answers += self._promises.undecided() if self._kept is None else self._kept
        if self._refinement is not None:
            answers.append(findings.named(self._refinement.name, "refinement", self._refinement.claim))
        if self._deadlock:
            answers.append(findings.of_deadlock())
        ends = [*self._level_ends]
        if ends and len(self._states) > ends[-1]:
            ends.append(len(self._states))
        return Exploration(
            self._machine,
            tuple(answers),
            self._counts(),
            self._limits,
            stopped,
            tuple(self._bounds),
            dict(self._taken),
            tuple(end - start for start, end in zip([0, *ends], ends, strict=False)),
            time.monotonic() - self._started,
            enabled=dict(self._enabled),
            dropped={link: (self._dropped[link], self._dropping[link]) for link in self._dropped},
        )


def explore(
    backend: Backend,
    limits: Limits | None = None,
    *,
    deadlock: bool = False,
    properties: frozenset[str] | None = None,
    constraints: frozenset[str] = frozenset(),
    refinement: Refinement | None = None,
    view: Seen | None = None,
    orbits: Orbits | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Exploration:
    """Explore a machine breadth first. Raises SearchFailed where the spec cannot be computed in a reachable state.

    `properties` names those to check (all of them if None); `deadlock` makes a state without a step a violation;
    `constraints` names the state constraints in force; `view` tells
    states apart (all different ones are, if None), or `orbits`, of which one state each is stored; `report` is called
    now and then with where the search is.
    """
    search = BreadthFirst(
        backend,
        limits or Limits(),
        deadlock=deadlock,
        properties=properties,
        constraints=constraints,
        refinement=refinement,
        view=view,
        orbits=orbits,
        report=report,
    )
    return search.run()
