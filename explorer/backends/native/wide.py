"""Parts of long values at places that are known only when the code runs, word by word.

A shift of a value of many words by a distance that is not known goes through memory, and waits for it: the value is
written, and read again at another address. What is here chooses among words instead, or reads the one word of the
state that is needed. A place beyond the value gives some value, of which nobody makes use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indoubt.explorer.backends.native.bits import Bits, const
from indoubt.explorer.backends.native.packing import WORD

if TYPE_CHECKING:
    from indoubt.explorer.backends.native.builder import Builder

MOST_WORDS = 8
"""A longer value is shifted as a whole."""
LAST_BIT = WORD - 1


def is_long(value_width: int, part_width: int) -> bool:
    """Whether a value is better looked at word by word, to find a part of it or to change one."""
    return WORD < value_width <= MOST_WORDS * WORD and part_width <= WORD


def taken(b: Builder, value: Bits, place: Bits, step: int, width: int) -> Bits:
    """`width` bits of a long value, from the bit `place * step` on."""
    first, inside = _position(b, place, step)
    last = -(-value.width // WORD) - 1
    source = b.origin(value)

    def word(number: Bits) -> Bits:
        if source is not None:
            return b.word_at(*source, b.select(b.compare("ult", number, const(last, 32)), number, const(last, 32)))
        found = b.part(value, 0, WORD)
        for one in range(1, last + 1):
            here = b.resized(b.part(value, one * WORD, min(WORD, value.width - one * WORD)), WORD)
            found = b.select(b.compare("eq", number, const(one, 32)), here, found)
        return found

    low = b.binary("lshr", word(first), inside)
    if WORD % step == 0 and width <= step:
        return b.resized(low, width)
    high = b.binary("shl", word(b.binary("add", first, const(1, 32))), const(1, WORD))
    high = b.binary("shl", high, b.binary("sub", const(LAST_BIT, WORD), inside))
    return b.resized(b.binary("or", low, high), width)


def put(b: Builder, part: Bits, place: Bits, step: int, width: int) -> Bits:
    """A long value of `width` bits, with a part that begins at the bit `place * step`, and zeros."""
    first, inside = _position(b, place, step)
    long_part = b.resized(part, WORD)
    low = b.binary("shl", long_part, inside)
    high = const(0, WORD)
    if WORD % step or part.width > step:
        half = b.binary("lshr", long_part, const(1, WORD))
        high = b.binary("lshr", half, b.binary("sub", const(LAST_BIT, WORD), inside))
    found = const(0, width)
    for number in range(-(-width // WORD)):
        here = b.select(b.compare("eq", first, const(number, 32)), low, const(0, WORD))
        if number and high.constant != 0:
            is_next = b.compare("eq", first, const(number - 1, 32))
            here = b.binary("or", here, b.select(is_next, high, const(0, WORD)))
        moved = b.binary("shl", b.resized(here, width), const(number * WORD, width))
        found = b.binary("or", found, moved)
    return found


def _position(b: Builder, place: Bits, step: int) -> tuple[Bits, Bits]:
    """The word that a place is in, and the bit of that word where it begins."""
    position = b.binary("mul", b.resized(place, 32), const(step, 32))
    first = b.binary("lshr", position, const(6, 32))
    return first, b.resized(b.binary("and", position, const(LAST_BIT, 32)), WORD)
