"""Raft with explicit votes and replication in atomic steps, as the reference module RaftLite.

S is the size `S`; MaxTerm and MaxLog are the bounds `max_term` and `max_log`; Restarts, KeepVote, KeepTerm, KeepLog,
UpToDate, OldTermCommit, Heartbeats and Maj are the parameters `restarts`, `keep_vote`, `keep_term`, `keep_log`,
`up_to_date`, `old_term_commit`, `heartbeats` and `maj`. The capacity `log` of the run is at least `max_log`, so that it
never stops a step: the guard of Client does. Messages and pairs are records instead of tuples, and Nil is None. Where a
vote has both reasons, a new term and no vote yet, TLC counts two steps: hence the parameter `first` of Vote, and so the
parameter `old` of Commit.
RaftLiteS is this module with S symmetric, which a Sort is.

All invariants hold for a majority; distinct states and depth for S, max_term, max_log, restarts: 1,1,1,0 5 / 5;
2,1,1,0 16 / 8; 2,2,1,0 109 / 11; 2,2,2,0 291 / 13; 3,1,1,0 278 / 10; 3,2,1,0 10251 / 14 (1730 up to symmetry); 2,2,1,1
368 / 12. The module's witness NoTwoLeaders, false of Raft, is `two_leaders`: it is reached in a trace of 7 states for
3,2,1,0, and never by two servers or in one term. The length of the shortest counterexample for every switch is in the
table of counts.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Bound,
    Fault,
    Map,
    Message,
    Parameter,
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
    require,
)

max_term = Bound(default=1)
max_log = Bound(default=1)

Term = Annotated[int, Between(0, max_term)]
Length = Annotated[int, Between(0, max_log)]


class S(Sort):
    """A server."""


class Role(Enum):
    FOLLOWER, CANDIDATE, LEADER = "FCL"


class UpToDate(Enum):
    """How a voter compares the candidate's log with its own."""

    RAFT, LEN, NONE = range(3)


class RequestVote(Message):
    """The module's "rv": a candidate asks for votes, and describes its log."""

    term: Term
    candidate: S
    last_term: Term
    length: Length


class Vote(Message):
    """The module's "v": a vote for a candidate."""

    term: Term
    voter: S
    candidate: S


class Elected(Record):
    """A leader of a term."""

    term: Term
    leader: S


class RaftLite(Spec):
    """Elections by messages that are never consumed; an exchange of AppendEntries is one step."""

    restarts: Parameter[Annotated[int, Between(0, 99)]] = 0
    keep_vote: Parameter[bool] = True
    keep_term: Parameter[bool] = True
    keep_log: Parameter[bool] = True
    up_to_date: Parameter[UpToDate] = UpToDate.RAFT
    old_term_commit: Parameter[bool] = False
    """A leader commits entries of older terms by counting replicas."""
    heartbeats: Parameter[bool] = False
    """An empty AppendEntries moves the commit index without a look at the logs."""
    maj: Parameter[Annotated[int, Between(0, 99)]]
    """Votes to win, and replicas to commit."""

    term: Map[S, Term] = every(0)
    voted: Map[S, S | None] = every(None)
    role: Map[S, Role] = every(Role.FOLLOWER)
    log: Map[S, Seq[Term]] = every(empty())
    com: Map[S, Length] = every(0)
    msgs: Set[RequestVote | Vote] = empty()
    rs: Annotated[int, Between(0, restarts)]
    hist: Set[Elected] = empty()

    @initial
    def start(self) -> None:
        """No restart is spent."""
        self.rs = self.restarts

    @action
    def timeout(self, i: S) -> None:
        """A server that hears no leader becomes a candidate of the next term."""
        require(self.role[i] is not Role.LEADER and self.term[i] < max_term)
        self.term[i] += 1
        self.voted[i] = i
        self.role[i] = Role.CANDIDATE
        self.msgs.add(RequestVote(self.term[i], i, self.last_term(i), len(self.log[i])))
        self.msgs.add(Vote(self.term[i], i, i))

    @action
    def vote(self, i: S, m: RequestVote, first: bool) -> None:
        """A server votes for a candidate whose term is new, or its first vote, and whose log is up to date."""
        require(m in self.msgs and m.candidate != i and m.term >= self.term[i])
        require(self.is_up_to_date(m, i))
        require(self.voted[i] is None if first else m.term > self.term[i])
        if m.term > self.term[i]:
            self.role[i] = Role.FOLLOWER
        self.term[i] = m.term
        self.voted[i] = m.candidate
        self.msgs.add(Vote(m.term, i, m.candidate))

    @action
    def become(self, i: S) -> None:
        """A candidate with enough votes leads."""
        require(self.role[i] is Role.CANDIDATE)
        require(len({j for j in S if Vote(self.term[i], j, i) in self.msgs}) >= self.maj)
        self.role[i] = Role.LEADER
        self.hist.add(Elected(self.term[i], i))

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
        log = self.log[i][: n + 1] if n < len(self.log[i]) else self.log[j]
        com = max(self.com[j], min(self.com[i], len(log)))
        require(
            log != self.log[j]
            or com != self.com[j]
            or self.term[i] != self.term[j]
            or self.role[j] is not Role.FOLLOWER
        )
        if self.term[j] < self.term[i]:
            self.voted[j] = None
        self.log[j] = log
        self.com[j] = com
        self.term[j] = self.term[i]
        self.role[j] = Role.FOLLOWER

    @action
    def bad_hb(self, i: S, j: S) -> None:
        """A heartbeat moves the commit index whatever the follower's log holds."""
        require(self.heartbeats and self.role[i] is Role.LEADER and i != j and self.term[j] <= self.term[i])
        com = min(self.com[i], len(self.log[j]))
        require(com > self.com[j])
        if self.term[j] < self.term[i]:
            self.voted[j] = None
        self.com[j] = com
        self.term[j] = self.term[i]
        self.role[j] = Role.FOLLOWER

    @action
    def commit(self, i: S, n: Length, old: bool) -> None:
        """A leader commits what enough servers of its term hold."""
        require(self.role[i] is Role.LEADER and self.com[i] < n <= len(self.log[i]))
        require(self.old_term_commit if old else self.log[i][n - 1] == self.term[i])
        require(
            len({j for j in S if self.term[j] == self.term[i] and self.log[i][:n].is_prefix_of(self.log[j])})
            >= self.maj
        )
        self.com[i] = n

    @action(fault=Fault.RESTART)
    def restart(self, i: S) -> None:
        """A server restarts with what it keeps on disk."""
        require(self.rs > 0)
        self.rs -= 1
        self.role[i] = Role.FOLLOWER
        self.com[i] = 0
        if not self.keep_vote:
            self.voted[i] = None
        if not self.keep_term:
            self.term[i] = 0
        if not self.keep_log:
            self.log[i].clear()

    def last_term(self, i: S) -> int:
        """The term of the last entry in the log of `i`, 0 if it is empty."""
        return self.log[i][-1] if len(self.log[i]) > 0 else 0

    def is_up_to_date(self, m: RequestVote, i: S) -> bool:
        """Whether `i` finds the log of a candidate good enough."""
        if self.up_to_date is UpToDate.RAFT:
            return m.last_term > self.last_term(i) or (
                m.last_term == self.last_term(i) and m.length >= len(self.log[i])
            )
        if self.up_to_date is UpToDate.LEN:
            return m.length >= len(self.log[i])
        return True

    def match(self, i: S, j: S) -> int:
        """The length of the longest common prefix of two logs."""
        return max(n for n in range(len(self.log[i]) + 1) if self.log[i][:n].is_prefix_of(self.log[j]))

    @invariant
    def one_leader_per_term(self) -> bool:
        """No term has had two leaders."""
        return all(a.term != b.term or a.leader == b.leader for a in self.hist for b in self.hist)

    @invariant
    def state_machine_safety(self) -> bool:
        """No committed entry is cut off, and what two servers have committed is the same."""
        return self.com_in_log_of_all() and all(
            self.log[i][: min(self.com[i], self.com[j])] == self.log[j][: min(self.com[i], self.com[j])]
            for i in S
            for j in S
        )

    @invariant
    def com_in_log(self) -> bool:
        """No committed entry is cut off."""
        return self.com_in_log_of_all()

    def com_in_log_of_all(self) -> bool:
        """Whether every commit index stands within its log."""
        return all(self.com[i] <= len(self.log[i]) for i in S)

    @invariant
    def log_matching(self) -> bool:
        """Logs that have the same term at a position are the same up to there."""
        return all(
            self.log[i][:k] == self.log[j][:k]
            for i in S
            for j in S
            for k in range(1, min(len(self.log[i]), len(self.log[j])) + 1)
            if self.log[i][k - 1] == self.log[j][k - 1]
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

    @reachable
    def two_leaders(self) -> bool:
        """Two servers believe that they lead: one may not know of the other, which is in a newer term."""
        return len({i for i in S if self.role[i] is Role.LEADER}) > 1
