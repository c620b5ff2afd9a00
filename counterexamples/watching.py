"""Which messages a step reads, found by watching the collections of messages in the state while the step runs.

A message counts as read when `m in self.msgs` was true, when it was reached by its index, and when `any(...)`,
`all(...)` or a loop over `self.msgs` stopped at it: it is the witness. A search that went through the whole collection
decided nothing by a single message. Of sequences and bags it is also seen what is put in and taken out, since a step
may take a message out of a channel and put an equal one in.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, overload

from indoubt.counterexamples.shape import is_map, is_set
from indoubt.specs.language.collections import Bag, Seq, is_bag, is_seq
from indoubt.specs.language.display import in_order
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.values import Map, Message, Set

Place = tuple[str, tuple[Any, ...]]
"""Where a collection of messages stands: the variable, and the keys that lead through its maps."""


@dataclass(slots=True)
class _Search:
    """One pass over a collection: the member that it came to, and whether it went on to the end."""

    place: Place
    latest: Any = None
    is_exhausted: bool = False


@dataclass
class Reads:
    """What the watched collections of one step saw.

    `order` decides which of several witnesses a search meets first; `taken` and `put` are what went out of sequences
    and bags, and into them, one message at a time.
    """

    order: Callable[[Any], Any] = field(default=lambda _: 0)
    found: list[tuple[Place, Any]] = field(default_factory=list[tuple[Place, Any]])
    searches: list[_Search] = field(default_factory=list[_Search])
    taken: list[tuple[Place, Any]] = field(default_factory=list[tuple[Place, Any]])
    put: list[tuple[Place, Any]] = field(default_factory=list[tuple[Place, Any]])

    def messages(self) -> list[tuple[Place, Message]]:
        """Every message that was read, with its place, in the order of reading."""
        witnesses = [(search.place, search.latest) for search in self.searches if not search.is_exhausted]
        read = dict.fromkeys([*self.found, *witnesses])
        return [(place, item) for place, item in read if isinstance(item, Message)]

    def search(self, place: Place, items: Iterable[Any]) -> Iterator[Any]:
        """Go through a collection, and keep how far."""
        search = _Search(place)
        for item in items:
            if search.latest is None:
                self.searches.append(search)
            search.latest = item
            yield item
        search.is_exhausted = True


class WatchedSet(Set[Any]):
    """A set that tells `Reads` which of its members were looked at."""

    __slots__ = ("_place", "_reads")

    def __init__(self, items: Set[Any] | frozenset[Any], place: Place, reads: Reads) -> None:
        super().__init__(items, getattr(items, "_settle", None))  # of what a variable holds, a quorum has none
        self._place = place
        self._reads = reads

    def __contains__(self, item: object) -> bool:
        is_in = super().__contains__(item)
        if is_in:
            self._reads.found.append((self._place, item))
        return is_in

    def __iter__(self) -> Iterator[Any]:
        # In a fixed order: that of hashing would change the witness from run to run.
        items = sorted(in_order(super().__iter__()), key=self._reads.order)
        return self._reads.search(self._place, items)


class WatchedSeq(Seq[Any]):
    """A sequence that tells `Reads` which of its elements were looked at, taken out or put in."""

    __slots__ = ("_place", "_reads")

    def __init__(self, items: Seq[Any], place: Place, reads: Reads) -> None:
        super().__init__(items._items, items._room, items._settle)  # noqa: SLF001
        self._place = place
        self._reads = reads

    def append(self, value: Any) -> None:
        super().append(value)
        self._reads.put.append((self._place, value))

    def remove_at(self, index: int) -> Any:
        found = super().remove_at(index)
        self._reads.taken.append((self._place, found))
        return found

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Seq[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return super().__getitem__(index)
        found = super().__getitem__(index)
        self._reads.found.append((self._place, found))
        return found

    def __contains__(self, value: object) -> bool:
        is_in = super().__contains__(value)
        if is_in:
            self._reads.found.append((self._place, value))
        return is_in

    def __iter__(self) -> Iterator[Any]:
        return self._reads.search(self._place, self._items)


class WatchedBag(Bag[Any]):
    """A bag that tells `Reads` which of its elements were looked at, taken out or put in."""

    __slots__ = ("_place", "_reads")

    def __init__(self, items: Bag[Any], place: Place, reads: Reads) -> None:
        super().__init__(items, items._room, items._settle)  # noqa: SLF001
        self._place = place
        self._reads = reads

    def add(self, value: Any) -> None:
        super().add(value)
        self._reads.put.append((self._place, value))

    def discard(self, value: Any) -> None:
        if self._counts[value]:
            self._reads.taken.append((self._place, value))
        super().discard(value)

    def __contains__(self, value: object) -> bool:
        is_in = super().__contains__(value)
        if is_in:
            self._reads.found.append((self._place, value))
        return is_in

    def count(self, value: Any) -> int:
        counted = super().count(value)
        if counted:
            self._reads.found.append((self._place, value))
        return counted

    def __iter__(self) -> Iterator[Any]:
        items = sorted(in_order(super().__iter__()), key=self._reads.order)
        return self._reads.search(self._place, items)


def watch(state: Spec, variables: tuple[str, ...], reads: Reads) -> None:
    """Put watched collections in the place of those in these variables of `state`."""
    for name in variables:
        vars(state)[name] = _watched(vars(state)[name], (name, ()), reads)


def _watched(value: Any, place: Place, reads: Reads) -> Any:
    if is_map(value):
        duplicate: Map[Any, Any] = copy.copy(value)
        name, keys = place
        watched = {key: _watched(item, (name, (*keys, key)), reads) for key, item in value.items()}
        # Past the constructor, which would copy the watched collections into plain ones.
        duplicate._items = watched  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return duplicate
    if is_seq(value):
        return WatchedSeq(value, place, reads)
    if is_bag(value):
        return WatchedBag(value, place, reads)
    return WatchedSet(value, place, reads) if is_set(value) else value
