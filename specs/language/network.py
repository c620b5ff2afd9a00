"""Networks: what happens to a message between the step that sends it and the one that receives it.

The words are those of the literature: a soup is the growing set of messages of Lamport's specifications, which loses,
repeats and reorders; a bag delivers each copy once, in any order; a fifo keeps the order of each directed pair of
nodes, as TCP does. The run chooses one (`check(..., network=Network.bag())`), the system has a default.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from indoubt.specs.language.frozen import dataclass

Kind = Literal["soup", "bag", "fifo"]
Full = Literal["block", "drop"]
KINDS: tuple[Kind, ...] = ("soup", "bag", "fifo")
FULL: tuple[Full, ...] = ("block", "drop")
DEFAULT_CAPACITY = 2
"""How many messages a link of a bag or a fifo holds unless the run says otherwise."""
LARGEST_CAPACITY = 64


@dataclass(frozen=True, slots=True)
class Network:
    """How messages travel; made by `Network.soup()`, `Network.bag()` or `Network.fifo()`.

    A *link* leads from one node to another, in one direction. `capacity` is how many messages a link holds: with
    `full="block"` a step that would send one more is not taken, and the verdict names that bound; with `full="drop"`
    the message is lost.
    """

    kind: Kind
    capacity: int | None = None
    full: Full = "block"

    SET: ClassVar[Network]
    """The soup, by what it is."""

    @classmethod
    def soup(cls) -> Network:
        """A set that only grows: every message may be lost, repeated, delayed and overtaken."""
        return cls("soup")

    @classmethod
    def bag(cls, *, capacity: int = DEFAULT_CAPACITY, full: Full = "block") -> Network:
        """Each copy of a message is delivered once at most, in any order. Raises ValueError for a wrong capacity."""
        return cls("bag", *_checked(capacity, full))

    @classmethod
    def fifo(cls, *, capacity: int = DEFAULT_CAPACITY, full: Full = "block") -> Network:
        """Each directed pair of nodes has a queue. Raises ValueError for a wrong capacity."""
        return cls("fifo", *_checked(capacity, full))

    @property
    def is_consuming(self) -> bool:
        """Whether a message leaves the network when it is received."""
        return self.kind != "soup"

    def __str__(self) -> str:
        if self.capacity is None:
            return self.kind
        full = ', full="drop"' if self.full == "drop" else ""
        return f"{self.kind}(capacity={self.capacity}{full})"


Network.SET = Network.soup()


def network_of(kind: object, capacity: int | None = None, full: str | None = None) -> Network:
    """A network by its name. Raises ValueError naming what was asked and what there is."""
    if isinstance(kind, Network) and capacity is None and full is None:
        return kind
    if kind not in KINDS:
        raise ValueError(f"unknown network {kind!r}; there are: {', '.join(KINDS)}")
    if kind == "soup":
        given = [name for name, value in (("capacity", capacity), ("full", full)) if value is not None]
        if given == ["full"]:
            what = f"full={full!r} is not possible: a soup is never full, so there is nothing to say of a full link"
            raise ValueError(f"{what}; leave full out, or ask for a bag or a fifo")
        if given:
            raise ValueError(f"a soup has no {given[0]}: it holds every message for ever; ask for a bag or a fifo")
        return Network.soup()
    size, what = _checked(DEFAULT_CAPACITY if capacity is None else capacity, "block" if full is None else full)
    return Network.bag(capacity=size, full=what) if kind == "bag" else Network.fifo(capacity=size, full=what)


def _checked(capacity: object, full: object) -> tuple[int, Full]:
    """A capacity and what a full link does. Raises ValueError."""
    if isinstance(capacity, bool) or not isinstance(capacity, int) or not 1 <= capacity <= LARGEST_CAPACITY:
        what = f"capacity={capacity!r} is not possible: a link holds from 1 to {LARGEST_CAPACITY} messages"
        raise ValueError(f"{what}; for example capacity={DEFAULT_CAPACITY}")
    if full == "block":
        return capacity, "block"
    if full == "drop":
        return capacity, "drop"
    raise ValueError(f"full={full!r} is not possible; a full link can: {', '.join(FULL)}")
