"""The memory that all workers of a search share: the states with their parents, the table, the levels.

Each worker stores states in a part of the array of its own, so a state has one index for all of them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from indoubt.explorer.search.block import LINE_BYTES, Block, Shape, Tuning
from indoubt.explorer.search.kernels import context as at
from indoubt.explorer.search.memory import Memory, machine_bytes
from indoubt.explorer.search.packed import Outcome, Store
from indoubt.explorer.search.result import Counts, Stopped

MOST_INDEX = at.ROOT - 1
"""Indices have 32 bits, and one of them stands for no state."""
PARENT_BYTES = 4
MOVED_AT_ONCE = 1 << 22
"""Slots; a table is moved in parts, so that an interruption waits for some milliseconds only."""
FILLED = (3, 4)
"""A table grows when this part of its slots is filled."""


class Workspace:
    """Everything that the kernels of one search read and write."""

    def __init__(
        self,
        shape: Shape,
        tuning: Tuning,
        move: Callable[[int, int, int, int], object],
        limit: int | None = None,
        workers: int = 1,
    ) -> None:
        """`move` is the kernel that moves a part of a table; `limit` is how many bytes may be used."""
        self._shape = shape
        self._tuning = tuning
        self._move = move
        self._limit = machine_bytes() if limit is None else limit
        most = min(MOST_INDEX, self._limit // (shape.state_bytes + PARENT_BYTES)) // workers * workers + workers
        self._states = Memory(1 << 16, most * shape.state_bytes, huge=tuning.huge_pages)
        self._parents = Memory(1 << 16, most * PARENT_BYTES, huge=tuning.huge_pages)
        if workers > 1 and self._held() < most:
            raise MemoryError("several workers need address space to be reserved, which fails here; one does not")
        self._part = most // workers
        self._slots = tuning.slots
        self._table = Memory(8 * self._slots, huge=tuning.huge_pages)
        self._levels = Memory(1 << 13, huge=False)
        self._chunks = Memory(LINE_BYTES * workers, huge=False)
        self.blocks = [Block(shape, tuning, number * self._part) for number in range(workers)]
        for number, block in enumerate(self.blocks):
            block.write(at.OWN, number)
            block.write(at.WORKERS, workers)
            block.write(at.CHUNKS, self._chunks.address)
        self.point()

    @property
    def first(self) -> Block:
        """The block of the first worker, which takes the initial states."""
        return self.blocks[0]

    def write(self, field: int, value: int) -> None:
        """Change a word of every context."""
        for block in self.blocks:
            block.write(field, value)

    def total(self, field: int) -> int:
        """The sum of a word over all contexts."""
        return sum(block.read(field) for block in self.blocks)

    @property
    def distinct(self) -> int:
        """How many states there are."""
        return sum(block.stored for block in self.blocks)

    def begin(self) -> None:
        """Make the states that there are the first level."""
        known = ctypes.string_at(self._states.address, self._shape.state_bytes)
        for block in self.blocks:
            block.forget_recent(known)
        if len(self.blocks) == 1:
            self.first.write(at.END, self.first.read(at.COUNT))
        self.add_level()

    def agree(self) -> None:
        """What one worker has found, nobody looks for any more."""
        for field in (at.OPEN, at.OPEN_STEPS):
            left = self.first.read(field)
            for block in self.blocks:
                left &= block.read(field)
            self.write(field, left)

    def share(self, starts: list[int]) -> None:
        """Let the workers take the states that each has stored from its start on."""
        for number, (start, block) in enumerate(zip(starts, self.blocks, strict=True)):
            record = (ctypes.c_uint64 * 2).from_address(self._chunks.address + LINE_BYTES * number)
            record[0], record[1] = start, block.read(at.COUNT)

    # ---- growth

    @property
    def load(self) -> float:
        """How full the table is, from 0 to 1."""
        return self.distinct / self._slots

    def taken(self) -> tuple[int, ...]:
        """How often each action was taken, by all workers."""
        return tuple(map(sum, zip(*(block.taken() for block in self.blocks), strict=True)))

    @property
    def used_bytes(self) -> int:
        """How much memory is in use: the table, and what is written of the arrays."""
        small = sum(block.size for block in self.blocks)
        return 8 * self._slots + self.distinct * (self._shape.state_bytes + PARENT_BYTES) + small

    def grow(self) -> bool:
        """Make room for the batch of every worker; False if the memory that may be used has none."""
        needed = self.distinct + len(self.blocks) * max(block.read(at.BATCH_SIZE) for block in self.blocks)
        if needed > _filled(self._slots) and not self._grow_table(needed):
            return False
        if len(self.blocks) == 1 and needed > self._held():
            try:
                self._states.grow(min(MOST_INDEX, 2 * needed) * self._shape.state_bytes)
                self._parents.grow(min(MOST_INDEX, 2 * needed) * PARENT_BYTES)
            except MemoryError:
                return False
        self.point()
        return all(block.read(at.COUNT) + block.read(at.BATCH_SIZE) <= block.read(at.ROOM) for block in self.blocks)

    def _grow_table(self, needed: int) -> bool:
        # While the new table is filled, there are both.
        free = self._limit - self.used_bytes
        slots = min(max(2 * self._slots, 2 * needed), free // 8, 1 << 32)
        if _filled(slots) < needed:
            return False
        try:
            table = Memory(8 * slots, huge=self._tuning.huge_pages)
        except MemoryError:
            return False
        before, self._table = self._table, table
        old, self._slots = self._slots, slots
        self.point()
        for start in range(0, old, MOVED_AT_ONCE):
            self._move(self.first.context, before.address, start, min(old, start + MOVED_AT_ONCE))
        before.close()
        return True

    def _held(self) -> int:
        """How many states the arrays take."""
        return min(self._states.size // self._shape.state_bytes, self._parents.size // PARENT_BYTES)

    def point(self) -> None:
        """Tell the workers where everything is and how much each may store."""
        small = sum(block.size for block in self.blocks)
        free = max(0, self._limit - small - 8 * self._slots)
        allowed = free // (self._shape.state_bytes + PARENT_BYTES)
        most = min(_filled(self._slots), allowed, self._held(), MOST_INDEX)
        each = max(0, most - self.distinct) // len(self.blocks)
        for block in self.blocks:
            block.write(at.STATES, self._states.address)
            block.write(at.PARENTS, self._parents.address)
            block.write(at.TABLE, self._table.address)
            block.write(at.SLOTS, self._slots)
            block.write(at.LEVELS, self._levels.address)
            block.write(at.LEVELS_ROOM, self._levels.size // 8)
            block.write(at.ROOM, min(block.read(at.COUNT) + each, block.first + self._held() // len(self.blocks)))

    # ---- levels

    def add_level(self) -> None:
        """Note how many states there are at the end of a level."""
        levels = self.first.read(at.LEVEL_COUNT)
        if levels == self.first.read(at.LEVELS_ROOM):
            self.grow_levels()
        ctypes.c_uint64.from_address(self._levels.address + 8 * levels).value = self.distinct
        self.first.write(at.LEVEL_COUNT, levels + 1)

    def grow_levels(self) -> None:
        """Make room for more levels."""
        self._levels.grow(2 * self._levels.size)
        self.point()

    def level_ends(self) -> list[int]:
        """How many states there were at the end of each complete level."""
        return list((ctypes.c_uint64 * self.first.read(at.LEVEL_COUNT)).from_address(self._levels.address))

    # ---- what was found

    def outcome(self, counts: Counts, stopped: Stopped | None, elapsed_s: float) -> Outcome:
        """Read everything off; of what several workers have found at once, that with the lowest index."""
        ends = self.level_ends()
        if ends and counts.distinct > ends[-1]:
            ends.append(counts.distinct)
        # What the first worker has found goes over what the others have.
        blocks = self.blocks[::-1]
        stuck = [block.read(at.STUCK) - 1 for block in self.blocks if block.read(at.STUCK)]
        failures = [failure for block in self.blocks if (failure := block.failure()) is not None]
        return Outcome(
            counts,
            expanded=self.total(at.EXPANDED),
            levels=tuple(end - start for start, end in zip([0, *ends], ends, strict=False)),
            taken=self.taken(),
            bounds=frozenset(bound for block in blocks for bound in block.bounds()),
            found={position: one for block in blocks for position, one in block.found(at.FOUND).items()},
            found_steps={position: one for block in blocks for position, one in block.found(at.FOUND_STEPS).items()},
            broken={position: index for block in blocks for position, index in block.broken().items()},
            stuck=min(stuck, default=None),
            failure=failures[0] if failures else None,
            stopped=stopped,
            is_violated=self.total(at.VIOLATED) != 0,
            store=Store(self._shape.words, self._states, self._parents),
            memory_bytes=self.used_bytes,
            elapsed_s=elapsed_s,
        )


def _filled(slots: int) -> int:
    return slots * FILLED[0] // FILLED[1]
