"""Three-phase commit as nodes: who asks whom, and whom they believe when somebody falls silent.

Source: Skeen, "Nonblocking Commit Protocols" (SIGMOD 1981), for the protocol, its termination and the states;
Bernstein, Hadzilacos, Goodman, "Concurrency Control and Recovery in Database Systems" (1987), sec. 7.5. The state
machine of the same protocol, with counts that TLC confirms, is `three_phase_commit`.

`rule` says what a participant does that suspects the coordinator: decide by itself (the textbook timeouts) or run the
termination protocol, in which the lowest participant that is not suspected takes over, moves all others to its own
local state, and then decides. Whom a site suspects, its failure detector says, which the run chooses:

    detector              survives                                    falls to
    P                     every number of crashes, a partition        one crash, where rule=textbook
    timeout, the default  every number of crashes                     one partition, with nobody dead
    eventually-P                                                      two wrong suspicions, with nobody dead
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Self

from indoubt.invariants.templates import ac1_agreement, ac2_irrevocable
from indoubt.specs.language import (
    Detector,
    Map,
    Message,
    Network,
    Node,
    Ordered,
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


class Coordinator(Sort, size=1):
    """The address of the coordinator, which is older than all participants."""


class Participant(Ordered):
    """The address of a site that holds a part of the data. The lower of two is the older one."""


class State(Enum):
    """The local state of a site, Skeen's q, w, p, c and a."""

    INITIAL, WAITING, PRECOMMITTED, COMMITTED, ABORTED = range(5)


class Termination(Enum):
    """What a participant does when it suspects the coordinator."""

    TEXTBOOK, SKEEN = range(2)


class CanCommit(Message):
    """The coordinator asks for a vote."""


class Vote(Message):
    """Who votes yes may no longer abort on its own."""

    yes: bool


class PreCommit(Message):
    """All have voted yes."""


class Ack(Message):
    """A participant knows that all have voted yes."""


class Decision(Message):
    """The outcome, from the coordinator or from a participant that knows it."""

    commit: bool


class MoveTo(Message):
    """Termination protocol: a new leader tells the others to enter its own local state, precommitted or waiting."""

    precommitted: bool


class Moved(Message):
    """Termination protocol: a participant has done what a new leader told it."""


class CoordinatorSite(Node[Coordinator]):
    """Asks, counts, tells that all have voted yes, counts again, and decides."""

    state: State = State.INITIAL
    voted_yes: Set[Participant] = empty()
    acknowledged: Set[Participant] = empty()

    @on_timeout
    def ask_for_votes(self) -> None:
        """The protocol begins."""
        require(self.state is State.INITIAL)
        self.state = State.WAITING
        self.broadcast(CanCommit(), to=Participant)

    @on_message
    def on_vote(self, vote: Vote, sender: Participant) -> None:
        """One no is enough to abort; all yes are enough to say so."""
        require(self.state is State.WAITING)
        if not vote.yes:
            self.decide(commit=False)
            return
        self.voted_yes.add(sender)
        if all(p in self.voted_yes for p in Participant):
            self.state = State.PRECOMMITTED
            self.broadcast(PreCommit(), to=Participant)

    @on_timeout
    def give_up(self) -> None:
        """Who is suspected will not vote."""
        require(self.state is State.WAITING)
        require(any(self.suspects(p) for p in Participant))
        self.decide(commit=False)

    @on_message
    def on_ack(self, _: Ack, sender: Participant) -> None:
        """One more participant knows that all have voted yes."""
        require(self.state is State.PRECOMMITTED)
        self.acknowledged.add(sender)

    @on_timeout
    def commit(self) -> None:
        """Everybody knows, or is suspected."""
        require(self.state is State.PRECOMMITTED)
        require(all(p in self.acknowledged or self.suspects(p) for p in Participant))
        self.decide(commit=True)

    def decide(self, commit: bool) -> None:
        """Decide, and tell everybody."""
        self.state = State.COMMITTED if commit else State.ABORTED
        self.broadcast(Decision(commit), to=Participant)


class ParticipantSite(Node[Participant]):
    """Votes and obeys; without a coordinator it decides by its rule."""

    rule: Parameter[Termination] = Termination.SKEEN

    state: State = State.INITIAL
    leader: Participant | None = None
    """The youngest participant whose order it has obeyed."""
    took_over_in: State | None = None
    """The local state in which it took over, if it has."""
    moved: Set[Participant] = empty()
    """Who has obeyed it."""

    @on_message
    def on_can_commit(self, _: CanCommit, sender: Coordinator, yes: bool) -> None:
        """Vote: whoever votes no aborts at once."""
        require(self.state is State.INITIAL)
        self.state = State.WAITING if yes else State.ABORTED
        self.send(Vote(yes), to=sender)

    @on_message
    def on_precommit(self, _: PreCommit, sender: Coordinator) -> None:
        """Learn that all have voted yes; the orders of the coordinator end with those of a younger leader."""
        require(self.obeys() and self.leader is None)
        self.state = State.PRECOMMITTED
        self.send(Ack(), to=sender)

    @on_message
    def on_decision(self, decision: Decision, sender: Coordinator | Participant) -> None:
        """Learn the outcome, from whoever knows it."""
        require(not self.has_decided() and sender != self.address)
        self.state = State.COMMITTED if decision.commit else State.ABORTED

    @on_timeout
    def decide_by_timeout(self) -> None:
        """Textbook rule: without the coordinator, commit if all are known to have voted yes, otherwise abort."""
        require(self.rule is Termination.TEXTBOOK)
        require(self.suspects(Coordinator) and not self.has_decided())
        self.state = State.COMMITTED if self.state is State.PRECOMMITTED else State.ABORTED

    @on_timeout
    def take_over(self) -> None:
        """The lowest participant that is left tells all others to enter its own state."""
        require(self.rule is Termination.SKEEN and self.took_over_in is None)
        require(self.suspects(Coordinator))
        require(all(self.suspects(p) for p in Participant if p < self.address))
        self.leader = self.address
        self.took_over_in = self.state
        if self.state is State.INITIAL:
            self.state = State.ABORTED
        if self.has_decided():
            self.tell()
        else:
            others = {p for p in Participant if p != self.address}
            self.broadcast(MoveTo(precommitted=self.state is State.PRECOMMITTED), to=others)

    @on_message
    def on_move_to(self, order: MoveTo, sender: Participant) -> None:
        """Obey a leader that is not older than the last; one who has decided says so instead."""
        require(self.has_decided() or (self.obeys() and sender >= self.leader))
        if self.has_decided():
            self.send(Decision(commit=self.state is State.COMMITTED), to=sender)
            return
        self.state = State.PRECOMMITTED if order.precommitted else State.WAITING
        self.leader = sender
        self.send(Moved(), to=sender)

    @on_message
    def on_moved(self, _: Moved, sender: Participant) -> None:
        """One more participant has obeyed."""
        self.moved.add(sender)

    @on_timeout
    def finish(self) -> None:
        """Decide: everybody that is left is in the state in which this participant took over."""
        require(self.took_over_in is not None and not self.has_decided())
        require(all(p == self.address or p in self.moved or self.suspects(p) for p in Participant))
        self.state = State.COMMITTED if self.took_over_in is State.PRECOMMITTED else State.ABORTED
        self.tell()

    def tell(self) -> None:
        """Tell the outcome to all others."""
        others = {p for p in Participant if p != self.address}
        self.broadcast(Decision(commit=self.state is State.COMMITTED), to=others)

    def obeys(self) -> bool:
        """Whether it is in doubt, and leaves the lead to others."""
        return (self.state is State.WAITING or self.state is State.PRECOMMITTED) and self.took_over_in is None

    def has_decided(self) -> bool:
        """Whether it knows the outcome."""
        return self.state is State.COMMITTED or self.state is State.ABORTED


class ThreePhaseNodes(System):
    """Skeen's three-phase commit with one coordinator."""

    coordinator: CoordinatorSite
    participants: Map[Participant, ParticipantSite]

    network = Network.soup()
    detector = Detector.timeout()

    @invariant
    def agreement(self) -> bool:
        """AC1: no participant commits while another aborts."""
        return ac1_agreement(self.in_state(State.COMMITTED), self.in_state(State.ABORTED))

    @invariant
    def coordinator_agrees(self) -> bool:
        """AC1 between the coordinator and each participant."""
        return (self.coordinator.state is not State.COMMITTED or len(self.in_state(State.ABORTED)) == 0) and (
            self.coordinator.state is not State.ABORTED or len(self.in_state(State.COMMITTED)) == 0
        )

    @step_invariant
    def irrevocable(self, after: Self) -> bool:
        """AC2: no participant reverses its decision."""
        return ac2_irrevocable(
            self.in_state(State.COMMITTED),
            self.in_state(State.ABORTED),
            after.in_state(State.COMMITTED),
            after.in_state(State.ABORTED),
        )

    @reachable
    def everybody_commits(self) -> bool:
        """The transaction can commit everywhere."""
        return all(site.state is State.COMMITTED for site in self.participants.values())

    @reachable
    def everybody_aborts(self) -> bool:
        """The transaction can abort everywhere."""
        return all(site.state is State.ABORTED for site in self.participants.values())

    def in_state(self, state: State) -> AbstractSet[Participant]:
        """The participants in a local state."""
        return {p for p, site in self.participants.items() if site.state is state}
