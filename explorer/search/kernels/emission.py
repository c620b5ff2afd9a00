"""What becomes of a successor: it is counted, and goes into the batch unless it was met a moment ago."""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import (
    constant,
    fixed_ptr,
    kernel,
    load64,
    load_ptr,
    ptr,
    rare,
    store32,
    store64,
    u64,
)
from indoubt.explorer.search.kernels.context import (
    BATCH,
    BATCH_SIZE,
    COUNT,
    CURRENT,
    CURRENT_INDEX,
    DROPPED,
    GENERATED,
    GRAPH,
    LOOKED_UP,
    MODE,
    NOT_ADMITTED,
    OPEN,
    OPEN_STEPS,
    PARENTS,
    RECENT,
    ROOM,
    STATES,
)
from indoubt.explorer.search.kernels.edges import link
from indoubt.explorer.search.kernels.notes import note_state, note_step
from indoubt.explorer.search.kernels.orbits import representative
from indoubt.explorer.search.kernels.pairs import see_step
from indoubt.explorer.search.kernels.spec import check
from indoubt.explorer.search.kernels.table import KNOWN, entry, prefetch_slot, prefetch_stored, put, vacancy
from indoubt.explorer.search.kernels.words import copy, hash_of, same

W: u64 = constant()
"""Words of a state."""
FINGERPRINTS: u64 = constant()
HAS_RUNS: u64 = constant()
"""Whether properties of whole runs are checked."""
HAS_PAIRS: u64 = constant()
"""Whether the steps are to be steps of an abstract spec."""
SYMMETRIC: u64 = constant()
"""Whether one state is stored for all that differ in the names of members only."""
BATCH_CAPACITY: u64 = constant()
RECENT_SLOTS: u64 = constant()
"""A power of two."""


@kernel
def emit(context: ptr, successor: ptr) -> None:
    """Take one successor of the current state; the compiled spec calls this, or `emit_step`, for each."""
    emit_step(context, successor, 0)


@kernel
def emit_step(context: ptr, successor: ptr, found: u64) -> None:
    """The same, of a step of which `found` are the properties of steps that it violates, and UNCOMPUTABLE.

    What is seldom done has a function of its own, so that what is done for each successor calls none.
    """
    if HAS_RUNS:
        if load64(context + GRAPH) != 0:
            link(context, successor)
            return
    if HAS_PAIRS:
        see_step(context, successor)
    if found & load64(context + OPEN_STEPS) != 0 or load64(context + BATCH_SIZE) == BATCH_CAPACITY:
        take_with_care(context, successor, found & load64(context + OPEN_STEPS))
        return
    store64(context + GENERATED, load64(context + GENERATED) + 1)
    take(context, successor)


@rare
def take_with_care(context: ptr, successor: ptr, found: u64) -> None:
    """Count a successor, note what is found in the step, and have room for one state in the batch."""
    store64(context + GENERATED, load64(context + GENERATED) + 1)
    if found != 0:
        note_step(context, successor, found)
    if load64(context + BATCH_SIZE) == BATCH_CAPACITY:
        if same(load_ptr(context + CURRENT), successor):
            return
        if not has_room(context):
            return
    take(context, successor)


@kernel
def take(context: ptr, successor: ptr) -> None:
    """Put a successor into the batch, which has room, unless it was met a moment ago."""
    if same(load_ptr(context + CURRENT), successor):
        return
    hashed = hash_of(successor)
    recent = fixed_ptr(context + RECENT) + (hashed & (RECENT_SLOTS - 1)) * (8 * W)
    if same(recent, successor):
        return
    copy(recent, successor)
    if SYMMETRIC:
        successor = representative(context, successor)
        hashed = hash_of(successor)
    append(context, successor, hashed, load64(context + CURRENT_INDEX))


@kernel
def append(context: ptr, state: ptr, hashed: u64, parent: u64) -> None:
    """Put a state into the batch."""
    size = load64(context + BATCH_SIZE)
    place = fixed_ptr(context + BATCH) + size * (8 * W + 16)
    copy(place, state)
    store64(place + 8 * W, hashed)
    store64(place + (8 * W + 8), parent)
    prefetch_slot(context, hashed)
    store64(context + BATCH_SIZE, size + 1)


@rare
def has_room(context: ptr) -> bool:
    """Make room in a full batch, unless memory has to grow first or nothing is to be kept."""
    if load64(context + MODE) == LOOKED_UP:
        if look_up(context):
            return True
        store64(context + MODE, DROPPED)
    return False


@kernel
def look_up(context: ptr) -> bool:
    """Look up every state in the batch and store the new ones; False, and nothing done, if there is no room for all."""
    size = load64(context + BATCH_SIZE)
    if load64(context + COUNT) + size > load64(context + ROOM):
        return False
    batch = fixed_ptr(context + BATCH)
    if W > 1 and not FINGERPRINTS:
        place = batch
        left = size
        while left > 0:
            prefetch_stored(context, load64(place + 8 * W))
            place = place + (8 * W + 16)
            left -= 1
    while size > 0:
        look_up_one(context, batch, load64(batch + 8 * W), load64(batch + (8 * W + 8)))
        batch = batch + (8 * W + 16)
        size -= 1
    store64(context + BATCH_SIZE, 0)
    return True


@kernel
def look_up_one(context: ptr, state: ptr, hashed: u64, parent: u64) -> None:
    """Store a state if it is new and admitted."""
    wanted = entry(state, hashed)
    slot = vacancy(context, state, hashed, wanted)
    if slot == KNOWN:
        return
    found = check(state) & load64(context + OPEN)
    if found & NOT_ADMITTED != 0:
        note_state(context, state, parent, found)
        return
    index = load64(context + COUNT)
    # Who finds the slot filled reads the state at once, so that the state is written first.
    copy(fixed_ptr(context + STATES) + index * (8 * W), state)
    while not put(context, slot, wanted, index):
        slot = vacancy(context, state, hashed, wanted)
        if slot == KNOWN:
            return
    store32(fixed_ptr(context + PARENTS) + 4 * index, parent)
    if found != 0:
        note_state(context, state, parent, found)
    store64(context + COUNT, index + 1)
