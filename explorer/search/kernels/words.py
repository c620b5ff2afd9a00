"""States as runs of words, and their hash."""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import constant, kernel, load64, mulhi, ptr, store64, u64, wrapping_mul

W: u64 = constant()
"""Words of a state."""
KEYS: u64 = constant()
"""The first of them, by which states are told apart: all of them without a view."""
FINGERPRINTS: u64 = constant()
"""Whether states are told apart by their hash alone."""
SEED: u64 = constant()
"""Where every hash begins."""

ODD = 0x9E3779B97F4A7C15
"""An odd constant without structure, that of Fibonacci hashing."""
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB
"""The multipliers of Stafford's mixer 13, the finaliser of SplitMix64 (Steele, Lea and Flood, 2014, section 6)."""


@kernel
def same(left: ptr, right: ptr) -> bool:
    """Whether two states are equal, or a view takes them for equal."""
    differing = 0
    word = 0
    while word < KEYS:
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
def mixed(word: u64) -> u64:
    """A permutation of all words in which every bit changes about half of the bits of the result."""
    word = wrapping_mul(word ^ (word >> 30), FIRST)
    word = wrapping_mul(word ^ (word >> 27), SECOND)
    return word ^ (word >> 31)


@kernel
def hash_of(state: ptr) -> u64:
    """A hash of a state, of which all 64 bits are good where they are all that is kept of it.

    Where they are not, the table uses the upper ones, and a product that is folded does, which is faster. A fingerprint
    is made by a permutation for each word: states that differ in one word never have the same, and two others have it
    as if by chance, however many words follow.
    """
    hashed = SEED
    word = 0
    while word < KEYS:
        if FINGERPRINTS:
            hashed = mixed(hashed ^ load64(state + 8 * word))
        else:
            hashed = folded(hashed ^ load64(state + 8 * word))
        word += 1
    return hashed
