"""Single-decree Paxos without explicit leaders or learners.

Source: Lamport, "Paxos Made Simple" (2001), and his TLA+ module Paxos, whose actions this keeps.
``Quorum[Acceptor]`` is a majority when explored and an abstract sort with the intersection axiom
when proved in Z3, so one spec serves both. Messages are never consumed, so delay, reordering,
duplication and loss need no actions of their own; an acceptor keeps its state through a crash, so
a crash is no more than a delay. A run may choose other quorums, of which phase 1 and phase 2 have to meet (Howard,
Malkhi, Spiegelman, "Flexible Paxos", OPODIS 2016). Lost state is the subject of paxos_with_faults.py.

Checked, distinct states / depth for Acceptor, Value, Ballot: 1,1,1 5 / 5; 1,1,2 25; 1,2,2 45 / 9;
2,2,1 13 / 7; 2,2,2 145 / 13; 3,1,1 41 / 9; 3,2,1 73 / 9; 3,1,2 1681 / 17; 3,2,2 3921 / 17.
TLC finds the same. ``PaxosIgnoringVotes`` is the broken variant: it loses agreement in a trace of 9
states with one acceptor and 13 with three.
"""

from collections.abc import Set as AbstractSet
from typing import Annotated, Self

from indoubt.invariants.templates import integrity, validity
from indoubt.specs.language import (
    Map,
    Message,
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
    """A node that votes."""


class Value(Sort):
    """What may be chosen."""


class Ballot(Ordered):
    """A round of voting."""


class Vote(Record):
    """A vote for `val` in ballot `bal`."""

    bal: Ballot
    val: Value


class Prepare(Message):
    """Phase 1a: ballot `bal` begins."""

    bal: Ballot


class Promise(Message):
    """Phase 1b: `acc` has joined ballot `bal` and will vote in none below; `last` is its vote so far."""

    acc: Acceptor
    bal: Ballot
    last: Vote | None


class Propose(Message):
    """Phase 2a: acceptors are asked for `vote`."""

    vote: Vote


class Accepted(Message):
    """Phase 2b: `acc` has cast `vote`."""

    acc: Acceptor
    vote: Vote


class Paxos(Spec):
    """Single-decree Paxos."""

    max_bal: Map[Acceptor, Ballot | None] = every(None)
    """The highest ballot each acceptor has joined."""
    last_vote: Map[Acceptor, Vote | None] = every(None)
    """Its vote in the highest ballot it voted in."""
    prepares: Set[Prepare] = empty()
    promises: Set[Promise] = empty()
    proposals: Set[Propose] = empty()
    accepts: Set[Accepted] = empty()

    @action(by="leader")
    def phase_1a(self, b: Ballot) -> None:
        """The leader of ballot b asks the acceptors to join it."""
        self.prepares.add(Prepare(b))

    @action
    def phase_1b(self, a: Acceptor, m: Prepare) -> None:
        """Acceptor a joins a ballot higher than all before, and reports its last vote."""
        require(m in self.prepares)
        require(before(self.max_bal[a], m.bal))
        self.max_bal[a] = m.bal
        self.promises.add(Promise(a, m.bal, self.last_vote[a]))

    @action(by="leader")
    def phase_2a(self, b: Ballot, v: Value, q: Annotated[Quorum[Acceptor], Phase(1)]) -> None:
        """Ballot b proposes v, which the promises of quorum q show to be safe."""
        require(not any(m.vote.bal == b for m in self.proposals))
        require(all(any(m.acc == a and m.bal == b for m in self.promises) for a in q))
        votes = [m.last for m in self.promises if m.bal == b and m.acc in q and m.last is not None]
        require(not votes or any(w.val == v and all(u.bal <= w.bal for u in votes) for w in votes))
        self.proposals.add(Propose(Vote(b, v)))

    @action
    def phase_2b(self, a: Acceptor, m: Propose) -> None:
        """Acceptor a votes as asked, unless it has joined a higher ballot."""
        require(m in self.proposals)
        require(not m.vote.bal < self.max_bal[a])
        self.max_bal[a] = m.vote.bal
        self.last_vote[a] = m.vote
        self.accepts.add(Accepted(a, m.vote))

    def votes(self) -> Map[Acceptor, Set[Vote]]:
        """The votes that each acceptor has cast: with `max_bal`, the state of voting.py."""
        return Map({a: Set(m.vote for m in self.accepts if m.acc == a) for a in Acceptor})

    def chosen(self, v: Value) -> bool:
        """Whether a quorum has voted for v in one ballot."""
        return any(
            all(Accepted(a, Vote(b, v)) in self.accepts for a in q) for b in Ballot for q in quorums(Acceptor, phase=2)
        )

    def chosen_values(self) -> AbstractSet[Value]:
        """The values that have been chosen."""
        return {v for v in Value if self.chosen(v)}

    @invariant
    def agreement(self) -> bool:
        """At most one value is ever chosen."""
        return all(u == v or not (self.chosen(u) and self.chosen(v)) for u in Value for v in Value)

    @invariant
    def chosen_was_proposed(self) -> bool:
        """Only a proposed value is chosen."""
        return validity(self.chosen_values(), {m.vote.val for m in self.proposals})

    @step_invariant
    def chosen_once(self, after: Self) -> bool:
        """A chosen value stays chosen, and none joins it."""
        return integrity(self.chosen_values(), after.chosen_values())

    @reachable
    def something_is_chosen(self) -> bool:
        """A value can be chosen."""
        return len(self.chosen_values()) > 0


class PaxosIgnoringVotes(Paxos):
    """Broken on purpose: a leader proposes what it likes, whatever the promises report."""

    @action(by="leader")
    def phase_2a(self, b: Ballot, v: Value, q: Annotated[Quorum[Acceptor], Phase(1)]) -> None:
        """Ballot b proposes v; quorum q has joined it."""
        require(not any(m.vote.bal == b for m in self.proposals))
        require(all(any(m.acc == a and m.bal == b for m in self.promises) for a in q))
        self.proposals.add(Propose(Vote(b, v)))
