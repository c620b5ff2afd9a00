"""Changes the numbers of states, where they are read from a checkpoint in another order than they were stored."""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import kernel, load32, load64, ptr, store32, u64
from indoubt.explorer.search.kernels.context import ROOT

RANGE_BYTES = 24
"""A range of old indices is three words: the first, the end, and the new index of the first."""


@kernel
def renumber(parents: ptr, count: u64, ranges: ptr, range_count: u64) -> None:
    """Change as many parents, where the ranges have the new index of each; ROOT stays."""
    done = 0
    number = 0
    while done < count:
        parent = load32(parents + 4 * done)
        if parent != ROOT:
            place = ranges + RANGE_BYTES * number
            while parent < load64(place) or parent >= load64(place + 8):
                number = number + 1 if number + 1 < range_count else 0
                place = ranges + RANGE_BYTES * number
            store32(parents + 4 * done, load64(place + 16) + parent - load64(place))
        done += 1
