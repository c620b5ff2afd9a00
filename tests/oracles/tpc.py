"""Two-phase commit with durable logs, crashes and recovery, as the reference module TPC.

RM is the size `RM`; CCrash, PCrash, CForce, PForce, CRecover, LoseLog, TimeoutAbort, TimeoutCommit, Heuristic, Coop,
PresumeCommit, NotAll and EarlyForget are the parameters `c_crash`, `p_crash`, `c_force`, `p_force`, `c_recover`,
`lose_log`, `timeout_abort`, `timeout_commit`, `heuristic`, `coop`, `presume_commit`, `not_all` and `early_forget`. The
variables keep their names. Messages are records instead of tuples. PRecv, PTimeout and PHeur take a decision as a
parameter where the module has a disjunction, and CForget the participant that has committed, since TLC counts a step
for each. `FairTPC` has the formula Fair and Termination; PGiveUp, which only fairness speaks of, is an action there: it
does what PNo does.

`never_blocked`, the module's witness NeverBlocked, is false of two-phase commit: it fails in a trace of n + 3 states.
`TwoPhaseCommit` of the library is this protocol for readers; it has faults and properties that the module lacks.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Self

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
    eventually,
    every,
    initial,
    invariant,
    require,
    step_invariant,
    weak,
)


class RM(Sort):
    """A participant."""


class Decision(Enum):
    COMMIT, ABORT = range(2)


class Coordinator(Enum):
    INIT, WAIT, DOWN, AMNESIA, FORGOT = range(5)


class CoordinatorLog(Enum):
    NONE, LOST = range(2)


class Participant(Enum):
    WORKING, PREPARED, DOWN = range(3)


class ParticipantLog(Enum):
    NONE, PREPARED = range(2)


class Prepare(Message):
    """The coordinator asks for the votes."""


class Yes(Message):
    """A participant can commit."""

    sender: RM


class No(Message):
    """A participant has aborted."""

    sender: RM


class Decided(Message):
    """The coordinator tells its decision: the module's "commit" or "abort"."""

    decision: Decision


class TPC(Spec):
    """Deciding and sending the decision are separate steps, so that a crash can fall between them."""

    c_crash: Parameter[Annotated[int, Between(0, 99)]] = 0
    p_crash: Parameter[Annotated[int, Between(0, 99)]] = 0
    c_force: Parameter[bool] = True
    p_force: Parameter[bool] = True
    c_recover: Parameter[bool] = True
    lose_log: Parameter[bool] = False
    timeout_abort: Parameter[bool] = False
    timeout_commit: Parameter[bool] = False
    heuristic: Parameter[bool] = False
    coop: Parameter[bool] = False
    presume_commit: Parameter[bool] = False
    not_all: Parameter[bool] = False
    early_forget: Parameter[bool] = False

    cst: Coordinator | Decision = Coordinator.INIT
    clog: CoordinatorLog | Decision = CoordinatorLog.NONE
    votes: Set[RM] = empty()
    pst: Map[RM, Participant | Decision] = every(Participant.WORKING)
    plog: Map[RM, ParticipantLog | Decision] = every(ParticipantLog.NONE)
    msgs: Set[Prepare | Yes | No | Decided] = empty()
    cc: Annotated[int, Between(0, c_crash)]
    pc: Annotated[int, Between(0, p_crash)]

    @initial
    def start(self) -> None:
        """No crash is spent."""
        self.cc = self.c_crash
        self.pc = self.p_crash

    @action(fairness=weak(group="coordinator"))
    def c_prepare(self) -> None:
        """The coordinator asks for the votes."""
        require(self.cst is Coordinator.INIT)
        self.cst = Coordinator.WAIT
        self.msgs.add(Prepare())

    @action(fairness=weak(group="coordinator"))
    def c_yes(self, r: RM) -> None:
        """The coordinator counts a vote."""
        require(self.cst is Coordinator.WAIT and Yes(r) in self.msgs and r not in self.votes)
        self.votes.add(r)

    @action(fairness=weak(group="coordinator"))
    def c_decide(self, d: Decision) -> None:
        """CCommit, with enough votes, and CAbort, without."""
        require(self.cst is Coordinator.WAIT and self.is_enough() == (d is Decision.COMMIT))
        self.cst = d
        if self.c_force:
            self.clog = d

    @action(fairness=weak(group="coordinator"))
    def c_send(self, d: Decision) -> None:
        """The coordinator tells its decision."""
        require(self.cst is d and Decided(d) not in self.msgs)
        self.msgs.add(Decided(d))

    @action(fairness=weak(group="coordinator"))
    def c_flush(self, d: Decision) -> None:
        """A decision that was not forced reaches the disk."""
        require(not self.c_force and self.cst is d and self.clog is CoordinatorLog.NONE)
        self.clog = d

    @action(fault=Fault.CRASH)
    def c_die(self) -> None:
        """The coordinator crashes."""
        require(self.cst is not Coordinator.DOWN and self.cc > 0)
        self.cc -= 1
        self.cst = Coordinator.DOWN
        self.votes.clear()
        if self.lose_log:
            self.clog = CoordinatorLog.LOST

    @action(fault=Fault.RESTART, fairness=weak(group="coordinator"))
    def c_rec(self) -> None:
        """The coordinator comes back, with the decision in its log, or the one that no record stands for."""
        require(self.cst is Coordinator.DOWN and self.c_recover)
        if self.clog is CoordinatorLog.LOST:
            self.cst = Coordinator.AMNESIA
        else:
            no_record = self.clog is CoordinatorLog.NONE
            commits = self.presume_commit if no_record else self.clog is Decision.COMMIT
            self.cst = Decision.COMMIT if commits else Decision.ABORT
            self.clog = Decision.COMMIT if commits else Decision.ABORT

    @action(fairness=weak(group="coordinator"))
    def c_forget(self, r: RM) -> None:
        """The coordinator drops its commit record before everybody has acknowledged."""
        require(self.early_forget and self.cst is Decision.COMMIT and Decided(Decision.COMMIT) in self.msgs)
        require(self.plog[r] is Decision.COMMIT)
        self.cst = Coordinator.FORGOT
        self.clog = CoordinatorLog.NONE

    @action(fairness=weak(group="coordinator"))
    def c_presume(self) -> None:
        """A coordinator that has forgotten answers an inquiry."""
        require(self.cst is Coordinator.FORGOT and Decided(Decision.ABORT) not in self.msgs)
        self.msgs.add(Decided(Decision.ABORT))

    @action(fairness=weak("r", group="participant"))
    def p_yes(self, r: RM) -> None:
        """A participant votes yes."""
        require(self.pst[r] is Participant.WORKING and Prepare() in self.msgs)
        self.pst[r] = Participant.PREPARED
        if self.p_force:
            self.plog[r] = ParticipantLog.PREPARED
        self.msgs.add(Yes(r))

    @action
    def p_no(self, r: RM) -> None:
        """A participant aborts instead."""
        require(self.pst[r] is Participant.WORKING)
        self.resolve(r, Decision.ABORT)
        self.msgs.add(No(r))

    @action(fairness=weak("r", group="participant"))
    def p_recv(self, r: RM, d: Decision) -> None:
        """A participant hears the decision; one that has not voted can only abort."""
        require(Decided(d) in self.msgs)
        require(self.is_prepared(r) or (self.pst[r] is Participant.WORKING and d is Decision.ABORT))
        self.resolve(r, d)

    @action(fairness=weak("r", group="participant"))
    def p_timeout(self, r: RM, d: Decision) -> None:
        """A participant in doubt decides on its own."""
        require(self.is_prepared(r) and (self.timeout_commit if d is Decision.COMMIT else self.timeout_abort))
        self.resolve(r, d)

    @action(fairness=weak("r", group="participant"))
    def p_heur(self, r: RM, d: Decision) -> None:
        """An administrator decides for a participant while the coordinator is down."""
        require(self.heuristic and self.is_prepared(r) and self.cst is Coordinator.DOWN)
        self.resolve(r, d)

    @action(fairness=weak("r", group="participant"))
    def p_coop(self, r: RM, s: RM, d: Decision) -> None:
        """A participant copies the decision of another."""
        require(self.coop and self.is_prepared(r) and self.pst[s] is d)
        self.resolve(r, d)

    @action(fault=Fault.CRASH)
    def p_die(self, r: RM) -> None:
        """A participant crashes."""
        require(self.pst[r] is not Participant.DOWN and self.pc > 0)
        self.pc -= 1
        self.pst[r] = Participant.DOWN

    @action(fault=Fault.RESTART, fairness=weak("r", group="participant"))
    def p_rec(self, r: RM) -> None:
        """A participant comes back as its log says, and aborts without a record."""
        require(self.pst[r] is Participant.DOWN)
        if self.plog[r] is ParticipantLog.PREPARED:
            self.pst[r] = Participant.PREPARED
        else:
            self.resolve(r, Decision.COMMIT if self.plog[r] is Decision.COMMIT else Decision.ABORT)

    def is_prepared(self, r: RM) -> bool:
        """Whether a participant is in doubt."""
        return self.pst[r] is Participant.PREPARED

    def is_enough(self) -> bool:
        """Whether the votes are enough to commit."""
        return 2 * len(self.votes) > len(RM) if self.not_all else len(self.votes) == len(RM)

    def resolve(self, r: RM, d: Decision) -> None:
        """A participant decides, and logs it."""
        self.pst[r] = d
        self.plog[r] = d

    @invariant
    def atomicity(self) -> bool:
        """No participant commits while another aborts."""
        return not any(self.plog[r] is Decision.COMMIT and self.plog[s] is Decision.ABORT for r in RM for s in RM)

    @invariant
    def validity(self) -> bool:
        """Nobody commits unless all have voted yes."""
        return not any(self.plog[r] is Decision.COMMIT for r in RM) or all(Yes(s) in self.msgs for s in RM)

    @invariant
    def coord_agrees(self) -> bool:
        """Nobody commits unless the coordinator has logged it, or lost its log."""
        return not any(self.plog[r] is Decision.COMMIT for r in RM) or (
            self.clog is Decision.COMMIT or self.clog is CoordinatorLog.LOST
        )

    @step_invariant
    def irrevocable(self, after: Self) -> bool:
        """No participant logs another decision after its first."""
        return all(
            (self.plog[r] is not Decision.COMMIT and self.plog[r] is not Decision.ABORT)
            or after.plog[r] == self.plog[r]
            for r in RM
        )

    @invariant
    def never_blocked(self) -> bool:
        """Never is the coordinator down with everybody in doubt."""
        return self.cst is not Coordinator.DOWN or not all(self.is_prepared(r) for r in RM)


class FairTPC(TPC):
    """The protocol as the formula Fair of the module has it: nobody puts off for ever what it can do."""

    @action(fairness=weak("r", group="participant"))
    def p_give_up(self, r: RM) -> None:
        """PGiveUp: a participant that has not voted aborts, since the coordinator is away."""
        require(self.cst is Coordinator.DOWN or self.cst is Coordinator.AMNESIA)
        require(self.pst[r] is Participant.WORKING)
        self.resolve(r, Decision.ABORT)
        self.msgs.add(No(r))

    @eventually
    def termination(self) -> bool:
        """All participants decide."""
        return all(self.plog[r] is Decision.COMMIT or self.plog[r] is Decision.ABORT for r in RM)
