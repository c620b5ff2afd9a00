"""Random simulation in native code: the walks of `simulation`, some hundred times faster.

Runs are walked in rounds. Within one, each worker takes the next run that nobody has taken; the first run that ends all
ends the round, and those before it are walked to their ends. So the answer depends on the seed, and neither on the
number of workers nor on which was faster.
"""

from __future__ import annotations

import ctypes
import dataclasses
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.backends.native.marks import Marks
from indoubt.explorer.backends.native.model import NAMED, Model, model_of
from indoubt.explorer.backends.native.packing import Unsupported
from indoubt.explorer.backends.native.slots import FIRST_CROWDED, Slots, TooFewSlots, with_enough
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.interruption import interruptible
from indoubt.explorer.search.kernels import walk_context as at
from indoubt.explorer.search.kernels.draws import GAMMA, joined
from indoubt.explorer.search.kernels.simulation import NOT_ADMITTED, UNCOMPUTABLE, broke, emit, simulate, walk
from indoubt.explorer.search.kernels.words import mixed
from indoubt.explorer.search.memory import Memory
from indoubt.explorer.search.native_exploration import Disagreement
from indoubt.explorer.search.result import INTERRUPTED, NO_STATES, Stopped, number_text
from indoubt.explorer.search.simulation import initial_states, where
from indoubt.explorer.search.tiers import Part, Tiers
from indoubt.explorer.search.walk_findings import told
from indoubt.explorer.search.walk_threads import Clock, Threads
from indoubt.explorer.search.walks import Plan, Simulation, Tally, Walking
from indoubt.explorer.search.weak import weakly

if TYPE_CHECKING:
    from indoubt.explorer.backends.native import llvm

KERNELS = (simulate, walk, emit, broke)
ENTRIES = ("simulate", "walk")
FIRST_ROUND = 256
"""Runs of the first round; each round has twice as many as the one before, up to LARGEST_ROUND."""
LARGEST_ROUND = 1 << 16
NO_RUN = 1 << 63
PROPERTIES = 62
LINE_BYTES = 64


class Code(Protocol):
    """The kernels that Python calls, whether compiled or as plain Python; addresses are numbers."""

    @property
    def simulate(self) -> Callable[[int], int]:
        """Walk the runs that are left."""
        ...

    @property
    def walk(self) -> Callable[[int, int], int]:
        """Walk one run."""
        ...


class CompiledWalks:
    """The kernels as machine code, linked with a compiled spec."""

    def __init__(self, model: Model) -> None:
        """Compile the kernels with the code of a spec."""
        marks = Marks(model.layout, joined, mixed, GAMMA)
        parts = [Part((lower(KERNELS, constants_of(model)), model.text, marks.text()), ENTRIES)]
        self._tiers = Tiers(parts, parts, weakly(self._take))

    def improving(self) -> AbstractContextManager[None]:
        """Replace code that was compiled quickly, from the next round on, where what is done within takes long."""
        return self._tiers.improving(lambda: None)

    def _take(self, libraries: Sequence[llvm.Library]) -> None:
        (library,) = libraries
        simulate_: Any = library.function("simulate", ctypes.c_uint64)
        walk_: Any = library.function("walk", ctypes.c_uint64, ctypes.c_uint64)
        self.simulate: Callable[[int], int] = simulate_
        self.walk: Callable[[int, int], int] = walk_


def constants_of(model: Model) -> dict[str, int]:
    """The constants of the kernels."""
    return {
        "W": model.layout.words,
        "KEYS": model.layout.words,
        "HAS_STEP_PROPERTIES": int(bool(model.step_properties)),
    }


class Worker:
    """The memory of one worker: its context and all that the context points to, but what workers share."""

    def __init__(self, model: Model, plan: Plan, logged: int = 0) -> None:
        """`logged` is for how many states of a walk there is a log."""
        self._model, self._plan = model, plan
        self._state_bytes = 8 * model.layout.words
        sizes = {
            at.CURRENT: self._state_bytes,
            at.CHOSEN: self._state_bytes,
            at.TAKEN: 8 * len(model.machine.actions),
            at.DROPPED: 8 * len(model.drops),
            at.BOUNDS: 8 * (len(model.bounds) // 64 + 1),
            at.ENDS: 8 * at.END_COUNT,
            at.LENGTHS: 8 * plan.parts,
            at.REGISTERS: at.REGISTER_COUNT,
            at.REACHED: 24 * PROPERTIES,
            at.LOG: logged * self._state_bytes,
        }
        rounded = {field: -(-size // LINE_BYTES) * LINE_BYTES for field, size in sizes.items()}
        self._memory = Memory(at.CONTEXT_BYTES + sum(rounded.values()), huge=False)
        self.context = self._memory.address
        """The address of the block that kernels are called with."""
        place = self.context + at.CONTEXT_BYTES
        for field, size in rounded.items():
            self.write(field, place)
            place += size
        self._ask(is_logged=bool(logged))

    def _ask(self, *, is_logged: bool) -> None:
        model, plan = self._model, self._plan
        kinds = [model.machine.properties[position].kind for position in model.state_properties]
        self.write(at.RUN_SEED, plan.seed)
        self.write(at.MOST_LENGTH, plan.depth)
        self.write(at.LENGTH_COUNT, plan.parts)
        asked = (1 << len(kinds)) - 1 | (NOT_ADMITTED if plan.constraints else 0)
        self.write(at.OPEN, asked | (UNCOMPUTABLE if asked else 0))
        self.write(at.INVARIANTS, sum(1 << bit for bit, kind in enumerate(kinds) if kind == "invariant"))
        self.write(at.DEADLOCK, int(plan.deadlock))
        self.write(at.IS_LOGGED, int(is_logged))

    def read(self, field: int) -> int:
        """A word of the context."""
        return ctypes.c_uint64.from_address(self.context + field).value

    def write(self, field: int, value: int) -> None:
        """Change a word of the context."""
        ctypes.c_uint64.from_address(self.context + field).value = value

    def logged(self) -> list[State]:
        """The states of the last walk."""
        content = ctypes.string_at(self.read(at.LOG), self.read(at.LENGTH) * self._state_bytes)
        unpack, size = self._model.layout.unpack, self._state_bytes
        starts = range(0, len(content), size)
        return [unpack(int.from_bytes(content[start : start + size], "little")) for start in starts]

    def tally(self) -> Tally:
        """What its walks have added up to."""
        model = self._model
        marks = self._words(self.read(at.BOUNDS), len(model.bounds) // 64 + 1)
        deciding = self.read(at.DECIDING_RUN)
        reached: dict[int, tuple[int, int]] = {}
        for bit, position in enumerate(model.state_properties):
            is_reached, run, length = self._words(self.read(at.REACHED) + 24 * bit, 3)
            if is_reached:
                reached[position] = run, length
        return Tally(
            self._words(self.read(at.TAKEN), len(model.machine.actions)),
            self._words(self.read(at.LENGTHS), self._plan.parts),
            self.read(at.RUNS),
            self._words(self.read(at.ENDS), at.END_COUNT),
            bytearray(ctypes.string_at(self.read(at.REGISTERS), at.REGISTER_COUNT)),
            {bound for bit, bound in enumerate(model.bounds) if marks[bit // 64] >> bit % 64 & 1},
            reached,
            (deciding - 1, self.read(at.DECIDING_END)) if deciding else None,
            dict(zip(model.drops, self._words(self.read(at.DROPPED), len(model.drops)), strict=True)),
        )

    @staticmethod
    def _words(address: int, count: int) -> list[int]:
        return list((ctypes.c_uint64 * count).from_address(address))


class NativeWalks:
    """The walks of one compiled spec."""

    def __init__(
        self, code: Code, model: Model, plan: Plan, clock: Clock, report: Callable[[Walking], None] | None = None
    ) -> None:
        self._code, self._model, self._plan = code, model, plan
        self._clock, self._report = clock, report
        self._shared = Memory(at.SHARED_BYTES, huge=False)
        self._initial: Memory | None = None
        self._initial_count = 0
        self.tally = Tally.empty(model.machine, plan)

    def begin(self, states: Sequence[State]) -> None:
        """Take the initial states."""
        size = 8 * self._model.layout.words
        packed = b"".join(self._model.layout.pack(state).to_bytes(size, "little") for state in states)
        self._initial = Memory(len(packed), huge=False)
        self._initial_count = len(states)
        ctypes.memmove(self._initial.address, packed, len(packed))

    def run(self) -> None:
        """Walk until a run ends all, every run is walked, or the clock says so."""
        start, size, most = 0, FIRST_ROUND, self._plan.runs
        while self.tally.deciding is None and not self._clock.is_over and (most is None or start < most):
            end = start + size if most is None else min(start + size, most)
            found = self._round(start, end, self._plan.workers)
            if found.deciding is not None and self._plan.workers > 1 and not self._clock.is_over:
                # Some have walked beyond the run that ends all: what counts is what is walked up to it.
                again = self._round(start, found.deciding[0] + 1, self._plan.workers)
                again.deciding = again.deciding or found.deciding
                found = again
            self.tally.add(found)
            start, size = end, min(2 * size, LARGEST_ROUND)

    def _round(self, start: int, end: int, count: int) -> Tally:
        """Walk the runs from `start` to `end`."""
        workers = [self._worker() for _ in range(count)]
        self._share(start)
        for worker in workers:
            worker.write(at.END_RUN, end)

        def look() -> None:
            if self._clock.is_over:
                for worker in workers:
                    worker.write(at.STOP, 1)
            if self._report is not None and self._clock.is_to_report():
                runs = self.tally.runs + sum(worker.read(at.RUNS) for worker in workers)
                steps = self.tally.steps + sum(sum(worker.tally().taken) for worker in workers)
                self._report(Walking(runs, steps, self._clock.elapsed_s))

        Threads(self._code.simulate, [worker.context for worker in workers], look).run()
        found = Tally.empty(self._model.machine, self._plan)
        for worker in workers:
            found.add(worker.tally())
        return found

    def _worker(self, logged: int = 0) -> Worker:
        assert self._initial is not None
        worker = Worker(self._model, self._plan, logged)
        worker.write(at.INITIAL, self._initial.address)
        worker.write(at.INITIAL_COUNT, self._initial_count)
        worker.write(at.SHARED, self._shared.address)
        return worker

    def _share(self, start: int) -> None:
        ctypes.c_uint64.from_address(self._shared.address + at.NEXT_RUN).value = start
        ctypes.c_uint64.from_address(self._shared.address + at.FIRST_DECIDING).value = NO_RUN

    def refuse_crowds(self) -> None:
        """Raise TooFewSlots if that is why the last state of the deciding run has no steps."""
        assert self.tally.deciding is not None
        worker = self._worker()
        self._code.walk(worker.context, self.tally.deciding[0])
        code = worker.read(at.FAILED_CODE)
        if code >= FIRST_CROWDED:
            raise TooFewSlots(self._model.crowded[code - FIRST_CROWDED])

    def states(self, run: int, length: int = 0) -> list[State]:
        """The states of a run, walked once more; up to a length if that is not 0."""
        if not length:
            unlogged = self._worker()
            self._code.walk(unlogged.context, run)
            length = unlogged.read(at.LENGTH)
        worker = self._worker(logged=length)
        # It may end there for another reason, which is of no interest now.
        worker.write(at.MOST_LENGTH, length)
        self._code.walk(worker.context, run)
        return worker.logged()


def simulate_natively(machine: Machine, plan: Plan, report: Callable[[Walking], None] | None = None) -> Simulation:
    """Walk at random in native code.

    Raises Unsupported where native code does not know the machine, SearchFailed where the spec cannot be computed.
    """
    clock = Clock(plan.timeout_s)

    def run(slots: Slots) -> Simulation:
        began = time.monotonic()
        model = walking_model(machine, plan, slots)
        code = CompiledWalks(model)
        compile_s = time.monotonic() - began
        with code.improving():
            found = simulated(code, model, plan, clock, report)
        return dataclasses.replace(found, compile_s=compile_s)

    return with_enough(machine, run)


def walking_model(machine: Machine, plan: Plan, slots: Slots | None = None) -> Model:
    """The code of a machine for walks: without properties of whole runs. Raises Unsupported."""
    named = frozenset(one.name for one in machine.properties)
    chosen = named if plan.properties is None else named & plan.properties
    return model_of(machine, chosen, plan.constraints, took=NAMED, over=at.STOP, slots=slots)


def simulated(
    code: Code, model: Model, plan: Plan, clock: Clock, report: Callable[[Walking], None] | None = None
) -> Simulation:
    """Walk at random with some kernels, compiled for the model. Raises TooFewSlots as well."""
    clock.begin()
    reference = Reference(model.machine)
    walks = NativeWalks(code, model, plan, clock, report)
    stopped: Stopped | None = None
    with interruptible(clock):
        reference.watch(clock.look)
        try:
            initial = initial_states(reference, walks.tally)
        except clock.Over:
            initial = []
        reference.watch(lambda: None)
        if initial:
            walks.begin(initial)
            walks.run()
        elif not clock.is_over:
            stopped = Stopped(NO_STATES, "with nowhere to begin")
    if clock.is_interrupted:
        stopped = Stopped(INTERRUPTED, where(walks.tally))
    elif clock.is_over and (plan.runs is None or walks.tally.runs < plan.runs):
        stopped = Stopped(f"--timeout {number_text(plan.timeout_s)}", where(walks.tally))
    elapsed_s = clock.elapsed_s
    end = None if walks.tally.deciding is None else walks.tally.deciding[1]
    if end == at.EXPANSION_FAILS:
        walks.refuse_crowds()
    try:
        return told(reference, plan, walks.tally, walks.states, stopped, elapsed_s)
    except Disagreement:
        if end in (at.STATE_FAILS, at.STEP_FAILS) and model.crowded_in_checks:
            raise TooFewSlots(*model.crowded_in_checks) from None
        raise


__all__ = ["CompiledWalks", "NativeWalks", "Unsupported", "simulate_natively", "simulated"]
