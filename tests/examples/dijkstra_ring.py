"""Dijkstra's self-stabilising ring: from any state whatever, there is soon one privilege, and for ever after only one.

Source: Dijkstra, "Self-stabilizing Systems in Spite of Distributed Control" (CACM 17:11, 1974; EWD426), the solution
with K-state machines; "privilege", "bottom" and "legitimate" are his words. The machines 0..N stand in a ring; a
machine reads the state S of itself and L of its left neighbour. Bottom is the first of the order.

That a legitimate state is reached is liveness. It is checked here as safety, as Biere, Artho and Schuppan do ("Liveness
Checking as Safety Checking", FMICS 2002): at any time the daemon may save the state, once, and an illegitimate state
that comes back is a way on which nothing stabilises.

Checked, against a search in plain Python; distinct states / depth, all properties hold:

    Machine, K   3, 2      3, 3        4, 3         4, 4         5, 4
                 22 / 4    171 / 11    1635 / 15    6600 / 20    63600 / 25

With K too small, `stabilises` is violated: Machine=4 K=2 in 10 states, Machine=5 K=3 in 17. ``UniformRing`` is the
broken variant: an initial state has no privilege.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Self

from indoubt.specs.language import (
    Map,
    Ordered,
    Ring,
    Spec,
    action,
    first,
    initial,
    invariant,
    last,
    reachable,
    require,
    step_invariant,
)


class Machine(Ordered):
    """The machines from left to right; the left neighbour of the first is the last."""


class K(Ring):
    """The states of a machine, counted modulo K."""


class DijkstraRing(Spec):
    """The first solution of the paper."""

    s: Map[Machine, K]
    saved: Map[Machine, K] | None = None
    """A state that the daemon has saved."""
    moved: bool = False
    """Whether a machine has moved since then."""

    @initial
    def anything(self, s: Map[Machine, K]) -> None:
        """A transient fault has left any state at all."""
        self.s = s

    def left(self, m: Machine) -> K:
        """L: the state of the left neighbour."""
        return self.s[last(Machine)] if m == first(Machine) else self.s[m.prev()]

    def privileged(self) -> AbstractSet[Machine]:
        """The machines that may move: bottom if L = S, any other if L != S."""
        return {m for m in Machine if (self.left(m) == self.s[m]) == (m == first(Machine))}

    def legitimate(self) -> bool:
        """Exactly one privilege is present."""
        return len(self.privileged()) == 1

    @action
    def move_bottom(self, m: Machine) -> None:
        """Bottom: if L = S then S := (S + 1) mod K."""
        require(m == first(Machine) and self.left(m) == self.s[m])
        self.s[m] = self.s[m].next()
        self.moved = self.saved is not None

    @action
    def move(self, m: Machine) -> None:
        """Any other: if L != S then S := L."""
        require(m != first(Machine) and self.left(m) != self.s[m])
        self.s[m] = self.left(m)
        self.moved = self.saved is not None

    @action(by="daemon")
    def save(self) -> None:
        """The daemon remembers an illegitimate state."""
        require(self.saved is None and not self.legitimate())
        self.saved = self.s

    @invariant
    def some_privilege(self) -> bool:
        """In each state at least one privilege is present."""
        return len(self.privileged()) > 0

    @step_invariant
    def legitimacy_is_kept(self, after: Self) -> bool:
        """A step from a legitimate state leads to a legitimate state."""
        return not self.legitimate() or after.legitimate()

    @step_invariant
    def privileges_do_not_grow(self, after: Self) -> bool:
        """No step adds to the number of privileges."""
        return len(after.privileged()) <= len(self.privileged())

    @invariant
    def stabilises(self) -> bool:
        """No illegitimate state comes back, so that a legitimate one is reached at last."""
        return not (self.moved and self.s == self.saved)

    @reachable
    def everybody_is_privileged(self) -> bool:
        """It can be as bad as that, where K allows it."""
        return len(self.privileged()) == len(Machine)


class UniformRing(DijkstraRing):
    """Broken on purpose: bottom is a machine like any other. The paper says why one has to be different."""

    def privileged(self) -> AbstractSet[Machine]:
        """The machines that may move: those with L != S."""
        return {m for m in Machine if self.left(m) != self.s[m]}

    @action
    def move_bottom(self, m: Machine) -> None:
        """Bottom too: if L != S then S := L."""
        require(m == first(Machine) and self.left(m) != self.s[m])
        self.s[m] = self.left(m)
        self.moved = self.saved is not None
