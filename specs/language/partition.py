"""Partitions: which links of a network are cut for a while, and what becomes of the messages on them.

The words are those of Jepsen (`jepsen.nemesis`) and, for partial partitions, of Alfatafta, Alkhatib, Alquraan and
Al-Kiswany, "Toward a Generic Fault Tolerance Technique for Partial Network Partitioning" (OSDI 2020).
"""

from __future__ import annotations

from typing import Literal

from indoubt.specs.language.frozen import dataclass

Shape = Literal["split", "one_way", "isolate", "partial", "bridge", "majorities_ring"]
InFlight = Literal["lost", "kept"]
MOST = 64

FEWEST: dict[Shape, int] = {
    "split": 2,
    "one_way": 2,
    "isolate": 2,
    "partial": 3,
    "bridge": 3,
    "majorities_ring": 3,
}
"""How many nodes each shape takes. Of two nodes, the only majority is both, which all would see."""
LARGEST_RING = 7
"""How many nodes stand in a ring at most: of seven there are 720 rings, of eight 5,040."""
SHAPES: tuple[Shape, ...] = tuple(FEWEST)
IN_FLIGHT: tuple[InFlight, ...] = ("lost", "kept")


@dataclass(frozen=True, slots=True)
class Partition:
    """How a network may be cut: made by `Partition.split()`, `one_way()`, `isolate()`, `partial()` and so on.

    Whichever nodes it cuts off, the run tries them all. `times` is how often; the network is whole again after
    `network.heal`, a step that may be taken at any time. `in_flight` says what becomes of messages on a link that is
    cut, those that are under way and those that are sent while it is: "lost", or "kept" until the network is whole. A
    soup keeps them, whatever else loses them.
    """

    shape: Shape
    times: int = 1
    in_flight: InFlight | None = None

    @classmethod
    def split(cls, *, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """Two groups, of whichever nodes: nothing passes between them. Raises ValueError for what is no budget."""
        return cls("split", _times(times), _in_flight(in_flight))

    @classmethod
    def one_way(cls, *, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """Two groups, of whichever nodes: what the first sends does not reach the second; the other way it does."""
        return cls("one_way", _times(times), _in_flight(in_flight))

    @classmethod
    def isolate(cls, *, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """One node, whichever, is cut off from all others."""
        return cls("isolate", _times(times), _in_flight(in_flight))

    @classmethod
    def partial(cls, *, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """Three groups, of whichever nodes: the first and the second cannot communicate, the third reaches both."""
        return cls("partial", _times(times), _in_flight(in_flight))

    @classmethod
    def bridge(cls, *, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """Two halves that cannot communicate, and one node, whichever, that sees both.

        The halves are those of the other nodes, equal or, where their number is odd, one larger than the other.
        """
        return cls("bridge", _times(times), _in_flight(in_flight))

    @classmethod
    def majorities_ring(cls, *, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """Every node sees a majority, and no two see the same one.

        The nodes stand in a ring, in whichever order, and each hears those around it that make up a majority with
        itself. Where that is an even number, it hears one more of those before it than of those behind it.
        """
        return cls("majorities_ring", _times(times), _in_flight(in_flight))

    def __str__(self) -> str:
        return f"{self.shape}, {self.times} time{'s' * (self.times != 1)}"


def partition_of(shape: object, times: object, in_flight: object = None) -> Partition:
    """A partition by the name of its shape. Raises ValueError naming what was asked and what there is."""
    for one in SHAPES:
        if shape == one:
            return Partition(one, _times(times), _in_flight(in_flight))
    raise ValueError(f"unknown partition {shape!r}; there are: {', '.join(SHAPES)}")


def why_too_few(partition: Partition, count: int) -> str | None:
    """Why so many nodes cannot be cut like that, and what is possible; None where they can."""
    fewest = FEWEST[partition.shape]
    fitting = [one for one in SHAPES if FEWEST[one] <= count and (one != "majorities_ring" or count <= LARGEST_RING)]
    instead = f"with {count} there are: {', '.join(fitting) or 'none'}"
    if count < fewest:
        return f"it takes {_number(fewest)} nodes that send or receive, and there {_are(count)}; {instead}"
    if partition.shape == "majorities_ring" and count > LARGEST_RING:
        most = f"a ring has at most {LARGEST_RING} nodes, and there are {count} that send or receive"
        return f"{most}; {instead}"
    return None


def _number(count: int) -> str:
    return {2: "two", 3: "three"}[count]


def _are(count: int) -> str:
    return {0: "is none", 1: "is 1"}.get(count, f"are {count}")


def _times(times: object) -> int:
    if isinstance(times, bool) or not isinstance(times, int) or not 0 <= times <= MOST:
        raise ValueError(f"times={times!r} is not possible: a network is cut from 0 to {MOST} times")
    return times


def _in_flight(what: object) -> InFlight | None:
    for one in IN_FLIGHT:
        if what == one:
            return one
    if what is None:
        return None
    raise ValueError(f"in_flight={what!r} is not possible; messages on a link that is cut are: {', '.join(IN_FLIGHT)}")
