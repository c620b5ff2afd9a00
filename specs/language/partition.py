"""Partitions: which links of a network are cut for a while, and what becomes of the messages on them."""

from __future__ import annotations

from typing import Literal

from indoubt.specs.language.frozen import dataclass

Shape = Literal["split", "one_way", "isolate"]
InFlight = Literal["lost", "kept"]
MOST = 64


@dataclass(frozen=True, slots=True)
class Partition:
    """How a network may be cut: made by `Partition.split()`, `one_way()` or `isolate()`.

    `times` is how often; the network is whole again after `network.heal`, a step that may be taken at any time.
    `in_flight` says what becomes of messages on a link that is cut, those that are under way and those that are sent
    while it is: "lost", or "kept" until the network is whole. A soup keeps them, whatever else loses them.
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

    def __str__(self) -> str:
        return f"{self.shape}, {self.times} time{'s' * (self.times != 1)}"


def _times(times: object) -> int:
    if isinstance(times, bool) or not isinstance(times, int) or not 0 <= times <= MOST:
        raise ValueError(f"times={times!r} is not possible: a network is cut from 0 to {MOST} times")
    return times


def _in_flight(what: object) -> InFlight | None:
    match what:
        case None:
            return None
        case "lost":
            return "lost"
        case "kept":
            return "kept"
        case _:
            pass
    raise ValueError(f"in_flight={what!r} is not possible; messages on a link that is cut are: lost, kept")
