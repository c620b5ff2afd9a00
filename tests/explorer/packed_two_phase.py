"""Two-Phase Commit packed by hand into one word: what a compiled spec defines, to test and measure the search.

From the lowest bit: the states of N resource managers (2 bits each), the state of the transaction manager (2 bits), who
it has heard from (N), the messages Prepared (N), Commit, Abort. With W > 1 every word has the bits `word` mod W.
"""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import (
    constant,
    defined_elsewhere,
    external,
    kernel,
    load64,
    load_ptr,
    ptr,
    store64,
    u64,
)
from indoubt.explorer.search.kernels.context import TAKEN

N: u64 = constant()
"""Resource managers."""
W: u64 = constant()
"""Words of a state; all but the first repeat a part of it."""

ACTIONS = ("rcv_prepared", "tm_commit", "tm_abort", "prepare", "choose_abort", "rcv_commit", "rcv_abort")
SCRATCH = 2048
"""A place in the context block that the search does not use."""

WORKING, PREPARED, COMMITTED, ABORTED = 0, 1, 2, 3
INIT = 0


@external
def emit(context: ptr, successor: ptr) -> None:
    """The search takes a successor."""
    defined_elsewhere()


@kernel
def step_to(context: ptr, word: u64, action: u64) -> None:
    """Count an enabled step and emit its successor."""
    place = load_ptr(context + TAKEN) + 8 * action
    store64(place, load64(place) + 1)
    store64(context + SCRATCH, word)
    more = 1
    while more < W:
        store64(context + SCRATCH + 8 * more, word >> more * 7)
        more += 1
    emit(context, context + SCRATCH)


@kernel
def expand(state: ptr, context: ptr) -> u64:
    """All steps of Two-Phase Commit, in the order of the spec in the library."""
    now = load64(state)
    tm = now >> 2 * N & 3
    has_commit = now >> 4 * N + 2 & 1
    has_abort = now >> 4 * N + 3 & 1
    all_prepared = (1 << N) - 1
    rm = 0
    while rm < N:
        if tm == INIT and now >> 3 * N + 2 + rm & 1 != 0:
            step_to(context, now | 1 << 2 * N + 2 + rm, 0)
        rm += 1
    if tm == INIT:
        if now >> 2 * N + 2 & all_prepared == all_prepared:
            step_to(context, now | 1 << 2 * N | 1 << 4 * N + 2, 1)
        step_to(context, now | 2 << 2 * N | 1 << 4 * N + 3, 2)
    rm = 0
    while rm < N:
        if now >> 2 * rm & 3 == WORKING:
            step_to(context, now | PREPARED << 2 * rm | 1 << 3 * N + 2 + rm, 3)
        rm += 1
    rm = 0
    while rm < N:
        if now >> 2 * rm & 3 == WORKING:
            step_to(context, now | ABORTED << 2 * rm, 4)
        rm += 1
    rm = 0
    while rm < N:
        if has_commit != 0:
            step_to(context, (now | 3 << 2 * rm) ^ 1 << 2 * rm, 5)
        rm += 1
    rm = 0
    while rm < N:
        if has_abort != 0:
            step_to(context, now | ABORTED << 2 * rm, 6)
        rm += 1
    return 0


@kernel
def check(state: ptr) -> u64:
    """Bit 0: some commit while others abort. Bit 1 and 2, to be reached: everybody commits, everybody aborts."""
    now = load64(state)
    lower = 0x5555555555555555 & ((1 << 2 * N) - 1)
    committed = now >> 1 & (now ^ lower) & lower
    aborted = now >> 1 & now & lower
    broken = 0
    if committed != 0 and aborted != 0:
        broken = 1
    if committed == lower:
        broken = broken | 2
    if aborted == lower:
        broken = broken | 4
    return broken
