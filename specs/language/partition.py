"""Partitions: which links of a network are cut for a while, and what becomes of the messages on them.

The words are those of Jepsen (`jepsen.nemesis`) and, for partial partitions, of Alfatafta, Alkhatib, Alquraan and
Al-Kiswany, "Toward a Generic Fault Tolerance Technique for Partial Network Partitioning" (OSDI 2020).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import Any, Literal

from indoubt.specs.language.frozen import dataclass

Shape = Literal["split", "one_way", "isolate", "partial", "bridge", "majorities_ring"]
InFlight = Literal["lost", "kept"]
MOST = 64
FEW = "how often is part of a state, so that each time more makes other states: ask for few"
"""Why there is a most."""

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
NAMING: dict[Shape, str] = {
    "split": "0|1,2",
    "one_way": "one_way:0|1,2",
    "isolate": "isolate:0",
    "partial": "partial:0|1",
    "bridge": "bridge:0",
    "majorities_ring": "majorities_ring:0,1,2",
}
"""The shapes of which a run may name the nodes, with an example of each."""
Groups = tuple[tuple[Any, ...], ...]
"""Groups of nodes: their addresses, or the names of these, `Participant1`, or `1` where there is one class of nodes."""


@dataclass(frozen=True, slots=True)
class Partition:
    """How a network may be cut: made by `Partition.split()`, `one_way()`, `isolate()`, `partial()` and so on.

    Whichever nodes it cuts off, the run tries them all, unless the nodes are named: `Partition.split([a], [b, c])`.
    `times` is how often; the network is whole again after `network.heal`, a step that may be taken at any time.
    `in_flight` says what becomes of messages on a link that is cut, those that are under way and those that are sent
    while it is: "lost", or "kept" until the network is whole. A soup keeps them, whatever else loses them.
    """

    shape: Shape
    times: int = 1
    in_flight: InFlight | None = None
    groups: Groups = ()
    """The nodes of each group, where they are named."""

    @classmethod
    def split(cls, *groups: Any, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """Two groups, of whichever nodes, or those that are named: nothing passes from one to another.

        `Partition.split(a, b, [c, d])` has every node in one group. Raises ValueError for what is no budget, and
        for groups that cannot be.
        """
        return cls("split", _times(times), _in_flight(in_flight), _named("split", groups))

    @classmethod
    def one_way(cls, *groups: Any, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """Two groups, of whichever nodes: what the first sends does not reach the second; the other way it does."""
        return cls("one_way", _times(times), _in_flight(in_flight), _named("one_way", groups))

    @classmethod
    def isolate(cls, *node: Any, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """One node, whichever or the one that is named, is cut off from all others."""
        return cls("isolate", _times(times), _in_flight(in_flight), _named("isolate", node))

    @classmethod
    def partial(cls, *groups: Any, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """Three groups, of whichever nodes: the first and the second cannot communicate, the third reaches both.

        Where nodes are named, they are those of the first two.
        """
        return cls("partial", _times(times), _in_flight(in_flight), _named("partial", groups))

    @classmethod
    def bridge(cls, *node: Any, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """Two halves that cannot communicate, and one node, whichever or the one that is named, that sees both.

        The halves are those of the other nodes, whichever, equal or, where their number is odd, one larger than the
        other.
        """
        return cls("bridge", _times(times), _in_flight(in_flight), _named("bridge", node))

    @classmethod
    def majorities_ring(cls, *nodes: Any, times: int = 1, in_flight: InFlight | None = None) -> Partition:
        """Every node sees a majority, and no two see the same one.

        The nodes stand in a ring, in whichever order or in the one in which they are named, and each hears those around
        it that make up a majority with itself. Where that is an even number, it hears one more of those before it than
        of those behind it.
        """
        ring = [one for node in nodes for one in _group(node)]
        return cls(
            "majorities_ring", _times(times), _in_flight(in_flight), _named("majorities_ring", [ring][: len(ring)])
        )

    @property
    def is_open(self) -> bool:
        """Whether there are several ways to cut the network so: of a bridge that is named, each choice of halves."""
        return not self.groups or self.shape == "bridge"

    @property
    def told_shape(self) -> str:
        """The shape with the nodes that are named, as `partition_of` takes it: `bridge`, `0|1,2`, `isolate:0`."""
        return _told(self.shape, self.groups)

    def __str__(self) -> str:
        return f"{self.told_shape}, {self.times} time{'s' * (self.times != 1)}"


def partition_of(
    shape: object, times: object, in_flight: object = None, examples: Mapping[Shape, str] = NAMING
) -> Partition:
    """A partition by its shape, `bridge`, or with the nodes that it is about, `0|1,2` or `isolate:0`.

    `examples` are groups of nodes that there are. Raises ValueError naming what was asked and what there is.
    """
    name, groups = shape, list[list[str]]()
    if isinstance(shape, str) and re.search(r"[|:]", shape):
        before, colon, after = shape.rpartition(":")
        name = before.strip() if colon else "split"
        groups = [[node.strip() for node in group.split(",")] for group in after.split("|")]
    for one in SHAPES:
        if name == one:
            return Partition(one, _times(times), _in_flight(in_flight), _named(one, groups, str(shape), examples))
    if isinstance(shape, str) and ("," in shape or shape.strip().isdecimal()) and not re.search(r"[|:]", shape):
        what = f"partition={shape} is not possible: it names one group, and a split has two or more"
        raise ValueError(f"{what}, as in {examples['split']!r}; one node is cut off by {examples['isolate']!r}")
    named = f"or name the nodes, as in {examples['split']!r} or {examples['isolate']!r}"
    raise ValueError(f"unknown partition {shape!r}; there are: {', '.join(SHAPES)}; {named}{_did_you_mean(str(name))}")


def _did_you_mean(name: str) -> str:
    """The shape whose name is like the one that is asked for, if there is one."""
    asked = name.lower().replace("-", "_")
    close = [one for one in SHAPES if asked in one.split("_")] or get_close_matches(asked, SHAPES, 1)
    return f"; did you mean {close[0]}?" if close else ""


def refuse_no_partition(shape: object, in_flight: object) -> None:
    """Raise ValueError where it is said how the network is cut, or what becomes of messages, and it never is."""
    for name, value, what in (
        ("partition", shape, "it says how links are cut"),
        ("in_flight", in_flight, "it says what becomes of messages on links that are cut"),
    ):
        if value is not None:
            never = f"{name}={value} is not possible with partitions=0: {what}, and none ever is"
            raise ValueError(f"{never}; leave {name} out, or ask for partitions=1")


def _named(
    shape: Shape, given: Iterable[object], asked: str | None = None, examples: Mapping[Shape, str] = NAMING
) -> Groups:
    """Groups of nodes as a run names them, `asked` as it has it. Raises ValueError where a shape has other ones."""
    groups = tuple(map(_group, given))
    if not groups:
        return ()
    what = f"partition={asked or _told(shape, groups)} is not possible"
    is_of_one = shape in ("isolate", "bridge")
    wanted = {"split": "two groups or more", "majorities_ring": "one group, the nodes in their order"}.get(
        shape, "two groups"
    )
    one = is_of_one or shape == "majorities_ring"
    fits = len(groups) > 1 if shape == "split" else len(groups) == (1 if one else 2)
    is_empty = any(not group or "" in group for group in groups)
    if is_of_one and (not fits or is_empty or len(groups[0]) != 1):
        raise ValueError(f"{what}: {shape} takes one node, as in {examples[shape]!r}")
    if not fits:
        raise ValueError(f"{what}: {shape} takes {wanted}, as in {examples[shape]!r}")
    if is_empty:
        raise ValueError(f"{what}: a group has no nodes; name those of each group, as in {examples[shape]!r}")
    return groups


def _group(given: object) -> tuple[Any, ...]:
    """A group of nodes; one node, or its name, is a group as well."""
    if isinstance(given, Iterable) and not isinstance(given, str):
        return tuple(given)  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
    return (given,)


def _told(shape: Shape, groups: Groups) -> str:
    listed = _shown(groups)
    return listed if listed and shape == "split" else f"{shape}:{listed}" if listed else shape


def _shown(groups: Groups) -> str:
    """Groups as the command line takes them: `0|1,2`."""
    return "|".join(",".join(node.name if isinstance(node, Enum) else str(node) for node in group) for group in groups)


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
        raise ValueError(
            f"times={times!r} is not possible: a network is cut from 0 to {MOST} times; {FEW}, as in times=2"
        )
    return times


def _in_flight(what: object) -> InFlight | None:
    for one in IN_FLIGHT:
        if what == one:
            return one
    if what is None:
        return None
    raise ValueError(f"in_flight={what!r} is not possible; messages on a link that is cut are: {', '.join(IN_FLIGHT)}")
