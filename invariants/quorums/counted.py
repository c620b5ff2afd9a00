"""Quorum systems in which the number of members decides: thresholds for crashes, for Byzantine faults, for fast paths.

Each cites its source, and names the theorem that says when its quorums overlap as they have to.
"""

from __future__ import annotations

from typing import ClassVar

from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.quorum_systems import Counted, Kind, Overlap, QuorumError

MALKHI_REITER = "Malkhi and Reiter, Byzantine Quorum Systems, Distributed Computing 11(4), 1998"


def whole(least: int, **given: object) -> None:
    """Raise QuorumError for what is no whole number from `least` up."""
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise QuorumError(f"{name}={value!r} is not possible; write a whole number from {least} up")


@dataclass(frozen=True, repr=False)
class Threshold(Counted):
    """Any `q` members."""

    q: int
    theorem: ClassVar[str] = "threshold"
    source: ClassVar[str] = "Gifford, Weighted Voting for Replicated Data, SOSP 1979, with one vote for each member"

    def __post_init__(self) -> None:
        whole(1, q=self.q)

    def threshold(self, size: int, phase: Kind | None) -> int:
        """The same over any number of members."""
        return self.q

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two meet, which they do if 2q > N."""
        return (Overlap((None, None)),)


@dataclass(frozen=True, repr=False)
class Flexible(Counted):
    """Any `q1` members in phase 1, any `q2` in phase 2."""

    q1: int
    q2: int
    phases: ClassVar[tuple[Kind, ...]] = (1, 2)
    theorem: ClassVar[str] = "flexible"
    source: ClassVar[str] = "Howard, Malkhi and Spiegelman, Flexible Paxos: Quorum Intersection Revisited, OPODIS 2016"

    def __post_init__(self) -> None:
        whole(1, q1=self.q1, q2=self.q2)

    def threshold(self, size: int, phase: Kind | None) -> int:
        """That of the phase."""
        return self.q1 if phase == 1 else self.q2

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Quorums of different phases meet, which they do if q1 + q2 > N; those of one phase need not."""
        return (Overlap((1, 2)),)


@dataclass(frozen=True, repr=False)
class ReadWrite(Counted):
    """Any `read` members to read from, any `write` to write to. A phase 1 reads, a phase 2 writes."""

    read: int
    write: int
    phases: ClassVar[tuple[Kind, ...]] = ("read", "write")
    meanings: ClassVar[dict[Kind | None, Kind]] = {1: "read", 2: "write"}
    theorem: ClassVar[str] = "read-write"
    source: ClassVar[str] = "Gifford, Weighted Voting for Replicated Data, SOSP 1979"

    def __post_init__(self) -> None:
        whole(1, read=self.read, write=self.write)

    def threshold(self, size: int, phase: Kind | None) -> int:
        """How many are read, or written."""
        return self.read if phase == "read" else self.write

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """A read meets every write, which it does if R + W > N. Two writes need not meet."""
        return (Overlap(("read", "write")),)


@dataclass(frozen=True, repr=False)
class Byzantine(Counted):
    """2f + 1 members, for 3f + 1 of which f may be Byzantine."""

    f: int
    theorem: ClassVar[str] = "byzantine"
    source: ClassVar[str] = "Castro and Liskov, Practical Byzantine Fault Tolerance, OSDI 1999"

    def __post_init__(self) -> None:
        whole(0, f=self.f)

    @property
    def example_size(self) -> int:
        """3f + 1, which it is meant for."""
        return 3 * self.f + 1

    def threshold(self, size: int, phase: Kind | None) -> int:
        """2f + 1."""
        return 2 * self.f + 1

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two share f + 1 members, so a correct one, which they do if N <= 3f + 1."""
        return (Overlap((None, None), self.f + 1),)


@dataclass(frozen=True, repr=False)
class Dissemination(Counted):
    """ceil((N + f + 1) / 2) of any N members, f of which may be Byzantine, for data that prove themselves (signed)."""

    f: int
    theorem: ClassVar[str] = "dissemination"
    source: ClassVar[str] = MALKHI_REITER

    def __post_init__(self) -> None:
        whole(0, f=self.f)

    @property
    def example_size(self) -> int:
        """3f + 1, the fewest members that still have a quorum when f are silent."""
        return 3 * self.f + 1

    def threshold(self, size: int, phase: Kind | None) -> int:
        """ceil((N + f + 1) / 2); more than N members where N <= f, and then there is no quorum."""
        return (size + self.f + 2) // 2

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two share f + 1 members, so a correct one."""
        return (Overlap((None, None), self.f + 1),)


@dataclass(frozen=True, repr=False)
class Masking(Counted):
    """ceil((N + 2f + 1) / 2) of any N members, f of which may be Byzantine, for data that anyone could have made up."""

    f: int
    theorem: ClassVar[str] = "masking"
    source: ClassVar[str] = MALKHI_REITER

    def __post_init__(self) -> None:
        whole(0, f=self.f)

    @property
    def example_size(self) -> int:
        """4f + 1, the fewest members that still have a quorum when f are silent."""
        return 4 * self.f + 1

    def threshold(self, size: int, phase: Kind | None) -> int:
        """ceil((N + 2f + 1) / 2)."""
        return (size + 2 * self.f + 2) // 2

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two share 2f + 1 members: the correct ones outnumber the others."""
        return (Overlap((None, None), 2 * self.f + 1),)


@dataclass(frozen=True, repr=False)
class FaB(Counted):
    """4f + 1 members, for 5f + 1 of which f may be Byzantine: consensus in two message delays."""

    f: int
    theorem: ClassVar[str] = "fab"
    source: ClassVar[str] = "Martin and Alvisi, Fast Byzantine Consensus, IEEE TDSC 3(3), 2006"

    def __post_init__(self) -> None:
        whole(0, f=self.f)

    @property
    def example_size(self) -> int:
        """5f + 1, which it is meant for."""
        return 5 * self.f + 1

    def threshold(self, size: int, phase: Kind | None) -> int:
        """4f + 1."""
        return 4 * self.f + 1

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two share 3f + 1 members, so 2f + 1 correct ones, which they do if N <= 5f + 1."""
        return (Overlap((None, None), 3 * self.f + 1),)


@dataclass(frozen=True, repr=False)
class Hybrid(Counted):
    """N - u members, where u may fail in any way and r of these lie, the others being silent: UpRight's rule."""

    u: int
    r: int
    theorem: ClassVar[str] = "hybrid"
    source: ClassVar[str] = "Clement et al., UpRight Cluster Services, SOSP 2009"

    def __post_init__(self) -> None:
        whole(0, u=self.u, r=self.r)

    @property
    def example_size(self) -> int:
        """2u + r + 1, the fewest members with which it is safe."""
        return 2 * self.u + self.r + 1

    def threshold(self, size: int, phase: Kind | None) -> int:
        """N - u, at least 1."""
        return max(1, size - self.u)

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Any two share r + 1 members, so one that does not lie, which they do if N >= 2u + r + 1."""
        return (Overlap((None, None), self.r + 1),)


@dataclass(frozen=True, repr=False)
class FastPaxos(Counted):
    """Classic quorums of `classic` members and fast ones of `fast`: a majority and ceil(3N/4), unless they are given.

    Phases 1 and 2 of a protocol use classic quorums; its fast rounds the phase "fast".
    """

    classic: int | None = None
    fast: int | None = None
    phases: ClassVar[tuple[Kind, ...]] = ("classic", "fast")
    meanings: ClassVar[dict[Kind | None, Kind]] = {1: "classic", 2: "classic"}
    theorem: ClassVar[str] = "fast-paxos"
    source: ClassVar[str] = "Lamport, Fast Paxos, Distributed Computing 19(2), 2006"

    def __post_init__(self) -> None:
        whole(1, **self.arguments)

    def threshold(self, size: int, phase: Kind | None) -> int:
        """The one given, or floor(N/2) + 1 and ceil(3N/4)."""
        if phase == "fast":
            return (3 * size + 3) // 4 if self.fast is None else self.fast
        return size // 2 + 1 if self.classic is None else self.classic

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """Two fast quorums and a classic one meet, which they do if 2 fast + classic > 2N; so do two classic ones."""
        return Overlap(("fast", "fast", "classic")), Overlap(("classic", "classic"))


@dataclass(frozen=True, repr=False)
class EPaxos(Counted):
    """Of 2F + 1 members, F + floor((F + 1) / 2) on the fast path, F + 1 on the slow path and in recovery."""

    phases: ClassVar[tuple[Kind, ...]] = ("fast", "slow")
    meanings: ClassVar[dict[Kind | None, Kind]] = {1: "slow", 2: "slow", "recovery": "slow"}
    theorem: ClassVar[str] = "epaxos"
    source: ClassVar[str] = (
        "Moraru, Andersen and Kaminsky, There Is More Consensus in Egalitarian Parliaments, SOSP 2013"
    )

    def fit(self, size: int, whose: str = "the set") -> None:
        """Raise QuorumError for an even number of members: the paper has 2F + 1 replicas, and no other number."""
        if size % 2 == 0:
            odd = f"{size - 1} or {size + 1}" if size else "1 or 3"
            raise QuorumError(f"epaxos is for 2F + 1 members, an odd number, and {whose} has {size}; take {odd}")

    def threshold(self, size: int, phase: Kind | None) -> int:
        """With N = 2F + 1; the leader of a command counts itself, also where it is alone."""
        failures = (size - 1) // 2
        return max(1, failures + (failures + 1) // 2) if phase == "fast" else failures + 1

    def overlaps(self, size: int) -> tuple[Overlap, ...]:
        """At least floor((F + 1) / 2) of a fast quorum, and one, are in every recovery quorum; slow quorums meet."""
        failures = (size - 1) // 2
        return Overlap(("fast", "slow"), max(1, (failures + 1) // 2)), Overlap(("slow", "slow"))
