"""Replication from a single leader, as the reference module Failover: promotion by timeout, or by epochs and quorums.

N is the size `N`; MaxW, Sync and Quorum are the parameters `max_w`, `sync` and `quorum`. The module's node 1 is the
first of N, and its variable ack is `acked`, since the action Ack has its name. A log of the module is a sequence of
pairs (epoch, number of the write); every write has a number of its own and is appended once, behind smaller ones, so a
log is here the map from the writes that are in it to their epochs, and nothing is lost. The k of Ack, a position, is
the write `x` at that position.

    asynchronous      one_leader fails, length 2; no_lost_write 4; N=3: one_leader_per_epoch 3
    sync              no_lost_write holds: N=2 16, 55, N=3 68, 369 distinct states for max_w=1, 2; one_leader_per_epoch
                      fails for N=3, length 3
    quorum            one_leader_per_epoch, no_lost_write hold: N=2 17, 55; one_leader fails for N=3, length 2
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Map,
    Ordered,
    Parameter,
    Set,
    Spec,
    action,
    empty,
    every,
    first,
    initial,
    invariant,
    require,
)

Epoch = Annotated[int, Between(1, 2)]


class N(Ordered):
    """A node; the first is the leader at the beginning."""


class Failover(Spec):
    """A leader that replicates its log, and followers that may take its place."""

    max_w: Parameter[Annotated[int, Between(1, 99)]] = 1
    sync: Parameter[bool] = False
    """Without `quorum`: acknowledge a write when all nodes have it, instead of at once."""
    quorum: Parameter[bool] = False
    """Elections and acknowledgements need a majority, and epochs fence old leaders."""

    is_l: Map[N, bool]
    ep: Map[N, Epoch] = every(1)
    log: Map[N, Map[Annotated[int, Between(1, max_w)], Epoch | None]] = every(every(None))
    acked: Set[Annotated[int, Between(1, max_w)]] = empty()
    w: Annotated[int, Between(0, max_w)] = 0

    @initial
    def start(self) -> None:
        """The first node leads."""
        self.is_l = Map({n: n == first(N) for n in N})

    @action
    def write(self, n: N) -> None:
        """A client writes to a leader."""
        require(self.is_l[n] and self.w < self.max_w)
        self.w += 1
        self.log[n][self.w] = self.ep[n]

    @action
    def ack(self, n: N, x: Annotated[int, Between(1, max_w)]) -> None:
        """A leader acknowledges a write and all those before it in its log."""
        require(self.is_l[n] and self.log[n][x] is not None and x not in self.acked)
        require(not self.quorum or self.log[n][x] == self.ep[n])
        require(not self.quorum or 2 * len(self.has(n, x)) > len(N))
        require(self.quorum or not self.sync or len(self.has(n, x)) == len(N))
        self.acked.update({y for y in self.log[n] if y <= x and self.log[n][y] is not None})

    @action
    def promote(self, n: N) -> None:
        """A follower believes the leader dead and takes its place."""
        require(not self.is_l[n] and self.ep[n] < 2 and not self.quorum)
        self.is_l[n] = True
        self.ep[n] = 2

    @action
    def repl(self, n: N, m: N) -> None:
        """A leader overwrites the log of a follower with its own."""
        require(self.is_l[n] and not self.is_l[m] and n != m)
        require(not self.quorum or self.ep[m] <= self.ep[n])
        require(self.log[m] != self.log[n])
        self.log[m] = self.log[n]
        if self.quorum:
            self.ep[m] = self.ep[n]

    @action
    def demote(self, n: N, m: N) -> None:
        """An old leader sees a higher epoch, and copies the log of the new leader."""
        require(self.is_l[n] and self.is_l[m] and self.ep[m] > self.ep[n])
        self.is_l[n] = False
        self.ep[n] = self.ep[m]
        self.log[n] = self.log[m]

    @action
    def elect(self, n: N, q: Set[N]) -> None:
        """A majority elects the one among them whose log is up to date."""
        require(self.quorum and n in q and 2 * len(q) > len(N))
        require(all(self.ep[m] < 2 and self.up_to(n, m) for m in q))
        for m in q:
            self.ep[m] = 2
            self.is_l[m] = m == n

    def position(self, n: N, x: int) -> int:
        """How many writes up to `x` are in the log of `n`."""
        return sum(1 for y in self.log[n] if y <= x and self.log[n][y] is not None)

    def has(self, n: N, x: int) -> AbstractSet[N]:
        """The nodes that have write `x` where `n` has it, and count for its acknowledgement."""
        return {
            m
            for m in N
            if self.log[m][x] == self.log[n][x]
            and self.position(m, x) == self.position(n, x)
            and (not self.quorum or self.ep[m] == self.ep[n])
        }

    def length(self, n: N) -> int:
        """The length of the log of `n`."""
        return sum(1 for y in self.log[n] if self.log[n][y] is not None)

    def last_epoch(self, n: N) -> int:
        """The epoch of the last write in the log of `n`, 0 if it is empty."""
        last = max(0 if self.log[n][y] is None else y for y in self.log[n])
        epoch = None if last == 0 else self.log[n][last]
        return 0 if epoch is None else epoch

    def up_to(self, n: N, m: N) -> bool:
        """Whether the log of `n` is as new as that of `m`: by the epoch of the last write, then by length."""
        return self.last_epoch(n) > self.last_epoch(m) or (
            self.last_epoch(n) == self.last_epoch(m) and self.length(n) >= self.length(m)
        )

    @invariant
    def one_leader(self) -> bool:
        """At most one node believes that it leads."""
        return len({n for n in N if self.is_l[n]}) <= 1

    @invariant
    def one_leader_per_epoch(self) -> bool:
        """Two leaders are in different epochs."""
        return all(a == b or not (self.is_l[a] and self.is_l[b] and self.ep[a] == self.ep[b]) for a in N for b in N)

    @invariant
    def no_lost_write(self) -> bool:
        """An acknowledged write is in the log of every leader of the newest epoch."""
        return all(
            self.log[n][x] is not None
            for n in N
            if self.is_l[n] and all(self.ep[m] <= self.ep[n] for m in N)
            for x in self.acked
        )
