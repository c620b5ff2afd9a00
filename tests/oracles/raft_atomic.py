"""Raft with elections and replication as single steps and no messages, as the reference module RaftAtomic.

S is the size `S`; MaxTerm and MaxLog are the bounds `max_term` and `max_log`, OldTermCommit the parameter
`old_term_commit`. The capacity `log` of the run is at least `max_log`, so that it never stops a step: the guard of
Client does. S is symmetric in the module, as a Sort is. TLC counts two steps where both parts of the disjunction in
Commit are true: hence its parameter `old`.

All invariants hold: 328 distinct states for S=3, max_term=2, max_log=1 (61 up to symmetry). With `old_term_commit`,
which is figure 8 of the paper, four terms are needed: `leader_completeness` fails in a trace of 11 states and
`state_machine_safety` in one of 13 for S=3, max_term=4, max_log=1.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Bound,
    Map,
    Parameter,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    invariant,
    require,
)

max_term = Bound(default=1)
max_log = Bound(default=1)

Term = Annotated[int, Between(0, max_term)]
Length = Annotated[int, Between(0, max_log)]


class S(Sort):
    """A server."""


class Role(Enum):
    FOLLOWER, LEADER = "FL"


class RaftAtomic(Spec):
    """Elections by a majority at once, replication of one entry at once, and the rule of commitment."""

    old_term_commit: Parameter[bool] = False
    """A leader commits entries of older terms by counting replicas."""

    term: Map[S, Term] = every(0)
    role: Map[S, Role] = every(Role.FOLLOWER)
    log: Map[S, Seq[Term]] = every(empty())
    com: Map[S, Length] = every(0)

    @action
    def elect(self, i: S, q: Set[S]) -> None:
        """A majority elects the one among them whose log is up to date."""
        require(i in q and 2 * len(q) > len(S) and self.term[i] < max_term)
        require(all(self.term[j] <= self.term[i] and self.is_up_to_date(i, j) for j in q))
        term = self.term[i] + 1
        for j in q:
            self.term[j] = term
            self.role[j] = Role.LEADER if j == i else Role.FOLLOWER

    @action
    def learn(self, i: S, j: S) -> None:
        """A server hears of a higher term."""
        require(self.term[j] > self.term[i])
        self.term[i] = self.term[j]
        self.role[i] = Role.FOLLOWER

    @action
    def client(self, i: S) -> None:
        """A leader appends an entry to its log."""
        require(self.role[i] is Role.LEADER and len(self.log[i]) < max_log)
        self.log[i].append(self.term[i])

    @action
    def ae(self, i: S, j: S) -> None:
        """A follower adopts the leader's term, drops what conflicts, and gets one more entry."""
        require(self.role[i] is Role.LEADER and i != j and self.term[j] <= self.term[i])
        n = self.match(i, j)
        require(n < len(self.log[i]))
        self.log[j] = self.log[i][: n + 1]
        self.term[j] = self.term[i]
        self.role[j] = Role.FOLLOWER

    @action
    def commit(self, i: S, n: Length, old: bool) -> None:
        """A leader commits what a majority of servers of its term hold."""
        require(self.role[i] is Role.LEADER and self.com[i] < n <= len(self.log[i]))
        require(self.old_term_commit if old else self.log[i][n - 1] == self.term[i])
        holders = {j for j in S if self.term[j] == self.term[i] and self.log[i][:n].is_prefix_of(self.log[j])}
        require(2 * len(holders) > len(S))
        self.com[i] = n

    def last_term(self, i: S) -> int:
        """The term of the last entry in the log of `i`, 0 if it is empty."""
        return self.log[i][-1] if len(self.log[i]) > 0 else 0

    def is_up_to_date(self, i: S, j: S) -> bool:
        """Whether the log of `i` is as new as that of `j`: by the term of the last entry, then by length."""
        return self.last_term(i) > self.last_term(j) or (
            self.last_term(i) == self.last_term(j) and len(self.log[i]) >= len(self.log[j])
        )

    def match(self, i: S, j: S) -> int:
        """The length of the longest common prefix of two logs."""
        return max(n for n in range(len(self.log[i]) + 1) if self.log[i][:n].is_prefix_of(self.log[j]))

    @invariant
    def one_leader_per_term(self) -> bool:
        """Two leaders are in different terms."""
        return all(
            i == j or self.term[i] != self.term[j]
            for i in S
            for j in S
            if self.role[i] is Role.LEADER and self.role[j] is Role.LEADER
        )

    @invariant
    def state_machine_safety(self) -> bool:
        """No committed entry is cut off, and what two servers have committed is the same."""
        return all(self.com[i] <= len(self.log[i]) for i in S) and all(
            self.log[i][: min(self.com[i], self.com[j])] == self.log[j][: min(self.com[i], self.com[j])]
            for i in S
            for j in S
        )

    @invariant
    def leader_completeness(self) -> bool:
        """A leader has what servers of its term and of older ones have committed."""
        return all(
            self.com[j] <= len(self.log[i]) and self.log[i][: self.com[j]] == self.log[j][: self.com[j]]
            for i in S
            for j in S
            if self.role[i] is Role.LEADER and self.term[i] >= self.term[j]
        )
