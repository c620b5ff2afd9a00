"""Sorts: finite sets of identities whose size the run chooses, and the quorums over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from indoubt.specs.language.effects import in_turn
from indoubt.specs.language.quorum_systems import MAJORITY, Kind, QuorumSystem, listed
from indoubt.specs.language.universe import BoundReached, NoUniverse, current_universe

S = TypeVar("S", bound="Sort")
T = TypeVar("T")


class SortMeta(type):
    """Makes a sort class iterable over the members that it has in the current universe."""

    fixed_size: int | None

    def __iter__(cls: type[T]) -> Iterator[T]:  # of a type[S], mypy says that it is no SortMeta
        sort: Any = cls
        return in_turn(sort(index) for index in range(size_of(sort)))

    def __len__(cls: Any) -> int:
        return size_of(cls)

    def __bool__(cls) -> bool:
        # Without this, `if cls` and TypeVar bounds would call __len__, which needs a universe.
        return True

    def __contains__(cls: Any, member: object) -> bool:
        return isinstance(member, Sort) and isinstance(member, cls) and member.index < size_of(cls)


class Sort(metaclass=SortMeta):
    """A finite set of interchangeable identities: `class RM(Sort): ...`, sized by the run (`check(TwoPhase, RM=3)`).

    Members are only compared for equality. `class TM(Sort, size=1)` fixes the size in the spec.
    """

    __slots__ = ("index",)
    index: int
    fixed_size: int | None = None

    def __init_subclass__(cls, *, size: int | None = None, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if size is not None and (isinstance(size, bool) or not isinstance(size, int)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"the size of sort {cls.__name__} is a whole number, as in `size=3`, not {size!r}")
        if size is not None and size < 1:
            raise ValueError(f"sort {cls.__name__} was given size {size}; a sort has at least 1 member")
        cls.fixed_size = size

    def __init__(self, index: int) -> None:
        __tracebackhide__ = True
        if type(self) in (Sort, Ordered, Ring):
            raise TypeError(f"{type(self).__name__} has no members: declare `class Node({type(self).__name__}): ...`")
        universe = current_universe()
        size = self.fixed_size if universe is None else universe.sizes.get(type(self).__name__, self.fixed_size)
        if index < 0 or (size is not None and index >= size):
            raise ValueError(f"{type(self).__name__}({index}) does not exist; {_members_text(type(self), size)}")
        object.__setattr__(self, "index", index)

    def __setattr__(self, name: str, value: object) -> None:
        __tracebackhide__ = True
        raise AttributeError(f"{self!r} is an identity and cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Sort) and self.index == other.index

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.index))

    def __reduce__(self) -> tuple[type[Sort], tuple[int]]:
        return type(self), (self.index,)  # copies and pickles are made anew: nothing may write to a member

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.index})"

    def __str__(self) -> str:
        return f"{type(self).__name__}{self.index}"


class Ordered(Sort):
    """A finite linear order `0 < 1 < ... < size - 1`, for ballots, terms and ranks; `None` stands below all members."""

    __slots__ = ()

    def __lt__(self, other: Ordered | None) -> bool:
        return _position(self, self) < _position(other, self)

    def __le__(self, other: Ordered | None) -> bool:
        return _position(self, self) <= _position(other, self)

    def __gt__(self, other: Ordered | None) -> bool:
        return _position(self, self) > _position(other, self)

    def __ge__(self, other: Ordered | None) -> bool:
        return _position(self, self) >= _position(other, self)

    def next(self: S) -> S:
        """The member above this one; leaving the order is a bound that the verdict names."""
        __tracebackhide__ = True
        if self.index + 1 >= size_of(type(self)):
            raise BoundReached(f"{type(self).__name__}.next()")
        return type(self)(self.index + 1)

    def prev(self: S) -> S:
        """The member below this one; leaving the order is a bound that the verdict names."""
        __tracebackhide__ = True
        if self.index == 0:
            raise BoundReached(f"{type(self).__name__}.prev()")
        return type(self)(self.index - 1)


class Ring(Sort):
    """Identities in a circle: `next` and `prev` wrap around. Members are only compared for equality."""

    __slots__ = ()

    def next(self: S) -> S:
        """The member after this one; the first one after the last."""
        return type(self)((self.index + 1) % size_of(type(self)))

    def prev(self: S) -> S:
        """The member before this one; the last one before the first."""
        return type(self)((self.index - 1) % size_of(type(self)))


O = TypeVar("O", bound=Ordered)  # noqa: E741 - the one-letter type variable for an order


class Quorum(frozenset[S]):
    """A quorum over a sort: a set of members, any two of which intersect; a majority unless the run says otherwise."""

    def __repr__(self) -> str:
        return "{" + ", ".join(repr(member) for member in sorted(self, key=lambda m: m.index)) + "}"


def quorums(sort: type[S], *, phase: Kind | None = None) -> tuple[Quorum[S], ...]:
    """Every minimal quorum over `sort` in the quorum system of the run, which is a majority unless it says otherwise.

    `phase` says of which phase of the protocol, where the system tells phases apart.
    Raises SettingError where the system does not fit the sort, or has no such phase.
    """
    system = system_of(sort)
    chosen = listed(system, size_of(sort), system.phase_of(phase))
    turns = [member.index for member in sort]
    if turns != sorted(turns):  # a watched handler goes through members in another order, and so through their quorums
        chosen = tuple(sorted(chosen, key=lambda one: sorted(map(turns.index, one))))
    return tuple(Quorum(sort(index) for index in sorted(one)) for one in chosen)


def system_of(sort: type[Sort]) -> QuorumSystem:
    """The quorum system over `sort` that the run has chosen. Raises SettingError where it does not fit."""
    universe = current_universe()
    system: QuorumSystem = MAJORITY
    if universe is not None:
        system = universe.quorums.get(sort.__name__) or universe.quorums.get(None) or MAJORITY
    system.fit(size_of(sort), sort.__name__)
    return system


def first(order: type[O]) -> O:
    """The lowest member of an order."""
    return order(0)


def last(order: type[O]) -> O:
    """The highest member of an order."""
    return order(size_of(order) - 1)


def before(a: O | None, b: O | None) -> bool:
    """Whether `a` stands below `b`, where `None` ("none yet") stands below every member."""
    if b is None:
        return False
    return a is None or a < b


def size_of(sort: type[Sort]) -> int:
    """The number of members of `sort` in the current universe.

    Raises NoUniverse where no run has chosen it.
    """
    if sort.fixed_size is not None:
        return sort.fixed_size
    universe = current_universe()
    size = None if universe is None else universe.sizes.get(sort.__name__)
    if size is None:
        name = sort.__name__
        raise NoUniverse(
            f"{name} has no size here: the run chooses it. Drive a state of a spec, as in `MySpec({name}=3)`, "
            f"write `with sizes({name}=3):`, or, in an annotation, begin the file with "
            "`from __future__ import annotations`; an alias is computed at once: there, use a `Bound`, or write the "
            "interval wherever it is needed"
        )
    return size


def _position(value: Ordered | None, other: Ordered) -> int:
    if value is None:
        return -1
    if type(value) is not type(other):
        raise TypeError(f"{value!r} and {other!r} belong to different orders")
    return value.index


def _members_text(sort: type[Sort], size: int | None) -> str:
    name = sort.__name__
    return "members are counted from 0" if size is None else f"{name} has {size}: {name}(0) to {name}({size - 1})"


__all__ = ["Ordered", "Quorum", "Ring", "Sort", "before", "first", "last", "quorums", "size_of", "system_of"]
