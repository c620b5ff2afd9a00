"""The loop of breadth-first search over packed states.

States are expanded in the order in which they were found. Their successors are collected in a batch, so that the slots
of the table are fetched while further ones are made, and looked up together.
"""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import (
    constant,
    fetch_and_add,
    fixed_ptr,
    kernel,
    load64,
    load_acquire,
    load_ptr,
    ptr,
    rare,
    store64,
    store_ptr,
    u64,
)
from indoubt.explorer.backends.native.looking import BROKEN_OFF
from indoubt.explorer.backends.native.slots import FIRST_CROWDED
from indoubt.explorer.search.kernels.context import (
    BATCH_SIZE,
    BOUNDS,
    CHUNKS,
    COMPLETE,
    COUNT,
    CURRENT,
    CURRENT_INDEX,
    DEADLOCK,
    DROPPED,
    END,
    ENDED,
    EXPANDED,
    FAILED,
    FAILED_CODE,
    FAILED_INDEX,
    FAILURE,
    FULL,
    GENERATED,
    GO_ON,
    HALTED,
    IN_EXPANSION,
    LEVEL_COUNT,
    LEVEL_ENDS,
    LEVELS,
    LEVELS_FULL,
    LEVELS_ROOM,
    LOOKED_UP,
    MODE,
    MOST_LEVELS,
    MOST_STATES,
    MUTED,
    NEXT,
    OPEN_STEPS,
    OVER,
    OWN,
    ROOT,
    SPARE,
    STATES,
    STOP,
    STOPPED,
    STUCK,
    TAKEN,
    TOO_DEEP,
    TOO_MANY,
    UNDECIDED,
    VIOLATED,
    WORKERS,
)
from indoubt.explorer.search.kernels.emission import append, look_up
from indoubt.explorer.search.kernels.notes import forget_later
from indoubt.explorer.search.kernels.orbits import representative
from indoubt.explorer.search.kernels.pairs import are_undecided
from indoubt.explorer.search.kernels.spec import expand
from indoubt.explorer.search.kernels.words import hash_of

W: u64 = constant()
"""Words of a state."""
BATCH_CAPACITY: u64 = constant()
SYMMETRIC: u64 = constant()
HAS_PAIRS: u64 = constant()
SHARED: u64 = constant()
"""Whether there are several workers."""
LONG: u64 = constant()
"""Whether the expansion of a state may be broken off."""
ACTIONS: u64 = constant()
FAULTS: u64 = constant()
"""How many actions are faults: it is counted in how many states each is enabled."""

CHUNK = 64
"""States that a worker takes at once."""


@kernel
def meet(context: ptr, state: ptr) -> u64:
    """Take an initial state: 0, or FULL if there is no room for it."""
    store64(context + BATCH_SIZE, 0)
    if SYMMETRIC:
        state = representative(context, state)
    append(context, state, hash_of(state), ROOT)
    if not look_up(context):
        return FULL
    store64(context + GENERATED, load64(context + GENERATED) + 1)
    return GO_ON


@kernel
def search(context: ptr) -> u64:
    """Expand states until Python has something to do, and say what."""
    if load64(context + MODE) == DROPPED:
        if not look_up(context):
            return FULL
        if load64(context + MODE) == HALTED:
            return FAILED  # what waited in the batch was met before what was dropped
        expand_again(context)
        if LONG:
            if load_acquire(context + OVER) != 0:
                return STOPPED
        if load64(context + MODE) == DROPPED:
            return FULL
    while True:
        while load64(context + BATCH_SIZE) < BATCH_CAPACITY // 2 and has_next(context):
            if load64(context + MODE) != LOOKED_UP:
                break
            if load64(context + COUNT) + load64(context + BATCH_SIZE) > load64(context + MOST_STATES):
                if load64(context + BATCH_SIZE) == 0:
                    return TOO_MANY
                break
            if LONG:
                if load_acquire(context + OVER) != 0:
                    break
                expand_long(context)
            else:
                expand_next(context)
        if load64(context + MODE) == HALTED:
            forget_later(context)
        if not look_up(context):
            return FULL
        if load64(context + MODE) == HALTED:
            return FAILED
        if HAS_PAIRS:
            if are_undecided(context):
                return UNDECIDED
        if load_acquire(context + STOP) != 0:
            return STOPPED
        if not has_next(context):
            reason = next_level(context)
            if reason != GO_ON:
                return reason


@kernel
def expand_next(context: ptr) -> None:
    """Expand the next state."""
    index = load64(context + NEXT)
    generated = load64(context + GENERATED)
    state = fixed_ptr(context + STATES) + index * (8 * W)
    store64(context + NEXT, index + 1)
    store64(context + EXPANDED, load64(context + EXPANDED) + 1)
    store64(context + CURRENT_INDEX, index)
    store_ptr(context + CURRENT, state)
    if FAULTS:
        remember_faults(context)
    code = expand(state, context)
    if FAULTS:
        count_faults(context)
    if code != 0:
        if code != BROKEN_OFF:
            fail(context, index, code)
    elif load64(context + GENERATED) == generated and load64(context + STUCK) == 0:
        store64(context + STUCK, index + 1)
        if load64(context + DEADLOCK) != 0:
            store64(context + VIOLATED, 1)


@rare
def expand_long(context: ptr) -> None:
    """Expand the next state; where that is broken off, nothing of it counts, and the state is the next one again."""
    index = load64(context + NEXT)
    generated = load64(context + GENERATED)
    copy_counts(load_ptr(context + SPARE), load_ptr(context + TAKEN))
    expand_next(context)
    if load_acquire(context + OVER) != 0:
        store64(context + NEXT, index)
        store64(context + EXPANDED, load64(context + EXPANDED) - 1)
        store64(context + GENERATED, generated)
        copy_counts(load_ptr(context + TAKEN), load_ptr(context + SPARE))
        if load64(context + MODE) == DROPPED:
            store64(context + MODE, LOOKED_UP)


@kernel
def copy_counts(to: ptr, origin: ptr) -> None:
    """Copy how often each action was taken, and in how many states each fault was enabled."""
    number = 0
    while number < ACTIONS + FAULTS:
        store64(to + 8 * number, load64(origin + 8 * number))
        number += 1


@kernel
def remember_faults(context: ptr) -> None:
    """Note how often each fault was taken before a state is expanded."""
    taken = load_ptr(context + TAKEN)
    numbers = taken + 8 * (ACTIONS + FAULTS)
    place = 0
    while place < FAULTS:
        store64(numbers + 8 * (FAULTS + place), load64(taken + 8 * load64(numbers + 8 * place)))
        place += 1


@kernel
def count_faults(context: ptr) -> None:
    """Count the state for each fault that was taken in it."""
    taken = load_ptr(context + TAKEN)
    numbers = taken + 8 * (ACTIONS + FAULTS)
    states = taken + 8 * ACTIONS
    place = 0
    while place < FAULTS:
        if load64(taken + 8 * load64(numbers + 8 * place)) != load64(numbers + 8 * (FAULTS + place)):
            store64(states + 8 * place, load64(states + 8 * place) + 1)
        place += 1


@kernel
def has_next(context: ptr) -> bool:
    """Whether there is a state of this level to expand; the next chunk is taken if there are several workers."""
    if load64(context + NEXT) < load64(context + END):
        return True
    if SHARED:
        return take_chunk(context)
    else:
        return False


@rare
def take_chunk(context: ptr) -> bool:
    """Take some of the states that nobody has taken; those that this worker found come first."""
    workers = load64(context + WORKERS)
    owner = load64(context + OWN)
    tried = 0
    while tried < workers:
        place = load_ptr(context + CHUNKS) + 64 * owner
        end = load64(place + 8)
        if load_acquire(place) < end:
            start = fetch_and_add(place, CHUNK)
            if start < end:
                store64(context + NEXT, start)
                taken = end - start
                if taken > CHUNK:
                    taken = CHUNK
                store64(context + END, start + taken)
                return True
        owner = owner + 1 if owner + 1 < workers else 0
        tried += 1
    return False


@rare
def fail(context: ptr, index: u64, code: u64) -> None:
    """Write down that a state cannot be expanded, unless it is expanded again for the successors that were dropped."""
    if load64(context + MODE) == DROPPED:
        return
    store64(context + MODE, HALTED)
    if load64(context + FAILURE) == 0:
        store64(context + FAILURE, IN_EXPANSION)
        store64(context + FAILED_INDEX, index)
        store64(context + FAILED_CODE, code)


@kernel
def next_level(context: ptr) -> u64:
    """Go on to the level that was found while the last one was expanded."""
    if SHARED:
        return LEVEL_ENDS
    count = load64(context + COUNT)
    levels = load64(context + LEVEL_COUNT)
    is_last = count == load64(context + END)
    if not is_last:
        if levels == load64(context + LEVELS_ROOM):
            return LEVELS_FULL
        store64(fixed_ptr(context + LEVELS) + 8 * levels, count)
        levels += 1
        store64(context + LEVEL_COUNT, levels)
    if load64(context + VIOLATED) != 0:
        return ENDED
    if is_last:
        return COMPLETE
    if levels >= load64(context + MOST_LEVELS):
        return TOO_DEEP
    store64(context + END, count)
    return GO_ON


@rare
def expand_again(context: ptr) -> None:
    """Expand the current state once more, after memory has grown; what was counted then is not counted twice."""
    taken = load_ptr(context + TAKEN)
    bounds = load_ptr(context + BOUNDS)
    generated = load64(context + GENERATED)
    store_ptr(context + TAKEN, load_ptr(context + SPARE))
    store_ptr(context + BOUNDS, load_ptr(context + SPARE))
    store64(context + MODE, LOOKED_UP)
    state = fixed_ptr(context + STATES) + load64(context + CURRENT_INDEX) * (8 * W)  # the states may have moved
    store_ptr(context + CURRENT, state)
    code = expand(state, context)
    if code == BROKEN_OFF:
        store64(context + MODE, DROPPED)
    elif code != 0:
        fail(context, load64(context + CURRENT_INDEX), code)
    store_ptr(context + TAKEN, taken)
    store_ptr(context + BOUNDS, bounds)
    store64(context + GENERATED, generated)


@kernel
def find_stuck(context: ptr) -> u64:
    """Look for a state without a step among those that the search leaves unexpanded. Nothing else is written down."""
    taken = load_ptr(context + TAKEN)
    bounds = load_ptr(context + BOUNDS)
    generated = load64(context + GENERATED)
    mode = load64(context + MODE)
    open_steps = load64(context + OPEN_STEPS)
    store_ptr(context + TAKEN, load_ptr(context + SPARE))
    store_ptr(context + BOUNDS, load_ptr(context + SPARE))
    store64(context + MODE, MUTED)
    store64(context + OPEN_STEPS, 0)
    store64(context + BATCH_SIZE, BATCH_CAPACITY)
    reason = COMPLETE
    index = load64(context + NEXT)
    while index < load64(context + COUNT) and load64(context + STUCK) == 0:
        before = load64(context + GENERATED)
        state = fixed_ptr(context + STATES) + index * (8 * W)
        store64(context + CURRENT_INDEX, index)
        store_ptr(context + CURRENT, state)
        code = expand(state, context)
        if code == BROKEN_OFF:
            reason = STOPPED
            break
        if load64(context + GENERATED) == before:
            if code == 0:  # what cannot be computed is not stuck
                store64(context + STUCK, index + 1)
            elif code >= FIRST_CROWDED:  # with more slots, it is known
                fail(context, index, code)
                reason = FAILED
                break
        if load_acquire(context + STOP) != 0:
            reason = STOPPED
            break
        index += 1
    store_ptr(context + TAKEN, taken)
    store_ptr(context + BOUNDS, bounds)
    store64(context + GENERATED, generated)
    store64(context + MODE, mode)
    store64(context + OPEN_STEPS, open_steps)
    store64(context + BATCH_SIZE, 0)
    return reason
