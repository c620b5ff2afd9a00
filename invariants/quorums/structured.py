"""Quorum systems that tell members apart: by weight, by place in a grid or a group, by configuration.

Members are numbered from 0. Each system cites its source, and names the theorem that says when its quorums overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any, ClassVar, cast

from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.quorum_systems import Kind, Overlap, QuorumError, QuorumSystem

ANY_TWO = (Overlap((None, None)),)


def _numbers(name: str, given: object, least: int) -> tuple[int, ...]:
    """Whole numbers from `least` up. Raises QuorumError."""
    values: tuple[Any, ...] = ()
    if isinstance(given, tuple | list):
        values = tuple(cast("tuple[Any, ...]", given))
    if not values or any(isinstance(one, bool) or not isinstance(one, int) or one < least for one in values):
        raise QuorumError(f"{name}={given!r} is not possible; write whole numbers from {least} up, as in {name}=(1, 2)")
    return values


@dataclass(frozen=True, repr=False)
class Weighted(QuorumSystem):
    """Members with weights; a quorum weighs more than half of all, or at least `votes` where that is given."""

    weights: tuple[int, ...]
    votes: int | None = None
    theorem: ClassVar[str] = "weighted"
    source: ClassVar[str] = "Gifford, Weighted Voting for Replicated Data, SOSP 1979"

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", _numbers("weights", self.weights, 0))
        if self.votes is not None and (isinstance(self.votes, bool) or self.votes < 1):
            raise QuorumError(f"votes={self.votes!r} is not possible; write a whole number from 1 up")

    @property
    def members(self) -> int:
        """One for each weight."""
        return len(self.weights)

    def accepts(self, members: frozenset[int], size: int, phase: Kind | None) -> bool:
        """Whether they weigh enough."""
        weight = sum(self.weights[one] for one in members)
        return 2 * weight > sum(self.weights) if self.votes is None else weight >= self.votes

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two meet."""
        return ANY_TWO


@dataclass(frozen=True, repr=False)
class Grid(QuorumSystem):
    """A grid, numbered row by row; a quorum is one full row and one full column."""

    rows: int
    columns: int
    source: ClassVar[str] = "Cheung, Ammar and Ahamad, The Grid Protocol, IEEE TKDE 4(6), 1992"
    theorem: ClassVar[str] = "grid"

    def __post_init__(self) -> None:
        _numbers("rows", (self.rows,), 1)
        _numbers("columns", (self.columns,), 1)

    @property
    def members(self) -> int:
        """One in each cell."""
        return self.rows * self.columns

    def row(self, number: int) -> frozenset[int]:
        """The members of a row."""
        return frozenset(range(number * self.columns, (number + 1) * self.columns))

    def column(self, number: int) -> frozenset[int]:
        """The members of a column."""
        return frozenset(range(number, self.members, self.columns))

    def accepts(self, members: frozenset[int], size: int, phase: Kind | None) -> bool:
        """Whether there is a full row among them, and a full column."""
        has_row = any(self.row(number) <= members for number in range(self.rows))
        return has_row and any(self.column(number) <= members for number in range(self.columns))

    def smallest(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """Each row with each column, without those that contain another and without repetition."""
        every = [self.row(row) | self.column(column) for row in range(self.rows) for column in range(self.columns)]
        return iter([one for one in dict.fromkeys(every) if not any(other < one for other in every)])

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two meet: the row of the one crosses the column of the other."""
        return ANY_TWO


@dataclass(frozen=True, repr=False)
class FlexibleGrid(Grid):
    """A grid, numbered row by row; phase 1 takes a full row, phase 2 a full column."""

    phases: ClassVar[tuple[Kind, ...]] = (1, 2)
    source: ClassVar[str] = "Howard, Malkhi and Spiegelman, Flexible Paxos: Quorum Intersection Revisited, OPODIS 2016"
    theorem: ClassVar[str] = "flexible-grid"

    def accepts(self, members: frozenset[int], size: int, phase: Kind | None) -> bool:
        """Whether there is a full row among them, or a full column."""
        return any(one <= members for one in self._lines(phase))

    def smallest(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """The rows, or the columns."""
        return iter(dict.fromkeys(self._lines(phase)))

    def _lines(self, phase: Kind | None) -> list[frozenset[int]]:
        if phase == 1:
            return [self.row(number) for number in range(self.rows)]
        return [self.column(number) for number in range(self.columns)]

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """A row crosses every column."""
        return (Overlap((1, 2)),)


@dataclass(frozen=True, repr=False)
class Hierarchical(QuorumSystem):
    """Groups of so many members each, numbered one group after the other: majorities of a majority of the groups."""

    groups: tuple[int, ...]
    theorem: ClassVar[str] = "hierarchical"
    source: ClassVar[str] = "Kumar, Hierarchical Quorum Consensus, IEEE TC 40(9), 1991"

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups", _numbers("groups", self.groups, 1))

    @property
    def members(self) -> int:
        """Those of all groups."""
        return sum(self.groups)

    def _groups(self) -> list[range]:
        ends = [sum(self.groups[: number + 1]) for number in range(len(self.groups))]
        return [range(end - group, end) for group, end in zip(self.groups, ends, strict=True)]

    def accepts(self, members: frozenset[int], size: int, phase: Kind | None) -> bool:
        """Whether they are a majority of each of a majority of the groups."""
        won = [2 * len(members.intersection(group)) > len(group) for group in self._groups()]
        return 2 * sum(won) > len(won)

    def smallest(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """A smallest majority of each of a smallest majority of the groups."""
        groups = self._groups()
        for chosen in combinations(groups, len(groups) // 2 + 1):
            for parts in product(*(combinations(group, len(group) // 2 + 1) for group in chosen)):
                yield frozenset(member for part in parts for member in part)

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two meet: in a group that both have won, where both have a majority."""
        return ANY_TWO


class _TwoConfigurations(QuorumSystem):
    """What changing from one configuration to another has in common: both, by the numbers of their members."""

    old: tuple[int, ...]
    new: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "old", _numbers("old", self.old, 0))
        object.__setattr__(self, "new", _numbers("new", self.new, 0))

    @property
    def example_size(self) -> int:
        """The fewest members with which both configurations are there."""
        return max(*self.old, *self.new) + 1

    def fit(self, size: int, whose: str = "the set") -> None:
        """Raise QuorumError where a configuration has a member that there is not."""
        if max(*self.old, *self.new) >= size:
            last = max(*self.old, *self.new)
            raise QuorumError(f"{self} has member {last}, and {whose} has {size}, from 0 to {size - 1}; mend either")

    def _has(self, members: frozenset[int], configuration: tuple[int, ...]) -> bool:
        return 2 * len(members.intersection(configuration)) > len(set(configuration))


@dataclass(frozen=True, repr=False)
class Joint(_TwoConfigurations):
    """Joint consensus: while `old` gives way to `new`, a quorum is a majority of both.

    Phases "old" and "new" are majorities of one configuration; "joint", which a protocol means that names no phase or
    phases 1 and 2, are majorities of both.
    """

    old: tuple[int, ...]
    new: tuple[int, ...]
    phases: ClassVar[tuple[Kind, ...]] = ("old", "new", "joint")
    meanings: ClassVar[dict[Kind | None, Kind]] = {None: "joint", 1: "joint", 2: "joint"}
    theorem: ClassVar[str] = "joint"
    source: ClassVar[str] = "Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm, USENIX ATC 2014"

    def accepts(self, members: frozenset[int], size: int, phase: Kind | None) -> bool:
        """Whether they are a majority of each configuration that counts."""
        return (phase == "new" or self._has(members, self.old)) and (phase == "old" or self._has(members, self.new))

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """A joint quorum meets every quorum of the old and of the new configuration, and every joint one."""
        return Overlap(("joint", "old")), Overlap(("joint", "new")), Overlap(("joint", "joint"))


@dataclass(frozen=True, repr=False)
class SingleServer(_TwoConfigurations):
    """Reconfiguration in one step: majorities of `old`, then majorities of `new`."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    phases: ClassVar[tuple[Kind, ...]] = ("old", "new")
    theorem: ClassVar[str] = "single-server"
    source: ClassVar[str] = "Ongaro, Consensus: Bridging Theory and Practice, Stanford 2014, section 4.1"

    def accepts(self, members: frozenset[int], size: int, phase: Kind | None) -> bool:
        """Whether they are a majority of the configuration."""
        return self._has(members, self.old if phase == "old" else self.new)

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """A quorum of the old configuration meets every quorum of the new one: one server more or less at a time."""
        return (Overlap(("old", "new")),)
