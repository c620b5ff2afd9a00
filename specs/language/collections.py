"""Sequences and bags: logs, queues and multisets, up to a capacity that is a bound of the run.

A step that would go over the capacity is not taken, and the verdict names the bound. Value semantics as for sets and
maps (`values`): what is stored is copied, and `settle` checks it against the annotation of the variable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeGuard, TypeVar, overload

from indoubt.specs.language.effects import changing
from indoubt.specs.language.universe import BoundReached
from indoubt.specs.language.values import copied

T = TypeVar("T")
C = TypeVar("C", bound="Seq[Any] | Bag[Any]")


class Seq(Generic[T]):
    """A finite sequence, as a log or a queue: `q[0]`, `q[-1]`, `q[a:b]`, `q + r`, `q.append(x)`, `q.pop_first()`."""

    __slots__ = ("_items", "_room", "_settle")

    def __init__(
        self,
        items: Iterable[T] = (),
        room: tuple[int, str] | None = None,
        settle: Callable[[Any], Any] | None = None,
    ) -> None:
        self._items: tuple[T, ...] = tuple(copied(item) for item in items)
        self._room = room
        self._settle = settle or copied
        self._check()

    def _check(self) -> None:
        __tracebackhide__ = True
        if self._room is not None and len(self._items) > self._room[0]:
            raise BoundReached(f"{self._room[1]}={self._room[0]}")

    def _become(self, items: tuple[T, ...]) -> None:
        __tracebackhide__ = True
        before, self._items = self._items, items
        try:
            self._check()
        except BoundReached:
            self._items = before
            raise

    def append(self, value: T) -> None:
        """Put `value` at the end."""
        __tracebackhide__ = True
        changing(self)
        self._become((*self._items, self._settle(value)))

    def extend(self, values: Iterable[T]) -> None:
        """Put `values` at the end, in their order."""
        __tracebackhide__ = True
        changing(self)
        self._become((*self._items, *map(self._settle, values)))

    def pop_first(self) -> T:
        """Take the first element out and return it. Raises IndexError where there is none."""
        __tracebackhide__ = True
        return self.remove_at(0)

    def pop_last(self) -> T:
        """Take the last element out and return it. Raises IndexError where there is none."""
        __tracebackhide__ = True
        return self.remove_at(len(self._items) - 1)

    def remove_at(self, index: int) -> T:
        """Take the element at `index` out and return it. Raises IndexError where there is none."""
        __tracebackhide__ = True
        changing(self)
        if not 0 <= index < len(self._items):
            raise IndexError(f"index {index} of a sequence of {len(self._items)}")
        found = self._items[index]
        self._items = (*self._items[:index], *self._items[index + 1 :])
        return found

    def truncate(self, length: int) -> None:
        """Keep the first `length` elements only."""
        changing(self)
        self._items = self._items[: max(0, length)]

    def clear(self) -> None:
        """Take every element out."""
        changing(self)
        self._items = ()

    def is_prefix_of(self, other: Seq[T]) -> bool:
        """Whether `other` begins with these elements."""
        return other._items[: len(self._items)] == self._items

    def count(self, value: T) -> int:
        """How often `value` occurs."""
        return self._items.count(value)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Seq[T]: ...
    def __getitem__(self, index: int | slice) -> T | Seq[T]:
        __tracebackhide__ = True
        return Seq(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __setitem__(self, index: int, value: T) -> None:
        __tracebackhide__ = True
        changing(self)
        settled = self._settle(value)
        at = range(len(self._items))[index]
        self._items = (*self._items[:at], settled, *self._items[at + 1 :])

    def __add__(self, other: Seq[T] | list[T]) -> Seq[T]:
        return Seq((*self._items, *other))

    def __contains__(self, value: object) -> bool:
        return value in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return is_seq(other) and self._items == other._items

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return "<" + ", ".join(map(repr, self._items)) + ">"

    def __copy__(self) -> Seq[T]:
        # An element that is a set or a map can be changed in place, as in `q[0].add(x)`: it is copied too.
        return Seq(self._items, self._room, self._settle)


class Bag(Generic[T]):
    """A finite multiset, as a network that delivers each copy once: `b.add(x)`, `b.discard(x)`, `b.count(x)`."""

    __slots__ = ("_counts", "_room", "_settle")

    def __init__(
        self,
        items: Iterable[T] = (),
        room: tuple[int, str] | None = None,
        settle: Callable[[Any], Any] | None = None,
    ) -> None:
        self._counts: Counter[T] = Counter(copied(item) for item in items)
        self._room = room
        self._settle = settle or copied
        self._check()

    def _check(self) -> None:
        __tracebackhide__ = True
        if self._room is not None and len(self) > self._room[0]:
            raise BoundReached(f"{self._room[1]}={self._room[0]}")

    def add(self, value: T) -> None:
        """Put one more `value` in."""
        __tracebackhide__ = True
        changing(self)
        self._counts[self._settle(value)] += 1
        try:
            self._check()
        except BoundReached:
            self._take(value)
            raise

    def discard(self, value: T) -> None:
        """Take one `value` out; nothing changes if there is none."""
        changing(self)
        self._take(value)

    def _take(self, value: T) -> None:
        value = copied(value)  # Python's own set cannot be looked up
        if self._counts[value] <= 1:
            del self._counts[value]
        else:
            self._counts[value] -= 1

    def remove(self, value: T) -> None:
        """Take one `value` out. Raises KeyError if there is none."""
        __tracebackhide__ = True
        if value not in self:
            changing(self)
            raise KeyError(value)
        self.discard(value)

    def clear(self) -> None:
        """Take every element out."""
        changing(self)
        self._counts = Counter()

    def count(self, value: T) -> int:
        """How often `value` occurs."""
        return self._counts.get(copied(value), 0)

    def __contains__(self, value: object) -> bool:
        return copied(value) in self._counts

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._counts.elements()))

    def __len__(self) -> int:
        return sum(self._counts.values())

    def __eq__(self, other: object) -> bool:
        return is_bag(other) and self._counts == other._counts

    def __hash__(self) -> int:
        return hash(frozenset(self._counts.items()))

    def __repr__(self) -> str:
        return "{|" + ", ".join(sorted(map(repr, self))) + "|}"

    def __copy__(self) -> Bag[T]:
        duplicate: Bag[T] = Bag(room=self._room, settle=self._settle)
        duplicate._counts = Counter(self._counts)
        return duplicate


def is_seq(value: object) -> TypeGuard[Seq[Any]]:
    """Whether `value` is a sequence, of whatever elements."""
    return isinstance(value, Seq)


def is_bag(value: object) -> TypeGuard[Bag[Any]]:
    """Whether `value` is a bag, of whatever elements."""
    return isinstance(value, Bag)
