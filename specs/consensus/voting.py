"""Voting: how acceptors agree on a value by voting in ballots, without a word on how they learn of each other's votes.

Source: the TLA+ module Voting of Lamport, "The Paxos Algorithm, or How to Win a Turing Award" (2019), which stands
between Consensus and Paxos: Paxos is what remains when an acceptor may not look at the others but has to send messages.
Actions and definitions keep its names, as far as Python's spelling allows; ``Ballot`` is finite here, as it is when TLC
checks the module, and quorums are majorities. An acceptor may skip ballots, and votes as often as the guards let it.

Checked, distinct states / depth for Acceptor, Value, Ballot: 3,2,3 6752 / 16; 3,2,2 599 / 11, which are 77 once states
that differ in the names of acceptors and values count as one. TLC finds the same 6752 and 77. Every step is one of
consensus.py, or changes nothing chosen. ``VotingIgnoringVotes`` is the broken variant: it loses agreement in a trace of
3 states with one acceptor and 5 with three.
"""

from collections.abc import Set as AbstractSet
from typing import Annotated, Self

from indoubt.invariants.templates import integrity, uniform_agreement
from indoubt.specs.language import (
    Map,
    Ordered,
    Phase,
    Quorum,
    Record,
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


class Acceptor(Sort):
    """A process that votes."""


class Value(Sort):
    """What may be chosen."""


class Ballot(Ordered):
    """A round of voting."""


class Vote(Record):
    """A vote for `val` in ballot `bal`."""

    bal: Ballot
    val: Value


class Voting(Spec):
    """Consensus by votes in numbered ballots."""

    votes: Map[Acceptor, Set[Vote]] = every(empty())
    """The votes that each acceptor has cast."""
    max_bal: Map[Acceptor, Ballot | None] = every(None)
    """The ballot below which each acceptor casts no further vote."""

    @action
    def increase_max_bal(self, a: Acceptor, b: Ballot) -> None:
        """Acceptor a gives up all ballots below b."""
        require(before(self.max_bal[a], b))
        self.max_bal[a] = b

    @action
    def vote_for(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """Acceptor a votes for v in ballot b: nobody voted otherwise there, and some quorum shows v to be safe."""
        require(not before(b, self.max_bal[a]))
        require(self.did_not_vote_at(a, b))
        require(all(vote.val == v for c in Acceptor for vote in self.votes[c] if vote.bal == b))
        require(any(self.shows_safe_at(q, b, v) for q in quorums(Acceptor, phase=1)))
        self.votes[a].add(Vote(b, v))
        self.max_bal[a] = b

    def voted_for(self, a: Acceptor, b: Ballot, v: Value) -> bool:
        """Whether acceptor `a` has voted for `v` in ballot `b`."""
        return Vote(b, v) in self.votes[a]

    def did_not_vote_at(self, a: Acceptor, b: Ballot) -> bool:
        """Whether acceptor `a` has cast no vote in ballot `b`."""
        return not any(vote.bal == b for vote in self.votes[a])

    def cannot_vote_at(self, a: Acceptor, b: Ballot) -> bool:
        """Whether acceptor `a` has cast no vote in ballot `b` and never will."""
        return before(b, self.max_bal[a]) and self.did_not_vote_at(a, b)

    def none_other_choosable_at(self, b: Ballot, v: Value) -> bool:
        """Whether no value but `v` can ever be chosen in ballot `b`."""
        return any(
            all(self.voted_for(a, b, v) or self.cannot_vote_at(a, b) for a in q) for q in quorums(Acceptor, phase=1)
        )

    def safe_at(self, b: Ballot, v: Value) -> bool:
        """Whether no value but `v` has been or can be chosen in any ballot below `b`."""
        return all(self.none_other_choosable_at(c, v) for c in Ballot if c < b)

    def shows_safe_at(self, q: Annotated[Quorum[Acceptor], Phase(1)], b: Ballot, v: Value) -> bool:
        """Whether all of `q` have reached `b`, and the latest ballot below it with a vote of theirs has one for `v`."""
        return all(not before(self.max_bal[a], b) for a in q) and (
            all(not vote.bal < b for a in q for vote in self.votes[a])
            or any(
                any(self.voted_for(a, c, v) for a in q)
                and all(self.did_not_vote_at(a, d) for a in q for d in Ballot if c < d and d < b)
                for c in Ballot
                if c < b
            )
        )

    def chosen_at(self, b: Ballot, v: Value) -> bool:
        """Whether a quorum has voted for `v` in ballot `b`."""
        return any(all(self.voted_for(a, b, v) for a in q) for q in quorums(Acceptor, phase=2))

    def chosen(self) -> AbstractSet[Value]:
        """The values that have been chosen."""
        return {v for v in Value if any(self.chosen_at(b, v) for b in Ballot)}

    @invariant
    def agreement(self) -> bool:
        """At most one value is ever chosen."""
        return uniform_agreement(self.chosen())

    @invariant
    def votes_safe(self) -> bool:
        """A vote is cast only for a value that is safe in its ballot."""
        return all(self.safe_at(vote.bal, vote.val) for a in Acceptor for vote in self.votes[a])

    @invariant
    def one_value_per_ballot(self) -> bool:
        """All votes of one ballot are for one value."""
        return all(
            one.val == other.val
            for a in Acceptor
            for one in self.votes[a]
            for c in Acceptor
            for other in self.votes[c]
            if one.bal == other.bal
        )

    @step_invariant
    def chosen_once(self, after: Self) -> bool:
        """A chosen value stays chosen, and none joins it."""
        return integrity(self.chosen(), after.chosen())

    @reachable
    def something_is_chosen(self) -> bool:
        """A value can be chosen."""
        return len(self.chosen()) > 0


class VotingIgnoringVotes(Voting):
    """Broken on purpose: an acceptor votes in a later ballot whatever was voted for before."""

    @action
    def vote_for(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """Acceptor a votes for v in ballot b: nobody voted otherwise there."""
        require(not before(b, self.max_bal[a]))
        require(self.did_not_vote_at(a, b))
        require(all(vote.val == v for c in Acceptor for vote in self.votes[c] if vote.bal == b))
        self.votes[a].add(Vote(b, v))
        self.max_bal[a] = b
