"""Values of a spec: records, messages, total maps and sets, all with value semantics.

A container may be changed in place where it stands in the state (`self.votes[p].add(q)`); whatever is stored
into another container, a record or a variable is copied, so no two places ever share one. Copies are cheap: a
`Set` shares its frozen contents until one side changes. A container that stands in a state is given `settle`, which
makes of a value one of the annotated type, or refuses it.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    MutableSet,
    Set as AbstractSet,
    ValuesView,
)
from typing import Any, ClassVar, Generic, TypeGuard, TypeVar, cast, dataclass_transform

from indoubt.specs.language.effects import changing, in_turn

T = TypeVar("T")
U = TypeVar("U")
K = TypeVar("K")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)
R = TypeVar("R", bound="Record")


@dataclass_transform(frozen_default=True)
class Record:
    """Frozen named fields, compared by value: `class Vote(Record): bal: Ballot; val: Value`."""

    __scope__: ClassVar[Mapping[str, Any]]
    """The names of a function that declares the record."""
    __names__: ClassVar[Mapping[str, Any]]
    """The names of the module that declares the record."""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        dataclasses.dataclass(frozen=True)(cls)
        frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # documented, like `inspect`'s
        cls.__scope__, cls.__names__ = frame.f_locals, frame.f_globals

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

    __slots__ = ("_items", "_settle")
    _items: frozenset[T]

    def __init__(self, items: Iterable[T] = (), settle: Callable[[Any], Any] | None = None) -> None:
        self._items = frozenset(copied(item) for item in items)
        self._settle = settle or copied

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> Iterator[T]:
        return in_turn(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def add(self, value: T) -> None:
        """Put `value` in; nothing changes if it is there."""
        __tracebackhide__ = True
        changing(self)
        self._items |= {self._settle(value)}

    def discard(self, value: T) -> None:
        """Take `value` out; nothing changes if it is not there."""
        changing(self)
        self._items -= {copied(value)}

    def remove(self, value: T) -> None:
        """Take `value` out. Raises KeyError if it is not there."""
        __tracebackhide__ = True
        changing(self)
        if value not in self._items:
            raise KeyError(value)
        self._items -= {copied(value)}

    def clear(self) -> None:
        """Take every element out."""
        changing(self)
        self._items = frozenset()

    def issubset(self, other: AbstractSet[Any]) -> bool:
        """Whether every element is in `other`."""
        return self <= other

    def issuperset(self, other: AbstractSet[Any]) -> bool:
        """Whether every element of `other` is in this set."""
        return self >= other

    def update(self, values: Iterable[T]) -> None:
        """Put every one of `values` in."""
        __tracebackhide__ = True
        changing(self)
        self._items |= frozenset(map(self._settle, values))

    def __or__(self, other: AbstractSet[U]) -> Set[T | U]:
        return Set([*self, *other])

    def __and__(self, other: AbstractSet[Any]) -> Set[T]:
        return Set(item for item in self if item in other)

    def __sub__(self, other: AbstractSet[Any]) -> Set[T]:
        return Set(item for item in self if item not in other)

    # `t |= ...` gives `t` a new set, so that another name of the old one does not see it change.
    def __ior__(self, other: AbstractSet[Any]) -> Set[T]:  # type: ignore[misc]  # `|` may widen the type, this does not
        return Set([*self, *other])

    def __iand__(self, other: AbstractSet[Any]) -> Set[T]:
        return Set(item for item in self if item in other)

    def __isub__(self, other: AbstractSet[Any]) -> Set[T]:
        return Set(item for item in self if item not in other)

    def __eq__(self, other: object) -> bool:
        return self._items == (other._items if _is_set(other) else other)

    def __copy__(self) -> Set[T]:
        duplicate: Set[T] = Set(settle=self._settle)  # a copy checks what the original checks
        duplicate._items = self._items  # contents are frozen and safe to share
        return duplicate

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return "{" + ", ".join(sorted(map(repr, self._items))) + "}"


class Map(Generic[K, V_co]):
    """A total map from every member of a finite type `K`; made by `every(value)`, changed by `m[k] = v`.

    To a type checker it is covariant in its values, although it may be written to: who is given a map has a copy, so
    that a `Map[K, Sub]` may be kept as a `Map[K, Base]`, and nobody who still holds the former sees a `Base` in it.
    """

    __slots__ = ("_default", "_items", "_settle")

    def __init__(
        self, items: Mapping[K, V_co] | None, default: Any = None, settle: Callable[[Any], Any] | None = None
    ) -> None:
        self._items = None if items is None else {key: copied(value) for key, value in items.items()}
        self._default = default
        self._settle = settle or copied

    @property
    def is_settled(self) -> bool:
        """Whether the keys are known; `every(v)` learns them from the annotation of the variable it is assigned to."""
        return self._items is not None

    @property
    def default(self) -> Any:
        """The value that `every` was given."""
        return self._default

    def _settled(self) -> dict[K, V_co]:
        __tracebackhide__ = True
        if self._items is None:
            raise TypeError("`every(...)` has no keys yet: assign it to a variable annotated `Map[K, V]` first")
        return self._items

    def __getitem__(self, key: K) -> V_co:
        __tracebackhide__ = True
        return self._settled()[key]

    def __setitem__(self, key: K, value: V_co) -> None:  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
        __tracebackhide__ = True
        changing(self)
        items, settled = self._settled(), self._settle(value)
        if key not in items:
            raise KeyError(key)
        items[key] = settled

    def __iter__(self) -> Iterator[K]:
        return iter(self._settled())

    def __len__(self) -> int:
        return len(self._settled())

    def __contains__(self, key: object) -> bool:
        return key in self._settled()

    def keys(self) -> KeysView[K]:
        """The keys, in the order of their type."""
        return self._settled().keys()

    def values(self) -> ValuesView[V_co]:
        """The values, in the order of the keys."""
        return self._settled().values()

    def items(self) -> ItemsView[K, V_co]:
        """Pairs of key and value, in the order of the keys."""
        return self._settled().items()

    def __eq__(self, other: object) -> bool:
        return is_map(other) and self._settled() == other._settled()

    def __copy__(self) -> Map[K, V_co]:
        return Map(self._items, self._default, settle=self._settle)

    def __hash__(self) -> int:
        return hash(frozenset(self._settled().items()))  # equal maps may list their keys in different orders

    def __repr__(self) -> str:
        if self._items is None:
            return f"every({self._default!r})"
        return "{" + ", ".join(f"{key!r}: {value!r}" for key, value in self._items.items()) + "}"


class Permutation(Map[K, K]):
    """A one-to-one map of a finite type onto itself, chosen as a parameter: `ids: Permutation[Node]`.

    It is not changed in place. A variable that keeps it is a `Map[K, K]`. Raises ValueError for any other map.
    """

    __slots__ = ()

    def __init__(self, items: Mapping[K, K]) -> None:
        super().__init__(items)
        if len(set(items.values())) < len(items) or set(items.values()) != set(items):
            raise ValueError(f"{Map(items)!r} is no permutation: every key is the value of one key")

    def __setitem__(self, key: K, value: K) -> None:
        __tracebackhide__ = True
        raise TypeError("a permutation is not changed in place; assign it to a variable annotated `Map[K, K]` first")

    def __copy__(self) -> Permutation[K]:
        return self  # nothing changes it


def every(value: V) -> Map[Any, V]:
    """The map that takes every key to `value`."""
    return Map(None, value)


def empty() -> Any:
    """The empty set, sequence or bag, whichever the variable is annotated to be."""
    return Set()


def copied(value: Any) -> Any:
    """`value`, or a copy of it where it can be changed in place; Python's own set becomes a `Set`."""
    if isinstance(value, set):
        return Set(cast(Iterable[Any], value))
    copy = getattr(value.__class__, "__copy__", None)
    if copy is None or (is_map(value) and not value.is_settled):
        return value
    return copy(value)


def is_map(value: object) -> TypeGuard[Map[Any, Any]]:
    """Whether `value` is a map, of whatever keys and values."""
    return isinstance(value, Map)


def is_permutation(value: object) -> TypeGuard[Permutation[Any]]:
    """Whether `value` is a permutation, of whatever keys."""
    return isinstance(value, Permutation)


def is_set(value: object) -> TypeGuard[Set[Any] | frozenset[Any]]:
    """Whether `value` is a set that a variable can hold, of whatever elements; a quorum is one too."""
    return isinstance(value, (Set, frozenset))


def _is_set(value: object) -> TypeGuard[Set[Any]]:
    return isinstance(value, Set)
