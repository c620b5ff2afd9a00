"""Two-phase commit with durable logs, crashes and recovery: what is forced to disk when, and what that buys.

Source: Bernstein, Hadzilacos, Goodman, "Concurrency Control and Recovery in Database Systems" (1987), sec. 7.4; for
presumed abort and commit Mohan, Lindsay, Obermarck, "Transaction Management in the R* Distributed Database Management
System" (ACM TODS 11:4, 1986). A crash empties the memory of a node and leaves its log. Deciding and sending the
decision are two steps, so a crash can fall between them. Messages are never consumed, so delay, reordering, duplication
and loss need no actions of their own.

All switches but `cooperative` and `coordinator_recovers` take away a precaution or add a recklessness. Checked, in
agreement with TLC on the same protocol in TLA+; distinct states / depth, all properties hold:

    coordinator_crashes, participant_crashes      0, 0        1, 0        0, 1        1, 1        2, 2
    Participant=1                                 17 / 7      49 / 9      50 / 9      143 / 11    381 / 15
    Participant=2                                 85 / 10     189 / 12    356 / 12    790 / 14
    Participant=3                                 479 / 13                            4556 / 17

States in the shortest counterexample to agreement, two participants: force_decision=false 13, heuristic_decisions 6 and
presume_commit 8, each with one crash of the coordinator; force_prepared=false 11, with one crash of a participant;
timeout_abort 10, timeout_commit 5 and early_forget 12, without a crash. commit_on_majority needs three participants:
10. With lose_log the survivors may wait for ever, but agreement holds. `NonblockingTwoPhaseCommit` claims too much: n
participants refute it with n + 3 states.

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
    ac5_nonblocking,
)
from indoubt.specs.language import (
    Between,
    Fault,
    Map,
    Message,
    Parameter,
    Set,
    Sort,
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


class Participant(Sort):
    """A node that holds a part of the data."""


class Coordinator(Enum):
    """What the coordinator holds in memory; a crash leaves it DOWN."""

    INITIAL, WAITING, COMMITTED, ABORTED, DOWN, AMNESIA, FORGOTTEN = range(7)


class Memory(Enum):
    """What a participant holds in memory; a crash leaves it DOWN."""

    WORKING, PREPARED, COMMITTED, ABORTED, DOWN = range(5)


class LogRecord(Enum):
    """The last record of a log: a participant's is never LOST, the coordinator's never PREPARED."""

    NONE, PREPARED, COMMIT, ABORT, LOST = range(5)


class Prepare(Message):
    """The coordinator asks every participant for its vote."""


class Yes(Message):
    """Participant `sender` votes to commit, and may no longer abort on its own."""

    sender: Participant


class No(Message):
    """Participant `sender` has aborted."""

    sender: Participant


class Commit(Message):
    """The coordinator's decision to commit."""


class Abort(Message):
    """The coordinator's decision to abort, or its answer for a transaction it has no record of."""


class TwoPhaseCommit(Spec):
    """Two-phase commit with presumed abort."""

    force_decision: Parameter[bool] = True
    """The coordinator's decision is on disk before it is sent; otherwise it is flushed some time later."""
    force_prepared: Parameter[bool] = True
    """A participant's prepared record is on disk before it votes Yes; otherwise it is never written."""
    coordinator_recovers: Parameter[bool] = True
    lose_log: Parameter[bool] = False
    """A crash of the coordinator destroys its log."""
    timeout_abort: Parameter[bool] = False
    """A participant in doubt may abort on its own."""
    timeout_commit: Parameter[bool] = False
    """A participant in doubt may commit on its own."""
    heuristic_decisions: Parameter[bool] = False
    """While the coordinator is down, an administrator may decide for a participant in doubt."""
    cooperative: Parameter[bool] = False
    """A participant in doubt may ask another one for the decision."""
    presume_commit: Parameter[bool] = False
    """A coordinator that recovers without a record of the decision commits."""
    commit_on_majority: Parameter[bool] = False
    """The coordinator commits when more than half of the participants have voted Yes."""
    early_forget: Parameter[bool] = False
    """The coordinator drops its commit record as soon as one participant has committed."""

    coordinator_crashes: Parameter[Annotated[int, Between(0, 9)]] = 0
    participant_crashes: Parameter[Annotated[int, Between(0, 9)]] = 0
    """Crashes of all participants together."""
    crashes: Parameter[Annotated[int, Between(0, 9)]] = 0
    """Further crashes, of any node, spent when its own budget is used up."""
    restarts: Parameter[Annotated[int, Between(0, 27)]] = 27
    """How often a crashed node may come back; unless the run says otherwise, as often as nodes can crash."""

    coordinator: Coordinator = Coordinator.INITIAL
    coordinator_log: LogRecord = LogRecord.NONE
    votes: Set[Participant] = empty()
    """The participants from which the coordinator has received a Yes; in its memory only."""
    memory: Map[Participant, Memory] = every(Memory.WORKING)
    log: Map[Participant, LogRecord] = every(LogRecord.NONE)
    msgs: Set[Prepare | Yes | No | Commit | Abort] = empty()
    """Every message ever sent."""
    coordinator_crashes_left: Annotated[int, Between(0, coordinator_crashes)]
    participant_crashes_left: Annotated[int, Between(0, participant_crashes)]
    crashes_left: Annotated[int, Between(0, crashes)]

    @initial
    def start(self) -> None:
        """Nothing has happened and no crash is spent."""
        self.coordinator_crashes_left = self.coordinator_crashes
        self.participant_crashes_left = self.participant_crashes
        self.crashes_left = self.crashes

    @action(by="coordinator")
    def send_prepare(self) -> None:
        """The coordinator asks every participant to prepare."""
        require(self.coordinator is Coordinator.INITIAL)
        self.coordinator = Coordinator.WAITING
        self.msgs.add(Prepare())

    @action(by="coordinator")
    def receive_yes(self, p: Participant) -> None:
        """The coordinator receives a Yes."""
        require(self.coordinator is Coordinator.WAITING)
        require(Yes(p) in self.msgs and p not in self.votes)
        self.votes.add(p)

    @action(by="coordinator")
    def decide_commit(self) -> None:
        """The coordinator decides to commit: it has the votes it wants."""
        require(self.coordinator is Coordinator.WAITING)
        require(self.has_votes())
        self.coordinator = Coordinator.COMMITTED
        if self.force_decision:
            self.coordinator_log = LogRecord.COMMIT

    @action(by="coordinator")
    def decide_abort(self) -> None:
        """The coordinator decides to abort: somebody voted No, or it has waited long enough."""
        require(self.coordinator is Coordinator.WAITING)
        require(not self.has_votes())
        self.coordinator = Coordinator.ABORTED
        if self.force_decision:
            self.coordinator_log = LogRecord.ABORT

    @action(by="coordinator")
    def send_commit(self) -> None:
        """The coordinator tells every participant to commit."""
        require(self.coordinator is Coordinator.COMMITTED and Commit() not in self.msgs)
        self.msgs.add(Commit())

    @action(by="coordinator")
    def send_abort(self) -> None:
        """The coordinator tells every participant to abort."""
        require(self.coordinator is Coordinator.ABORTED and Abort() not in self.msgs)
        self.msgs.add(Abort())

    @action(by="coordinator")
    def flush_decision(self) -> None:
        """The coordinator's decision, which was not forced, reaches the disk."""
        require(not self.force_decision and self.coordinator_log is LogRecord.NONE)
        require(self.coordinator is Coordinator.COMMITTED or self.coordinator is Coordinator.ABORTED)
        self.coordinator_log = LogRecord.COMMIT if self.coordinator is Coordinator.COMMITTED else LogRecord.ABORT

    @action(by="coordinator")
    def forget(self) -> None:
        """The coordinator drops its commit record, although not everybody has acknowledged the decision."""
        require(self.early_forget and self.coordinator is Coordinator.COMMITTED and Commit() in self.msgs)
        require(any(self.log[p] is LogRecord.COMMIT for p in Participant))
        self.coordinator = Coordinator.FORGOTTEN
        self.coordinator_log = LogRecord.NONE

    @action(by="coordinator")
    def answer_without_record(self) -> None:
        """The coordinator answers an inquiry about a transaction it has no record of: aborted."""
        require(self.coordinator is Coordinator.FORGOTTEN and Abort() not in self.msgs)
        self.msgs.add(Abort())

    @action
    def vote_yes(self, p: Participant) -> None:
        """A participant prepares and votes Yes; from now on it is in doubt."""
        require(self.memory[p] is Memory.WORKING and Prepare() in self.msgs)
        self.memory[p] = Memory.PREPARED
        if self.force_prepared:
            self.log[p] = LogRecord.PREPARED
        self.msgs.add(Yes(p))

    @action
    def vote_no(self, p: Participant) -> None:
        """A participant aborts and votes No."""
        require(self.memory[p] is Memory.WORKING)
        self.resolve(p, commit=False)
        self.msgs.add(No(p))

    @action
    def receive_commit(self, p: Participant) -> None:
        """A participant in doubt is told to commit."""
        require(self.memory[p] is Memory.PREPARED and Commit() in self.msgs)
        self.resolve(p, commit=True)

    @action
    def receive_abort(self, p: Participant) -> None:
        """A participant is told to abort."""
        require(self.memory[p] is Memory.PREPARED or self.memory[p] is Memory.WORKING)
        require(Abort() in self.msgs)
        self.resolve(p, commit=False)

    @action
    def time_out(self, p: Participant, commit: bool) -> None:
        """A participant in doubt has waited long enough and decides on its own."""
        require(self.timeout_commit if commit else self.timeout_abort)
        require(self.memory[p] is Memory.PREPARED)
        self.resolve(p, commit)

    @action
    def decide_heuristically(self, p: Participant, commit: bool) -> None:
        """An administrator decides for a participant in doubt, since the coordinator is down."""
        require(self.heuristic_decisions and self.coordinator is Coordinator.DOWN)
        require(self.memory[p] is Memory.PREPARED)
        self.resolve(p, commit)

    @action
    def ask(self, p: Participant, peer: Participant) -> None:
        """A participant in doubt learns the decision from another participant."""
        require(self.cooperative and self.memory[p] is Memory.PREPARED)
        require(self.memory[peer] is Memory.COMMITTED or self.memory[peer] is Memory.ABORTED)
        self.resolve(p, self.memory[peer] is Memory.COMMITTED)

    @action(fault=Fault.CRASH, by="coordinator")
    def crash_coordinator(self) -> None:
        """The coordinator crashes and loses its memory."""
        require(self.coordinator is not Coordinator.DOWN)
        require(self.coordinator_crashes_left > 0 or self.crashes_left > 0)
        if self.coordinator_crashes_left > 0:
            self.coordinator_crashes_left -= 1
        else:
            self.crashes_left -= 1
        self.coordinator = Coordinator.DOWN
        self.votes = Set()
        if self.lose_log:
            self.coordinator_log = LogRecord.LOST

    @action(fault=Fault.RESTART, by="coordinator")
    def recover_coordinator(self) -> None:
        """The coordinator restarts and decides by its log; without a record it presumes."""
        require(self.coordinator_recovers and self.coordinator is Coordinator.DOWN)
        require(self.restarts_used() < self.restarts)
        if self.coordinator_log is LogRecord.LOST:
            self.coordinator = Coordinator.AMNESIA
        elif self.coordinator_log is LogRecord.COMMIT or (
            self.coordinator_log is LogRecord.NONE and self.presume_commit
        ):
            self.coordinator = Coordinator.COMMITTED
            self.coordinator_log = LogRecord.COMMIT
        else:
            self.coordinator = Coordinator.ABORTED
            self.coordinator_log = LogRecord.ABORT

    @action(fault=Fault.CRASH)
    def crash(self, p: Participant) -> None:
        """A participant crashes and loses its memory."""
        require(self.memory[p] is not Memory.DOWN)
        require(self.participant_crashes_left > 0 or self.crashes_left > 0)
        if self.participant_crashes_left > 0:
            self.participant_crashes_left -= 1
        else:
            self.crashes_left -= 1
        self.memory[p] = Memory.DOWN

    @action(fault=Fault.RESTART)
    def recover(self, p: Participant) -> None:
        """A participant restarts from its log; without a record it aborts."""
        require(self.memory[p] is Memory.DOWN and self.restarts_used() < self.restarts)
        if self.log[p] is LogRecord.PREPARED:
            self.memory[p] = Memory.PREPARED
        else:
            self.resolve(p, self.log[p] is LogRecord.COMMIT)

    def has_votes(self) -> bool:
        """Whether the coordinator may commit."""
        if self.commit_on_majority:
            return 2 * len(self.votes) > len(Participant)
        return all(p in self.votes for p in Participant)

    def resolve(self, p: Participant, commit: bool) -> None:
        """Participant `p` decides and forces its decision to disk."""
        self.memory[p] = Memory.COMMITTED if commit else Memory.ABORTED
        self.log[p] = LogRecord.COMMIT if commit else LogRecord.ABORT

    def crashes_spent(self) -> int:
        """How many crashes there have been."""
        coordinator = self.coordinator_crashes - self.coordinator_crashes_left
        participants = self.participant_crashes - self.participant_crashes_left
        return coordinator + participants + self.crashes - self.crashes_left

    def restarts_used(self) -> int:
        """How many crashed nodes have come back."""
        down = len(self.in_memory(Memory.DOWN)) + (1 if self.coordinator is Coordinator.DOWN else 0)
        return self.crashes_spent() - down

    def in_memory(self, memory: Memory) -> AbstractSet[Participant]:
        """The participants that hold something in memory."""
        return {p for p in Participant if self.memory[p] is memory}

    def logged(self, record: LogRecord) -> AbstractSet[Participant]:
        """The participants whose last log record is this one."""
        return {p for p in Participant if self.log[p] is record}

    @invariant
    def agreement(self) -> bool:
        """AC1: no participant has logged a commit while another has logged an abort."""
        return ac1_agreement(self.logged(LogRecord.COMMIT), self.logged(LogRecord.ABORT))

    @step_invariant
    def irrevocable(self, after: Self) -> bool:
        """AC2: no participant reverses a decision that it has logged."""
        return ac2_irrevocable(
            self.logged(LogRecord.COMMIT),
            self.logged(LogRecord.ABORT),
            after.logged(LogRecord.COMMIT),
            after.logged(LogRecord.ABORT),
        )

    @invariant
    def unanimous(self) -> bool:
        """AC3: a participant commits only if all participants have voted Yes."""
        return ac3_unanimity(self.logged(LogRecord.COMMIT), {p for p in Participant if Yes(p) not in self.msgs})

    @invariant
    def no_needless_abort(self) -> bool:
        """AC4: without a crash and without impatience, a participant aborts only if some participant has voted No."""
        impatient = self.timeout_abort or self.coordinator is Coordinator.ABORTED
        return ac4_no_needless_abort(
            self.logged(LogRecord.ABORT),
            {p for p in Participant if No(p) in self.msgs},
            excused=impatient or self.crashes_spent() > 0,
        )

    @invariant
    def commit_point(self) -> bool:
        """The commit record of the coordinator comes first: nobody commits without it, unless that log is lost."""
        return (
            len(self.logged(LogRecord.COMMIT)) == 0
            or self.coordinator_log is LogRecord.COMMIT
            or self.coordinator_log is LogRecord.LOST
        )

    @invariant
    def promise_kept(self) -> bool:
        """Once the coordinator has logged a commit, every participant can commit: it is prepared on disk, or has."""
        return self.coordinator_log is not LogRecord.COMMIT or all(
            self.log[p] is LogRecord.PREPARED or self.log[p] is LogRecord.COMMIT for p in Participant
        )

    @reachable
    def everybody_commits(self) -> bool:
        """The transaction can commit everywhere."""
        return all(self.log[p] is LogRecord.COMMIT for p in Participant)

    @reachable
    def everybody_aborts(self) -> bool:
        """The transaction can abort everywhere."""
        return all(self.log[p] is LogRecord.ABORT for p in Participant)

    @reachable
    def can_block(self) -> bool:
        """If the coordinator may crash, it can be down with everybody in doubt; otherwise nothing is claimed."""
        return self.coordinator_crashes + self.crashes == 0 or (
            self.coordinator is Coordinator.DOWN and all(self.memory[p] is Memory.PREPARED for p in Participant)
        )


class NonblockingTwoPhaseCommit(TwoPhaseCommit):
    """Wrong on purpose: the claim that two-phase commit does not block, which one crash of the coordinator refutes."""

    coordinator_crashes: Parameter[Annotated[int, Between(0, 9)]] = 1

    @invariant
    def nonblocking(self) -> bool:
        """AC5: while a participant that is up is in doubt, somebody who is up knows the outcome or may decide."""
        silent = self.coordinator is Coordinator.DOWN or self.coordinator is Coordinator.AMNESIA
        may_decide = self.in_memory(Memory.WORKING) | self.in_memory(Memory.COMMITTED) | self.in_memory(Memory.ABORTED)
        return not silent or ac5_nonblocking(self.in_memory(Memory.PREPARED), may_decide)
