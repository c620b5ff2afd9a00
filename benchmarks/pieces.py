"""What a search is made of: parts of it are run alone, over all states that it has found, in code of the same compiler.

*successors* expands every state and drops what comes out; *filters* drops steps that change nothing, hashes, asks the
recent states and fills the batch, on top of that; *properties* checks every state; *new pages* is what the system takes
to hand out as much memory as the search has used. The rest of the search is the table and what is stored.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.instances import Instance
from benchmarks.tools.indoubt import PROPERTIES
from indoubt import find_spec
from indoubt.explorer.backends.native import llvm
from indoubt.explorer.backends.native.dialect import constant, fixed_ptr, kernel, load64, ptr, store64, store_ptr, u64
from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.backends.native.model import Model, model_of
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower as lowered_spec, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.block import Shape, Tuning
from indoubt.explorer.search.compiled import CompiledSearch
from indoubt.explorer.search.kernels import context as at, emission, notes
from indoubt.explorer.search.kernels.spec import check, expand
from indoubt.explorer.search.memory import Memory
from indoubt.explorer.search.native import NativeSearch, Question

W: u64 = constant()
"""Words of a state."""
BATCH_SIZE, COUNT, CURRENT, CURRENT_INDEX = at.BATCH_SIZE, at.COUNT, at.CURRENT, at.CURRENT_INDEX
GENERATED, STATES = at.GENERATED, at.STATES
ONE_LINE = 8
"""Slots of a table that the cache holds: what is fetched of it costs nothing."""


@kernel
def emit(context: ptr, successor: ptr) -> None:
    """Drop a successor."""
    store64(context + GENERATED, load64(context + GENERATED) + (load64(successor) | 1))


@kernel
def emit_step(context: ptr, successor: ptr, found: u64) -> None:
    """Drop a successor."""
    store64(context + GENERATED, load64(context + GENERATED) + (load64(successor) | 1) + found)


@kernel
def broke(context: ptr, assertion: u64) -> None:
    """Drop what breaks."""
    store64(context + GENERATED, assertion)


@kernel
def expand_all(context: ptr) -> None:
    """Expand every state, and empty the batch each time."""
    index = 0
    while index < load64(context + COUNT):
        state = fixed_ptr(context + STATES) + index * (8 * W)
        store64(context + CURRENT_INDEX, index)
        store_ptr(context + CURRENT, state)
        expand(state, context)
        store64(context + BATCH_SIZE, 0)
        index += 1


@kernel
def check_all(context: ptr) -> u64:
    """Check every state."""
    found = 0
    index = 0
    while index < load64(context + COUNT):
        found = found | check(fixed_ptr(context + STATES) + index * (8 * W))
        index += 1
    return found


@dataclass(frozen=True, slots=True)
class Pieces:
    """Seconds of processor time."""

    name: str
    states: int
    transitions: int
    search_s: float
    successors_s: float
    filters_s: float
    properties_s: float
    pages_s: float

    @property
    def rest_s(self) -> float:
        """The table and what is stored."""
        return self.search_s - self.successors_s - self.filters_s - self.properties_s - self.pages_s


def measure(instances: Sequence[Instance], told: Callable[[str], None]) -> list[Pieces]:
    """The pieces of the search of each instance."""
    found: list[Pieces] = []
    for instance in instances:
        told(instance.name)
        found.append(_measured(instance))
    return found


def _measured(instance: Instance) -> Pieces:
    spec = find_spec(instance.spec)
    machine = prepared(lowered_spec(spec, settle(spec, dict(instance.settings))))
    names = PROPERTIES.get(instance.model)
    model = model_of(machine, None if names is None else frozenset(names))
    shape = Shape(
        model.layout.words, len(machine.actions), len(model.bounds), len(model.assertions), is_long=model.is_long
    )
    constants = Tuning().constants(shape)
    code = CompiledSearch([model.text], constants)
    code.improve()
    search = NativeSearch(code, shape, _question(model))
    initial = [model.layout.pack(one[1]) for one in Reference(machine).initial() if isinstance(one, tuple)]
    started = time.process_time()
    outcome = search.run(initial)
    search_s = time.process_time() - started
    assert outcome.counts.distinct == instance.distinct, f"{instance.name}: {outcome.counts.distinct:,} states"
    context = search.space.first.context
    search.space.first.write(at.SLOTS, ONE_LINE)
    bare = _timed("expand_all", [emit, emit_step, broke], model, constants, context)
    filtered = _timed("expand_all", [emission.emit, emission.emit_step, notes.broke], model, constants, context)
    checked = _timed("check_all", [emit, emit_step, broke], model, constants, context)
    pages = _pages_s(outcome.memory_bytes)
    counts = outcome.counts
    return Pieces(
        instance.name, counts.distinct, counts.generated, search_s, bare, max(0.0, filtered - bare), checked, pages
    )


def _question(model: Model) -> Question:
    kinds = [model.machine.properties[position].kind for position in model.state_properties]
    return Question(
        properties=(1 << len(kinds)) - 1,
        invariants=sum(1 << bit for bit, kind in enumerate(kinds) if kind == "invariant"),
        step_properties=(1 << len(model.step_properties)) - 1,
    )


def _timed(name: str, given: Sequence[Any], model: Model, constants: dict[str, int], context: int) -> float:
    """How long a kernel takes that calls the spec, where the spec calls what is given."""
    text = lower([*given, expand_all, check_all], constants)
    library = llvm.link([text, model.text], [name])
    run: Any = library.function(name, ctypes.c_uint64)
    started = time.process_time()
    run(context)
    return time.process_time() - started


def _pages_s(size: int) -> float:
    """How much longer it takes to write to pages for the first time than again."""
    memory = Memory(size)
    times: list[float] = []
    for _ in range(2):
        started = time.process_time()
        ctypes.memset(memory.address, 1, size)
        times.append(time.process_time() - started)
    memory.close()
    return max(0.0, times[0] - times[1])


def table(found: Sequence[Pieces]) -> str:
    """In Markdown: seconds, and in percent of the search."""
    lines = [
        "| instance | search s | ns/transition | successors | filters | properties | new pages | table and the rest |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in found:
        parts = (one.successors_s, one.filters_s, one.properties_s, one.pages_s, one.rest_s)
        percent = " | ".join(f"{100 * part / one.search_s:.0f} %" for part in parts)
        lines.append(f"| {one.name} | {one.search_s:.2f} | {one.search_s / one.transitions * 1e9:.1f} | {percent} |")
    return "\n".join(lines) + "\n"
