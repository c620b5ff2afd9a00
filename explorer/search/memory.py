"""Memory for compiled code, outside Python's heap: address space is reserved at once, and used as it fills."""

from __future__ import annotations

import contextlib
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
MAP_FIXED = 0x10
"""The same number on Linux and macOS."""
GROUPS = Path("/sys/fs/cgroup")
"""Where Linux tells what a container may use."""


def machine_bytes() -> int:
    """The memory that this machine, or the container that this runs in, can give now without swapping."""
    found = [size for size in (_available(), _left_to_the_group()) if size is not None]
    if found:
        return min(found)
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return DEFAULT_BYTES


def _available() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def _left_to_the_group() -> int | None:
    """What a control group of version 2 has left; None where there is none, or no limit."""
    try:
        most = int((GROUPS / "memory.max").read_text(encoding="ascii"))
        used = int((GROUPS / "memory.current").read_text(encoding="ascii"))
        parts = dict(line.split() for line in (GROUPS / "memory.stat").read_text(encoding="ascii").splitlines())
        return max(0, most - used + int(parts.get("inactive_file", 0)))  # what files leave is given back on demand
    except (OSError, ValueError):  # the word `max` too
        return None


def mapped_bytes() -> int | None:
    """How much of this process' resident memory is of files; None where the platform does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[2])
    except (OSError, ValueError, IndexError):
        return None
    return pages * mmap.PAGESIZE


class Memory:
    """Zeros that may be written. Raises MemoryError where the machine has not so much."""

    def __init__(self, size: int, most: int | None = None, *, huge: bool = True) -> None:
        """`size` bytes, and address space to grow to `most` where the platform can reserve it."""
        self._huge = huge
        reserved = self._reserved(max(size, most or 0))
        self.is_reserved = reserved is not None
        """Whether it has its address space from the beginning, and so never moves."""
        self._map = reserved or self._mapped(size)
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

    def release(self, start: int, end: int) -> None:
        """Give pages back that lie between two offsets: zeros are left of memory, and of a file what it has."""
        start, end = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE, end // mmap.PAGESIZE * mmap.PAGESIZE
        if start < end and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED, start, end - start)

    def lay_file(self, descriptor: int, start: int, end: int) -> None:
        """Let a part of the memory be the same part of a file; offsets are of whole pages.

        Raises OSError where the platform cannot; the part is lost then.
        """
        library = ctypes.CDLL(None, use_errno=True)
        library.mmap.restype = ctypes.c_void_p
        library.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_int64]
        kind = mmap.MAP_SHARED | MAP_FIXED
        place = self.address + start
        access = mmap.PROT_READ | mmap.PROT_WRITE
        if library.mmap(place, end - start, access, kind, descriptor, start) != place:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))

    def close(self) -> None:
        """Give it back."""
        self._map.close()

    def _reserved(self, size: int) -> mmap.mmap | None:
        """Address space without a promise of memory; None where the platform has no such thing."""
        if sys.platform == "win32":
            return None
        with contextlib.suppress(OSError, OverflowError):
            return self._advised(mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANON | NO_RESERVE))
        return None

    def _mapped(self, size: int) -> mmap.mmap:
        try:
            return self._advised(mmap.mmap(-1, size))
        except OSError as failure:
            raise MemoryError(f"the machine has no {size:,} bytes: {failure.strerror}") from None

    def _advised(self, made: mmap.mmap) -> mmap.mmap:
        if len(made) >= HUGE_BYTES and hasattr(mmap, "MADV_HUGEPAGE"):
            made.madvise(mmap.MADV_HUGEPAGE if self._huge else mmap.MADV_NOHUGEPAGE)
        return made

    def _address(self) -> int:
        return ctypes.addressof(ctypes.c_char.from_buffer(self._map))
