"""Single-decree Paxos as nodes: leaders that ask, and acceptors that promise and vote.

Source: Lamport, "Paxos Made Simple" (2001), sec. 2.2; the state machine of the same protocol, whose actions are those
of his TLA+ module Paxos, is `paxos`. Each ballot has a leader of its own, whose address it is: a proposer that tries
again is another leader. A leader reads the promises of a quorum in one step, as in "if the proposer receives a response
from a majority of acceptors". What a leader has proposed is on disk, and so is what an acceptor has promised and voted
for. There are no learners: what a quorum has voted for in one ballot is chosen, whoever finds out.

Checked, distinct states / depth for Acceptor, Value, Ballot: 1,2,2 40 / 9; 3,2,1 49 / 8; 3,1,2 592 / 15; 3,2,2 1240 /
15; with the messages that nobody can take any more 45 / 9, 73 / 9, 1681 / 17 and 3921 / 17, as of `paxos`. Every step
is one of `voting`. With `ignore_votes` it loses agreement in a trace of 9 states with one acceptor and 13 with three,
as `paxos` does; where a node may crash and come back with nothing, 9 and 12.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Self

from indoubt.invariants.templates import integrity, uniform_agreement, validity
from indoubt.specs.consensus.voting import Acceptor, Ballot, Value, Vote
from indoubt.specs.language import (
    Durable,
    Map,
    Message,
    Network,
    Node,
    Parameter,
    Quorum,
    Set,
    System,
    before,
    empty,
    invariant,
    on_message,
    on_quorum,
    on_timeout,
    quorums,
    reachable,
    require,
    step_invariant,
)


class Prepare(Message):
    """Phase 1a: the ballot of the sender begins."""


class Promise(Message):
    """Phase 1b: the sender will vote in no ballot below; `last` is its latest vote so far."""

    last: Vote | None


class Propose(Message):
    """Phase 2a: acceptors are asked to vote for `value` in the ballot of the sender."""

    value: Value


class Leader(Node[Ballot]):
    """The leader of a ballot."""

    ignore_votes: Parameter[bool] = False
    """Broken on purpose: a leader proposes what it likes, whatever votes the promises report."""

    proposed: Durable[Value | None] = None

    @on_timeout
    def prepare(self) -> None:
        """Phase 1a: ask the acceptors to join the ballot."""
        self.broadcast(Prepare(), to=Acceptor)

    @on_quorum
    def propose(self, promises: Map[Acceptor, Set[Promise]], quorum: Quorum[Acceptor], value: Value) -> None:
        """Phase 2a: with the promises of a quorum, propose the value of the latest vote in them, or any."""
        require(self.proposed is None)
        votes = [promise.last for a in quorum for promise in promises[a] if promise.last is not None]
        require(
            self.ignore_votes or not votes or any(w.val == value and all(u.bal <= w.bal for u in votes) for w in votes)
        )
        self.proposed = value
        self.broadcast(Propose(value), to=Acceptor)


class AcceptorNode(Node[Acceptor]):
    """Promises and votes."""

    max_bal: Durable[Ballot | None] = None
    """The highest ballot it has joined."""
    last_vote: Durable[Vote | None] = None
    """Its vote in the highest ballot it voted in."""
    votes: Durable[Set[Vote]] = empty()
    """All that it has cast; nothing in the protocol reads them."""

    @on_message
    def on_prepare(self, _: Prepare, sender: Ballot) -> None:
        """Phase 1b: join a ballot that is higher than all before, and report the last vote."""
        require(before(self.max_bal, sender))
        self.max_bal = sender
        self.send(Promise(self.last_vote), to=sender)

    @on_message
    def on_propose(self, proposal: Propose, sender: Ballot) -> None:
        """Phase 2b: vote as asked, unless it has joined a higher ballot."""
        require(not before(sender, self.max_bal))
        self.max_bal = sender
        self.last_vote = Vote(sender, proposal.value)
        self.votes.add(Vote(sender, proposal.value))


class PaxosNodes(System):
    """Single-decree Paxos."""

    leaders: Map[Ballot, Leader]
    acceptors: Map[Acceptor, AcceptorNode]

    network = Network.soup()

    @invariant
    def agreement(self) -> bool:
        """At most one value is ever chosen."""
        return uniform_agreement(self.chosen())

    @invariant
    def chosen_was_proposed(self) -> bool:
        """Only a proposed value is chosen."""
        return validity(self.chosen(), {v for v in Value if any(self.leaders[b].proposed == v for b in Ballot)})

    @step_invariant
    def chosen_once(self, after: Self) -> bool:
        """A chosen value stays chosen, and none joins it."""
        return integrity(self.chosen(), after.chosen())

    @reachable
    def something_is_chosen(self) -> bool:
        """A value can be chosen."""
        return len(self.chosen()) > 0

    def chosen(self) -> AbstractSet[Value]:
        """The values that a quorum has voted for in one ballot."""
        return {v for v in Value if any(self.is_chosen_at(b, v) for b in Ballot)}

    def is_chosen_at(self, b: Ballot, v: Value) -> bool:
        """Whether a quorum has voted for `v` in ballot `b`."""
        return any(all(Vote(b, v) in self.acceptors[a].votes for a in q) for q in quorums(Acceptor))
