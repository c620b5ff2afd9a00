"""Going on from a checkpoint: its states are read back, and the table is made again from them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Protocol

from indoubt.explorer.search.checkpoint import CheckpointError, Saved, parts_of, verify
from indoubt.explorer.search.kernels import context as at
from indoubt.explorer.search.kernels.renumbering import RANGE_BYTES
from indoubt.explorer.search.snapshot import Renumbering, put
from indoubt.explorer.search.workspace import Workspace

READ_AT_ONCE = 1 << 18
"""States."""


class Code(Protocol):
    """The kernels that this needs."""

    @property
    def rebuild(self) -> Callable[[int, int, int], object]:
        """Put states into the table."""
        ...

    @property
    def renumber(self) -> Callable[[int, int, int, int], object]:
        """Change parents."""
        ...


def restore(saved: Saved, space: Workspace, code: Code) -> bool:
    """Give the first worker everything that a checkpoint has; False if the memory that may be used has no room for it.

    Raises CheckpointError where the files are not what was written.
    """
    verify(saved, {name: log.record_bytes for name, log in space.logs.items()})
    snapshot = saved.snapshot
    renumbered = Renumbering(snapshot.order)
    if sum(end - start for start, end in snapshot.order) != snapshot.count:
        raise CheckpointError(f"{saved.folder} does not have every state in its order; the run has to start again")
    for start, end in snapshot.order:
        for first in range(start, end, READ_AT_ONCE):
            upto = min(end, first + READ_AT_ONCE)
            if not space.make_room(upto - first):
                return False
            _read(saved, space, code, first, upto, renumbered)
    put(snapshot, space, renumbered)
    space.forget_recent()
    space.point()
    return True


def _read(saved: Saved, space: Workspace, code: Code, start: int, end: int, renumbered: Renumbering) -> None:
    """Add the states from `start` to `end`, which are those of the run before, to what the first worker has."""
    block = space.first
    parts = saved.snapshot.parts
    number = next(number for number, (first, last) in enumerate(parts) if first <= start < last)
    offset, count = start - parts[number][0], block.read(at.COUNT)
    for name, log in space.logs.items():
        size = log.record_bytes
        place = log.address + count * size
        path = saved.folder / saved.name(name, number)
        for part in parts_of(path, offset * size, (offset + end - start) * size):
            ctypes.memmove(place, part, len(part))
            place += len(part)
    if not renumbered.changes_nothing:
        ranges = [word for one in renumbered.ranges for word in one]
        given = (ctypes.c_uint64 * len(ranges))(*ranges)
        parents = space.logs["parents"].address + count * space.logs["parents"].record_bytes
        code.renumber(parents, end - start, ctypes.addressof(given), len(ranges) * 8 // RANGE_BYTES)
    code.rebuild(block.context, count, count + end - start)
    block.write(at.COUNT, count + end - start)
