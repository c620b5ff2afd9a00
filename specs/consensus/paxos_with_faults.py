"""Paxos with quorums of any size, acceptors that lose what they should keep, and a switch for each rule to break.

Source: the single-decree Paxos of paxos.py; quorums of different sizes for the two phases: Howard, Malkhi, Spiegelman,
"Flexible Paxos: Quorum Intersection Revisited" (OPODIS 2016). What matters there is that every phase-1 quorum meets
every phase-2 quorum: phase_1_quorum + phase_2_quorum > Acceptor. The run says both sizes; the smallest majority is
Acceptor // 2 + 1. Messages are never consumed, so delay, reordering, duplication and loss need no actions of their own.

Checked, in agreement with TLC on the same protocol in TLA+: with majorities the distinct states and depths of paxos.py.
States in the shortest counterexample to agreement, with two values and two ballots, for one acceptor / for three and
majorities:

    ignore_votes         9 / 13          amnesias=1       10 / 14
    accept_any_ballot    9 / 13          lost_promises=1  10 / 14
    share_ballots        7 / 10, with one ballot
    count_old_promises   8 / 11
    lowest_vote          none with two ballots (3921 states); TLC finds 18 with three
    keep_promise_low     none with two ballots (8985 states); TLC finds 18 with three

and for quorums that need not meet: sizes 1 and 2, or 2 and 1, of 3 acceptors 11; 1 and 1 of 2 or 3 acceptors 9.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Annotated, Self

from indoubt.invariants.templates import integrity, uniform_agreement, validity
from indoubt.specs.consensus.paxos import Accepted, Acceptor, Ballot, Prepare, Promise, Propose, Value, Vote
from indoubt.specs.language import (
    Between,
    Fault,
    Map,
    Parameter,
    Set,
    Spec,
    action,
    before,
    empty,
    every,
    initial,
    invariant,
    reachable,
    require,
    step_invariant,
)


class PaxosWithFaults(Spec):
    """Single-decree Paxos with a switch for each rule that can be broken."""

    phase_1_quorum: Parameter[Annotated[int, Between(1, 9)]]
    """How many acceptors a leader hears before it proposes."""
    phase_2_quorum: Parameter[Annotated[int, Between(1, 9)]]
    """How many votes choose a value."""
    amnesias: Parameter[Annotated[int, Between(0, 9)]] = 0
    """How often an acceptor restarts with nothing: its disk was replaced."""
    lost_promises: Parameter[Annotated[int, Between(0, 9)]] = 0
    """How often an acceptor restarts with its vote but without a later promise, which was not forced to disk."""
    ignore_votes: Parameter[bool] = False
    """A leader proposes what it likes, whatever votes the promises report."""
    lowest_vote: Parameter[bool] = False
    """A leader proposes the value of the lowest reported vote instead of the highest."""
    accept_any_ballot: Parameter[bool] = False
    """An acceptor votes in a ballot below its promise."""
    share_ballots: Parameter[bool] = False
    """Two leaders may use the same ballot."""
    count_old_promises: Parameter[bool] = False
    """A leader counts promises for lower ballots too."""
    keep_promise_low: Parameter[bool] = False
    """An acceptor that votes does not raise its promise to the ballot of the vote."""

    max_bal: Map[Acceptor, Ballot | None] = every(None)
    """The highest ballot each acceptor has joined, as far as it knows."""
    last_vote: Map[Acceptor, Vote | None] = every(None)
    """Its latest vote, as far as it knows."""
    prepares: Set[Prepare] = empty()
    promises: Set[Promise] = empty()
    proposals: Set[Propose] = empty()
    accepts: Set[Accepted] = empty()
    amnesias_left: Annotated[int, Between(0, amnesias)]
    lost_promises_left: Annotated[int, Between(0, lost_promises)]

    @initial
    def start(self) -> None:
        """Nothing has happened and no fault is spent."""
        self.amnesias_left = self.amnesias
        self.lost_promises_left = self.lost_promises

    @action(by="leader")
    def phase_1a(self, b: Ballot) -> None:
        """The leader of ballot b asks the acceptors to join it."""
        require(Prepare(b) not in self.prepares)
        self.prepares.add(Prepare(b))

    @action
    def phase_1b(self, a: Acceptor, m: Prepare) -> None:
        """Acceptor a joins a ballot higher than all before, and reports its last vote."""
        require(m in self.prepares)
        require(before(self.max_bal[a], m.bal))
        self.max_bal[a] = m.bal
        self.promises.add(Promise(a, m.bal, self.last_vote[a]))

    @action(by="leader")
    def phase_2a(self, b: Ballot, v: Value, q: Set[Acceptor]) -> None:
        """Ballot b proposes v, which the promises of the acceptors in q show to be safe."""
        require(len(q) == self.phase_1_quorum and Prepare(b) in self.prepares)
        require(Propose(Vote(b, v)) not in self.proposals)
        require(self.share_ballots or not any(m.vote.bal == b for m in self.proposals))
        require(all(any(m.acc == a and self.counts(m, b) for m in self.promises) for a in q))
        require(self.ignore_votes or self.is_free(b, q) or self.is_reported(b, v, q))
        self.proposals.add(Propose(Vote(b, v)))

    @action
    def phase_2b(self, a: Acceptor, m: Propose) -> None:
        """Acceptor a votes as asked, unless it has joined a higher ballot."""
        require(m in self.proposals)
        require(Accepted(a, m.vote) not in self.accepts)
        require(self.accept_any_ballot or not before(m.vote.bal, self.max_bal[a]))
        if not self.keep_promise_low and before(self.max_bal[a], m.vote.bal):
            self.max_bal[a] = m.vote.bal
        self.last_vote[a] = m.vote
        self.accepts.add(Accepted(a, m.vote))

    @action(fault=Fault.RESTART)
    def forget_everything(self, a: Acceptor) -> None:
        """Acceptor a restarts with an empty disk."""
        require(self.amnesias_left > 0 and self.max_bal[a] is not None)
        self.amnesias_left -= 1
        self.max_bal[a] = None
        self.last_vote[a] = None

    @action(fault=Fault.RESTART)
    def forget_promise(self, a: Acceptor) -> None:
        """Acceptor a restarts with its last vote, but without the promise that it made later."""
        require(self.lost_promises_left > 0 and before(self.voted_in(a), self.max_bal[a]))
        self.lost_promises_left -= 1
        self.max_bal[a] = self.voted_in(a)

    def voted_in(self, a: Acceptor) -> Ballot | None:
        """The ballot of the last vote of `a`."""
        vote = self.last_vote[a]
        return None if vote is None else vote.bal

    def counts(self, m: Promise, b: Ballot) -> bool:
        """Whether the leader of ballot `b` takes `m` for a promise to join its ballot."""
        return m.bal == b or (self.count_old_promises and m.bal < b)

    def is_free(self, b: Ballot, q: Set[Acceptor]) -> bool:
        """Whether no acceptor in `q` need have voted, so that ballot `b` may propose any value."""
        return all(any(m.acc == a and m.last is None and self.counts(m, b) for m in self.promises) for a in q)

    def is_reported(self, b: Ballot, v: Value, q: Set[Acceptor]) -> bool:
        """Whether `v` is the value of the highest vote that the promises of `q` for ballot `b` report.

        An acceptor that has forgotten may have promised twice for one ballot; the leader takes one promise of each.
        """
        return any(
            m.acc in q
            and self.counts(m, b)
            and m.last is not None
            and m.last.val == v
            and all(any(n.acc == a and self.counts(n, b) and self.yields(n, m.last) for n in self.promises) for a in q)
            for m in self.promises
        )

    def yields(self, m: Promise, vote: Vote) -> bool:
        """Whether promise `m` reports no vote that takes precedence over `vote`."""
        if m.last is None:
            return True
        return m.last.bal >= vote.bal if self.lowest_vote else m.last.bal <= vote.bal

    def chosen(self) -> AbstractSet[Value]:
        """The values that enough acceptors have voted for in one ballot."""
        return {
            v
            for v in Value
            if any(
                len({a for a in Acceptor if Accepted(a, Vote(b, v)) in self.accepts}) >= self.phase_2_quorum
                for b in Ballot
            )
        }

    @invariant
    def agreement(self) -> bool:
        """At most one value is ever chosen."""
        return uniform_agreement(self.chosen())

    @invariant
    def chosen_was_proposed(self) -> bool:
        """Only a proposed value is chosen."""
        return validity(self.chosen(), {m.vote.val for m in self.proposals})

    @step_invariant
    def chosen_once(self, after: Self) -> bool:
        """A chosen value stays chosen, and none joins it."""
        return integrity(self.chosen(), after.chosen())

    @reachable
    def something_is_chosen(self) -> bool:
        """A value can be chosen."""
        return len(self.chosen()) > 0
