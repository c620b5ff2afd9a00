"""The memory that all workers of a search share: the states with their parents, the table, the levels.

Each worker stores states in a part of the array of its own, so a state has one index for all of them.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from pathlib import Path

from indoubt.explorer.search.block import LINE_BYTES, Block, Shape, Tuning
from indoubt.explorer.search.folders import free_text
from indoubt.explorer.search.kernels import context as at
from indoubt.explorer.search.kernels.table import LINE_SLOTS
from indoubt.explorer.search.log import PART_RECORDS, Log
from indoubt.explorer.search.memory import Memory, machine_bytes, mapped_bytes
from indoubt.explorer.search.packed import Outcome, Store
from indoubt.explorer.search.result import Counts, Stopped
from indoubt.explorer.search.table import MOST_SLOTS, SLOT_BYTES, Growing, Table
from indoubt.specs.language.frozen import dataclass

MOST_INDEX = at.ROOT - 1
"""Indices have 32 bits, and one of them stands for no state."""
PARENT_BYTES = 4
HUGE_FROM_BYTES = 1 << 28
"""With less memory huge pages are not used: there are some in every array that are not filled."""
SPARED = 8
"""Where states on disk are looked at, the table leaves this part of the memory to those that are read again."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may use: bytes of memory, None for what the machine can give, and a folder for the rest."""

    memory_bytes: int | None = None
    folder: Path | None = None


class Workspace:
    """Everything that the kernels of one search read and write."""

    def __init__(self, shape: Shape, tuning: Tuning, code: Growing, budget: Budget, workers: int = 1) -> None:
        """`code` has the kernels that the table grows with."""
        self._shape = shape
        self._tuning = tuning
        self._limit = machine_bytes() * 9 // 10 if budget.memory_bytes is None else budget.memory_bytes
        self._folder = budget.folder
        huge = tuning.huge_pages and self._limit >= HUGE_FROM_BYTES
        self._page = (1 << 21) if huge else 1 << 12
        most = MOST_INDEX // workers
        whole = -(-(self._limit // SLOT_BYTES + 1) // PART_RECORDS) * PART_RECORDS  # more would not fit the table
        self._part = min(whole, most if workers == 1 else most // PART_RECORDS * PART_RECORDS)
        self._states = Log(shape.state_bytes, workers, self._part, huge=huge)
        self._parents = Log(PARENT_BYTES, workers, self._part, huge=huge)
        self._table = Table(tuning.slots, self._limit, code, huge=huge)
        self._levels = Memory(1 << 13, huge=False)
        self._chunks = Memory(LINE_BYTES * workers, huge=False)
        self.beside_bytes = 0
        """What others keep for this search, which is of the memory that may be used."""
        self.obstacle = ""
        """Why memory did not grow, where it is not for want of it alone."""
        self.is_numbered_out = False
        """Whether it did not because there are no more indices."""
        self._peak = 0
        self._mapped_before = 0
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
        self.forget_recent()
        if len(self.blocks) == 1:
            self.first.write(at.END, self.first.read(at.COUNT))
        self.add_level(self.distinct)

    def forget_recent(self) -> None:
        """Have a state that is stored be the one that was met last, everywhere."""
        known = ctypes.string_at(self._states.address, self._shape.state_bytes)
        for block in self.blocks:
            block.forget_recent(known)

    def common(self, field: int) -> int:
        """The bits of a word that are set in all contexts."""
        left = self.first.read(field)
        for block in self.blocks:
            left &= block.read(field)
        return left

    def agree(self) -> None:
        """What one worker has found, nobody looks for any more."""
        for field in (at.OPEN, at.OPEN_STEPS):
            self.write(field, self.common(field))

    def share(self, starts: list[int], ends: list[int]) -> None:
        """Let the workers take the states from `starts` to `ends`, of those that each has stored."""
        for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
            record = (ctypes.c_uint64 * 2).from_address(self._chunks.address + LINE_BYTES * number)
            record[0], record[1] = start, end

    def shared(self) -> list[int]:
        """Where the states begin that nobody has taken."""
        places = [self._chunks.address + LINE_BYTES * number for number in range(len(self.blocks))]
        return [ctypes.c_uint64.from_address(place).value for place in places]

    @property
    def is_settled(self) -> bool:
        """Whether nothing waits to be looked up; only then is a snapshot the whole truth."""
        return all(block.read(at.BATCH_SIZE) == 0 and block.read(at.MODE) == at.LOOKED_UP for block in self.blocks)

    def overdraw(self) -> None:
        """Let the workers look up what waits, where there was no memory for it: they have as much as that takes."""
        free = max(0, self._table.slots * 31 // 32 - self.distinct) // len(self.blocks)
        for number, block in enumerate(self.blocks):
            own = self._laid(number) if self.is_on_disk else self._part
            block.write(at.ROOM, min(block.read(at.COUNT) + free, block.first + min(own, self._part)))

    @property
    def logs(self) -> dict[str, Log]:
        """The logs by their names."""
        return {"states": self._states, "parents": self._parents}

    # ---- growth

    @property
    def used_bytes(self) -> int:
        """How much memory is in use: the table, and what is written of the logs where they are in memory."""
        return self._table.used_bytes + self._small_bytes + self._log_bytes

    @property
    def free_bytes(self) -> int:
        """How much more memory may be used."""
        return max(0, self._limit - self.used_bytes)

    @property
    def is_overdrawn(self) -> bool:
        """Whether what others keep has taken more than there was."""
        return self.beside_bytes > 0 and self.used_bytes > self._limit

    @property
    def peak_bytes(self) -> int:
        """How much it was at most."""
        return max(self._peak, self.used_bytes)

    def taken(self) -> tuple[int, ...]:
        """How often each action was taken, and in how many states each fault was enabled, by all workers."""
        return tuple(map(sum, zip(*(block.taken() for block in self.blocks), strict=True)))

    @property
    def load(self) -> float:
        """How full the table is, from 0 to 1."""
        return self.distinct / self._table.slots

    @property
    def most_numbered(self) -> str:
        """How many states have numbers, as the limit that it is."""
        if len(self.blocks) == 1:
            return f"{min(self._part, self._table.most):,} states, as many as native code numbers"
        each = f"{self._part:,} states of one of {len(self.blocks)} workers"
        return f"{each}, as many as native code numbers"

    @property
    def is_on_disk(self) -> bool:
        """Whether the logs have moved to disk."""
        return self._states.is_on_disk

    @property
    def _small_bytes(self) -> int:
        small = self.beside_bytes + self._levels.size + self._chunks.size + sum(block.size for block in self.blocks)
        if not self.is_on_disk:
            return small
        # What was read and written since the last window began.
        return small + 2 * len(self.blocks) * self._tuning.window * (self._shape.state_bytes + PARENT_BYTES)

    @property
    def _log_bytes(self) -> int:
        counts = [block.stored for block in self.blocks]
        return self._states.used_bytes(counts) + self._parents.used_bytes(counts)

    def grow(self) -> bool:
        """Make room for the batch of every worker; False if there is none, and `obstacle` may say why."""
        return self.make_room(max(block.read(at.BATCH_SIZE) for block in self.blocks))

    def make_room(self, each: int) -> bool:
        """Make room for as many more states of every worker."""
        self.obstacle = ""
        needed = self.distinct + len(self.blocks) * each
        self.is_numbered_out = any(block.stored + each > self._part for block in self.blocks)
        if self.is_numbered_out:
            return False
        if needed > self._table.room and not self._grow_table(needed):
            return False
        if needed > self._allowed and not self._to_disk():
            return False
        if not self._hold(needed, each):
            return False
        self._peak = max(self._peak, self.used_bytes)
        self.point()
        return all(block.read(at.COUNT) + each <= block.read(at.ROOM) for block in self.blocks)

    def _grow_table(self, needed: int) -> bool:
        table = self._table
        slots = table.larger(needed, scarce=self.is_on_disk)
        if SLOT_BYTES * (slots - table.slots) > self._free_for_table and self._to_disk():
            slots = table.larger(needed, scarce=True)
        slots = min(slots, table.slots + self._free_for_table // SLOT_BYTES)
        slots = slots // LINE_SLOTS * LINE_SLOTS
        if slots > table.slots * 17 // 16:
            with suppress(MemoryError):
                table.grow(slots, self.blocks)
        if needed > table.room:
            table.is_crowded = True
        self.is_numbered_out = needed > table.room and table.slots == MOST_SLOTS
        return needed <= table.room

    @property
    def _free_for_table(self) -> int:
        spared = self._limit // SPARED if self.is_on_disk and self._shape.looks_at_states else 0
        return max(0, self._limit - self.used_bytes - spared)

    @property
    def _allowed(self) -> int:
        """How many states there may be for want of memory, where they are."""
        if self.is_on_disk and self._parents.is_on_disk:
            return MOST_INDEX
        rounding = 2 * len(self.blocks) * self._page
        free = self._limit - self._small_bytes - self._table.used_bytes - rounding
        return max(0, free) // (self._shape.state_bytes + PARENT_BYTES)

    def _to_disk(self) -> bool:
        """Move the logs to disk, if they are not there and can be."""
        logs = (self._states, self._parents)
        if self._folder is None and not self.is_on_disk:
            self.obstacle = "there is no folder on a disk for what does not fit; name one with --disk"
        if self._folder is None or all(log.is_on_disk for log in logs) or not all(log.can_move for log in logs):
            return False
        self._mapped_before = mapped_bytes() or 0
        counts = [block.stored for block in self.blocks]
        try:
            for log in logs:
                if not log.is_on_disk:
                    log.move(self._folder, counts, self._tuning.window)
        except OSError as failure:
            self.obstacle = f"the logs cannot move to disk: {self._folder}: {failure.strerror}{free_text(self._folder)}"
            return False
        for log in logs:
            log.drop()
        return True

    def _hold(self, needed: int, each: int) -> bool:
        """Have room in the logs."""
        try:
            if self.is_on_disk:
                for number, block in enumerate(self.blocks):
                    for log in self._logs_on_disk:
                        log.extend(number, block.stored + each, self._tuning.window)
                self._drop()
            elif needed > self._held:
                for log in (self._states, self._parents):
                    log.grow(min(MOST_INDEX, 2 * needed))
        except MemoryError:
            return False
        except OSError as failure:
            assert self._folder is not None
            self.obstacle = f"the logs cannot grow: {self._folder}: {failure.strerror}{free_text(self._folder)}"
            return False
        return True

    def _drop(self) -> None:
        self._parents.drop()
        if not self._shape.looks_at_states:
            self._states.drop()

    def trim(self) -> None:
        """Have states on disk that were looked at taken out of memory when they are too many; workers may run."""
        if self.is_on_disk and self._shape.looks_at_states:
            mapped = mapped_bytes()
            spare = max(self._limit // SPARED // 2, self._limit - self.used_bytes)
            if mapped is None or mapped - self._mapped_before > spare:
                self._states.drop()
                self._parents.drop()

    def _laid(self, number: int) -> int:
        """How many states of a worker have room on disk."""
        return min(log.laid(number) for log in self._logs_on_disk)

    @property
    def _logs_on_disk(self) -> list[Log]:
        """Both or none, unless the disk was full in between."""
        return [log for log in (self._states, self._parents) if log.is_on_disk]

    @property
    def _held(self) -> int:
        """How many states the arrays take."""
        return min(self._states.held, self._parents.held)

    def point(self) -> None:
        """Tell the workers where everything is and how much each may store."""
        most = min(self._table.room, self._allowed, self._held, MOST_INDEX)
        each = max(0, most - self.distinct) // len(self.blocks)
        self._table.point(self.blocks)
        for number, block in enumerate(self.blocks):
            block.write(at.STATES, self._states.address)
            block.write(at.PARENTS, self._parents.address)
            block.write(at.LEVELS, self._levels.address)
            block.write(at.LEVELS_ROOM, self._levels.size // 8)
            own = self._part if len(self.blocks) > 1 else self._held
            if self.is_on_disk:
                own = min(own, self._laid(number) - self._tuning.window // 4)
            block.write(at.ROOM, min(block.read(at.COUNT) + each, block.first + own))

    # ---- levels

    def add_level(self, end: int) -> None:
        """Note how many states there are at the end of a level."""
        levels = self.first.read(at.LEVEL_COUNT)
        if levels == self.first.read(at.LEVELS_ROOM):
            self.grow_levels()
        ctypes.c_uint64.from_address(self._levels.address + 8 * levels).value = end
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
            memory_bytes=self.peak_bytes,
            is_on_disk=self.is_on_disk,
            elapsed_s=elapsed_s,
        )
