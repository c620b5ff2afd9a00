"""Random numbers for walks: splitmix64, by number instead of one after the other.

Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014), figure 17; its mixer is
`words.mixed`. The n-th number of a stream is computed from its origin and n, so a run needs to know nothing of
the runs before it. Native code and the reference interpreter run these same functions.
"""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import kernel, mulhi, u64, wrapping_add, wrapping_mul
from indoubt.explorer.search.kernels.words import folded, mixed

GAMMA = 0x9E3779B97F4A7C15
"""The odd number next to 2**64 divided by the golden ratio."""


@kernel
def origin(seed: u64, run: u64) -> u64:
    """Where the stream of a run begins."""
    return mixed(wrapping_add(mixed(wrapping_add(seed, GAMMA)), wrapping_mul(wrapping_add(run, 1), GAMMA)))


@kernel
def drawn(start: u64, number: u64) -> u64:
    """The number at a place of the stream that begins at `start`."""
    return mixed(wrapping_add(start, wrapping_mul(wrapping_add(number, 1), GAMMA)))


@kernel
def below(word: u64, count: u64) -> u64:
    """A number below `count`, from a random word; each is equally likely, up to count / 2**64."""
    return mulhi(word, count)


@kernel
def lot_of(salt: u64, action: u64) -> u64:
    """Begin the lot of a step by an action; the mark of its successor is joined to it, and `mixed` ends it."""
    return salt ^ mixed(wrapping_add(action, 1))


@kernel
def joined(before: u64, word: u64) -> u64:
    """What stands for some words and one more."""
    return folded(before ^ word)
