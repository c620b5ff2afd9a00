"""The memory of the table of known states, and how it grows.

How much a table takes for each state is decided by how it grows: one that doubles is half empty afterwards. So a large
one grows by three eighths only, when it is seven eighths full. The old one is given back piece by piece while the new one
fills, both in the order of the slots, so that there are never two.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from indoubt.explorer.search.block import Block
from indoubt.explorer.search.kernels import context as at
from indoubt.explorer.search.kernels.table import LINE_SLOTS
from indoubt.explorer.search.memory import Memory

SLOT_BYTES = 8
FILLED = (7, 8)
"""A table grows when this part of its slots is filled."""
CROWDED = (15, 16)
"""One that cannot grow any more is used up to this part."""
SMALL_SLOTS = 1 << 17
"""Up to here a table doubles: it is nothing beside what else is needed."""
GROWTH = (11, 8)
"""What a larger one grows by: a state takes 8 * 8 / 7 * 11 / 8 = 12.6 bytes of it just afterwards."""
CLOSE_GROWTH = (6, 5)
"""The same where memory is scarce: 11.0 bytes."""
MOVED_AT_ONCE = 1 << 18
"""Slots that all workers together move before what they were in is given back, or a part of a large table."""
MOVED_PART = 32
MOST_SLOTS = 1 << 32
"""The tag of a slot, times the slots, has to fit a word."""

Move = Callable[[int, int, int, int], object]


class Table:
    """The slots."""

    def __init__(self, slots: int, move: Move, *, huge: bool) -> None:
        """`move` is the kernel that moves a part of a table."""
        self.slots = slots
        self._move = move
        self._huge = huge
        self._memory = Memory(SLOT_BYTES * slots, huge=huge)
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
        more, than = (2, 1) if self.slots < SMALL_SLOTS else CLOSE_GROWTH if scarce else GROWTH
        slots = max(self.slots * more // than, needed * FILLED[1] // FILLED[0] + 2)
        return min(MOST_SLOTS, -(-slots // LINE_SLOTS) * LINE_SLOTS)

    @property
    def moving_bytes(self) -> int:
        """What is taken twice for a while when it grows."""
        return SLOT_BYTES * min(self.slots, self._at_once)

    @property
    def _at_once(self) -> int:
        return max(MOVED_AT_ONCE, self.slots // MOVED_PART)

    def grow(self, slots: int, blocks: list[Block]) -> None:
        """Become larger; the blocks are told, and move what there is. Raises MemoryError."""
        memory = Memory(SLOT_BYTES * slots, huge=self._huge)
        before, self._memory = self._memory, memory
        at_once, old, self.slots = self._at_once, self.slots, slots
        self.point(blocks)
        start = 0
        while start < old:
            upto = min(old, start + at_once)
            self._move_all(before.address, start, upto, blocks)
            before.release(SLOT_BYTES * start, SLOT_BYTES * upto)
            start = upto
        before.close()

    def point(self, blocks: list[Block]) -> None:
        """Tell the workers where it is."""
        for block in blocks:
            block.write(at.TABLE, self.address)
            block.write(at.SLOTS, self.slots)

    def _move_all(self, old: int, start: int, end: int, blocks: list[Block]) -> None:
        """Have each worker move a part."""
        if len(blocks) == 1 or end - start < len(blocks):
            self._move(blocks[0].context, old, start, end)
            return
        bounds = [start + (end - start) * number // len(blocks) for number in range(len(blocks) + 1)]
        threads = [
            threading.Thread(target=self._move, args=(block.context, old, bounds[number], bounds[number + 1]))
            for number, block in enumerate(blocks)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
