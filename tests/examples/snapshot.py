"""Chandy and Lamport's snapshot: markers cut a run in two, and no coin is counted twice or not at all.

Source: Chandy and Lamport, "Distributed Snapshots: Determining Global States of Distributed Systems" (ACM TOCS 3:1,
1985), with the marker-sending and marker-receiving rules of sec. 3.1. Processes send coins to each other on FIFO
channels, as in the single-token example of the paper; any process may start the snapshot, and there is one snapshot.

Checked, against a search in plain Python; Process, COINS, channel, in_transit / distinct states / depth:

    2, 1, 3, 1 / 56 / 9    2, 2, 4, 2 / 270 / 14    2, 3, 5, 3 / 914 / 19    3, 1, 3, 1 / 3672 / 14

Broken variants, two processes and one coin: ``Overtaking`` loses the coin in a trace of 5 states, ``NobodyTells`` in
one of 4.
"""

from __future__ import annotations

from typing import Annotated, Self

from indoubt.specs.language import (
    Bag,
    Between,
    Bound,
    Index,
    Map,
    Message,
    Record,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    initial,
    invariant,
    reachable,
    replace,
    require,
    step_invariant,
)

COINS = Bound(default=1)
"""How many coins there are."""


class Process(Sort):
    """A process; there is a channel from each to each other."""


class Coin(Message):
    """A coin changes hands."""


class Marker(Message):
    """What is sent before it belongs to the snapshot, what is sent after it does not."""


class Recorded(Record):
    """The part of the snapshot that a process takes: its own state, and where it has heard markers from."""

    coins: Annotated[int, Between(0, COINS)]
    heard: Set[Process]


class Snapshot(Spec):
    """The algorithm with FIFO channels."""

    coins: Map[Process, Annotated[int, Between(0, COINS)]]
    channel: Map[Process, Map[Process, Seq[Coin | Marker]]] = every(every(Seq()))
    """What is on the way from one process to another, the oldest first."""
    recorded: Map[Process, Recorded | None] = every(None)
    in_transit: Map[Process, Map[Process, Bag[Coin]]] = every(every(Bag()))
    """The recorded state of each channel, from one process to another."""

    @initial
    def share(self, coins: Map[Process, Annotated[int, Between(0, COINS)]]) -> None:
        """The coins are shared out."""
        require(sum(coins[p] for p in Process) == COINS)
        self.coins = coins

    def record(self, p: Process, heard: Set[Process]) -> None:
        """A process records its state and sends a marker on every channel, before anything else."""
        self.recorded[p] = Recorded(self.coins[p], heard)
        for q in Process:
            if q != p:
                self.channel[p][q].append(Marker())

    @action
    def start(self, p: Process) -> None:
        """A process starts the snapshot."""
        require(all(self.recorded[q] is None for q in Process))
        self.record(p, empty())

    @action
    def pay(self, p: Process, q: Process) -> None:
        """A process sends a coin to another."""
        require(p != q and self.coins[p] > 0)
        self.coins[p] -= 1
        self.channel[p][q].append(Coin())

    def take(self, q: Process, p: Process, m: Coin | Marker) -> None:
        """Process `p` takes what has come from `q`."""
        mine = self.recorded[p]
        match m:
            case Coin():
                self.coins[p] += 1
                if mine is not None and q not in mine.heard:
                    self.in_transit[q][p].add(m)
            case Marker():
                if mine is None:
                    self.record(p, Set({q}))
                else:
                    self.recorded[p] = replace(mine, heard=mine.heard | {q})

    @action
    def receive(self, q: Process, p: Process) -> None:
        """The oldest message of a channel arrives."""
        require(len(self.channel[q][p]) > 0)
        m = self.channel[q][p][0]
        self.channel[q][p].pop_first()
        self.take(q, p, m)

    def done(self, p: Process) -> bool:
        """Whether a process has recorded, and has heard a marker from everybody else."""
        mine = self.recorded[p]
        return mine is not None and len(mine.heard) == len(Process) - 1

    def complete(self) -> bool:
        """Whether everybody is done."""
        return all(self.done(p) for p in Process)

    def state_of(self, p: Process) -> int:
        """The coins that the snapshot finds with a process."""
        mine = self.recorded[p]
        return 0 if mine is None else mine.coins

    def total(self) -> int:
        """The coins of the snapshot."""
        return sum(self.state_of(p) for p in Process) + sum(
            len(self.in_transit[p][q]) for p in Process for q in Process
        )

    @invariant
    def consistent(self) -> bool:
        """A complete snapshot has all coins, once."""
        return not self.complete() or self.total() == COINS

    @step_invariant
    def nothing_is_forgotten(self, after: Self) -> bool:
        """What a process has recorded stays."""
        return all(self.recorded[p] is None or self.state_of(p) == after.state_of(p) for p in Process)

    @reachable
    def can_be_in_transit(self) -> bool:
        """A snapshot can find a coin on its way."""
        return self.complete() and any(Coin() in self.in_transit[p][q] for p in Process for q in Process)


class Overtaking(Snapshot):
    """Broken: the channels are not FIFO, which the paper assumes."""

    @action
    def receive_any(self, q: Process, p: Process, i: Annotated[int, Index("channel")]) -> None:
        """A message arrives that is not the oldest."""
        require(i < len(self.channel[q][p]))
        m = self.channel[q][p][i]
        self.channel[q][p].remove_at(i)
        self.take(q, p, m)


class NobodyTells(Snapshot):
    """Broken on purpose: a process that records does not tell the others, which start on their own."""

    def record(self, p: Process, heard: Set[Process]) -> None:
        """A process records its state, and takes it that everybody else does."""
        self.recorded[p] = Recorded(self.coins[p], heard | {q for q in Process if q != p})

    @action
    def start(self, p: Process) -> None:
        """A process records."""
        require(self.recorded[p] is None)
        self.record(p, empty())
