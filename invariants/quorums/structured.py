"""Quorum systems that tell members apart: by weight, by place in a grid or a group, by configuration.

Members are numbered from 0. Each system cites its source, and names the theorem that says when its quorums overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Any, ClassVar, cast

from indoubt.invariants.quorums.counted import whole
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.quorum_systems import Kind, Overlap, QuorumError, QuorumSystem, few

ANY_TWO = (Overlap((None, None)),)


def _numbers(name: str, given: object, least: int) -> tuple[int, ...]:
    """Whole numbers from `least` up. Raises QuorumError."""
    values: tuple[Any, ...] = ()
    if isinstance(given, tuple | list):
        values = tuple(cast("tuple[Any, ...]", given))
    if not values or any(isinstance(one, bool) or not isinstance(one, int) or one < least for one in values):
        alone = isinstance(given, int) and not isinstance(given, bool) and given >= max(least, 1)
        example = f"{name}=({given},)" if alone else f"{name}=(1, 2)"
        raise QuorumError(f"{name}={given!r} is not possible; write whole numbers from {least} up, as in {example}")
    return values


def _by_size(found: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Sets in the order of their sizes, then of their members. Raises QuorumError where they are too many."""
    return sorted(few(found), key=lambda one: (len(one), sorted(one)))


def _heavy(weights: Sequence[int], least: int) -> Iterator[frozenset[int]]:
    """The minimal sets of places that weigh so much, first one with the fewest places.

    Places are taken the heaviest first. When a set weighs enough, it did not before its last and lightest place, so it
    needs every one of them; and every minimal set is made in this way, once.
    """
    order = sorted(range(len(weights)), key=lambda place: -weights[place])
    rest = [sum(weights[place] for place in order[number:]) for number in range(len(order) + 1)]

    def grown(number: int, chosen: tuple[int, ...], weight: int) -> Iterator[frozenset[int]]:
        if weight >= least:
            yield frozenset(chosen)
        elif weight + rest[number] >= least:
            place = order[number]
            yield from grown(number + 1, (*chosen, place), weight + weights[place])
            yield from grown(number + 1, chosen, weight)

    return grown(0, (), 0)


@dataclass(frozen=True, repr=False)
class Weighted(QuorumSystem):
    """Members with weights; a quorum weighs more than half of all, or at least `votes` where that is given."""

    weights: tuple[int, ...]
    votes: int | None = None
    theorem: ClassVar[str] = "weighted"
    source: ClassVar[str] = "Gifford, Weighted Voting for Replicated Data, SOSP 1979"

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", _numbers("weights", self.weights, 0))
        every = sum(self.weights)
        if not every:
            raise QuorumError(f"weights={self.weights} is not possible: nobody has a vote; give somebody 1 or more")
        if self.votes is not None:
            whole(1, votes=self.votes)
            if self.votes > every:
                raise QuorumError(f"votes={self.votes} is not possible: all weights are {every} together; ask for less")

    @property
    def members(self) -> int:
        """One for each weight."""
        return len(self.weights)

    def accepts(self, members: frozenset[int], size: int, phase: Kind | None) -> bool:
        """Whether they weigh enough."""
        return sum(self.weights[one] for one in members) >= self._least

    @property
    def _least(self) -> int:
        """What a quorum weighs at least."""
        return sum(self.weights) // 2 + 1 if self.votes is None else self.votes

    def smallest(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """Those that are heavy enough, and not without any one of their members."""
        return iter(_by_size(_heavy(self.weights, self._least)))

    def deadly(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """Those that leave too little weight."""
        return _heavy(self.weights, sum(self.weights) - self._least + 1)

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
        whole(1, rows=self.rows, columns=self.columns)

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
        """Each row with each column; one and the same in a grid of one row, or of one column."""
        if 1 in (self.rows, self.columns):
            yield frozenset(range(self.members))
            return
        for row, column in product(range(self.rows), range(self.columns)):
            yield self.row(row) | self.column(column)

    def deadly(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """One of each row, which leaves no full row, and one of each column."""
        ways = sorted((self._each(1), self._each(2)), key=len)
        for lines, others in (ways, reversed(ways)):
            for chosen in map(frozenset, product(*lines)):
                # Of the longer ones, those that hit all of the other lines contain one of the shorter; of two ways
                # that are equally long, what is in both is told once.
                is_first = lines is ways[0]
                if is_first or not all(chosen & line for line in others):
                    yield chosen

    def _each(self, phase: Kind | None) -> list[frozenset[int]]:
        """The rows, or the columns."""
        if phase == 1:
            return [self.row(number) for number in range(self.rows)]
        return [self.column(number) for number in range(self.columns)]

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
        return any(one <= members for one in self._each(phase))

    def smallest(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """The rows, or the columns."""
        return iter(dict.fromkeys(self._each(phase)))

    def deadly(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """One of each row, or of each column."""
        return map(frozenset, product(*self._each(phase)))

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

    def deadly(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """So many of each of so many groups that no majority is left; the smallest groups first."""
        groups = sorted(self._groups(), key=len)
        for chosen in combinations(groups, len(groups) - len(groups) // 2):
            for parts in product(*(combinations(group, len(group) - len(group) // 2) for group in chosen)):
                yield frozenset(member for part in parts for member in part)

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two meet: in a group that both have won, where both have a majority."""
        return ANY_TWO


class _TwoConfigurations(QuorumSystem):
    """What changing from one configuration to another has in common: both, by the numbers of their members."""

    old: tuple[int, ...]
    new: tuple[int, ...]

    def __post_init__(self) -> None:
        for name in ("old", "new"):
            given = _numbers(name, getattr(self, name), 0)
            object.__setattr__(self, name, given)
            twice = next((one for one in given if given.count(one) > 1), None)
            if twice is not None:
                raise QuorumError(f"{name}={given} has member {twice} twice; leave one of them out")

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
        return 2 * len(members.intersection(configuration)) > len(configuration)


def _majorities(configuration: Sequence[int]) -> Iterator[frozenset[int]]:
    """The smallest majorities."""
    return map(frozenset, combinations(sorted(configuration), len(configuration) // 2 + 1))


def _left_over(configuration: Sequence[int]) -> Iterator[frozenset[int]]:
    """The smallest sets whose complement is no majority."""
    return map(frozenset, combinations(sorted(configuration), len(configuration) - len(configuration) // 2))


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

    def smallest(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """Majorities of one configuration, or so few of both that none can be left out."""
        if phase != "joint":
            return _majorities(self.old if phase == "old" else self.new)
        return iter(_by_size(self._of_both()))

    def _of_both(self) -> Iterator[frozenset[int]]:
        old, new = set(self.old), set(self.new)
        wanted = len(old) // 2 + 1, len(new) // 2 + 1
        for count in range(min(len(old & new), max(wanted)) + 1):
            alone = [max(0, one - count) for one in wanted]
            for parts in product(
                combinations(sorted(old & new), count),
                combinations(sorted(old - new), alone[0]),
                combinations(sorted(new - old), alone[1]),
            ):
                yield frozenset(member for part in parts for member in part)

    def deadly(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """Those of one configuration, or of either, the smaller ones first."""
        if phase != "joint":
            yield from _left_over(self.old if phase == "old" else self.new)
            return
        first, second = sorted((self.old, self.new), key=lambda one: len(one) - len(one) // 2)
        yield from _left_over(first)
        for chosen in _left_over(second):  # some of these contain one of the first
            if len(chosen.intersection(first)) < len(first) - len(first) // 2:
                yield chosen

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

    def smallest(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """The majorities of the configuration."""
        return _majorities(self.old if phase == "old" else self.new)

    def deadly(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """Half of the configuration, rounded up."""
        return _left_over(self.old if phase == "old" else self.new)

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """A quorum of the old configuration meets every quorum of the new one: one server more or less at a time."""
        return (Overlap(("old", "new")),)
