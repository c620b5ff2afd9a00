"""Transaction commit without a protocol: what resource managers may do together, not how they find out.

Source: Gray and Lamport, "Consensus on Transaction Commit" (ACM TODS 31:1, 2006), sec. 2 and the TLA+ module TCommit;
actions keep the paper's names, Decide being split in two. It is what the commit protocols implement. A resource manager
sees the states of all others, and there are no messages and no failures.

Checked, in agreement with TLC, for RM=1 to 5: 4, 12, 34, 96, 274 distinct states; 5, 23, 94, 357, 1296 generated; depth
3, 5, 7, 9, 11. `HastyCommit` is the broken variant: with two RMs it loses agreement in a trace of 4 states.
"""

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Self

from indoubt.invariants.templates import ac1_agreement, ac2_irrevocable
from indoubt.specs.language import Map, Sort, Spec, action, every, invariant, reachable, require, step_invariant


class RM(Sort):
    """A resource manager."""


class RMState(Enum):
    """What a resource manager has done for the transaction."""

    WORKING, PREPARED, COMMITTED, ABORTED = range(4)


class TCommit(Spec):
    """Abstract transaction commit of Gray and Lamport."""

    rm_state: Map[RM, RMState] = every(RMState.WORKING)

    @action
    def prepare(self, rm: RM) -> None:
        """A resource manager is ready to commit."""
        require(self.rm_state[rm] is RMState.WORKING)
        self.rm_state[rm] = RMState.PREPARED

    @action
    def decide_commit(self, rm: RM) -> None:
        """A resource manager commits: all are prepared, or have committed."""
        require(self.rm_state[rm] is RMState.PREPARED)
        require(self.can_commit())
        self.rm_state[rm] = RMState.COMMITTED

    @action
    def decide_abort(self, rm: RM) -> None:
        """A resource manager aborts: none has committed."""
        require(self.rm_state[rm] is RMState.WORKING or self.rm_state[rm] is RMState.PREPARED)
        require(self.not_committed())
        self.rm_state[rm] = RMState.ABORTED

    def can_commit(self) -> bool:
        """Whether every resource manager is prepared or has committed."""
        return all(self.rm_state[rm] is RMState.PREPARED or self.rm_state[rm] is RMState.COMMITTED for rm in RM)

    def not_committed(self) -> bool:
        """Whether no resource manager has committed."""
        return all(self.rm_state[rm] is not RMState.COMMITTED for rm in RM)

    def in_state(self, state: RMState) -> AbstractSet[RM]:
        """The resource managers in a state."""
        return {rm for rm in RM if self.rm_state[rm] is state}

    @invariant
    def consistent(self) -> bool:
        """AC1: no RM commits while another aborts."""
        return ac1_agreement(self.in_state(RMState.COMMITTED), self.in_state(RMState.ABORTED))

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


class HastyCommit(TCommit):
    """Broken on purpose: a resource manager commits as soon as it is prepared itself."""

    @action
    def decide_commit(self, rm: RM) -> None:
        """A resource manager commits: it is prepared, whatever the others are."""
        require(self.rm_state[rm] is RMState.PREPARED)
        self.rm_state[rm] = RMState.COMMITTED
