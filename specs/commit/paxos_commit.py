"""Paxos Commit: one instance of Paxos for each resource manager agrees on whether it is prepared.

Source: Gray and Lamport, "Consensus on Transaction Commit" (ACM TODS 31:1, 2006), sec. 4 and their TLA+ module
PaxosCommit; variables and actions keep its names, Decide being split in two. As there, RMs prepare spontaneously,
leaders are not elected (any process may act as the leader of a ballot), and messages are never consumed, so delay, loss
and duplication need no actions of their own. An RM owns ballot 0 of its instance and proposes there what it wants;
the ballots above belong to leaders, who take over when an RM is silent. Safety only: a crash is no more than a delay.

Checked, distinct states / depth for RM, Acceptor, Ballot: 1,1,1 8 / 5; 1,1,2 45 / 9; 1,3,1 29 / 7; 2,1,1 44 / 8. TLC
finds the same, where the ballots are 0 to Ballot - 1. Every step is one of tcommit.py, or changes no ``rm_state``.
``PaxosCommitIgnoringVotes`` is the broken variant: with one acceptor and two ballots an instance chooses both values in
a trace of 7 states, an RM reverses its decision in one of 11, and of two RMs one commits and one aborts in one of 13.
"""

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Annotated, Self

from indoubt.invariants.templates import ac1_agreement, ac2_irrevocable, ac3_unanimity, uniform_agreement
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
    first,
    invariant,
    quorums,
    reachable,
    replace,
    require,
    step_invariant,
)


class RM(Sort):
    """A resource manager, which is also the name of its instance of Paxos."""


class Acceptor(Sort):
    """A node that votes in every instance."""


class Ballot(Ordered):
    """A round of voting; the first one is the RM's own."""


class RMState(Enum):
    """What a resource manager has done for the transaction."""

    WORKING, PREPARED, COMMITTED, ABORTED = range(4)


class Value(Enum):
    """What an instance may choose."""

    PREPARED, ABORTED = range(2)


class AcceptorState(Record):
    """What an acceptor keeps for one instance: the ballot it has joined, and its last vote with the ballot of it."""

    mbal: Ballot
    bal: Ballot | None
    val: Value | None


class Phase1a(Message):
    """The leader of ballot `bal` asks the acceptors of instance `ins` to join it."""

    ins: RM
    bal: Ballot


class Phase1b(Message):
    """`acc` has joined ballot `mbal` of instance `ins`; it has voted for `val` in ballot `bal`, if at all."""

    ins: RM
    mbal: Ballot
    bal: Ballot | None
    val: Value | None
    acc: Acceptor


class Phase2a(Message):
    """The acceptors of instance `ins` are asked to vote for `val` in ballot `bal`."""

    ins: RM
    bal: Ballot
    val: Value


class Phase2b(Message):
    """`acc` has voted for `val` in ballot `bal` of instance `ins`."""

    acc: Acceptor
    ins: RM
    bal: Ballot
    val: Value


class Commit(Message):
    """A leader has seen every instance choose to be prepared."""


class Abort(Message):
    """A leader has seen some instance choose to abort."""


class PaxosCommit(Spec):
    """Paxos Commit of Gray and Lamport."""

    rm_state: Map[RM, RMState] = every(RMState.WORKING)
    a_state: Map[RM, Map[Acceptor, AcceptorState]] = every(every(AcceptorState(first(Ballot), None, None)))
    msgs: Set[Phase1a | Phase1b | Phase2a | Phase2b | Commit | Abort] = empty()
    """Every message ever sent."""

    @action
    def rm_prepare(self, rm: RM) -> None:
        """A resource manager prepares, and proposes that in ballot 0 of its instance."""
        require(self.rm_state[rm] is RMState.WORKING)
        self.rm_state[rm] = RMState.PREPARED
        self.msgs.add(Phase2a(rm, first(Ballot), Value.PREPARED))

    @action
    def rm_choose_to_abort(self, rm: RM) -> None:
        """A resource manager that has not prepared aborts on its own, and proposes that in ballot 0 of its instance."""
        require(self.rm_state[rm] is RMState.WORKING)
        self.rm_state[rm] = RMState.ABORTED
        self.msgs.add(Phase2a(rm, first(Ballot), Value.ABORTED))

    @action
    def rm_rcv_commit_msg(self, rm: RM) -> None:
        """A resource manager is told to commit."""
        require(Commit() in self.msgs)
        self.rm_state[rm] = RMState.COMMITTED

    @action
    def rm_rcv_abort_msg(self, rm: RM) -> None:
        """A resource manager is told to abort."""
        require(Abort() in self.msgs)
        self.rm_state[rm] = RMState.ABORTED

    @action(by="leader")
    def phase_1a(self, b: Ballot, rm: RM) -> None:
        """The leader of ballot b asks the acceptors to join it, since it has not heard what rm wants."""
        require(first(Ballot) < b)
        self.msgs.add(Phase1a(rm, b))

    @action(by="leader")
    def phase_2a(self, b: Ballot, rm: RM, q: Annotated[Quorum[Acceptor], Phase(1)]) -> None:
        """The leader of ballot b proposes the latest vote that quorum q reports; if there is none, to abort."""
        require(first(Ballot) < b)
        require(not self.has_proposed(b, rm))
        require(all(any(m.acc == acc for m in self.reports(b, rm)) for acc in q))
        if self.latest_vote(q, b, rm, Value.PREPARED):
            self.msgs.add(Phase2a(rm, b, Value.PREPARED))
        else:
            self.msgs.add(Phase2a(rm, b, Value.ABORTED))

    @action(by="leader")
    def decide_commit(self) -> None:
        """A leader announces the commit: every instance has chosen to be prepared."""
        require(all(self.decided(rm, Value.PREPARED) for rm in RM))
        self.msgs.add(Commit())

    @action(by="leader")
    def decide_abort(self) -> None:
        """A leader announces the abort: some instance has chosen it."""
        require(any(self.decided(rm, Value.ABORTED) for rm in RM))
        self.msgs.add(Abort())

    @action
    def phase_1b(self, acc: Acceptor, m: Phase1a) -> None:
        """An acceptor joins a ballot higher than all before, and reports its last vote."""
        require(m in self.msgs)
        state = self.a_state[m.ins][acc]
        require(state.mbal < m.bal)
        self.a_state[m.ins][acc] = replace(state, mbal=m.bal)
        self.msgs.add(Phase1b(m.ins, m.bal, state.bal, state.val, acc))

    @action
    def phase_2b(self, acc: Acceptor, m: Phase2a) -> None:
        """An acceptor votes as asked, unless it has joined a higher ballot."""
        require(m in self.msgs)
        require(self.a_state[m.ins][acc].mbal <= m.bal)
        self.a_state[m.ins][acc] = AcceptorState(m.bal, m.bal, m.val)
        self.msgs.add(Phase2b(acc, m.ins, m.bal, m.val))

    def has_proposed(self, b: Ballot, rm: RM) -> bool:
        """Whether something is proposed in ballot `b` of instance `rm`."""
        return any(Phase2a(rm, b, val) in self.msgs for val in Value)

    def reports(self, b: Ballot, rm: RM) -> AbstractSet[Phase1b]:
        """The answers to the leader of ballot `b` of instance `rm`."""
        return {m for m in self.msgs if isinstance(m, Phase1b) and m.ins == rm and m.mbal == b}

    def latest_vote(self, q: Annotated[Quorum[Acceptor], Phase(1)], b: Ballot, rm: RM, val: Value) -> bool:
        """Whether the latest vote that `q` reports to the leader of ballot `b` of instance `rm` is for `val`."""
        reports = {m for m in self.reports(b, rm) if m.acc in q}
        return any(m.val == val and all(not before(m.bal, n.bal) for n in reports) for m in reports)

    def decided(self, rm: RM, val: Value) -> bool:
        """Whether instance `rm` has chosen `val`."""
        return any(
            all(Phase2b(acc, rm, b, val) in self.msgs for acc in q) for b in Ballot for q in quorums(Acceptor, phase=2)
        )

    def in_state(self, state: RMState) -> AbstractSet[RM]:
        """The resource managers in a state."""
        return {rm for rm in RM if self.rm_state[rm] is state}

    @invariant
    def consistent(self) -> bool:
        """AC1: no RM commits while another aborts."""
        return ac1_agreement(self.in_state(RMState.COMMITTED), self.in_state(RMState.ABORTED))

    @invariant
    def unanimous(self) -> bool:
        """AC3: an RM commits only if every RM has prepared."""
        unprepared = {rm for rm in RM if Phase2a(rm, first(Ballot), Value.PREPARED) not in self.msgs}
        return ac3_unanimity(self.in_state(RMState.COMMITTED), unprepared)

    @invariant
    def one_choice(self) -> bool:
        """No instance of Paxos chooses both values."""
        return all(uniform_agreement({val for val in Value if self.decided(rm, val)}) for rm in RM)

    @step_invariant
    def irrevocable(self, after: Self) -> bool:
        """AC2: no RM reverses its decision."""
        return ac2_irrevocable(
            self.in_state(RMState.COMMITTED),
            self.in_state(RMState.ABORTED),
            after.in_state(RMState.COMMITTED),
            after.in_state(RMState.ABORTED),
        )

    @reachable
    def everybody_commits(self) -> bool:
        """The transaction can commit everywhere."""
        return all(self.rm_state[rm] is RMState.COMMITTED for rm in RM)

    @reachable
    def everybody_aborts(self) -> bool:
        """The transaction can abort everywhere."""
        return all(self.rm_state[rm] is RMState.ABORTED for rm in RM)


class PaxosCommitIgnoringVotes(PaxosCommit):
    """Broken on purpose: a leader that takes over proposes to abort, whatever votes the acceptors report."""

    @action(by="leader")
    def phase_2a(self, b: Ballot, rm: RM, q: Annotated[Quorum[Acceptor], Phase(1)]) -> None:
        """The leader of ballot b, which quorum q has joined, proposes to abort."""
        require(first(Ballot) < b)
        require(not self.has_proposed(b, rm))
        require(all(any(m.acc == acc for m in self.reports(b, rm)) for acc in q))
        self.msgs.add(Phase2a(rm, b, Value.ABORTED))
