"""Memory for compiled code, outside Python's heap: address space is reserved at once, and used as it fills."""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from pathlib import Path

NO_RESERVE = getattr(mmap, "MAP_NORESERVE", 0x4000) if sys.platform == "linux" else 0
"""Python names it since 3.13 only; elsewhere memory is not promised anyway."""
DEFAULT_BYTES = 8 << 30
"""Taken for the memory of a machine that does not tell."""
HUGE_BYTES = 1 << 21
"""The size of a huge page; smaller memory has no use for them."""


def machine_bytes() -> int:
    """The memory that this machine can give now without swapping."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return DEFAULT_BYTES


class Memory:
    """Zeros that may be written. Raises MemoryError where the machine has not so much."""

    def __init__(self, size: int, most: int | None = None, *, huge: bool = True) -> None:
        """`size` bytes, and address space to grow to `most` where the platform can reserve it."""
        self._huge = huge
        self._map = self._reserved(max(size, most or 0)) or self._mapped(size)
        self.address = self._address()

    @property
    def size(self) -> int:
        """How many bytes may be used."""
        return len(self._map)

    def grow(self, size: int) -> None:
        """Have at least `size` bytes; what is there is kept, but may move to another address."""
        if size <= self.size:
            return
        larger = self._mapped(size)
        before, size, self._map = self._map, self.size, larger
        old, self.address = self.address, self._address()
        ctypes.memmove(self.address, old, size)
        before.close()

    def close(self) -> None:
        """Give it back."""
        self._map.close()

    def _reserved(self, size: int) -> mmap.mmap | None:
        """Address space without a promise of memory; None where the platform has no such thing."""
        if sys.platform == "win32":
            return None
        try:
            return self._advised(mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANON | NO_RESERVE))
        except OSError:
            return None

    def _mapped(self, size: int) -> mmap.mmap:
        try:
            return self._advised(mmap.mmap(-1, size))
        except OSError as failure:
            raise MemoryError(f"the machine has no {size:,} bytes: {failure.strerror}") from None

    def _advised(self, made: mmap.mmap) -> mmap.mmap:
        if self._huge and len(made) >= HUGE_BYTES and hasattr(mmap, "MADV_HUGEPAGE"):
            made.madvise(mmap.MADV_HUGEPAGE)
        return made

    def _address(self) -> int:
        return ctypes.addressof(ctypes.c_char.from_buffer(self._map))
