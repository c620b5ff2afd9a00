"""The sorts, enums and records that random machines are made of, and what their sources call.

A machine generated as a tree and the module that is written from it use these very classes. The functions at the end
stand in such a source for nodes of the machine that no form of the language means by itself: a machine may check an
interval anywhere, a spec does so where it stores.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from itertools import combinations
from typing import Annotated, Any, Self, TypeVar, cast

from indoubt.specs.language import (
    Bag,
    Between,
    Fault,
    Map,
    Message,
    Ordered,
    Permutation,
    Quorum,
    Record,
    Ring,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    before,
    constraint,
    empty,
    eventually,
    eventually_always,
    every,
    first,
    infinitely_often,
    initial,
    invariant,
    last,
    leads_to,
    quorums,
    reachable,
    require,
    step_invariant,
    strong,
    view,
    weak,
)
from indoubt.specs.language.annotations import finite_type
from indoubt.specs.language.domains import members
from indoubt.specs.language.universe import BoundReached
from indoubt.specs.language.values import copied

T = TypeVar("T")


class Node(Sort):
    """Interchangeable."""


class Hub(Sort, size=1):
    """The only one of its kind."""


class Rank(Ordered):
    """In a line."""


class Place(Ring):
    """In a circle."""


class Color(Enum):
    RED, GREEN, BLUE = range(3)


class Switch(Enum):
    ON, OFF = range(2)


class Stop(Message):
    """Says nothing but that it is there."""


class Ping(Message):
    sender: Node
    hops: Annotated[int, Between(0, 2)]


class Pong(Message):
    color: Color | None


class Wrap(Record):
    inner: Pong
    flag: bool


class Crate(Record):
    items: Set[Switch]
    rank: Rank | None


class Board(Record):
    marks: Map[Switch, Annotated[int, Between(-1, 1)]]


class Log(Record):
    entries: Seq[Switch]


def values_of(annotation: Any) -> list[Any]:
    """All values of a type, in its order."""
    return list(members(finite_type(annotation, globals())))


def in_interval(value: int, low: int, high: int) -> int:
    """`value`, which has to lie between `low` and `high`."""
    if not low <= value <= high:
        raise BoundReached("interval")
    return value


def up_to(value: T, capacity: int) -> T:
    """`value`, in which no sequence or bag may have more than `capacity` elements."""
    if _longest(value) > capacity:
        raise BoundReached("capacity")
    return value


def _longest(value: Any) -> int:
    inside: list[Any] = []
    if isinstance(value, Map):
        inside = list(cast("Iterable[Any]", value.values()))
    elif isinstance(value, Record):
        inside = list(vars(value).values())
    elif isinstance(value, Set | Seq | Bag | set | frozenset):
        inside = list(cast("Iterable[Any]", value))
    own = len(inside) if isinstance(value, Seq | Bag) else 0
    return max([own, *map(_longest, inside)])


def without(items: Any, item: Any) -> Any:
    """A set without an element, which has to be in it."""
    changed = Set(items)
    changed.remove(item)
    return changed


def without_index(items: Seq[T], index: int) -> Seq[T]:
    """A sequence without the element at an index; -1 is the last one."""
    changed = Seq(items)
    changed.remove_at(len(items) - 1 if index == -1 else index)
    return changed


def subsets_of(items: Any) -> Set[Any]:
    """All subsets of a set."""
    sizes = range(len(items) + 1)
    return Set(Set(chosen) for size in sizes for chosen in combinations(items, size))


def changed_bag(operator: str, bag: Bag[T], item: T) -> Bag[T]:
    """A bag after `add`, `discard` or `remove`."""
    changed = Bag(bag)
    getattr(changed, operator)(item)
    return changed


__all__ = [
    "Annotated",
    "Any",
    "Bag",
    "Between",
    "Board",
    "Color",
    "Crate",
    "Fault",
    "Hub",
    "Log",
    "Map",
    "Node",
    "Permutation",
    "Ping",
    "Place",
    "Pong",
    "Quorum",
    "Rank",
    "Self",
    "Seq",
    "Set",
    "Spec",
    "Stop",
    "Switch",
    "Wrap",
    "action",
    "before",
    "changed_bag",
    "constraint",
    "copied",
    "empty",
    "eventually",
    "eventually_always",
    "every",
    "first",
    "infinitely_often",
    "in_interval",
    "initial",
    "invariant",
    "last",
    "leads_to",
    "quorums",
    "reachable",
    "require",
    "step_invariant",
    "subsets_of",
    "strong",
    "up_to",
    "values_of",
    "view",
    "weak",
    "without",
    "without_index",
]
