"""Where a search is, apart from its states: what a checkpoint has besides the logs.

States are numbered by the worker that stored them, and the next run may have more workers, or fewer. So a snapshot says
in which order to read them: those that are expanded, those of the same level that are not, and those of the next one.
The first worker of the next run gets all of them in that order, and every index is changed to the new one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from indoubt.explorer.search.block import Block
from indoubt.explorer.search.kernels import context as at
from indoubt.explorer.search.workspace import Workspace
from indoubt.specs.language.frozen import dataclass

Range = tuple[int, int]
"""Indices from the first to before the second."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Indices are those of the run that took it."""

    parts: tuple[Range, ...]
    """What each worker has stored."""
    order: tuple[Range, ...]
    level_ends: tuple[int, ...]
    initial: int
    generated: int
    expanded: int
    elapsed_s: float
    open: int
    open_steps: int
    is_violated: bool
    stuck: int | None
    taken: tuple[int, ...]
    bounds: tuple[int, ...]
    """Bits, 64 in a word."""
    broken: Mapping[str, int]
    found: Mapping[str, tuple[int, int, str]]
    """For each property of states that was found its record: kind, index, and the words of a state in hexadecimal."""
    found_steps: Mapping[str, tuple[int, int, str]]
    stopped: str = ""
    """The limit that ended the run, where one did."""

    @property
    def count(self) -> int:
        """How many states there are."""
        return sum(end - start for start, end in self.parts)

    def data(self) -> dict[str, Any]:
        """The same for JSON."""
        return asdict(self)

    @staticmethod
    def of(data: Mapping[str, Any]) -> Snapshot:
        """A snapshot from what `data` returned and JSON kept. Raises KeyError, TypeError, ValueError."""
        pairs = {name: tuple((int(a), int(b)) for a, b in data[name]) for name in ("parts", "order")}
        lists = {name: tuple(map(int, data[name])) for name in ("level_ends", "taken", "bounds")}
        records = {
            name: {key: (int(kind), int(index), str(words)) for key, (kind, index, words) in data[name].items()}
            for name in ("found", "found_steps")
        }
        fields: dict[str, Any] = {**data, **pairs, **lists, **records}
        return Snapshot(**fields)


def taken_of(space: Workspace, order: list[Range], initial: int, elapsed_s: float, stopped: str = "") -> Snapshot:
    """Where a search is whose workers stand still and have nothing in their batches."""
    blocks = space.blocks
    left = [space.common(field) for field in (at.OPEN, at.OPEN_STEPS)]
    stuck = [block.read(at.STUCK) - 1 for block in blocks if block.read(at.STUCK)]
    broken: dict[str, int] = {}
    records: tuple[dict[str, tuple[int, int, str]], ...] = ({}, {})
    for block in reversed(blocks):  # as `Workspace.outcome` has it
        broken |= {str(position): index for position, index in block.broken().items()}
        for found, field in zip(records, (at.FOUND, at.FOUND_STEPS), strict=True):
            found |= {
                str(position): (kind, index, words.hex()) for position, kind, index, words in block.records(field)
            }
    bounds = [0] * len(blocks[0].bound_words())
    for block in blocks:
        bounds = [one | more for one, more in zip(bounds, block.bound_words(), strict=True)]
    return Snapshot(
        parts=tuple((block.first, block.read(at.COUNT)) for block in blocks),
        order=tuple(one for one in order if one[0] < one[1]),
        level_ends=tuple(space.level_ends()),
        initial=initial,
        generated=space.total(at.GENERATED),
        expanded=space.total(at.EXPANDED),
        elapsed_s=elapsed_s,
        open=left[0],
        open_steps=left[1],
        is_violated=space.total(at.VIOLATED) != 0,
        stuck=min(stuck, default=None),
        taken=tuple(space.taken()),
        bounds=tuple(bounds),
        broken=broken,
        found=records[0],
        found_steps=records[1],
        stopped=stopped,
    )


class Renumbering:
    """The new index of every state."""

    def __init__(self, order: tuple[Range, ...]) -> None:
        starts: list[tuple[int, int, int]] = []
        new = 0
        for start, end in order:
            starts.append((start, end, new))
            new += end - start
        self.ranges = sorted(starts)
        """Old indices from and to, and the new index of the first; in the order of the old ones."""

    @property
    def changes_nothing(self) -> bool:
        """Whether every index stays as it is."""
        return all(start == new for start, _, new in self.ranges)

    def __call__(self, index: int) -> int:
        """The new index; that of no state stays."""
        if index == at.ROOT:
            return index
        start, _, new = self.ranges[bisect_right(self.ranges, (index, at.ROOT + 1, 0)) - 1]
        return new + index - start


def put(snapshot: Snapshot, space: Workspace, renumbered: Callable[[int], int]) -> None:
    """Tell the workers what was known, the states apart."""
    first: Block = space.first
    for field, left in ((at.OPEN, snapshot.open), (at.OPEN_STEPS, snapshot.open_steps)):
        space.write(field, space.common(field) & left)
    first.write(at.GENERATED, snapshot.generated)
    first.write(at.EXPANDED, snapshot.expanded)
    first.write(at.VIOLATED, int(snapshot.is_violated))
    first.write(at.STUCK, 0 if snapshot.stuck is None else renumbered(snapshot.stuck) + 1)
    first.copy_in(at.TAKEN, list(snapshot.taken))
    first.copy_in(at.BOUNDS, list(snapshot.bounds))
    first.put_broken({int(position): renumbered(index) for position, index in snapshot.broken.items()})
    for field, found in ((at.FOUND, snapshot.found), (at.FOUND_STEPS, snapshot.found_steps)):
        for position, (kind, index, words) in found.items():
            first.put_record(field, int(position), kind, renumbered(index), bytes.fromhex(words))
    for end in snapshot.level_ends:
        space.add_level(end)
