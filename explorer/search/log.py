"""A log: records that are only added, in memory until there is too little of it, and then in a file.

Each worker adds to a part of its own. The address of a record never changes when a log moves to disk: the pages of the
file take the place of those of memory, so that compiled code reads and writes on. The file has no name in its folder,
and so it is gone with the process, whatever ends that. It is given its space on the disk before it is written, since
the system ends a process that writes to a mapped page which finds no space.
"""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
import weakref
from pathlib import Path

from indoubt.explorer.search.memory import HUGE_BYTES, Memory

PART_RECORDS = 1 << 19
"""Parts are multiples of this, so that each begins at a huge page, records having four bytes or more."""
CAN_MOVE = sys.platform == "linux"
"""Whether a file can take the place of memory, and be given its space beforehand."""
COPIED_AT_ONCE = 1 << 24


class Log:
    """The records of all workers. Raises MemoryError where they would have to share address space that there is not."""

    def __init__(self, record_bytes: int, parts: int, part_records: int, *, huge: bool) -> None:
        self._record_bytes = record_bytes
        self._parts = range(0, parts * part_records, part_records)
        self._huge = huge
        self._memory = Memory(1 << 16, parts * part_records * record_bytes, huge=huge)
        if parts > 1 and not self._memory.is_reserved:
            raise MemoryError("several workers need address space to be reserved, which fails here; one does not")
        self._file: int | None = None
        """The descriptor of the file."""
        self._laid = [0] * parts
        """How many records of each part have room in the file."""

    @property
    def address(self) -> int:
        """Where the first record of the first worker is."""
        return self._memory.address

    @property
    def record_bytes(self) -> int:
        """The size of a record."""
        return self._record_bytes

    @property
    def held(self) -> int:
        """How many records there is room for, whether in memory or not, without moving any."""
        return self._memory.size // self._record_bytes

    @property
    def is_on_disk(self) -> bool:
        """Whether it has moved to a file."""
        return self._file is not None

    @property
    def can_move(self) -> bool:
        """Whether it can be in a file."""
        return CAN_MOVE and self._memory.is_reserved

    def grow(self, records: int) -> None:
        """Have room for as many records. Raises MemoryError."""
        self._memory.grow(records * self._record_bytes)

    def used_bytes(self, counts: list[int]) -> int:
        """How much memory records take; in a file they take none that the system cannot take back."""
        if self.is_on_disk:
            return 0
        page = HUGE_BYTES if self._huge else 1 << 12
        return sum(-(-count * self._record_bytes // page) * page for count in counts)

    # ---- on disk

    def move(self, folder: Path, counts: list[int], window: int) -> None:
        """Put the records, and room for some more, into a file. Raises OSError, and then it is in memory as before."""
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            for number, count in enumerate(counts):
                start, end = self._bytes(number, 0, self._rounded(count, window))
                os.posix_fallocate(file.fileno(), start, end - start)
                self._copy(file.fileno(), start, start + count * self._record_bytes)
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)
        for number, count in enumerate(counts):
            self._lay(number, self._rounded(count, window))

    def extend(self, number: int, count: int, window: int) -> None:
        """Have room in the file after the first `count` records of a part. Raises OSError if the disk is full."""
        assert self._file is not None
        upto = self._rounded(count, window)
        if upto > self._laid[number]:
            start, end = self._bytes(number, self._laid[number], upto)
            os.posix_fallocate(self._file, start, end - start)
            self._lay(number, upto)

    def laid(self, number: int) -> int:
        """How many records of a part there is room for in the file."""
        return self._laid[number]

    def drop(self) -> None:
        """Have the pages that are in the file taken out of memory; they come back when they are read."""
        if self._file is not None:
            for number, laid in enumerate(self._laid):
                self._memory.release(*self._bytes(number, 0, laid))

    def _rounded(self, count: int, window: int) -> int:
        """Whole windows, and at least half a window for what comes."""
        return (count + window // 2) // window * window + window

    def _bytes(self, number: int, start: int, end: int) -> tuple[int, int]:
        first = self._parts[number]
        return (first + start) * self._record_bytes, (first + end) * self._record_bytes

    def _copy(self, descriptor: int, start: int, end: int) -> None:
        while start < end:
            size = min(end - start, COPIED_AT_ONCE)
            given = (ctypes.c_char * size).from_address(self._memory.address + start)
            start += os.pwrite(descriptor, given, start)

    def _lay(self, number: int, upto: int) -> None:
        assert self._file is not None
        start, end = self._bytes(number, self._laid[number], upto)
        self._memory.lay_file(self._file, start, end)
        self._laid[number] = upto
