"""A symmetry of a machine: which members of which sorts may change places."""

from __future__ import annotations

from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.sorts import Sort

Peers = tuple[int, ...]
"""A block: members that may change places, by their numbers."""


@dataclass(frozen=True, slots=True)
class Symmetry:
    """The blocks of two or more interchangeable members of each sort that has any."""

    blocks: tuple[tuple[type[Sort], tuple[Peers, ...]], ...]

    @property
    def sorts(self) -> tuple[type[Sort], ...]:
        """The sorts, in the order in which they were asked for."""
        return tuple(sort for sort, _ in self.blocks)
