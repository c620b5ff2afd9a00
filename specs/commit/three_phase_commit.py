"""Three-phase commit: a phase between the vote and the decision, so that survivors can finish without the coordinator.

Source: Skeen, "Nonblocking Commit Protocols" (SIGMOD 1981), for the protocol, its termination and the states q, w, p,
c, a; Bernstein, Hadzilacos, Goodman, "Concurrency Control and Recovery in Database Systems" (1987), sec. 7.5.
`rule` says what a participant does that has lost the coordinator: decide by itself (the textbook timeouts) or run the
termination protocol, in which the lowest participant believed alive takes over, moves all others that it believes alive
to its own local state, and then decides. `detector` says whom a site may suspect.

Messages are never consumed, so delay, reordering, duplication and loss need no actions of their own. A crash stops a
site. A partition cuts a group of participants off from the coordinator and the other participants: no message is read
across the cut, each side believes the other dead, and nobody is.

Checked, in agreement with TLC on the same protocol in TLA+: 10 and 58 distinct states for one participant and 0 and 1
crashes; 30, 458 and 1997 (depth 10, 16, 18) for two and 0, 1 and 2 crashes; 112 for three and none; all hold. What
breaks it, with the length of the shortest counterexample in states:

    partitions=1                            12 with two participants, 14 with three (not compared with TLC)
    detector=unreliable                     14 with two participants, 17 with three
    rule=textbook crashes=1                 11 with two participants, 12 with three
    rule=textbook detector=unreliable       10 with two participants
    rank_orders=false crashes=2             16 with two participants; one crash does no harm
    crashes=2 restarts=1                    14 with two participants; one crash does no harm

The whole protocol is in this one file, however long: it is read from top to bottom beside its paper (CONTRIBUTING.md).
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Annotated, Self

from indoubt.invariants.templates import (
    ac1_agreement,
    ac2_irrevocable,
    ac3_unanimity,
    ac4_no_needless_abort,
    skeen_nonblocking,
)
from indoubt.specs.language import (
    Between,
    Fault,
    Map,
    Message,
    Ordered,
    Parameter,
    Set,
    Spec,
    action,
    empty,
    every,
    initial,
    invariant,
    reachable,
    require,
    step_invariant,
)


class Participant(Ordered):
    """A site that holds a part of the data. The lower of two is the older one; the coordinator is older than all."""


class State(Enum):
    """The local state of a site, Skeen's q, w, p, c and a."""

    INITIAL, WAITING, PRECOMMITTED, COMMITTED, ABORTED = range(5)


class Termination(Enum):
    """What a participant does when it suspects the coordinator."""

    TEXTBOOK, SKEEN = range(2)


class Detector(Enum):
    """Whom a site may suspect: the crashed; whom it cannot hear, crashed or cut off; anybody at any time."""

    PERFECT, TIMEOUT, UNRELIABLE = range(3)


class CanCommit(Message):
    """The coordinator asks every participant for its vote."""


class Yes(Message):
    """Participant `sender` votes to commit, and may no longer abort on its own."""

    sender: Participant


class No(Message):
    """Participant `sender` has aborted."""

    sender: Participant


class PreCommit(Message):
    """The coordinator tells every participant that all have voted Yes."""


class Ack(Message):
    """Participant `sender` has obeyed the coordinator's PreCommit."""

    sender: Participant


class DoCommit(Message):
    """The coordinator's decision to commit."""


class DoAbort(Message):
    """The coordinator's decision to abort."""


class MoveTo(Message):
    """Termination protocol: `sender` tells everybody to enter `state`; COMMITTED and ABORTED are decisions."""

    sender: Participant
    state: State


class Moved(Message):
    """Termination protocol: participant `sender` has entered the state that `leader` told it to enter."""

    sender: Participant
    leader: Participant


class ThreePhaseCommit(Spec):
    """Skeen's three-phase commit with one coordinator."""

    rule: Parameter[Termination] = Termination.SKEEN
    detector: Parameter[Detector] = Detector.TIMEOUT
    rank_orders: Parameter[bool] = True
    """Ignore the orders of an older leader once a younger one has been obeyed."""
    crashes: Parameter[Annotated[int, Between(0, len(Participant) + 1 + restarts)]] = 0  # pyright: ignore[reportUndefinedVariable, reportUnknownArgumentType]
    """How many sites may crash: each once, and again for each restart."""
    restarts: Parameter[Annotated[int, Between(0, 9)]] = 0
    """How often a crashed participant may come back, acting on its old state as if it had never been away."""
    partitions: Parameter[Annotated[int, Between(0, 9)]] = 0
    heals: Parameter[Annotated[int, Between(0, 9)]] = 0
    """How many partitions may end, after which messages that were held up can be read."""

    coordinator: State = State.INITIAL
    state: Map[Participant, State] = every(State.INITIAL)
    msgs: Set[CanCommit | Yes | No | PreCommit | Ack | DoCommit | DoAbort | MoveTo | Moved] = empty()
    """Every message ever sent."""
    suspects_coordinator: Set[Participant] = empty()
    """The participants that believe the coordinator dead."""
    suspected: Map[Participant, Set[Participant]] = every(empty())
    """The participants that each participant believes dead."""
    leader: Map[Participant, Participant | None] = every(None)
    """The youngest site whose order each participant has obeyed; None is the coordinator, older than all."""
    took_over_in: Map[Participant, State | None] = every(None)
    """The local state in which a participant took over, if it has."""
    coordinator_crashed: bool = False
    crashed: Set[Participant] = empty()
    cut_off: Set[Participant] = empty()
    """The participants on the far side of the partition; empty while the network is whole."""
    crashes_left: Annotated[int, Between(0, crashes)]
    partitions_left: Annotated[int, Between(0, partitions)]

    @initial
    def start(self) -> None:
        """Nothing has happened and no fault is spent."""
        self.crashes_left = self.crashes
        self.partitions_left = self.partitions

    @action(by="coordinator")
    def ask_for_votes(self) -> None:
        """The coordinator asks every participant for its vote."""
        require(not self.coordinator_crashed)
        require(self.coordinator is State.INITIAL)
        self.coordinator = State.WAITING
        self.msgs.add(CanCommit())

    @action
    def vote_yes(self, p: Participant) -> None:
        """A participant votes Yes, and from now on waits to be told."""
        require(p not in self.crashed)
        require(self.state[p] is State.INITIAL)
        require(CanCommit() in self.msgs and p not in self.cut_off)
        self.state[p] = State.WAITING
        self.msgs.add(Yes(p))

    @action
    def vote_no(self, p: Participant) -> None:
        """A participant votes No and aborts."""
        require(p not in self.crashed)
        require(self.state[p] is State.INITIAL)
        self.state[p] = State.ABORTED
        self.msgs.add(No(p))

    @action(by="coordinator")
    def precommit(self) -> None:
        """The coordinator has heard Yes from everybody, and says so."""
        require(not self.coordinator_crashed)
        require(self.coordinator is State.WAITING)
        require(all(Yes(p) in self.msgs and p not in self.cut_off for p in Participant))
        self.coordinator = State.PRECOMMITTED
        self.msgs.add(PreCommit())

    @action
    def obey_precommit(self, p: Participant) -> None:
        """A participant learns that everybody voted Yes, and acknowledges."""
        require(PreCommit() in self.msgs and p not in self.cut_off)
        require(self.obeys_orders(p))
        require(not self.rank_orders or self.leader[p] is None)
        require(self.state[p] is State.WAITING or Ack(p) not in self.msgs)
        self.state[p] = State.PRECOMMITTED
        self.msgs.add(Ack(p))

    @action(by="coordinator")
    def commit(self) -> None:
        """The coordinator commits: every participant has acknowledged or is reported dead."""
        require(not self.coordinator_crashed)
        require(self.coordinator is State.PRECOMMITTED)
        require(all(self.coordinator_misses(p) or (Ack(p) in self.msgs and p not in self.cut_off) for p in Participant))
        self.coordinator = State.COMMITTED
        self.msgs.add(DoCommit())

    @action(by="coordinator")
    def abort(self) -> None:
        """The coordinator aborts: a participant voted No or is suspected."""
        require(not self.coordinator_crashed)
        require(self.coordinator is State.WAITING)
        require(
            self.detector is Detector.UNRELIABLE
            or any(self.coordinator_misses(p) or (No(p) in self.msgs and p not in self.cut_off) for p in Participant)
        )
        self.coordinator = State.ABORTED
        self.msgs.add(DoAbort())

    @action
    def receive_commit(self, p: Participant) -> None:
        """A participant is told by the coordinator to commit."""
        require(p not in self.crashed and self.is_undecided(p))
        require(DoCommit() in self.msgs and p not in self.cut_off)
        self.state[p] = State.COMMITTED

    @action
    def receive_abort(self, p: Participant) -> None:
        """A participant is told by the coordinator to abort."""
        require(p not in self.crashed and self.is_undecided(p))
        require(DoAbort() in self.msgs and p not in self.cut_off)
        self.state[p] = State.ABORTED

    @action
    def suspect_coordinator(self, p: Participant) -> None:
        """A participant believes that the coordinator has crashed."""
        require(p not in self.crashed and p not in self.suspects_coordinator)
        require(self.coordinator_crashed or self.detector is Detector.UNRELIABLE)
        self.suspects_coordinator.add(p)

    @action
    def suspect(self, p: Participant, other: Participant) -> None:
        """A participant believes that another one has crashed."""
        require(p not in self.crashed and p != other and other not in self.suspected[p])
        require(other in self.crashed or self.detector is Detector.UNRELIABLE)
        self.suspected[p].add(other)

    @action
    def lose_contact(self, p: Participant) -> None:
        """A participant times out on everybody beyond the cut, and believes them all to have crashed."""
        require(self.detector is Detector.TIMEOUT and p not in self.crashed and len(self.cut_off) > 0)
        beyond = {q for q in Participant if not self.hear(p, q)}
        require(not beyond <= self.suspected[p] or (p in self.cut_off and p not in self.suspects_coordinator))
        self.suspected[p].update(beyond)
        if p in self.cut_off:
            self.suspects_coordinator.add(p)

    @action
    def decide_by_timeout(self, p: Participant) -> None:
        """Textbook rule: without the coordinator, commit if all are known to have voted Yes, otherwise abort."""
        require(self.rule is Termination.TEXTBOOK)
        require(p not in self.crashed and p in self.suspects_coordinator and self.is_undecided(p))
        self.state[p] = State.COMMITTED if self.state[p] is State.PRECOMMITTED else State.ABORTED

    @action
    def take_over(self, p: Participant) -> None:
        """The lowest participant that believes all older sites dead tells everybody to enter its own state."""
        require(self.rule is Termination.SKEEN)
        require(p not in self.crashed and self.took_over_in[p] is None)
        require(p in self.suspects_coordinator)
        require(all(q in self.suspected[p] for q in Participant if q < p))
        self.leader[p] = p
        self.took_over_in[p] = self.state[p]
        if self.state[p] is State.INITIAL:
            self.state[p] = State.ABORTED
        self.msgs.add(MoveTo(p, self.state[p]))

    @action
    def obey(self, p: Participant, order: MoveTo) -> None:
        """A participant enters the state that the new leader tells it to enter, and acknowledges."""
        require(order in self.msgs)
        require(self.hear(p, order.sender) and order.sender != p)
        require(order.state is State.WAITING or order.state is State.PRECOMMITTED)
        require(self.obeys_orders(p))
        require(not self.rank_orders or order.sender >= self.leader[p])
        require(order.state is not self.state[p] or Moved(p, order.sender) not in self.msgs)
        self.state[p] = order.state
        if order.sender > self.leader[p]:
            self.leader[p] = order.sender
        self.msgs.add(Moved(p, order.sender))

    @action
    def finish(self, p: Participant) -> None:
        """The new leader decides: everybody it believes alive is in the state in which it took over."""
        require(p not in self.crashed and self.is_in_doubt(p))
        require(self.took_over_in[p] is State.WAITING or self.took_over_in[p] is State.PRECOMMITTED)
        require(
            all(q == p or q in self.suspected[p] or (Moved(q, p) in self.msgs and self.hear(p, q)) for q in Participant)
        )
        self.state[p] = State.COMMITTED if self.took_over_in[p] is State.PRECOMMITTED else State.ABORTED
        self.msgs.add(MoveTo(p, self.state[p]))

    @action
    def learn(self, p: Participant, decision: MoveTo) -> None:
        """A participant learns the decision from another one."""
        require(decision in self.msgs)
        require(self.hear(p, decision.sender))
        require(decision.state is State.COMMITTED or decision.state is State.ABORTED)
        require(p not in self.crashed and self.is_undecided(p))
        self.state[p] = decision.state

    @action
    def answer(self, p: Participant, order: MoveTo) -> None:
        """A participant that has decided answers a new leader with its decision."""
        require(order in self.msgs)
        require(self.hear(p, order.sender) and order.sender != p)
        require(order.state is State.WAITING or order.state is State.PRECOMMITTED)
        require(p not in self.crashed and not self.is_undecided(p))
        require(MoveTo(p, self.state[p]) not in self.msgs)
        self.msgs.add(MoveTo(p, self.state[p]))

    @action(fault=Fault.CRASH, by="coordinator")
    def crash_coordinator(self) -> None:
        """The coordinator stops for good."""
        require(not self.coordinator_crashed and self.crashes_left > 0)
        self.crashes_left -= 1
        self.coordinator_crashed = True

    @action(fault=Fault.CRASH)
    def crash(self, p: Participant) -> None:
        """A participant stops."""
        require(p not in self.crashed and self.crashes_left > 0)
        self.crashes_left -= 1
        self.crashed.add(p)

    @action(fault=Fault.RESTART)
    def rejoin(self, p: Participant) -> None:
        """A crashed participant comes back with its old state, and carries on as if nothing had happened."""
        require(p in self.crashed and self.restarts_used() < self.restarts)
        self.crashed.remove(p)
        self.took_over_in[p] = None

    @action(fault=Fault.PARTITION)
    def cut(self, group: Set[Participant]) -> None:
        """The network splits: a group of participants no longer hears the coordinator and the other participants."""
        require(len(group) > 0 and len(self.cut_off) == 0 and self.partitions_left > 0)
        self.partitions_left -= 1
        self.cut_off = group

    @action(fault=Fault.HEAL)
    def heal(self) -> None:
        """The network is whole again; messages that were held up can be read."""
        require(len(self.cut_off) > 0 and self.partitions - self.partitions_left <= self.heals)
        self.cut_off = Set()

    def hear(self, p: Participant, q: Participant) -> bool:
        """Whether messages pass between `p` and `q` now."""
        return (p in self.cut_off) == (q in self.cut_off)

    def coordinator_misses(self, p: Participant) -> bool:
        """Whether the coordinator believes that `p` has crashed, so that it does not wait for it."""
        return self.detector is not Detector.UNRELIABLE and (
            p in self.crashed or (self.detector is Detector.TIMEOUT and p in self.cut_off)
        )

    def is_in_doubt(self, p: Participant) -> bool:
        """Whether `p` has voted Yes and does not know the decision."""
        return self.state[p] is State.WAITING or self.state[p] is State.PRECOMMITTED

    def is_undecided(self, p: Participant) -> bool:
        """Whether `p` has neither committed nor aborted."""
        return self.state[p] is not State.COMMITTED and self.state[p] is not State.ABORTED

    def obeys_orders(self, p: Participant) -> bool:
        """Whether `p` is up, in doubt, and leaves the lead to others."""
        return p not in self.crashed and self.is_in_doubt(p) and self.took_over_in[p] is None

    def restarts_used(self) -> int:
        """How many crashed sites have come back."""
        down = len(self.crashed) + (1 if self.coordinator_crashed else 0)
        return self.crashes - self.crashes_left - down

    def in_state(self, state: State) -> AbstractSet[Participant]:
        """The participants in a local state."""
        return {p for p in Participant if self.state[p] is state}

    def is_faultless(self) -> bool:
        """Whether nothing has failed and no false suspicion is possible."""
        return (
            self.crashes_left == self.crashes
            and self.partitions_left == self.partitions
            and self.detector is not Detector.UNRELIABLE
        )

    @invariant
    def agreement(self) -> bool:
        """AC1: no participant commits while another aborts.

        It is the participants that hold the data; see `coordinator_agrees` for the coordinator.
        """
        return ac1_agreement(self.in_state(State.COMMITTED), self.in_state(State.ABORTED))

    @invariant
    def coordinator_agrees(self) -> bool:
        """AC1 between the coordinator and each participant, claimed as long as the network has never been cut.

        With `agreement` this makes the atomicity of all sites. After a cut it is left out, so that a shortest
        counterexample shows what matters: two participants whose data differ.
        """
        return self.partitions_left < self.partitions or (
            (self.coordinator is not State.COMMITTED or len(self.in_state(State.ABORTED)) == 0)
            and (self.coordinator is not State.ABORTED or len(self.in_state(State.COMMITTED)) == 0)
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

    @invariant
    def unanimous(self) -> bool:
        """AC3: a participant commits only if all participants have voted Yes."""
        return ac3_unanimity(self.in_state(State.COMMITTED), {p for p in Participant if Yes(p) not in self.msgs})

    @invariant
    def no_needless_abort(self) -> bool:
        """AC4: without faults, a participant aborts only if some participant has voted No."""
        voted_no = {p for p in Participant if No(p) in self.msgs}
        return ac4_no_needless_abort(self.in_state(State.ABORTED), voted_no, excused=not self.is_faultless())

    @invariant
    def nonblocking(self) -> bool:
        """Skeen's theorem: without faults, no participant may be unable to commit while another has committed."""
        uncommittable = self.in_state(State.INITIAL) | self.in_state(State.WAITING)
        return not self.is_faultless() or skeen_nonblocking(uncommittable, self.in_state(State.COMMITTED))

    @reachable
    def everybody_commits(self) -> bool:
        """The transaction can commit everywhere."""
        return all(self.state[p] is State.COMMITTED for p in Participant)

    @reachable
    def everybody_aborts(self) -> bool:
        """The transaction can abort everywhere."""
        return all(self.state[p] is State.ABORTED for p in Participant)

    @reachable
    def survivors_commit(self) -> bool:
        """If sites may crash, the termination protocol can commit without the coordinator; else nothing is claimed."""
        return (self.crashes == 0 or self.rule is not Termination.SKEEN) or (
            self.coordinator_crashed
            and any(
                self.took_over_in[p] is State.PRECOMMITTED and self.state[p] is State.COMMITTED for p in Participant
            )
        )
