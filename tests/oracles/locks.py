"""Row locks of a transaction in doubt, as the reference module Locks: T1 commits in two phases, T2 wants its row.

CrashC, CRecover, Early and T2Kind are the parameters `crash_c`, `c_recover`, `early` and `t2_kind`. `FairLocks`
has T2Runs, under the formula Fair. It fails for a writer and a reader under two-phase locking if the coordinator does
not recover, and holds for a reader of old versions (36 distinct states).

`held_in_doubt` and `no_dirty` hold while the lock is kept: 14 distinct states without a crash, 32 with one and
recovery. A lock released at the vote breaks `no_dirty` in a trace of 6 states, with no crash.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Fault,
    Parameter,
    Spec,
    action,
    eventually,
    initial,
    invariant,
    require,
    weak,
)


class T2Kind(Enum):
    """What T2 is: a writer, a reader that locks the row, or one that reads its last committed version."""

    WRITER, READER2PL, READERMVCC = range(3)


class Decision(Enum):
    COMMIT, ABORT = range(2)


class Coordinator(Enum):
    INIT, WAIT, DOWN = range(3)


class Participant(Enum):
    WORKING, PREPARED = range(2)


class Lock(Enum):
    T1, FREE = range(2)


class T2(Enum):
    WAIT, DONE = range(2)


class Locks(Spec):
    """One coordinator, one participant of T1 that holds a lock, and T2 behind it."""

    crash_c: Parameter[Annotated[int, Between(0, 99)]] = 0
    c_recover: Parameter[bool] = True
    early: Parameter[bool] = False
    """The participant releases the lock when it votes yes."""
    t2_kind: Parameter[T2Kind] = T2Kind.WRITER

    c: Coordinator | Decision = Coordinator.INIT
    log: Decision | None = None
    p: Participant | Decision = Participant.WORKING
    lock: Lock = Lock.T1
    t2: T2 = T2.WAIT
    dirty: bool = False
    k: Annotated[int, Between(0, crash_c)]

    @initial
    def start(self) -> None:
        """No crash is spent."""
        self.k = self.crash_c

    @action(fairness=weak(group="act"))
    def c_prep(self) -> None:
        """The coordinator asks for the vote."""
        require(self.c is Coordinator.INIT)
        self.c = Coordinator.WAIT

    @action(fairness=weak(group="act"))
    def p_yes(self) -> None:
        """The participant votes yes, and is in doubt from now on."""
        require(self.p is Participant.WORKING and self.c is Coordinator.WAIT)
        self.p = Participant.PREPARED
        if self.early:
            self.lock = Lock.FREE

    @action
    def p_no(self) -> None:
        """The participant aborts instead of voting yes."""
        require(self.p is Participant.WORKING)
        self.p = Decision.ABORT
        self.lock = Lock.FREE

    @action(fairness=weak(group="act"))
    def c_dec(self, d: Decision) -> None:
        """The coordinator decides; to commit, only on a yes."""
        require(self.c is Coordinator.WAIT and (d is not Decision.COMMIT or self.p is Participant.PREPARED))
        self.c = d
        self.log = d

    @action(fairness=weak(group="act"))
    def p_dec(self) -> None:
        """The participant hears the decision."""
        require(self.p is Participant.PREPARED and (self.c is Decision.COMMIT or self.c is Decision.ABORT))
        self.p = Decision.COMMIT if self.c is Decision.COMMIT else Decision.ABORT
        self.lock = Lock.FREE
        self.dirty = self.dirty or (self.c is Decision.ABORT and self.t2 is T2.DONE and self.early)

    @action(fault=Fault.CRASH)
    def c_die(self) -> None:
        """The coordinator crashes."""
        require(self.k > 0 and self.c is not Coordinator.DOWN)
        self.k -= 1
        self.c = Coordinator.DOWN

    @action(fault=Fault.RESTART, fairness=weak(group="act"))
    def c_rec(self) -> None:
        """The coordinator comes back, and aborts unless its log says commit."""
        require(self.c is Coordinator.DOWN and self.c_recover)
        decision = Decision.COMMIT if self.log is Decision.COMMIT else Decision.ABORT
        self.c = decision
        self.log = decision

    @action(fairness=weak(group="act"))
    def p_give_up(self) -> None:
        """A participant that has not voted aborts, the coordinator being down or having aborted."""
        require(self.p is Participant.WORKING and (self.c is Coordinator.DOWN or self.c is Decision.ABORT))
        self.p = Decision.ABORT
        self.lock = Lock.FREE

    @action(fairness=weak())
    def t2_go(self) -> None:
        """T2 gets at the row and is done."""
        require(self.t2 is T2.WAIT and (self.t2_kind is T2Kind.READERMVCC or self.lock is Lock.FREE))
        self.t2 = T2.DONE

    @invariant
    def held_in_doubt(self) -> bool:
        """A participant in doubt holds its lock."""
        return self.p is not Participant.PREPARED or self.lock is Lock.T1

    @invariant
    def no_dirty(self) -> bool:
        """T2 has used no value of T1 that was rolled back later."""
        return not self.dirty


class FairLocks(Locks):
    """With T2Runs, under the formula Fair of the module."""

    @eventually
    def t2_runs(self) -> bool:
        """T2 gets at the row."""
        return self.t2 is T2.DONE
