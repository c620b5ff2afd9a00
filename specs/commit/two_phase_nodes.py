"""Two-phase commit as nodes: a manager polls the participants, and announces the outcome.

Source: Bernstein, Hadzilacos, Goodman, "Concurrency Control and Recovery in Database Systems" (1987), sec. 7.4, for who
asks whom; the names are those of Gray and Lamport, "Consensus on Transaction Commit" (ACM TODS 31:1, 2006), whose own
state machine, in which nobody asks, is `two_phase`. The manager writes its decision to disk before it tells anybody, a
participant its vote; a restart forgets the votes that the manager has counted. What becomes of two-phase commit without
these precautions is the subject of `two_phase_commit`, a state machine with a switch for each.

    consistent, unanimous, irrevocable   survive every number of crashes and restarts, losses and partitions
    nonblocking                          falls to one crash of the manager, after RM + 2 steps: all are in doubt

Checked, for RM=1 to 4: 10, 44, 196, 896 distinct states; with the messages that nobody can take any more 13, 69, 415,
2673, as of the same protocol translated into a state machine by hand. Every step is one of `tcommit`.
With `hasty`, two RMs lose agreement in a trace of 6 states.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Self

from indoubt.invariants.templates import ac1_agreement, ac2_irrevocable, ac3_unanimity, ac5_nonblocking
from indoubt.specs.commit.tcommit import RM, RMState
from indoubt.specs.language import (
    Durable,
    Map,
    Message,
    Network,
    Node,
    Parameter,
    Set,
    Sort,
    System,
    empty,
    invariant,
    on_message,
    on_timeout,
    reachable,
    require,
    step_invariant,
)


class TM(Sort, size=1):
    """The address of the transaction manager."""


class TMState(Enum):
    """What the transaction manager has decided."""

    INIT, COMMITTED, ABORTED = range(3)


class Prepare(Message):
    """The manager asks for a vote."""


class Voted(Message):
    """Who votes yes can commit, will if it is told to, and may no longer abort on its own."""

    yes: bool


class Decided(Message):
    """The outcome."""

    commit: bool


class TransactionManager(Node[TM]):
    """Asks, counts and decides."""

    hasty: Parameter[bool] = False
    """Broken on purpose: the manager commits as soon as one resource manager has voted yes."""

    state: Durable[TMState] = TMState.INIT
    prepared: Set[RM] = empty()
    """Who has voted yes, as far as it remembers."""

    @on_timeout
    def ask(self) -> None:
        """Ask for votes; again, if it takes too long."""
        require(self.state is TMState.INIT)
        self.broadcast(Prepare(), to=RM)

    @on_message
    def on_vote(self, vote: Voted, sender: RM) -> None:
        """One no is enough to abort; it takes all to commit. A late vote changes nothing."""
        if self.state is not TMState.INIT:
            return
        if not vote.yes:
            self.decide(commit=False)
            return
        self.prepared.add(sender)
        if self.hasty or all(rm in self.prepared for rm in RM):
            self.decide(commit=True)

    @on_timeout
    def give_up(self) -> None:
        """Abort, since somebody does not answer."""
        require(self.state is TMState.INIT)
        self.decide(commit=False)

    def decide(self, commit: bool) -> None:
        """Write the decision down, the commit point, and tell everybody."""
        self.state = TMState.COMMITTED if commit else TMState.ABORTED
        self.broadcast(Decided(commit), to=RM)


class ResourceManager(Node[RM]):
    """Votes and obeys."""

    state: Durable[RMState] = RMState.WORKING

    @on_message
    def on_prepare(self, _: Prepare, sender: TM, can_commit: bool) -> None:
        """Vote: whoever votes no aborts at once."""
        require(self.state is RMState.WORKING)
        self.state = RMState.PREPARED if can_commit else RMState.ABORTED
        self.send(Voted(yes=can_commit), to=sender)

    @on_message
    def on_decided(self, decision: Decided, sender: TM) -> None:
        """Learn the outcome."""
        self.state = RMState.COMMITTED if decision.commit else RMState.ABORTED


class TwoPhaseNodes(System):
    """Two-phase commit with one transaction manager."""

    tm: TransactionManager
    rms: Map[RM, ResourceManager]

    network = Network.soup()
    crashes = (TM,)

    @invariant
    def consistent(self) -> bool:
        """AC1: no RM commits while another aborts."""
        return ac1_agreement(self.in_state(RMState.COMMITTED), self.in_state(RMState.ABORTED))

    @invariant
    def unanimous(self) -> bool:
        """AC3: an RM commits only if every RM has prepared."""
        return ac3_unanimity(self.in_state(RMState.COMMITTED), self.in_state(RMState.WORKING))

    @invariant
    def nonblocking(self) -> bool:
        """AC5: nobody is in doubt while nobody that is up knows the outcome, or may decide."""
        may_decide = {rm for rm, site in self.rms.items() if site.state is not RMState.PREPARED}
        return self.tm.is_up or ac5_nonblocking(self.in_state(RMState.PREPARED), may_decide)

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
        return all(rm.state is RMState.COMMITTED for rm in self.rms.values())

    @reachable
    def everybody_aborts(self) -> bool:
        """The transaction can abort everywhere."""
        return all(rm.state is RMState.ABORTED for rm in self.rms.values())

    def in_state(self, state: RMState) -> AbstractSet[RM]:
        """The resource managers in a state."""
        return {rm for rm, site in self.rms.items() if site.state is state}
