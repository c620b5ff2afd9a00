"""Change of membership in Raft, with logs of configurations, as the reference module Reconf.

S is the size `S`; MaxTerm and MaxLog are the bounds `max_term` and `max_log`; Fix, Step and Joint (without effect, as
in the module) are the parameters `fix`, `step` and `joint`. Init0, a set of servers, is the parameter `init0`, how many
they are: the first ones. The capacity `log` of the run is at least `max_log`, and 1, so that it never stops a step: the
guard of Change does. An entry is a record instead of a pair. TLC counts two steps where both parts of the disjunction
in Change are true: hence its parameter `same`. ReconfS is this module with the servers of Init0, and the other ones,
symmetric.

    no fix, S=4, init0=4, max_term=3          one_leader_per_term fails, length 8, for max_log=2, 3, 4;
                                              state_machine_safety for max_log=3, length 13
    no fix, S=6, init0=4, 3 terms, 3 entries  one_leader_per_term fails, length 8
    no fix, S=4, init0=2, 3 terms, 3 entries  holds (7513 states up to symmetry)
    no fix, two terms, or init0=3             holds
    fix, S=4, max_term=3, max_log=3, 4        holds
    fix, S=3, init0=3, max_term=2, step=3     max_log=2 holds: 328 distinct states (61 up to symmetry); max_log=3:
                                              one_leader_per_term fails, length 8, state_machine_safety, length 12
    fix, S=4, init0=3, max_term=2, max_log=3, step=2   fails, length 8
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Bound,
    Map,
    Ordered,
    Parameter,
    Record,
    Seq,
    Set,
    Spec,
    action,
    every,
    initial,
    invariant,
    require,
)

max_term = Bound(default=1)
max_log = Bound(default=2)

Term = Annotated[int, Between(0, max_term)]


class S(Ordered):
    """A server; the first ones are members at the beginning."""


class Role(Enum):
    FOLLOWER, LEADER = "FL"


class Entry(Record):
    """A configuration, and the term in which it was appended."""

    term: Term
    config: Set[S]


class Reconf(Spec):
    """Elections and replication as single steps; every entry of a log is a configuration, in force when appended."""

    init0: Parameter[Annotated[int, Between(0, 64)]]
    fix: Parameter[bool] = True
    """A leader must have committed an entry of its term before it changes the members."""
    step: Parameter[Annotated[int, Between(0, 64)]] = 1
    """How many servers may be added or removed at once."""
    joint: Parameter[bool] = False

    term: Map[S, Term] = every(0)
    role: Map[S, Role] = every(Role.FOLLOWER)
    log: Map[S, Seq[Entry]]
    com: Map[S, Annotated[int, Between(0, max(1, max_log))]]

    @initial
    def start(self) -> None:
        """The first members have committed the first configuration."""
        members = Set(i for i in S if sum(1 for j in S if j < i) < self.init0)
        self.log = Map({i: Seq([Entry(0, members)]) if i in members else Seq() for i in S})
        self.com = Map({i: 1 if i in members else 0 for i in S})

    @action
    def elect(self, i: S, q: Set[S]) -> None:
        """A majority of the candidate's configuration elects it, if its log is up to date."""
        require(i in self.conf(i) and i in q and self.is_majority(q, i) and self.term[i] < max_term)
        require(all(self.term[j] <= self.term[i] and self.is_up_to_date(i, j) for j in q))
        term = self.term[i] + 1
        for j in q:
            self.term[j] = term
            self.role[j] = Role.LEADER if j == i else Role.FOLLOWER

    @action
    def change(self, i: S, d: Set[S], same: bool) -> None:
        """A leader appends a configuration: its own again, once in a term, or one that differs a little."""
        require(self.role[i] is Role.LEADER and len(self.log[i]) < max_log)
        require(len(d) > 0 and len(self.conf(i) - d) + len(d - self.conf(i)) <= self.step)
        require(d == self.conf(i) if same else self.com[i] == len(self.log[i]))
        if d == self.conf(i):
            require(self.log[i][-1].term != self.term[i])
        else:
            require(not self.fix or self.log[i][self.com[i] - 1].term == self.term[i])
        self.log[i].append(Entry(self.term[i], d))

    @action
    def ae(self, i: S, j: S) -> None:
        """A member adopts the leader's term, drops what conflicts, and gets one more entry."""
        require(self.role[i] is Role.LEADER and i != j and self.term[j] <= self.term[i] and j in self.conf(i))
        n = self.match(i, j)
        log = self.log[i][: n + 1] if n < len(self.log[i]) else self.log[j]
        require(log != self.log[j] or self.term[i] != self.term[j] or self.role[j] is not Role.FOLLOWER)
        self.log[j] = log
        self.term[j] = self.term[i]
        self.role[j] = Role.FOLLOWER

    @action
    def commit(self, i: S) -> None:
        """A leader commits its whole log, if the last entry is of its term and a majority holds it all."""
        n = len(self.log[i])
        require(self.role[i] is Role.LEADER and n > self.com[i] and self.log[i][-1].term == self.term[i])
        require(
            self.is_majority(
                {j for j in self.conf(i) if self.term[j] == self.term[i] and self.log[i].is_prefix_of(self.log[j])},
                i,
            )
        )
        self.com[i] = n

    def conf(self, i: S) -> AbstractSet[S]:
        """The configuration of `i`: the last one in its log."""
        return self.log[i][-1].config if len(self.log[i]) > 0 else Set()

    def is_majority(self, q: AbstractSet[S], i: S) -> bool:
        """Whether `q` is a majority of the configuration of `i`, and no more than that."""
        return q <= self.conf(i) and 2 * len(q) > len(self.conf(i))

    def last_term(self, i: S) -> int:
        """The term of the last entry in the log of `i`, 0 if it is empty."""
        return self.log[i][-1].term if len(self.log[i]) > 0 else 0

    def is_up_to_date(self, i: S, j: S) -> bool:
        """Whether the log of `i` is as new as that of `j`: by the term of the last entry, then by length."""
        return self.last_term(i) > self.last_term(j) or (
            self.last_term(i) == self.last_term(j) and len(self.log[i]) >= len(self.log[j])
        )

    def match(self, i: S, j: S) -> int:
        """The length of the longest common prefix of two logs."""
        return max(n for n in range(len(self.log[i]) + 1) if self.log[i][:n].is_prefix_of(self.log[j]))

    @invariant
    def state_machine_safety(self) -> bool:
        """No committed entry is cut off, and what two servers have committed is the same."""
        return self.agrees()

    @invariant
    def one_leader_per_term(self) -> bool:
        """Two leaders are in different terms."""
        return self.has_one_leader_per_term()

    @invariant
    def safe(self) -> bool:
        """Both of the above."""
        return self.agrees() and self.has_one_leader_per_term()

    def agrees(self) -> bool:
        """Whether what is committed stands in the logs and is the same everywhere."""
        return all(self.com[i] <= len(self.log[i]) for i in S) and all(
            self.log[i][: min(self.com[i], self.com[j])] == self.log[j][: min(self.com[i], self.com[j])]
            for i in S
            for j in S
        )

    def has_one_leader_per_term(self) -> bool:
        """Whether two leaders are in different terms."""
        return all(
            i == j or self.term[i] != self.term[j]
            for i in S
            for j in S
            if self.role[i] is Role.LEADER and self.role[j] is Role.LEADER
        )
