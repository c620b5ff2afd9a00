"""Raft's replicated log: entries travel with the place and the term of the one before, and conflicts are cut off.

Source: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (USENIX ATC 2014), sec. 5.3 and 5.4;
the properties are those of its figure 3. An election is one step here: a majority, none of whose logs is more
up-to-date, moves to a new term. AppendEntries carries one entry. Messages are never consumed,
so delay, reordering, duplication and loss need no actions of their own.

Checked, against a search in plain Python; Server, Term, MOST (and log) / distinct states / depth:

    3, 1, 1 / 64 / 8    3, 2, 1 / 1126 / 11    3, 2, 2 / 13564 / 15    2, 2, 2 / 349 / 11    2, 3, 2 / 2829 / 13

Two servers, or one term, never have conflicting logs. Broken variants: ``NoConsistencyCheck`` loses log matching in a
trace of 7 states (Server=3 Term=2), ``CommitOldTerms`` leader completeness in one of 9 (Server=3 Term=4 MOST=1 log=1).
"""

from __future__ import annotations

from typing import Annotated, Self

from indoubt.specs.language import (
    Between,
    Bound,
    Map,
    Message,
    Ordered,
    Quorum,
    Record,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    before,
    empty,
    every,
    invariant,
    quorums,
    reachable,
    require,
    step_invariant,
)

MOST = Bound(default=2)
"""The longest log."""


class Server(Sort):
    """A server; it keeps everything when it crashes."""


class Term(Ordered):
    """A term has one leader at most."""


class Entry(Record):
    """An entry of a log. The command is unique to the term and the place, and so it is left out."""

    term: Term


class AppendEntries(Message):
    """The leader of `term` replicates an entry, behind the one at `prev_index`."""

    term: Term
    prev_index: Annotated[int, Between(0, MOST)]
    prev_term: Term | None
    entry: Entry


class Commit(Message):
    """The leader of `term` has committed the entries up to `leader_commit`."""

    term: Term
    leader_commit: Annotated[int, Between(1, MOST)]


class RaftLog(Spec):
    """Log replication as in Raft."""

    current_term: Map[Server, Term | None] = every(None)
    leader: Map[Term, Server | None] = every(None)
    """Who was elected in each term."""
    log: Map[Server, Seq[Entry]] = every(Seq())
    commit_index: Map[Server, Annotated[int, Between(0, MOST)]] = every(0)
    match_index: Map[Term, Map[Server, Annotated[int, Between(0, MOST)]]] = every(every(0))
    """How far the leader of each term knows each log to match its own."""
    msgs: Set[AppendEntries | Commit] = empty()
    """Every message ever sent. A leader sends what it can at once."""

    def is_leader(self, s: Server, t: Term) -> bool:
        """Whether a server leads in a term, and knows of no later one."""
        return self.leader[t] == s and self.current_term[s] == t

    def term_at(self, s: Server, index: int) -> Term | None:
        """The term of the entry at an index; there is none at 0."""
        return None if index == 0 else self.log[s][index - 1].term

    def last_term(self, s: Server) -> Term | None:
        """The term of the last entry."""
        return self.term_at(s, len(self.log[s]))

    def up_to_date(self, s: Server, v: Server) -> bool:
        """Whether voter `v` finds the log of `s` at least as up-to-date as its own."""
        return before(self.last_term(v), self.last_term(s)) or (
            self.last_term(v) == self.last_term(s) and len(self.log[v]) <= len(self.log[s])
        )

    def send(self, s: Server, t: Term, index: int) -> None:
        """The leader sends its entry at an index to everybody."""
        self.msgs.add(AppendEntries(t, index - 1, self.term_at(s, index - 1), self.log[s][index - 1]))

    @action
    def become_leader(self, s: Server, t: Term, q: Quorum[Server]) -> None:
        """A candidate is elected by a majority (sec. 5.2 and 5.4.1)."""
        require(s in q and all(before(self.current_term[v], t) and self.up_to_date(s, v) for v in q))
        for v in q:
            self.current_term[v] = t
        self.leader[t] = s
        self.match_index[t][s] = len(self.log[s])
        for i in range(len(self.log[s])):
            self.send(s, t, i + 1)

    @action
    def client_request(self, s: Server, t: Term) -> None:
        """The leader appends an entry to its log."""
        require(self.is_leader(s, t) and len(self.log[s]) < MOST)
        self.log[s].append(Entry(t))
        self.match_index[t][s] = len(self.log[s])
        self.send(s, t, len(self.log[s]))

    def matches(self, s: Server, m: AppendEntries) -> bool:
        """Whether the log has the entry before, of the same term."""
        return m.prev_index <= len(self.log[s]) and self.term_at(s, m.prev_index) == m.prev_term

    def conflicts(self, s: Server, m: AppendEntries) -> bool:
        """Whether the log has an entry of another term in this place."""
        return m.prev_index < len(self.log[s]) and self.log[s][m.prev_index] != m.entry

    @action
    def append_entries(self, s: Server, m: AppendEntries) -> None:
        """A follower looks for the entry before, cuts off what conflicts, appends and answers (fig. 2)."""
        require(m in self.msgs)
        require(not before(m.term, self.current_term[s]) and self.leader[m.term] != s)
        require(self.matches(s, m))
        self.current_term[s] = m.term
        if self.conflicts(s, m):
            self.log[s].truncate(m.prev_index)
        if m.prev_index == len(self.log[s]):
            self.log[s].append(m.entry)
        self.match_index[m.term][s] = max(self.match_index[m.term][s], m.prev_index + 1)

    @action
    def advance_commit_index(self, s: Server, t: Term, index: Annotated[int, Between(1, MOST)]) -> None:
        """The leader commits up to an entry that a majority has."""
        require(self.is_leader(s, t) and self.commit_index[s] < index and index <= len(self.log[s]))
        require(any(all(self.match_index[t][v] >= index for v in q) for q in quorums(Server)))
        require(self.may_commit(s, t, index))
        self.commit_index[s] = index
        self.msgs.add(Commit(t, index))

    def may_commit(self, s: Server, t: Term, index: int) -> bool:
        """Only an entry of the own term is counted; all before are committed with it (sec. 5.4.2)."""
        return self.term_at(s, index) == t

    @action
    def learn_commit(self, s: Server, m: Commit) -> None:
        """A follower whose log matches that far commits as well."""
        require(m in self.msgs and m.term == self.current_term[s])
        require(self.commit_index[s] < m.leader_commit and m.leader_commit <= self.match_index[m.term][s])
        self.commit_index[s] = m.leader_commit

    @invariant
    def log_matching(self) -> bool:
        """Two logs with an entry of the same term in the same place are the same up to there."""
        return all(
            self.log[r][: i + 1] == self.log[s][: i + 1]
            for r in Server
            for s in Server
            for i in range(len(self.log[r]))
            if i < len(self.log[s]) and self.log[r][i] == self.log[s][i]
        )

    @invariant
    def leader_completeness(self) -> bool:
        """A leader has every entry that was committed in its term or before."""
        return all(
            not self.is_leader(s, t)
            or before(t, self.current_term[r])
            or self.log[r][: self.commit_index[r]].is_prefix_of(self.log[s])
            for s in Server
            for t in Term
            for r in Server
        )

    @invariant
    def state_machine_safety(self) -> bool:
        """No two servers commit different entries in the same place."""
        return all(
            self.log[r][i] == self.log[s][i]
            for r in Server
            for s in Server
            for i in range(min(self.commit_index[r], self.commit_index[s]))
        )

    @step_invariant
    def leader_append_only(self, after: Self) -> bool:
        """A leader never overwrites or deletes entries of its log."""
        return all(
            self.log[s].is_prefix_of(after.log[s])
            for s in Server
            for t in Term
            if self.is_leader(s, t) and after.is_leader(s, t)
        )

    @reachable
    def everybody_commits(self) -> bool:
        """All servers can commit a full log."""
        return all(self.commit_index[s] == MOST for s in Server)

    @reachable
    def logs_can_conflict(self) -> bool:
        """Two logs can have different entries in the same place, of which neither is committed."""
        return any(
            len(self.log[r]) > 0 and len(self.log[s]) > 0 and self.log[r][0] != self.log[s][0]
            for r in Server
            for s in Server
        )


class NoConsistencyCheck(RaftLog):
    """Broken on purpose: a follower with a log of the right length does not look at the term of the entry before."""

    def matches(self, s: Server, m: AppendEntries) -> bool:
        """Whether the log reaches to the entry before."""
        return m.prev_index <= len(self.log[s])


class CommitOldTerms(RaftLog):
    """Broken as figure 8 of the paper shows: a leader counts the copies of entries of earlier terms."""

    def may_commit(self, s: Server, t: Term, index: int) -> bool:
        """An entry of the own term or of an earlier one is counted: any entry."""
        return not before(t, self.term_at(s, index))
