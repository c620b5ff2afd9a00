"""Values of a spec: records, messages, total maps and sets, all with value semantics.

A container may be changed in place where it stands in the state (`self.votes[p].add(q)`); whatever is stored
into another container, a record or a variable is copied, so no two places ever share one. Copies are cheap: a
`Set` shares its frozen contents until one side changes.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, MutableSet, ValuesView
from collections.abc import Set as AbstractSet
from typing import Any, Generic, TypeVar, dataclass_transform

T = TypeVar("T")
U = TypeVar("U")
K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R", bound="Record")


@dataclass_transform(frozen_default=True)
class Record:
    """Frozen named fields, compared by value: `class Vote(Record): bal: Ballot; val: Value`."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        dataclasses.dataclass(frozen=True)(cls)
        cls.__scope__ = sys._getframe(1).f_locals  # names of a function that declares the record

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):  # type: ignore[arg-type]  # subclasses are dataclasses
            object.__setattr__(self, field.name, copied(getattr(self, field.name)))


class Message(Record):
    """A record that nodes send to one another; figures draw it as an arrow."""


def replace(record: R, **changes: Any) -> R:
    """A copy of `record` with some fields changed."""
    return dataclasses.replace(record, **changes)  # type: ignore[type-var]  # subclasses are dataclasses


class Set(MutableSet[T], Generic[T]):
    """A finite set. `add`, `discard` and `remove` change it in place; the operators make new ones."""

    __slots__ = ("_items",)
    _items: frozenset[T]

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items = frozenset(copied(item) for item in items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def add(self, value: T) -> None:
        """Put `value` in; nothing changes if it is there."""
        self._items |= {copied(value)}

    def discard(self, value: T) -> None:
        """Take `value` out; nothing changes if it is not there."""
        self._items -= {value}

    def remove(self, value: T) -> None:
        """Take `value` out. Raises KeyError if it is not there."""
        if value not in self._items:
            raise KeyError(value)
        self.discard(value)

    def update(self, values: Iterable[T]) -> None:
        """Put every one of `values` in."""
        self._items |= frozenset(copied(value) for value in values)

    def __or__(self, other: AbstractSet[U]) -> Set[T | U]:
        return Set([*self, *other])

    def __and__(self, other: AbstractSet[Any]) -> Set[T]:
        return Set(item for item in self if item in other)

    def __sub__(self, other: AbstractSet[Any]) -> Set[T]:
        return Set(item for item in self if item not in other)

    def __eq__(self, other: object) -> bool:
        return self._items == (other._items if isinstance(other, Set) else other)

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return "{" + ", ".join(sorted(map(repr, self._items))) + "}"


class Map(Generic[K, V]):
    """A total map from every member of a finite type `K`; made by `every(value)`, changed by `m[k] = v`."""

    __slots__ = ("_default", "_items")

    def __init__(self, items: Mapping[K, V] | None, default: Any = None) -> None:
        self._items = None if items is None else {key: copied(value) for key, value in items.items()}
        self._default = default

    @property
    def is_settled(self) -> bool:
        """Whether the keys are known; `every(v)` learns them from the annotation of the variable it is assigned to."""
        return self._items is not None

    @property
    def default(self) -> Any:
        """The value that `every` was given."""
        return self._default

    def _settled(self) -> dict[K, V]:
        if self._items is None:
            raise TypeError("`every(...)` has no keys yet: assign it to a variable annotated `Map[K, V]` first")
        return self._items

    def __getitem__(self, key: K) -> V:
        return self._settled()[key]

    def __setitem__(self, key: K, value: V) -> None:
        items = self._settled()
        if key not in items:
            raise KeyError(key)
        items[key] = copied(value)

    def __iter__(self) -> Iterator[K]:
        return iter(self._settled())

    def __len__(self) -> int:
        return len(self._settled())

    def __contains__(self, key: object) -> bool:
        return key in self._settled()

    def keys(self) -> KeysView[K]:
        """The keys, in the order of their type."""
        return self._settled().keys()

    def values(self) -> ValuesView[V]:
        """The values, in the order of the keys."""
        return self._settled().values()

    def items(self) -> ItemsView[K, V]:
        """Pairs of key and value, in the order of the keys."""
        return self._settled().items()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Map) and self._settled() == other._settled()

    def __hash__(self) -> int:
        return hash(tuple(self._settled().items()))

    def __repr__(self) -> str:
        if self._items is None:
            return f"every({self._default!r})"
        return "{" + ", ".join(f"{key!r}: {value!r}" for key, value in self._items.items()) + "}"


def every(value: V) -> Map[Any, V]:
    """The map that takes every key to `value`."""
    return Map(None, value)


def empty() -> Set[Any]:
    """The empty set."""
    return Set()


def copied(value: Any) -> Any:
    """`value`, or a copy of it where it can be changed in place."""
    if isinstance(value, Set):
        duplicate: Set[Any] = Set()
        duplicate._items = value._items  # noqa: SLF001 - contents are frozen and safe to share
        return duplicate
    if isinstance(value, Map) and value.is_settled:
        return Map(dict(value.items()))
    return value
