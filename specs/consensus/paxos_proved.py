"""Paxos with the invariants that prove its agreement, for every number of acceptors, values and ballots.

Source: Padon, Losa, Sagiv, Shoham, "Paxos Made EPR" (OOPSLA 2017), sec. 4, whose four invariants are here, each in
parts that Z3 can take one by one: a ballot has one proposal, votes are for proposals, promises report the last vote,
and nothing else can be chosen below a proposal. They are checked by the explorer as well, and proved by
`indoubt prove paxos_proved`. With `quorums=flexible(q1=3, q2=2)`, no more is assumed than that a quorum of phase 1 and
one of phase 2 have a member in common: so Flexible Paxos is proved as well.
"""

from indoubt.specs.consensus.paxos import Accepted, Acceptor, Ballot, Paxos, Value, Vote
from indoubt.specs.language import before, invariant, quorums


class PaxosProved(Paxos):
    """Paxos, with what makes agreement inductive."""

    @invariant
    def one_proposal_per_ballot(self) -> bool:
        """A ballot proposes one value only."""
        return all(m.vote == n.vote for m in self.proposals for n in self.proposals if m.vote.bal == n.vote.bal)

    @invariant
    def accepted_was_proposed(self) -> bool:
        """A vote is cast for a proposal only."""
        return all(any(n.vote == m.vote for n in self.proposals) for m in self.accepts)

    @invariant
    def promises_are_kept(self) -> bool:
        """Who has promised a ballot has joined it."""
        return all(not before(self.max_bal[m.acc], m.bal) for m in self.promises)

    @invariant
    def reported_votes_were_cast(self) -> bool:
        """A promise reports a vote that its acceptor has cast, in a lower ballot."""
        return all(
            m.last is None or (m.last.bal < m.bal and Accepted(m.acc, m.last) in self.accepts) for m in self.promises
        )

    @invariant
    def reported_votes_are_the_last(self) -> bool:
        """Between the vote that a promise reports and the ballot of the promise, its acceptor casts no vote."""
        return all(
            m.last is not None and v.vote.bal <= m.last.bal
            for m in self.promises
            for v in self.accepts
            if v.acc == m.acc and v.vote.bal < m.bal
        )

    @invariant
    def acceptors_know_their_votes(self) -> bool:
        """An acceptor has joined every ballot it voted in, and remembers the highest of these votes."""
        return all(
            not before(self.max_bal[m.acc], m.vote.bal) and not before(self.last_bal(m.acc), m.vote.bal)
            for m in self.accepts
        ) and all(
            any(m.acc == a and m.vote == self.last_vote[a] for m in self.accepts)
            for a in Acceptor
            if self.last_vote[a] is not None
        )

    def last_bal(self, a: Acceptor) -> Ballot | None:
        """The ballot of the vote that an acceptor remembers."""
        vote = self.last_vote[a]
        return None if vote is None else vote.bal

    @invariant
    def proposals_are_safe(self) -> bool:
        """Below the ballot of a proposal, no other value has been or can be chosen."""
        return all(
            self.not_choosable(c, v)
            for m in self.proposals
            for c in Ballot
            if c < m.vote.bal
            for v in Value
            if v != m.vote.val
        )

    @invariant
    def quorums_report_what_is_choosable(self) -> bool:
        """What a quorum that has promised a ballot does not report, neither has been nor can be chosen below it."""
        return all(
            self.not_choosable(c, v)
            or any(
                m.bal == b and m.acc in q and m.last is not None and (c < m.last.bal or m.last == Vote(c, v))
                for m in self.promises
            )
            for b in Ballot
            for q in quorums(Acceptor, phase=1)
            if all(any(m.acc == a and m.bal == b for m in self.promises) for a in q)
            for c in Ballot
            if c < b
            for v in Value
        )

    def not_choosable(self, c: Ballot, v: Value) -> bool:
        """Whether every quorum of phase 2 has a member that has left ballot `c` and not voted for `v` there."""
        return all(
            any(before(c, self.max_bal[a]) and Accepted(a, Vote(c, v)) not in self.accepts for a in q)
            for q in quorums(Acceptor, phase=2)
        )
