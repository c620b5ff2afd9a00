"""The limit: how long an insertion into a table takes that is larger than the caches, in code of the same compiler.

Pseudo-random keys are put into an empty table of 64-bit slots with linear probing, up to half of its slots, in batches
whose slots are prefetched, on huge pages: what the search does for a new state, and nothing else. Then the same keys
are looked up again, which is what it does for a state that it knows.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.machine import available_bytes
from indoubt.explorer.backends.native import llvm
from indoubt.explorer.backends.native.dialect import (
    kernel,
    load64,
    mulhi,
    prefetch,
    ptr,
    store64,
    u64,
    wrapping_add,
    wrapping_mul,
)
from indoubt.explorer.backends.native.lowering import lower
from indoubt.explorer.search.memory import Memory

FACTOR = 6364136223846793005
STEP = 1442695040888963407
"""A linear congruential generator with a period of 2**64 (Knuth, MMIX); the table uses its upper bits."""
BATCH = 64
SPARE = 4096
"""Slots behind the last one, so that probing needs no wrapping."""
SIZES = (1 << 20, 1 << 25, 1 << 28, 1 << 30, 1 << 32)
"""Bytes of the tables: in the second cache, in the third, and in memory."""


@kernel
def insert_random(table: ptr, slots: u64, count: u64, seed: u64) -> u64:
    """Insert so many keys, a multiple of BATCH; how many were new."""
    fresh = 0
    done = 0
    key = seed
    while done < count:
        ahead = key
        fetched = 0
        while fetched < BATCH:
            ahead = wrapping_add(wrapping_mul(ahead, FACTOR), STEP)
            prefetch(table + 8 * mulhi(ahead, slots))
            fetched += 1
        put = 0
        while put < BATCH:
            key = wrapping_add(wrapping_mul(key, FACTOR), STEP)
            place = table + 8 * mulhi(key, slots)
            found = load64(place)
            while found != 0 and found != key:
                place = place + 8
                found = load64(place)
            if found == 0:
                store64(place, key)
                fresh += 1
            put += 1
        done += BATCH
    return fresh


@dataclass(frozen=True, slots=True)
class Access:
    """What one table costs, in nanoseconds of processor time."""

    table_bytes: int
    insert_ns: float
    find_ns: float


def measure(sizes: Sequence[int], told: Callable[[str], None]) -> list[Access]:
    """The cost for each size of table that memory allows."""
    library = llvm.link([lower([insert_random], {})], ["insert_random"])
    insert: Any = library.function("insert_random", *[ctypes.c_uint64] * 4)
    found: list[Access] = []
    for size in sizes:
        if 2 * size > available_bytes():
            told(f"{size >> 20} MiB: not run, more than half of the memory that is free")
            continue
        told(f"{size >> 20} MiB")
        found.append(_accesses(insert, size))
    return found


def _accesses(insert: Callable[[int, int, int, int], int], size: int) -> Access:
    memory = Memory(size + 8 * SPARE)
    slots = size // 8
    count = slots // 2 // BATCH * BATCH
    # The first writing of a page costs more than what is measured here.
    ctypes.memset(memory.address, 0, size + 8 * SPARE)
    repeated = max(1, (1 << 22) // count)
    times: list[float] = []
    for is_new in (True, False):
        spent = 0.0
        for turn in range(repeated):
            if is_new and turn:
                ctypes.memset(memory.address, 0, size + 8 * SPARE)
            start = time.process_time()
            fresh = insert(memory.address, slots, count, 1)
            spent += time.process_time() - start
            assert fresh == (count if is_new else 0), "keys were lost"
        times.append(spent / repeated / count * 1e9)
    memory.close()
    return Access(size, times[0], times[1])


def table(accesses: Sequence[Access]) -> str:
    """In Markdown."""
    lines = ["| table | ns an insertion | million a second | ns a look-up |", "|---|--:|--:|--:|"]
    lines += [
        f"| {one.table_bytes >> 20:,} MiB | {one.insert_ns:.1f} | {1e3 / one.insert_ns:.0f} | {one.find_ns:.1f} |"
        for one in accesses
    ]
    return "\n".join(lines) + "\n"
