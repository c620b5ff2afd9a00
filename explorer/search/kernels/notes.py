"""What the search writes down when it finds something: seldom, so none of this is copied into the inner loop."""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import constant, kernel, load64, load_ptr, ptr, rare, store64, u64
from indoubt.explorer.search.kernels.context import (
    AFTER_STORED,
    BATCH_SIZE,
    BROKEN,
    COUNT,
    CURRENT_INDEX,
    DROPPED,
    FAILED_CODE,
    FAILED_INDEX,
    FAILURE,
    FOUND,
    FOUND_STEPS,
    GENERATED,
    HALTED,
    IN_MAPPING,
    IN_STATE,
    IN_STEP,
    IN_STORED,
    MODE,
    MUTED,
    NOT_ADMITTED,
    OPEN,
    OPEN_STEPS,
    RECORD_INDEX,
    RECORD_KIND,
    RECORD_WORDS,
    STOPPING,
    UNCOMPUTABLE,
    VIOLATED,
)
from indoubt.explorer.search.kernels.words import copy

W: u64 = constant()
"""Words of a state."""


@kernel
def record(records: ptr, bits: u64, kind: u64, index: u64, state: ptr) -> None:
    """Fill the record of every property whose bit is set."""
    position = 0
    while bits != 0:
        if bits & 1 != 0:
            place = records + position * (RECORD_WORDS + 8 * W)
            store64(place + RECORD_KIND, kind)
            store64(place + RECORD_INDEX, index)
            copy(place + RECORD_WORDS, state)
        bits = bits >> 1
        position += 1


@rare
def note_state(context: ptr, state: ptr, parent: u64, found: u64) -> None:
    """Write down what was found in a new state."""
    is_admitted = found & NOT_ADMITTED == 0
    if found & UNCOMPUTABLE != 0:
        store64(context + MODE, HALTED)
        if load64(context + FAILURE) != IN_STATE:  # what waited in the batch was met before any other failure
            store64(context + FAILURE, IN_STATE)
            store64(context + FAILED_INDEX, load64(context + COUNT) if is_admitted else parent)
    found = found & (NOT_ADMITTED - 1)
    if is_admitted:
        record(load_ptr(context + FOUND), found, IN_STORED, load64(context + COUNT), state)
    else:
        record(load_ptr(context + FOUND), found, AFTER_STORED, parent, state)
    store64(context + OPEN, load64(context + OPEN) ^ found)
    if found & load64(context + STOPPING) != 0:
        store64(context + VIOLATED, 1)


@rare
def note_step(context: ptr, successor: ptr, found: u64) -> None:
    """Write down what was found in a step of the current state; what fails while successors are dropped fails again."""
    if found & UNCOMPUTABLE != 0 and load64(context + MODE) != DROPPED:
        store64(context + MODE, HALTED)
        if load64(context + FAILURE) == 0:
            store64(context + FAILURE, IN_STEP)
            store64(context + FAILED_INDEX, load64(context + CURRENT_INDEX))
            store64(context + FAILED_CODE, load64(context + BATCH_SIZE))
    found = found & (NOT_ADMITTED - 1)
    record(load_ptr(context + FOUND_STEPS), found, AFTER_STORED, load64(context + CURRENT_INDEX), successor)
    if found != 0:
        store64(context + OPEN_STEPS, load64(context + OPEN_STEPS) ^ found)
        store64(context + VIOLATED, 1)


@rare
def forget_later(context: ptr) -> None:
    """Take from the batch what was met after a step that cannot be computed, or an abstract state in it."""
    failure = load64(context + FAILURE)
    if failure != IN_STEP and failure != IN_MAPPING:
        return
    if load64(context + FAILED_CODE) < load64(context + BATCH_SIZE):
        store64(context + BATCH_SIZE, load64(context + FAILED_CODE))


@rare
def broke(context: ptr, assertion: u64) -> None:
    """An assertion does not hold in an enabled step of the current state; the compiled spec says so."""
    store64(context + GENERATED, load64(context + GENERATED) + 1)
    if load64(context + MODE) != MUTED:
        place = load_ptr(context + BROKEN) + 8 * assertion
        if load64(place) == 0:
            store64(place, load64(context + CURRENT_INDEX) + 1)
        store64(context + VIOLATED, 1)
