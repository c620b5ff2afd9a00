"""Two-Phase Commit: one transaction manager, many resource managers, one atomic decision.

Source: Gray and Lamport, "Consensus on Transaction Commit" (ACM TODS 31:1, 2006), sec. 3 and its
TLA+ module TwoPhase; actions keep the paper's names. As there, RMs prepare spontaneously (the
``Prepare`` request is not modelled) and messages are never consumed, so loss and duplication
need no actions of their own. Safety only; crashes and logs are the subject of two_phase_commit.py.

Checked, for RM=1 to 5: 12, 56, 288, 1568, 8832 distinct states; 20, 154, 1146, 8258, 58146 generated;
depth 5, 8, 11, 14, 17. TLC finds the same; 288 and 8832 are also what Stateright's example reports.
``ImpatientTwoPhase`` is the broken variant: with two RMs it loses agreement in a trace of 6 states.
"""

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Self

from indoubt.invariants.templates import ac2_irrevocable, ac3_unanimity
from indoubt.specs.language import (
    Map,
    Message,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    invariant,
    reachable,
    require,
    step_invariant,
)


class RM(Sort):
    """A resource manager."""


class RMState(Enum):
    """What a resource manager has done for the transaction."""

    WORKING, PREPARED, COMMITTED, ABORTED = range(4)


class TMState(Enum):
    """What the transaction manager has decided."""

    INIT, COMMITTED, ABORTED = range(3)


class Prepared(Message):
    """Resource manager `rm` can commit, and will if it is told to."""

    rm: RM


class Commit(Message):
    """The transaction manager has decided to commit."""


class Abort(Message):
    """The transaction manager has decided to abort."""


class TwoPhase(Spec):
    """Two-phase commit of Gray and Lamport."""

    rm_state: Map[RM, RMState] = every(RMState.WORKING)
    tm_state: TMState = TMState.INIT
    tm_prepared: Set[RM] = empty()
    """RMs whose Prepared message the TM has received."""
    msgs: Set[Prepared | Commit | Abort] = empty()
    """Every message ever sent."""

    @action(by="TM")
    def tm_rcv_prepared(self, rm: RM) -> None:
        """The transaction manager hears that a resource manager is prepared."""
        require(self.tm_state is TMState.INIT)
        require(Prepared(rm) in self.msgs)
        self.tm_prepared.add(rm)

    @action(by="TM")
    def tm_commit(self) -> None:
        """The transaction manager commits: it has heard from everybody."""
        require(self.tm_state is TMState.INIT)
        require(all(rm in self.tm_prepared for rm in RM))
        self.tm_state = TMState.COMMITTED
        self.msgs.add(Commit())

    @action(by="TM")
    def tm_abort(self) -> None:
        """The transaction manager aborts, for whatever reason."""
        require(self.tm_state is TMState.INIT)
        self.tm_state = TMState.ABORTED
        self.msgs.add(Abort())

    @action
    def rm_prepare(self, rm: RM) -> None:
        """A resource manager prepares, and gives up its right to abort."""
        require(self.rm_state[rm] is RMState.WORKING)
        self.rm_state[rm] = RMState.PREPARED
        self.msgs.add(Prepared(rm))

    @action
    def rm_choose_to_abort(self, rm: RM) -> None:
        """A resource manager that has not prepared aborts on its own."""
        require(self.rm_state[rm] is RMState.WORKING)
        self.rm_state[rm] = RMState.ABORTED

    @action
    def rm_rcv_commit(self, rm: RM) -> None:
        """A resource manager is told to commit."""
        require(Commit() in self.msgs)
        self.rm_state[rm] = RMState.COMMITTED

    @action
    def rm_rcv_abort(self, rm: RM) -> None:
        """A resource manager is told to abort."""
        require(Abort() in self.msgs)
        self.rm_state[rm] = RMState.ABORTED

    def in_state(self, state: RMState) -> AbstractSet[RM]:
        """The resource managers in a state."""
        return {rm for rm in RM if self.rm_state[rm] is state}

    @invariant
    def consistent(self) -> bool:
        """No RM commits while another aborts."""
        return not any(
            self.rm_state[r] is RMState.COMMITTED and self.rm_state[s] is RMState.ABORTED for r in RM for s in RM
        )

    @invariant
    def unanimous(self) -> bool:
        """AC3: an RM commits only if every RM has prepared."""
        return ac3_unanimity(self.in_state(RMState.COMMITTED), {rm for rm in RM if Prepared(rm) not in self.msgs})

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


class ImpatientTwoPhase(TwoPhase):
    """Broken on purpose: the transaction manager commits as soon as one resource manager is prepared."""

    @action(by="TM")
    def tm_commit(self) -> None:
        """The transaction manager commits: it has heard from somebody."""
        require(self.tm_state is TMState.INIT)
        require(any(rm in self.tm_prepared for rm in RM))
        self.tm_state = TMState.COMMITTED
        self.msgs.add(Commit())
