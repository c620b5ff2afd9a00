"""What a quorum system is: which sets of members are quorums, of which phase, and how they have to overlap.

The systems themselves are in `indoubt.invariants.quorums`. A run chooses one for a spec, as in
`check(Paxos, Acceptor=4, quorums=Flexible(q1=3, q2=2))`; without a choice, a quorum is a majority.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence, Set as AbstractSet
from dataclasses import fields
from functools import lru_cache
from itertools import combinations
from math import comb
from typing import Any, ClassVar, TypeVar

from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.universe import SettingError

T = TypeVar("T")
Kind = int | str
"""A phase of a protocol, 1 or 2, or a name, such as "fast"."""
MOST_LISTED = 20
"""Quorums that no formula gives are found among all subsets of so many members at most."""


class QuorumError(SettingError):
    """A quorum system does not fit: another number of members, or a phase that it does not have."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Of which phase a quorum of a spec is: `Annotated[Quorum[Acceptor], Phase(1)]`, `quorums(Acceptor, phase=1)`."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Overlap:
    """That quorums of these phases, one of each, always have at least so many members in common."""

    phases: tuple[Kind | None, ...]
    at_least: int = 1

    def __str__(self) -> str:
        members = "a member" if self.at_least == 1 else f"{self.at_least} members"
        if set(self.phases) == {None}:
            return f"any {len(self.phases)} quorums share {members}"
        *others, last = map(str, self.phases)
        return f"quorums of phases {', '.join(others)} and {last} share {members}"


class QuorumSystem(ABC):
    """Which sets of members are quorums. Members are numbered from 0 where a system tells them apart.

    Every superset of a quorum is a quorum; `minimal` has those without a smaller one inside.
    """

    phases: ClassVar[tuple[Kind, ...]] = ()
    """The phases whose quorums differ; empty where a quorum is a quorum in every phase."""
    meanings: ClassVar[dict[Kind | None, Kind]] = {}
    """Phases of protocols, and None for a protocol that names none, by the phases here that they mean."""
    theorem: ClassVar[str]
    """The name of the theorem that says when its quorums overlap as they have to."""
    source: ClassVar[str]

    @abstractmethod
    def accepts(self, members: frozenset[int], size: int, phase: Kind | None) -> bool:
        """Whether a set of the members 0 to `size - 1` is a quorum of a phase of this system."""

    @abstractmethod
    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """What is required of its quorums over so many members."""

    @property
    def arguments(self) -> dict[str, Any]:
        """What it is made with, by name; without what is left to it."""
        own: Any = self  # every system is a dataclass
        given = {one.name: getattr(self, one.name) for one in fields(own)}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def members(self) -> int | None:
        """How many members it is for; None where any number will do."""
        return None

    @property
    def example_size(self) -> int | None:
        """How many members it is shown over where nobody says; None where any number would do."""
        return self.members

    def smallest(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """The minimal quorums, each once."""
        if size > MOST_LISTED:
            raise QuorumError(
                f"the quorums of {self} over {size} members are too many to be listed; take fewer members"
            )
        found: list[frozenset[int]] = []
        for count in range(size + 1):
            for chosen in map(frozenset, combinations(range(size), count)):
                if not any(one <= chosen for one in found) and self.accepts(chosen, size, phase):
                    found.append(chosen)
        return iter(found)

    def number(self, size: int, phase: Kind | None) -> int:
        """How many minimal quorums there are."""
        return len(listed(self, size, phase))

    def deadly(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]] | None:
        """The minimal sets of members without which no quorum is left, each once, first one of the smallest.

        None where a system has no way of its own to find them: then they are found from its quorums.
        """
        return None

    def phase_of(self, asked: Kind | None) -> Kind | None:
        """The phase of this system that a spec means. Raises QuorumError where it has no such phase."""
        if not self.phases or asked in self.phases:
            return asked if self.phases else None
        if asked in self.meanings:
            return self.meanings[asked]
        there_are = f"{self} has quorums of phases {', '.join(map(repr, self.phases))}"
        if asked is None:
            raise QuorumError(
                f"{there_are}, and the quorums of the spec are of none; say which, as in "
                f"`Annotated[Quorum[S], Phase({self.phases[0]!r})]` and `quorums(S, phase={self.phases[0]!r})`"
            )
        raise QuorumError(
            f"{there_are}, and the spec wants phase {asked!r}; choose a system that has it, or a majority"
        )

    def fit(self, size: int, whose: str = "the set") -> None:
        """Raise QuorumError where it is for another number of members."""
        if self.members not in (None, size):
            raise QuorumError(
                f"{self} is for {self.members} members, and {whose} has {size}; give them the same number"
            )

    def minimal(self, nodes: Iterable[T], phase: Kind | None = None) -> Iterator[frozenset[T]]:
        """Every minimal quorum over a finite set of nodes, which are numbered in the order in which they come."""
        numbered = list(dict.fromkeys(nodes))
        self.fit(len(numbered))
        for chosen in listed(self, len(numbered), self.phase_of(phase)):
            yield frozenset(numbered[index] for index in chosen)

    def every(self, nodes: Iterable[T], phase: Kind | None = None) -> Iterator[frozenset[T]]:
        """Every quorum over a finite set of nodes, the smaller ones first."""
        numbered = list(dict.fromkeys(nodes))
        self.fit(len(numbered))
        kind = self.phase_of(phase)
        for count in range(len(numbered) + 1):
            for chosen in combinations(range(len(numbered)), count):
                if self.accepts(frozenset(chosen), len(numbered), kind):
                    yield frozenset(numbered[index] for index in chosen)

    def is_quorum(self, members: AbstractSet[T], nodes: Iterable[T], phase: Kind | None = None) -> bool:
        """Whether some of the nodes are a quorum. Raises ValueError where a member is no node."""
        numbered = {node: index for index, node in enumerate(dict.fromkeys(nodes))}
        self.fit(len(numbered))
        strange = [member for member in members if member not in numbered]
        if strange:
            raise ValueError(f"{strange[0]!r} is none of the {len(numbered)} nodes")
        return self.accepts(frozenset(numbered[one] for one in members), len(numbered), self.phase_of(phase))

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        return type(self).__name__.lower() + (f"({given})" if given else "")


def common_part(sets: Sequence[frozenset[int]]) -> frozenset[int]:
    """What several sets have in common."""
    first, *others = sets
    return first.intersection(*others)


@lru_cache(maxsize=256)
def listed(system: QuorumSystem, size: int, phase: Kind | None) -> tuple[frozenset[int], ...]:
    """The minimal quorums of a system, found once. Raises QuorumError where they are too many."""
    try:
        return tuple(few(system.smallest(size, phase)))
    except TooMany:
        raise QuorumError(
            f"the quorums of {system} over {size} members are too many to be listed; take fewer members"
        ) from None


MOST_HELD = 2_000_000
"""Sets are listed as long as they have no more members than this, all together."""


class TooMany(QuorumError):
    """Sets that are too many to be listed."""


def few(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Sets, as long as they are few. Raises TooMany."""
    held, found = 0, list[frozenset[int]]()
    for one in sets:
        held += len(one) + 1
        if held > MOST_HELD:
            raise TooMany("these sets are too many to be listed; take fewer members")
        found.append(one)
    return found


class Counted(QuorumSystem):
    """A system whose quorums are the sets with enough members: nothing else tells members apart."""

    @abstractmethod
    def threshold(self, size: int, phase: Kind | None) -> int:
        """How many members a quorum has at least."""

    def accepts(self, members: frozenset[int], size: int, phase: Kind | None) -> bool:
        """Whether there are enough."""
        return len(members) >= self.threshold(size, phase)

    def smallest(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """The sets with just enough members, in lexicographic order."""
        return map(frozenset, combinations(range(size), max(0, self.threshold(size, phase))))

    def number(self, size: int, phase: Kind | None) -> int:
        """How many sets have just enough members."""
        return comb(size, max(0, self.threshold(size, phase)))

    def deadly(self, size: int, phase: Kind | None) -> Iterator[frozenset[int]]:
        """Those that leave one too few."""
        return map(frozenset, combinations(range(size), max(0, size - self.threshold(size, phase) + 1)))


@dataclass(frozen=True, repr=False)
class Majority(Counted):
    """More than half of the members."""

    theorem: ClassVar[str] = "majority"
    source: ClassVar[str] = "Thomas, A Majority Consensus Approach to Concurrency Control, ACM TODS 4(2), 1979"

    def threshold(self, size: int, phase: Kind | None) -> int:
        """floor(N/2) + 1."""
        return size // 2 + 1

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two meet."""
        return (Overlap((None, None)),)


MAJORITY = Majority()


def shown_overlap(system: QuorumSystem, size: int) -> tuple[Overlap, tuple[frozenset[int], ...]] | None:
    """The first required overlap that fails, with minimal quorums that show it; None where all hold.

    Decided by counting where only the number of members matters; for two quorums that only have to meet, by asking of
    each minimal one whether what is outside of it has a quorum; else by trying all choices of minimal quorums. That
    suffices: supersets have no smaller overlap. Raises QuorumError where there are too many.
    """
    for overlap in system.overlaps(size):
        kinds = [system.phase_of(phase) for phase in overlap.phases]
        if isinstance(system, Counted):
            least = _spread([system.threshold(size, kind) for kind in kinds], size)
            if least is not None and len(common_part(least)) < overlap.at_least:
                return overlap, tuple(least)
            continue
        families = [listed(system, size, kind) for kind in kinds]
        if len(kinds) == 2 and overlap.at_least == 1:
            pair = _disjoint(system, size, kinds[1], families)
            if pair is not None:
                return overlap, pair
            continue
        _refuse_many(system, size, families)
        found = _missing(families, overlap.at_least, frozenset(range(size)))
        if found is not None:
            return overlap, found
    return None


def _disjoint(
    system: QuorumSystem, size: int, second: Kind | None, families: Sequence[Sequence[frozenset[int]]]
) -> tuple[frozenset[int], ...] | None:
    """A quorum of each of two families that share nothing."""
    for one in families[0]:
        outside = frozenset(range(size)) - one
        if system.accepts(outside, size, second):
            return one, next(other for other in families[1] if other <= outside)
    return None


def _spread(thresholds: Sequence[int], size: int) -> list[frozenset[int]] | None:
    """Sets with so many members whose common part is as small as it can be; None where one cannot be so large."""
    if max(thresholds) > size:
        return None
    absent, chosen = 0, list[frozenset[int]]()
    for threshold in thresholds:  # each leaves out other members, as long as there are any
        out = {(size - 1 - absent - step) % size for step in range(size - threshold)} if size else set[int]()
        absent += size - threshold
        chosen.append(frozenset(range(size)) - out)
    return chosen


MOST_TRIED = 4_000_000


def _refuse_many(system: QuorumSystem, size: int, families: Sequence[Sequence[frozenset[int]]]) -> None:
    tried = 1
    for family in families:
        tried *= len(family)
    if tried > MOST_TRIED:
        raise QuorumError(f"the quorums of {system} over {size} members have {tried:,} combinations, too many to try")


def _missing(
    families: Sequence[Sequence[frozenset[int]]], at_least: int, common: frozenset[int]
) -> tuple[frozenset[int], ...] | None:
    """One quorum of each family that share fewer members than they should."""
    if len(common) < at_least and all(families):
        return tuple(family[0] for family in families)
    if not families:
        return None
    for one in families[0]:
        rest = _missing(families[1:], at_least, common & one)
        if rest is not None:
            return (one, *rest)
    return None
