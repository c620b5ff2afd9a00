"""Single-decree Paxos without explicit leaders or learners.

Source: Lamport, "Paxos Made Simple" (2001), and his TLA+ module Paxos, whose actions this keeps.
``Quorum[Acceptor]`` is a majority when explored and an abstract sort with the intersection axiom
when proved in Z3, so one spec serves both.

Checked: 25 states with Acceptor=1, Ballot=2, Value=1, as TLC reports for MCPaxos.cfg.
"""

from indoubt.specs.language import (
    Map,
    Message,
    Ordered,
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
    require,
)


class Acceptor(Sort): ...


class Value(Sort): ...


class Ballot(Ordered): ...


class Vote(Record):
    bal: Ballot
    val: Value


class Prepare(Message):
    bal: Ballot


class Promise(Message):
    acc: Acceptor
    bal: Ballot
    last: Vote | None


class Propose(Message):
    vote: Vote


class Accepted(Message):
    acc: Acceptor
    vote: Vote


class Paxos(Spec):
    max_bal: Map[Acceptor, Ballot | None] = every(None)
    """The highest ballot each acceptor has joined."""
    last_vote: Map[Acceptor, Vote | None] = every(None)
    """Its vote in the highest ballot it voted in."""
    prepares: Set[Prepare] = empty()
    promises: Set[Promise] = empty()
    proposals: Set[Propose] = empty()
    accepts: Set[Accepted] = empty()

    @action
    def phase_1a(self, b: Ballot) -> None:
        self.prepares.add(Prepare(b))

    @action
    def phase_1b(self, a: Acceptor, m: Prepare) -> None:
        require(m in self.prepares)
        require(before(self.max_bal[a], m.bal))
        self.max_bal[a] = m.bal
        self.promises.add(Promise(a, m.bal, self.last_vote[a]))

    @action
    def phase_2a(self, b: Ballot, v: Value, q: Quorum[Acceptor]) -> None:
        """Ballot b proposes v, which the promises of quorum q show to be safe."""
        require(not any(m.vote.bal == b for m in self.proposals))
        require(all(any(m.acc == a and m.bal == b for m in self.promises) for a in q))
        votes = [m.last for m in self.promises if m.bal == b and m.acc in q and m.last is not None]
        require(not votes or any(w.val == v and all(u.bal <= w.bal for u in votes) for w in votes))
        self.proposals.add(Propose(Vote(b, v)))

    @action
    def phase_2b(self, a: Acceptor, m: Propose) -> None:
        require(m in self.proposals)
        require(not m.vote.bal < self.max_bal[a])
        self.max_bal[a] = m.vote.bal
        self.last_vote[a] = m.vote
        self.accepts.add(Accepted(a, m.vote))

    def chosen(self, v: Value) -> bool:
        return any(all(Accepted(a, Vote(b, v)) in self.accepts for a in q) for b in Ballot for q in quorums(Acceptor))

    @invariant
    def agreement(self) -> bool:
        """At most one value is ever chosen."""
        return all(u == v or not (self.chosen(u) and self.chosen(v)) for u in Value for v in Value)
