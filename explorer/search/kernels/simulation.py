"""Random walks through packed states: a worker takes one run after the other and walks it to its end.

The next step of a walk is drawn from the enabled ones without storing them: each has a lot, a number made from its
action, its successor and what is random for this state of this run, and the lowest lot wins. So every step, an action
with the state that it leads to, is equally likely, in whatever order the compiled spec finds them.

How many states were visited is estimated by registers that keep the longest run of zeros among the hashes: Flajolet,
Fusy, Gandouet, Meunier, "HyperLogLog" (AofA 2007).
"""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import (
    compare_and_swap,
    constant,
    defined_elsewhere,
    external,
    fetch_and_add,
    fixed64,
    fixed_ptr,
    kernel,
    load8,
    load64,
    load_acquire,
    load_ptr,
    ptr,
    rare,
    store8,
    store64,
    store_ptr,
    u64,
)
from indoubt.explorer.backends.native.looking import BROKEN_OFF
from indoubt.explorer.search.kernels.draws import below, drawn, joined, lot_of, origin
from indoubt.explorer.search.kernels.spec import check, check_step, expand
from indoubt.explorer.search.kernels.walk_context import (
    ACTION,
    ASSERTION_BREAKS,
    AT_DEPTH,
    BROKE,
    CHOSEN,
    CHOSEN_ACTION,
    CHOSEN_DROPS,
    CURRENT,
    DEADLOCK,
    DEADLOCKED,
    DECIDING_END,
    DECIDING_RUN,
    DONE,
    DROPPED,
    DROPS,
    EMITTED,
    END_RUN,
    ENDS,
    EXPANSION_FAILS,
    FAILED_CODE,
    FIRST_DECIDING,
    GO_ON,
    INITIAL,
    INITIAL_COUNT,
    INTERRUPTED,
    INVARIANTS,
    IS_LOGGED,
    LENGTH,
    LENGTH_COUNT,
    LENGTHS,
    LOG,
    LOWEST,
    MOST_LENGTH,
    MOVING,
    NEXT_RUN,
    OPEN,
    OUTSIDE,
    REACHED,
    REGISTER_BITS,
    REGISTERS,
    RUN_SEED,
    RUNS,
    SALT,
    SHARED,
    STANDSTILL,
    STATE_FAILS,
    STATE_VIOLATES,
    STEP_FAILS,
    STEP_VIOLATES,
    STOP,
    STOPPED,
    STUCK,
    TAKEN,
)
from indoubt.explorer.search.kernels.words import copy, mixed, same

W: u64 = constant()
"""Words of a state."""
HAS_STEP_PROPERTIES: u64 = constant()

ALL_ONES = (1 << 64) - 1
NOT_ADMITTED = 1 << 62
UNCOMPUTABLE = 1 << 63
FIRST_ZERO = 64 - REGISTER_BITS


@external
def mark(state: ptr) -> u64:
    """What stands for a state, whatever its packing; see `explorer.backends.native.marks`."""
    defined_elsewhere()


@rare  # copied to each place where a successor is found, it would make compiling twice as long and walks a bit faster
def emit(context: ptr, successor: ptr) -> None:
    """Take one successor of the current state; the compiled spec calls this for each."""
    store64(context + EMITTED, load64(context + EMITTED) + 1)
    action = load64(context + ACTION)
    drops = load64(context + DROPS)
    store64(context + DROPS, 0)
    lot = mixed(joined(lot_of(load64(context + SALT), action), mark(successor)))
    if not same(load_ptr(context + CURRENT), successor):
        store64(context + MOVING, 1)
    if lot <= load64(context + LOWEST):
        store64(context + LOWEST, lot)
        store64(context + CHOSEN_ACTION, action)
        store64(context + CHOSEN_DROPS, drops)
        copy(load_ptr(context + CHOSEN), successor)


@kernel
def broke(context: ptr, assertion: u64) -> None:
    """An assertion does not hold in an enabled step of the current state; the compiled spec says so."""
    store64(context + BROKE, assertion + 1)


@kernel
def simulate(context: ptr) -> u64:
    """Walk the runs that are left, until there are none or Python wants something."""
    shared = fixed_ptr(context + SHARED)
    while True:
        if load_acquire(context + STOP) != 0:
            return STOPPED
        run = fetch_and_add(shared + NEXT_RUN, 1)
        if run >= load64(context + END_RUN) or run > load_acquire(shared + FIRST_DECIDING):
            return DONE
        end = walk(context, run)
        if end == INTERRUPTED:
            return STOPPED
        count_walk(context, end)
        if end >= STATE_VIOLATES:
            decide(context, run, end)


@kernel
def walk(context: ptr, run: u64) -> u64:
    """Walk one run, and say how it ends."""
    start = origin(fixed64(context + RUN_SEED), run)
    initial = below(drawn(start, 0), fixed64(context + INITIAL_COUNT))
    copy(load_ptr(context + CURRENT), fixed_ptr(context + INITIAL) + initial * (8 * W))
    length = 1
    while True:
        state = load_ptr(context + CURRENT)
        store64(context + LENGTH, length)
        if load64(context + IS_LOGGED) != 0:
            copy(fixed_ptr(context + LOG) + (length - 1) * (8 * W), state)
        estimate(context, state)
        found = check(state) & load64(context + OPEN)
        if found != 0:
            end = judge(context, run, found)
            if end != GO_ON:
                return end
        if length == fixed64(context + MOST_LENGTH):
            return AT_DEPTH
        if load_acquire(context + STOP) != 0:
            return INTERRUPTED
        store64(context + SALT, drawn(start, length))
        store64(context + LOWEST, ALL_ONES)
        store64(context + EMITTED, 0)
        store64(context + MOVING, 0)
        store64(context + BROKE, 0)
        code = expand(state, context)
        if code != 0:
            if code == BROKEN_OFF:
                return INTERRUPTED
            store64(context + FAILED_CODE, code)
            return EXPANSION_FAILS
        if load64(context + BROKE) != 0:
            return ASSERTION_BREAKS
        if load64(context + EMITTED) == 0:
            return DEADLOCKED if fixed64(context + DEADLOCK) != 0 else STUCK
        successor = load_ptr(context + CHOSEN)
        taken = load_ptr(context + TAKEN) + 8 * load64(context + CHOSEN_ACTION)
        store64(taken, load64(taken) + 1)
        if load64(context + CHOSEN_DROPS) != 0:
            count_drops(context)
        if HAS_STEP_PROPERTIES:
            found = check_step(state, successor)
            if found != 0:
                return judge_step(context, length + 1, found)
        if load64(context + MOVING) == 0:
            return STANDSTILL
        length += 1
        store_ptr(context + CHOSEN, state)
        store_ptr(context + CURRENT, successor)


@rare
def count_drops(context: ptr) -> None:
    """Count the links on which the last step has dropped a message."""
    drops = load64(context + CHOSEN_DROPS)
    place = load_ptr(context + DROPPED)
    while drops != 0:
        if drops & 1 != 0:
            store64(place, load64(place) + 1)
        drops = drops >> 1
        place = place + 8


@rare
def judge(context: ptr, run: u64, found: u64) -> u64:
    """Say whether what was found in the last state ends the walk, and write down what is reached there."""
    if found & UNCOMPUTABLE != 0:
        return STATE_FAILS
    invariants = fixed64(context + INVARIANTS)
    reached = found & (NOT_ADMITTED - 1) & (ALL_ONES ^ invariants)
    store64(context + OPEN, load64(context + OPEN) ^ reached)
    place = load_ptr(context + REACHED)
    while reached != 0:
        if reached & 1 != 0:
            store64(place, 1)
            store64(place + 8, run)
            store64(place + 16, load64(context + LENGTH))
        reached = reached >> 1
        place = place + 24
    if found & invariants != 0:
        return STATE_VIOLATES
    return OUTSIDE if found & NOT_ADMITTED != 0 else GO_ON


@rare
def judge_step(context: ptr, length: u64, found: u64) -> u64:
    """Say how a walk ends whose last step has something wrong with it."""
    store64(context + LENGTH, length)
    if load64(context + IS_LOGGED) != 0:
        copy(fixed_ptr(context + LOG) + (length - 1) * (8 * W), load_ptr(context + CHOSEN))
    return STEP_FAILS if found & UNCOMPUTABLE != 0 else STEP_VIOLATES


@kernel
def estimate(context: ptr, state: ptr) -> None:
    """Have the registers see a state."""
    hashed = mixed(mark(state))
    register = fixed_ptr(context + REGISTERS) + (hashed & ((1 << REGISTER_BITS) - 1))
    rest = hashed >> REGISTER_BITS
    if rest & ((1 << load8(register)) - 1) == 0:
        store8(register, zeros(rest) + 1)


@rare
def zeros(word: u64) -> u64:
    """How many zeros a word of FIRST_ZERO bits ends with."""
    count = 0
    while count < FIRST_ZERO and word & 1 == 0:
        word = word >> 1
        count += 1
    return count


@kernel
def count_walk(context: ptr, end: u64) -> None:
    """Count a walk that has come to its end."""
    ends = load_ptr(context + ENDS) + 8 * end
    store64(ends, load64(ends) + 1)
    part = (load64(context + LENGTH) - 1) * fixed64(context + LENGTH_COUNT) // fixed64(context + MOST_LENGTH)
    lengths = load_ptr(context + LENGTHS) + 8 * part
    store64(lengths, load64(lengths) + 1)
    store64(context + RUNS, load64(context + RUNS) + 1)


@rare
def decide(context: ptr, run: u64, end: u64) -> None:
    """Write down a run that ends all, and have nobody take a later one."""
    if load64(context + DECIDING_RUN) == 0:
        store64(context + DECIDING_RUN, run + 1)
        store64(context + DECIDING_END, end)
    place = fixed_ptr(context + SHARED) + FIRST_DECIDING
    lowest = load_acquire(place)
    while run < lowest:
        lowest = compare_and_swap(place, lowest, run)
