"""Machines small enough to be counted by hand, and how tests explore them."""

from __future__ import annotations

from typing import Annotated, Any, Self

from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.result import Answer, Exploration, Limits
from indoubt.specs.language import (
    Between,
    Ordered,
    Parameter,
    Set,
    Sort,
    Spec,
    action,
    empty,
    first,
    initial,
    invariant,
    reachable,
    require,
    step_invariant,
)


class Node(Sort): ...


class Rank(Ordered): ...


class Counter(Spec):
    """Counts to `end`: 0, 1, ..., end, and stops there."""

    end: Parameter[Annotated[int, Between(0, 1000)]] = 3
    x: Annotated[int, Between(0, end)] = 0

    @action
    def count(self) -> None:
        require(self.x < self.end)
        self.x += 1

    @invariant
    def small(self) -> bool:
        return self.x < 900

    @reachable
    def one(self) -> bool:
        return self.x == 1


class Unguarded(Counter):
    """Counts until the interval ends."""

    @action
    def count(self) -> None:
        self.x += 1


class Waiting(Counter):
    """May also stand still."""

    @action
    def wait(self) -> None:
        pass


class Chosen(Spec):
    """Eight choices make five initial states: x = 0 from four of them."""

    x: Annotated[int, Between(0, 4)]

    @initial
    def start(self, on: bool, step: Annotated[int, Between(1, 4)]) -> None:
        self.x = step if on else 0

    @action
    def down(self) -> None:
        require(self.x > 0)
        self.x -= 1


class Guarded(Spec):
    """Of four choices a guard refuses two and a bound one."""

    x: Annotated[int, Between(0, 2)]

    @initial
    def start(self, step: Annotated[int, Between(0, 3)]) -> None:
        require(step > 1)
        self.x = step

    @action
    def stay(self) -> None:
        pass

    @invariant
    def high(self) -> bool:
        return self.x == 2


class Subsets(Spec):
    """Elements come and go: every subset of the nodes is a state."""

    held: Set[Node] = empty()

    @action
    def take(self, n: Node) -> None:
        require(n not in self.held)
        self.held.add(n)

    @action
    def drop(self, n: Node) -> None:
        require(n in self.held)
        self.held.discard(n)


class Impossible(Counter):
    """No choice makes an initial state."""

    @initial
    def start(self) -> None:
        require(self.x > self.end)


class Faulty(Spec):
    """Walks a square grid from its corner; what is wrong with a place depends on how far it is."""

    x: Annotated[int, Between(0, 9)] = 0
    y: Annotated[int, Between(0, 9)] = 0

    @action
    def right(self) -> None:
        require(self.x < 9)
        self.x += 1

    @action
    def up(self) -> None:
        require(self.y < 9)
        self.y += 1

    @action
    def fall(self) -> None:
        require(self.x == 2 and self.y == 2)
        self.x = 0

    @invariant
    def far(self) -> bool:
        """Violated first at distance 4."""
        return self.x < 4

    @invariant
    def middle(self) -> bool:
        """Violated at distance 4 too."""
        return not (self.x == 1 and self.y == 3)

    @invariant
    def farther(self) -> bool:
        """Violated at distance 5 only."""
        return self.y < 5

    @step_invariant
    def onward(self, after: Self) -> bool:
        """Violated by the step from (2, 2), at distance 4, back to a state that is known."""
        return after.x >= self.x

    @reachable
    def near(self) -> bool:
        return self.x == 1 and self.y == 1

    @reachable
    def corner(self) -> bool:
        return self.x == 9 and self.y == 9


class LameStep(Counter):
    """One step has no value at 2."""

    ranks: Set[Rank] = empty()

    @action
    def trip(self) -> None:
        require(self.x == 2)
        self.ranks.add(max(r for r in self.ranks))


class LameProperty(Counter):
    """One property has no value at 2."""

    ranks: Set[Rank] = empty()

    @invariant
    def defined(self) -> bool:
        return self.x < 2 or min(r for r in self.ranks) == first(Rank)


def explored(spec: type[Spec], limits: Limits | None = None, **settings: Any) -> Exploration:
    """Explore a spec; settings of the search are told from those of the spec by their names."""
    search = {name: settings.pop(name) for name in ("deadlock", "properties", "report") if name in settings}
    machine = prepared(lower(spec, settle(spec, settings)))
    return explore(Reference(machine), limits, **search)


def answer(found: Exploration, name: str) -> Answer:
    """The answer to one property."""
    return next(one for one in found.answers if one.property == name)


def way(found: Exploration, name: str) -> list[State]:
    """The states of the counterexample or witness of a property."""
    path = answer(found, name).path
    assert path is not None
    return [path.initial, *(state for _, state in path.steps)]
