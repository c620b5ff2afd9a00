"""States as runs of words, and their hash."""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import constant, kernel, load64, mulhi, ptr, store64, u64, wrapping_mul

W: u64 = constant()
"""Words of a state."""

ODD = 0x9E3779B97F4A7C15
SEED = 0xA0761D6478BD642F
"""Two odd constants without structure, those of Fibonacci hashing and of wyhash."""


@kernel
def same(left: ptr, right: ptr) -> bool:
    """Whether two states are equal."""
    differing = 0
    word = 0
    while word < W:
        differing = differing | (load64(left + 8 * word) ^ load64(right + 8 * word))
        word += 1
    return differing == 0


@kernel
def copy(target: ptr, source: ptr) -> None:
    """Copy a state."""
    word = 0
    while word < W:
        store64(target + 8 * word, load64(source + 8 * word))
        word += 1


@kernel
def folded(word: u64) -> u64:
    """Both halves of a product, folded: every bit of the word changes about half of the bits of the result."""
    return mulhi(word, ODD) ^ wrapping_mul(word, ODD)


@kernel
def hash_of(state: ptr) -> u64:
    """A hash of a state: 64 bits, of which the table uses the upper ones."""
    hashed = SEED
    word = 0
    while word < W:
        hashed = folded(hashed ^ load64(state + 8 * word))
        word += 1
    return hashed
