"""Log replication by a leader over a network that loses, repeats and reorders: large messages in a bag.

Source: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (USENIX ATC 2014), sec. 5.3 and 5.4,
with elections in one step: they need no messages, and so the bag holds only those that replicate. A leader steps down
as soon as the next one is elected, but what it sent is still on its way. `capacity` is how many messages the network
takes, and the capacity `net` of the run is the same number; a message is repeated by being sent again.

The same model is in replication.pml and replication.m, which store a message as one number.
"""

from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import (
    Bag,
    Between,
    Bound,
    Fault,
    Map,
    Message,
    Parameter,
    Seq,
    Sort,
    Spec,
    action,
    empty,
    every,
    invariant,
    require,
)

MAX_TERM = Bound(default=2)
MAX_LOG = Bound(default=2)

Term = Annotated[int, Between(0, MAX_TERM)]
Length = Annotated[int, Between(0, MAX_LOG)]


class S(Sort):
    """A server."""


class Append(Message):
    """The leader of a term sends the entry that stands behind the first `previous` ones, 0 if there is none."""

    to: S
    term: Term
    previous: Length
    previous_term: Term
    entry: Term
    commit: Length


class Ack(Message):
    """A follower has the first `length` entries of the leader of a term, or refuses what stands behind them."""

    sender: S
    term: Term
    length: Length
    accepted: bool


class Replication(Spec):
    """A leader brings the logs of its followers up to its own."""

    capacity: Parameter[Annotated[int, Between(1, 9)]] = 3
    """How many messages may be on their way; the capacity `net` of the run is the same number."""

    epoch: Term = 0
    leader: S | None = None
    """The leader of the epoch."""
    term: Map[S, Term] = every(0)
    log: Map[S, Seq[Term]] = every(empty())
    commit: Map[S, Length] = every(0)
    next: Map[S, Length] = every(0)
    """How many entries the leader takes each follower to have."""
    match: Map[S, Length] = every(0)
    """How many it knows each to have."""
    net: Bag[Append | Ack] = empty()

    @action
    def elect(self, i: S) -> None:
        """A server whose log is as good as those of a majority leads the next epoch."""
        require(self.epoch < MAX_TERM)
        require(2 * len({j for j in S if self.is_as_good(i, j)}) > len(S))
        self.epoch += 1
        self.leader = i
        self.term[i] = self.epoch
        for j in S:
            self.next[j] = len(self.log[i])
            self.match[j] = 0

    @action
    def request(self, i: S) -> None:
        """A client hands the leader an entry."""
        require(i == self.leader and len(self.log[i]) < MAX_LOG)
        self.log[i].append(self.epoch)

    @action
    def send(self, i: S, j: S) -> None:
        """The leader sends a follower what it lacks, or only its commit index."""
        require(i == self.leader and i != j and len(self.net) < self.capacity)
        n = self.next[j]
        previous_term = self.log[i][n - 1] if n > 0 else 0
        entry = self.log[i][n] if n < len(self.log[i]) else 0
        self.net.add(Append(j, self.epoch, n, previous_term, entry, self.commit[i]))

    @action
    def receive_append(self, m: Append) -> None:
        """A follower takes an entry if it has what stands before it, and says whether it has."""
        require(m in self.net)
        self.net.remove(m)
        if m.term >= self.term[m.to]:
            self.term[m.to] = m.term
            fits = m.previous <= len(self.log[m.to]) and (
                m.previous == 0 or self.log[m.to][m.previous - 1] == m.previous_term
            )
            length = m.previous + 1 if fits and m.entry > 0 else m.previous
            if fits:
                if m.entry > 0 and (len(self.log[m.to]) < length or self.log[m.to][m.previous] != m.entry):
                    self.log[m.to].truncate(m.previous)
                    self.log[m.to].append(m.entry)
                self.commit[m.to] = max(self.commit[m.to], min(m.commit, length))
            self.net.add(Ack(m.to, m.term, length, fits))

    @action
    def receive_ack(self, m: Ack) -> None:
        """The leader learns what a follower has, or tries one entry earlier."""
        require(m in self.net)
        self.net.remove(m)
        if m.term == self.epoch:
            if m.accepted:
                self.match[m.sender] = max(self.match[m.sender], m.length)
                self.next[m.sender] = max(self.next[m.sender], m.length)
            elif m.length == self.next[m.sender]:
                self.next[m.sender] = m.length - 1

    @action
    def decide(self, i: S, n: Length) -> None:
        """The leader commits entries of its epoch that a majority has."""
        require(i == self.leader and self.commit[i] < n <= len(self.log[i]) and self.log[i][n - 1] == self.epoch)
        require(2 * len({j for j in S if j == i or self.match[j] >= n}) > len(S))
        self.commit[i] = n

    @action(fault=Fault.LOSS)
    def lose(self, m: Append | Ack) -> None:
        """A message is lost."""
        require(m in self.net)
        self.net.remove(m)

    def last_term(self, i: S) -> int:
        """The term of the last entry in the log of `i`, 0 if it is empty."""
        return self.log[i][-1] if len(self.log[i]) > 0 else 0

    def is_as_good(self, i: S, j: S) -> bool:
        """Whether the log of `i` is at least as up to date as that of `j`."""
        return self.last_term(i) > self.last_term(j) or (
            self.last_term(i) == self.last_term(j) and len(self.log[i]) >= len(self.log[j])
        )

    @invariant
    def state_machine_safety(self) -> bool:
        """What two servers have committed is the same, and no log is shorter than its commit index."""
        return all(self.commit[i] <= len(self.log[i]) for i in S) and all(
            self.log[i][: min(self.commit[i], self.commit[j])] == self.log[j][: min(self.commit[i], self.commit[j])]
            for i in S
            for j in S
        )

    @invariant
    def leader_completeness(self) -> bool:
        """The leader has what anybody has committed."""
        return all(
            self.commit[j] <= len(self.log[i]) and self.log[i][: self.commit[j]] == self.log[j][: self.commit[j]]
            for i in S
            for j in S
            if i == self.leader
        )
