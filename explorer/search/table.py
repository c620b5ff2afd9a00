"""The memory of the table of known states, and how it grows.

How much a table takes for each state is decided by how it grows: one that doubles is half empty afterwards, but each
state is moved once, and three times where it grows by three tenths. So a table doubles as long as it is small, and then
grows by three tenths, each when it is five sixths full. It has its address space from the beginning and grows where it
is, so that no page is taken twice.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Protocol

from indoubt.explorer.search.block import Block
from indoubt.explorer.search.kernels import context as at
from indoubt.explorer.search.kernels.table import LINE_SLOTS
from indoubt.explorer.search.memory import Memory

SLOT_BYTES = 8
FILLED = (5, 6)
"""A table grows when this part of its slots is filled."""
CROWDED = (15, 16)
"""One that cannot grow any more is used up to this part."""
TINY_SLOTS = 1 << 17
"""Up to here a table doubles even where memory is scarce."""
SMALL_SLOTS = 1 << 18
SMALL_GROWTH = (2, 1)
"""What a table with at most so many slots grows by."""
GROWTH = (13, 10)
"""What a larger one grows by: a state takes 8 * 6 / 5 * 13 / 10 = 12.5 bytes of it just afterwards."""
CLOSE_GROWTH = (8, 7)
"""The same where memory is scarce: 11.0 bytes."""
ASIDE = 1 << 13
"""Slots that are put aside at once while the table grows: few are."""
MOST_SLOTS = 1 << 32
"""The tag of a slot, times the slots, has to fit a word."""


class Growing(Protocol):
    """The kernels that a table grows with."""

    @property
    def lengthen(self) -> Callable[[int, int, int, int], int]:
        """Put everything where the longer table has it, or aside."""
        ...

    @property
    def put_again(self) -> Callable[[int, int, int], object]:
        """Put back what was put aside."""
        ...


class Table:
    """The slots."""

    def __init__(self, slots: int, most_bytes: int, code: Growing, *, huge: bool) -> None:
        """It will not take more than `most_bytes`."""
        self.slots = slots
        self._code = code
        self._memory = Memory(SLOT_BYTES * slots, min(most_bytes, SLOT_BYTES * MOST_SLOTS), huge=huge)
        self.is_crowded = False

    @property
    def address(self) -> int:
        """Where the first slot is."""
        return self._memory.address

    @property
    def used_bytes(self) -> int:
        """How much memory it takes."""
        return SLOT_BYTES * self.slots

    @property
    def room(self) -> int:
        """How many states it takes before it has to grow."""
        part, whole = CROWDED if self.is_crowded else FILLED
        return self.slots * part // whole

    @property
    def most(self) -> int:
        """How many states the largest table takes."""
        return MOST_SLOTS * CROWDED[0] // CROWDED[1]

    def larger(self, needed: int, *, scarce: bool) -> int:
        """How many slots to grow to, for as many states."""
        more, than = SMALL_GROWTH if self.slots <= SMALL_SLOTS else GROWTH
        if scarce and self.slots > TINY_SLOTS:
            more, than = CLOSE_GROWTH
        slots = max(self.slots * more // than, needed * FILLED[1] // FILLED[0] + 2)
        return min(MOST_SLOTS, -(-slots // LINE_SLOTS) * LINE_SLOTS)

    def grow(self, slots: int, blocks: list[Block]) -> None:
        """Become longer; the blocks are told. Raises MemoryError."""
        self._memory.grow(SLOT_BYTES * slots)
        end, self.slots = self.slots, slots
        self.point(blocks)
        context = blocks[0].context
        aside = (ctypes.c_uint64 * ASIDE)()
        waiting: list[int] = []
        while True:
            end = self._code.lengthen(context, end, ctypes.addressof(aside), ASIDE)
            waiting += [one for one in aside if one]
            if not end:
                break
            aside = (ctypes.c_uint64 * ASIDE)()
        if waiting:
            given = (ctypes.c_uint64 * len(waiting))(*waiting)
            self._code.put_again(context, ctypes.addressof(given), len(waiting))

    def point(self, blocks: list[Block]) -> None:
        """Tell the workers where it is."""
        for block in blocks:
            block.write(at.TABLE, self.address)
            block.write(at.SLOTS, self.slots)
