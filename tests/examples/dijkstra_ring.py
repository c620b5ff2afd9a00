"""Dijkstra's self-stabilising ring: from any state whatever, there is soon one privilege, and for ever after only one.

Source: Dijkstra, "Self-stabilizing Systems in Spite of Distributed Control" (CACM 17:11, 1974; EWD426), the solution
with K-state machines; "privilege", "bottom" and "legitimate" are his words. The machines 0..N stand in a ring; a
machine reads the state S of itself and L of its left neighbour. Bottom is the first of the order.

That a legitimate state is reached at last needs no fairness but that some machine moves: the daemon may choose as it
likes. Any state is an initial state, so there are K^Machine states at depth 1.

Checked, against a search for cycles in plain Python: with N machines K = N - 1 states of each are enough, and fewer are
not: Machine=4 K=2 and Machine=5 K=3 do not stabilise. ``UniformRing`` is the broken variant: an initial state has no
privilege.
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
    eventually_always,
    first,
    initial,
    invariant,
    last,
    reachable,
    require,
    step_invariant,
    weak,
)


class Machine(Ordered):
    """The machines from left to right; the left neighbour of the first is the last."""


class K(Ring):
    """The states of a machine, counted modulo K."""


class DijkstraRing(Spec):
    """The first solution of the paper."""

    s: Map[Machine, K]

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

    @action(fairness=weak(group="daemon"))
    def move_bottom(self, m: Machine) -> None:
        """Bottom: if L = S then S := (S + 1) mod K."""
        require(m == first(Machine) and self.left(m) == self.s[m])
        self.s[m] = self.s[m].next()

    @action(fairness=weak(group="daemon"))
    def move(self, m: Machine) -> None:
        """Any other: if L != S then S := L."""
        require(m != first(Machine) and self.left(m) != self.s[m])
        self.s[m] = self.left(m)

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

    @eventually_always
    def stabilises(self) -> bool:
        """Whatever the first state, from some point on all states are legitimate."""
        return self.legitimate()

    @reachable
    def everybody_is_privileged(self) -> bool:
        """It can be as bad as that, where K allows it."""
        return len(self.privileged()) == len(Machine)


class UniformRing(DijkstraRing):
    """Broken on purpose: bottom is a machine like any other. The paper says why one has to be different."""

    def privileged(self) -> AbstractSet[Machine]:
        """The machines that may move: those with L != S."""
        return {m for m in Machine if self.left(m) != self.s[m]}

    @action(fairness=weak(group="daemon"))
    def move_bottom(self, m: Machine) -> None:
        """Bottom too: if L != S then S := L."""
        require(m == first(Machine) and self.left(m) != self.s[m])
        self.s[m] = self.left(m)
