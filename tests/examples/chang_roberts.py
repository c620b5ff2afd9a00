"""Chang and Roberts: the highest number on a ring of processes is elected, however the numbers are placed.

Source: Chang and Roberts, "An Improved Algorithm for Decentralized Extrema-Finding in Circular Configurations of
Processes" (CACM 22:5, 1979). A process that starts sends its number on; a process passes on what is higher than its own
number, swallows what is lower, and is elected when its own comes back. Messages travel in one direction, here without
an order. Any non-empty set of processes may start, each when it likes, unless a message reaches it first.

Checked, against a search in plain Python, for Process = Number = 1 to 4: 3, 22, 279, 5016 distinct states; depth 3, 5,
9, 14. ``Indifferent`` is the broken variant: with 2, 3 and 4 processes it elects the wrong one in a trace of 4, 5 and 6
states.
"""

from __future__ import annotations

from typing import Self

from indoubt.specs.language import (
    Map,
    Ordered,
    Ring,
    Set,
    Spec,
    action,
    empty,
    every,
    initial,
    invariant,
    last,
    reachable,
    require,
    step_invariant,
)


class Process(Ring):
    """A process; `.next()` is the one to which it sends."""


class Number(Ordered):
    """What is unique to a process. There are as many as there are processes."""


class ChangRoberts(Spec):
    """The election."""

    number: Map[Process, Number]
    awake: Set[Process] = empty()
    """Processes that have sent or passed on a message."""
    started: Set[Process] = empty()
    """Those of them that have sent their own number."""
    inbox: Map[Process, Set[Number]] = every(empty())
    """Messages on the way to each process. A number is on its way once at most."""
    elected: Set[Process] = empty()

    @initial
    def place(self, number: Map[Process, Number]) -> None:
        """The numbers are unique, and placed at will."""
        require(all(number[p] != number[q] or p == q for p in Process for q in Process))
        self.number = number

    @action
    def start(self, p: Process) -> None:
        """A process calls for an election: it sends its own number."""
        require(p not in self.awake)
        self.awake.add(p)
        self.started.add(p)
        self.inbox[p.next()].add(self.number[p])

    @action
    def pass_on(self, p: Process, n: Number) -> None:
        """A higher number is passed on, and whoever slept sends its own no more."""
        require(n in self.inbox[p] and n > self.number[p])
        self.inbox[p].remove(n)
        self.inbox[p.next()].add(n)
        self.awake.add(p)

    @action
    def swallow(self, p: Process, n: Number) -> None:
        """A lower number goes no further; whoever slept sends its own instead."""
        require(n in self.inbox[p] and n < self.number[p])
        self.inbox[p].remove(n)
        if p not in self.awake:
            self.awake.add(p)
            self.started.add(p)
            self.inbox[p.next()].add(self.number[p])

    @action
    def win(self, p: Process) -> None:
        """A process whose own number comes back is elected."""
        require(self.number[p] in self.inbox[p])
        self.inbox[p].remove(self.number[p])
        self.elected.add(p)

    @invariant
    def one_leader(self) -> bool:
        """At most one process is elected."""
        return len(self.elected) <= 1

    @invariant
    def highest_wins(self) -> bool:
        """Nobody is elected but the process with the highest number, whoever started."""
        return all(self.number[p] == last(Number) for p in self.elected)

    @step_invariant
    def elected_for_good(self, after: Self) -> bool:
        """Who is elected stays elected."""
        return self.elected <= after.elected

    @reachable
    def an_election_ends(self) -> bool:
        """Somebody can be elected when no message is left."""
        return len(self.elected) == 1 and all(len(self.inbox[p]) == 0 for p in Process)

    @reachable
    def nobody_else_sends(self) -> bool:
        """The least work is a message of the winner alone, once around."""
        return len(self.elected) == 1 and len(self.started) == 1


class Indifferent(ChangRoberts):
    """Broken on purpose: a process passes on every number but its own."""

    @action
    def swallow(self, p: Process, n: Number) -> None:
        """A lower number goes on as well."""
        require(n in self.inbox[p] and n < self.number[p])
        self.inbox[p].remove(n)
        self.inbox[p.next()].add(n)
        self.awake.add(p)
