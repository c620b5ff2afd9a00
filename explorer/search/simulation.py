"""Random simulation by the reference interpreter: the walks of `kernels.simulation`, state by state.

A walk begins in a random initial state and takes a random enabled step until it has as many states as it may have, no
step is enabled, a constraint does not admit its state, or a property is violated. The choices of a run depend on the
seed and on its number alone, so runs may be walked in any order, by any engine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

from indoubt.explorer.backends.backend import Backend, Broken, Refused, State, Taken
from indoubt.explorer.backends.candidates import ordering
from indoubt.explorer.backends.native.layout import Layout
from indoubt.explorer.backends.native.marks import Marks
from indoubt.explorer.backends.native.packing import Packing, Unsupported
from indoubt.explorer.backends.native.slots import first_slots
from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.interruption import raise_noted
from indoubt.explorer.search.kernels import walk_context as at
from indoubt.explorer.search.kernels.draws import GAMMA, below, drawn, joined, lot_of, origin
from indoubt.explorer.search.kernels.words import mixed
from indoubt.explorer.search.result import INTERRUPTED, NO_STATES, Stopped, number_text
from indoubt.explorer.search.walk_findings import told
from indoubt.explorer.search.walks import Plan, Simulation, Tally, Walk, Walking
from indoubt.specs.language.universe import Universe

WORD = 64
REPORT_EVERY = 64
"""Walks between two reports."""
LOOK_EVERY = 64
"""Steps between two looks at the clock."""

KEPT = 1 << 16
"""States whose marks are kept: walks come by the same ones again and again."""

Mark = Callable[[State], int]


class TimeIsUp(Exception):
    """The time limit is reached."""


def mark_of(machine: Machine) -> Mark:
    """What stands for a state in native code; any number that does where native code does not know its types."""
    try:
        layout = Layout(Packing(Universe(machine.sizes), first_slots(machine)), machine.variables)
    except Unsupported:
        return lambda state: int.from_bytes(blake2b(repr(ordering(state)).encode(), digest_size=8).digest())
    marks = Marks(layout, joined, mixed, GAMMA)
    return lru_cache(KEPT)(marks.of)


class Walker:
    """Walks runs with the reference interpreter."""

    def __init__(self, backend: Backend, plan: Plan) -> None:
        self._backend, self._plan = backend, plan
        self._machine = backend.machine
        self._mark = mark_of(self._machine)
        self._invariants = plan.chosen(self._machine, "invariant")
        self._reachables = plan.chosen(self._machine, "reachable")
        self._step_invariants = plan.chosen(self._machine, "step_invariant")
        self._constraints = [
            position for position, one in enumerate(self._machine.constraints) if one.name in plan.constraints
        ]
        self._numbers = {action.name: number for number, action in enumerate(self._machine.actions)}
        self.tally = Tally.empty(self._machine, plan)
        self.look: Callable[[], None] | None = None
        """Called now and then; what it raises ends the walk, which is not counted."""

    def walk(self, run: int, initial: list[State]) -> Walk:
        """Walk one run and count it."""
        start = origin(self._plan.seed, run)
        states = [initial[below(drawn(start, 0), len(initial))]]
        while True:
            if self.look is not None and len(states) % LOOK_EVERY == 0:
                self.look()
            self._see(states[-1])
            end = self._judged(run, states)
            if end == at.GO_ON and len(states) == self._plan.depth:
                end = at.AT_DEPTH
            if end == at.GO_ON:
                end = self._step(drawn(start, len(states)), states)
            if end != at.GO_ON:
                self._count(run, len(states), end)
                return Walk(tuple(states), end)

    def _judged(self, run: int, states: list[State]) -> int:
        """How the walk ends in its last state; everything is computed there, as native code does."""
        state = states[-1]
        try:
            is_admitted = all(self._backend.admits(position, state) for position in self._constraints)
            holds = [self._backend.holds(position, state) for position in self._invariants]
            if is_admitted:
                for position in [one for one in self._reachables if self._backend.holds(one, state)]:
                    self.tally.reached.setdefault(position, (run, len(states)))
        except StepFailed:
            return at.STATE_FAILS
        if not all(holds):
            return at.STATE_VIOLATES
        return at.GO_ON if is_admitted else at.OUTSIDE

    def _step(self, salt: int, states: list[State]) -> int:
        """Take the step with the lowest lot; how the walk ends there, or GO_ON."""
        before = states[-1]
        steps: list[tuple[Taken, State]] = []
        drops: list[tuple[str, ...]] = []
        is_broken = False
        try:
            for outcome in self._backend.steps(before):
                if isinstance(outcome, Refused):
                    self.tally.bounds.add((outcome.bound, outcome.action.name))
                elif isinstance(outcome, Broken):
                    is_broken = True
                else:
                    steps.append(outcome)
                    drops.append(self._backend.dropped())
        except StepFailed:
            return at.EXPANSION_FAILS
        if is_broken:
            return at.ASSERTION_BREAKS
        if not steps:
            return at.DEADLOCKED if self._plan.deadlock else at.STUCK
        lots = [self._lot(salt, step) for step in steps]
        chosen = max(place for place, lot in enumerate(lots) if lot == min(lots))  # equal steps may differ in drops
        taken, after = steps[chosen]
        for link in drops[chosen]:
            self.tally.dropped[link] += 1
        self.tally.taken[self._numbers[taken.action.name]] += 1
        states.append(after)
        try:
            holds = [self._backend.holds(position, before, after) for position in self._step_invariants]
        except StepFailed:
            return at.STEP_FAILS
        if not all(holds):
            return at.STEP_VIOLATES
        if all(one[1] == before for one in steps):
            states.pop()  # it has been counted, and leads nowhere
            return at.STANDSTILL
        return at.GO_ON

    def _lot(self, salt: int, step: tuple[Taken, State]) -> int:
        return mixed(joined(lot_of(salt, self._numbers[step[0].action.name]), self._mark(step[1])))

    def _see(self, state: State) -> None:
        hashed = mixed(self._mark(state))
        register, rest = hashed % at.REGISTER_COUNT, hashed >> at.REGISTER_BITS
        zeros = (rest & -rest).bit_length() - 1 if rest else WORD - at.REGISTER_BITS
        self.tally.registers[register] = max(self.tally.registers[register], zeros + 1)

    def _count(self, run: int, length: int, end: int) -> None:
        tally = self.tally
        tally.runs += 1
        tally.ends[end] += 1
        tally.lengths[(length - 1) * len(tally.lengths) // self._plan.depth] += 1
        if end >= at.STATE_VIOLATES:
            tally.deciding = run, end


def simulate(backend: Backend, plan: Plan, report: Callable[[Walking], None] | None = None) -> Simulation:
    """Walk at random with the reference interpreter. Raises SearchFailed where the spec cannot be computed."""
    started = time.monotonic()
    walker = Walker(backend, plan)
    tally = walker.tally
    stopped: Stopped | None = None
    initial: list[State] = []

    def look() -> None:
        if plan.timeout_s is not None and time.monotonic() - started > plan.timeout_s:
            raise TimeIsUp

    walker.look = look
    backend.watch(look)
    try:
        raise_noted()
        initial = initial_states(backend, tally)
        while initial and tally.deciding is None and (plan.runs is None or tally.runs < plan.runs):
            look()
            if report is not None and tally.runs % REPORT_EVERY == 0:
                report(Walking(tally.runs, tally.steps, time.monotonic() - started))
            walker.walk(tally.runs, initial)
        if not initial:
            stopped = Stopped(NO_STATES, "with nowhere to begin")
    except TimeIsUp:
        stopped = Stopped(f"--timeout {number_text(plan.timeout_s)}", where(tally))
    except KeyboardInterrupt:
        stopped = Stopped(INTERRUPTED, where(tally))
    again = Walker(backend, plan)
    backend.watch(lambda: None)
    return told(
        backend, plan, tally, lambda run, _: again.walk(run, initial).states, stopped, time.monotonic() - started
    )


def initial_states(backend: Backend, tally: Tally) -> list[State]:
    """Every initial state. Raises SearchFailed."""
    states: list[State] = []
    try:
        for outcome in backend.initial():
            if isinstance(outcome, Refused):
                tally.bounds.add((outcome.bound, outcome.action.name))
            else:
                states.append(outcome[1])
    except StepFailed as failure:
        raise SearchFailed(failure, None) from None
    return states


def where(tally: Tally) -> str:
    """Where a simulation was when it was stopped."""
    return f"after {tally.runs:,} run{'s' * (tally.runs != 1)} and {tally.steps:,} step{'s' * (tally.steps != 1)}"
