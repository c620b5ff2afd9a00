"""What the steps of a search look like from an abstract spec: each pair of different abstract states once.

Few steps lead from one abstract state to another, and those that do are seldom of a new pair. Each worker notes the
pairs that it meets for the first time, and Python decides whether the abstract spec has such a step.
"""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import (
    constant,
    fixed64,
    fixed_ptr,
    kernel,
    load64,
    load_ptr,
    ptr,
    rare,
    store64,
    u64,
)
from indoubt.explorer.search.kernels.context import (
    BATCH_SIZE,
    CURRENT,
    CURRENT_INDEX,
    DROPPED,
    FAILED_CODE,
    FAILED_INDEX,
    FAILURE,
    HALTED,
    IN_MAPPING,
    LOOKED_UP,
    MODE,
    MUTED,
    PAIRS,
)
from indoubt.explorer.search.kernels.spec import see
from indoubt.explorer.search.kernels.words import ODD, copy, folded

W: u64 = constant()
"""Words of a state."""
A: u64 = constant()
"""Words of an abstract state."""

# The block of a worker, in bytes.
COUNT = 0
"""How many pairs there are."""
DECIDED = 8
"""How many of them Python has decided."""
ROOM = 16
RECORDS = 24
"""Address of a record for each pair: its hash, the index of the state, both abstract states, the successor."""
SLOTS = 32
"""Address of the table of pairs: 1 + the number of a pair."""
SLOT_COUNT = 40
SEEN_INDEX = 48
"""1 + the index of the state whose abstract state is kept."""
SEEN = 56
"""Address of that abstract state, and of that of a successor behind it."""
PAIRS_BYTES = 128


@kernel
def see_step(context: ptr, successor: ptr) -> None:
    """Look at a step of the current state."""
    pairs = load_ptr(context + PAIRS)
    if load64(context + MODE) == MUTED:
        return
    start = fixed_ptr(pairs + SEEN)
    if load64(pairs + SEEN_INDEX) != load64(context + CURRENT_INDEX) + 1:
        if see(load_ptr(context + CURRENT), start) != 0:
            cannot_see(context)
            return
        store64(pairs + SEEN_INDEX, load64(context + CURRENT_INDEX) + 1)
    end = start + 8 * A
    if see(successor, end) != 0:
        cannot_see(context)
        return
    differing = 0
    hashed = ODD
    word = 0
    while word < A:
        differing = differing | (load64(start + 8 * word) ^ load64(end + 8 * word))
        hashed = folded(hashed ^ load64(start + 8 * word))
        hashed = folded(hashed ^ load64(end + 8 * word))
        word += 1
    if differing != 0:
        note_pair(context, pairs, successor, hashed)


@kernel
def note_pair(context: ptr, pairs: ptr, successor: ptr, hashed: u64) -> None:
    """Note the pair of abstract states that are kept, unless it is known."""
    seen = fixed_ptr(pairs + SEEN)
    slots = fixed_ptr(pairs + SLOTS)
    slot = (hashed >> 32) * fixed64(pairs + SLOT_COUNT) >> 32
    while True:
        number = load64(slots + 8 * slot)
        if number == 0:
            break
        record = fixed_ptr(pairs + RECORDS) + (number - 1) * (16 + 16 * A + 8 * W)
        if load64(record) == hashed:
            differing = 0
            word = 0
            while word < 2 * A:
                differing = differing | (load64(record + (16 + 8 * word)) ^ load64(seen + 8 * word))
                word += 1
            if differing == 0:
                return
        slot += 1
        if slot == fixed64(pairs + SLOT_COUNT):
            slot = 0
    keep_pair(context, pairs, successor, hashed, slot)


@rare
def keep_pair(context: ptr, pairs: ptr, successor: ptr, hashed: u64, slot: u64) -> None:
    """Write down a new pair; where there is no room, the state is expanded again when there is."""
    count = load64(pairs + COUNT)
    if count == load64(pairs + ROOM):
        if load64(context + MODE) == LOOKED_UP:
            store64(context + MODE, DROPPED)
        return
    record = fixed_ptr(pairs + RECORDS) + count * (16 + 16 * A + 8 * W)
    store64(record, hashed)
    store64(record + 8, load64(context + CURRENT_INDEX))
    word = 0
    while word < 2 * A:
        store64(record + (16 + 8 * word), load64(fixed_ptr(pairs + SEEN) + 8 * word))
        word += 1
    copy(record + (16 + 16 * A), successor)
    store64(fixed_ptr(pairs + SLOTS) + 8 * slot, count + 1)
    store64(pairs + COUNT, count + 1)


@rare
def cannot_see(context: ptr) -> None:
    """Write down that an abstract state cannot be computed in a step of the current state, unless it is met again."""
    if load64(context + MODE) == DROPPED:
        return
    store64(context + MODE, HALTED)
    if load64(context + FAILURE) == 0:
        store64(context + FAILURE, IN_MAPPING)
        store64(context + FAILED_INDEX, load64(context + CURRENT_INDEX))
        store64(context + FAILED_CODE, load64(context + BATCH_SIZE))


@kernel
def are_undecided(context: ptr) -> bool:
    """Whether Python has pairs to decide, or to make room for more."""
    pairs = load_ptr(context + PAIRS)
    return load64(pairs + COUNT) != load64(pairs + DECIDED) or load64(context + MODE) == DROPPED


@kernel
def place_pairs(pairs: ptr) -> None:
    """Put all pairs into an empty table."""
    slots = fixed_ptr(pairs + SLOTS)
    number = 0
    while number < load64(pairs + COUNT):
        hashed = load64(fixed_ptr(pairs + RECORDS) + number * (16 + 16 * A + 8 * W))
        slot = (hashed >> 32) * fixed64(pairs + SLOT_COUNT) >> 32
        while load64(slots + 8 * slot) != 0:
            slot += 1
            if slot == fixed64(pairs + SLOT_COUNT):
                slot = 0
        number += 1
        store64(slots + 8 * slot, number)
