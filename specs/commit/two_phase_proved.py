"""Two-Phase Commit with the invariants that prove it, for every number of resource managers.

The protocol is that of two_phase.py. What is added says what each message and each state stands for, which is what
makes the invariants of the protocol inductive: `indoubt prove two_phase_proved`. The explorer checks them as well.
"""

from indoubt.specs.commit.two_phase import RM, Abort, Commit, Prepared, RMState, TMState, TwoPhase
from indoubt.specs.language import invariant


class TwoPhaseProved(TwoPhase):
    """Two-phase commit, with what makes its invariants inductive."""

    @invariant
    def decisions_are_the_managers(self) -> bool:
        """A decision is sent by the transaction manager once it has decided so."""
        return (Commit() not in self.msgs or self.tm_state is TMState.COMMITTED) and (
            Abort() not in self.msgs or self.tm_state is TMState.ABORTED
        )

    @invariant
    def who_is_heard_is_prepared(self) -> bool:
        """The transaction manager has heard only from resource managers that said so."""
        return all(Prepared(rm) in self.msgs for rm in self.tm_prepared)

    @invariant
    def commit_needs_everybody(self) -> bool:
        """The transaction manager has committed only if it has heard from everybody."""
        return self.tm_state is not TMState.COMMITTED or all(rm in self.tm_prepared for rm in RM)

    @invariant
    def states_are_accounted_for(self) -> bool:
        """Working ones have not spoken, committed ones were told, and who aborts after speaking was told, too."""
        return all(
            (self.rm_state[rm] is not RMState.WORKING or Prepared(rm) not in self.msgs)
            and (self.rm_state[rm] is not RMState.COMMITTED or Commit() in self.msgs)
            and (self.rm_state[rm] is not RMState.ABORTED or Prepared(rm) not in self.msgs or Abort() in self.msgs)
            for rm in RM
        )
