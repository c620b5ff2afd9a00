"""One-phase commit, as the reference module OnePhase: tell everybody to commit, and let each node commit alone.

RM is the size `RM`; MayRefuse and MayCrash are the parameters `may_refuse` and `may_crash`. The action Lost of the
module can never happen and is left out.

Without faults `atomicity` holds: 3, 5, 9 distinct states for RM=1, 2, 3. With either fault and RM=2 it fails in a
trace of 4 states; a node that refuses, never hears the request or dies before its commit record all look the same.
"""

from enum import Enum

from indoubt.specs.language import Fault, Map, Parameter, Sort, Spec, action, every, invariant, require


class RM(Sort):
    """A resource manager."""


class State(Enum):
    WORKING, COMMIT, ABORT = range(3)


class OnePhase(Spec):
    """Everybody is told to commit; nobody is asked."""

    may_refuse: Parameter[bool] = False
    may_crash: Parameter[bool] = False

    st: Map[RM, State] = every(State.WORKING)
    sent: bool = False

    @action
    def send(self) -> None:
        """The commit request goes out."""
        require(not self.sent)
        self.sent = True

    @action
    def commit(self, r: RM) -> None:
        """A node commits as it is told."""
        require(self.sent and self.st[r] is State.WORKING)
        self.st[r] = State.COMMIT

    @action
    def refuse(self, r: RM) -> None:
        """A node cannot commit, and aborts."""
        require(self.may_refuse and self.sent and self.st[r] is State.WORKING)
        self.st[r] = State.ABORT

    @action(fault=Fault.CRASH)
    def crash(self, r: RM) -> None:
        """A node dies before it has committed, and recovery undoes its work."""
        require(self.may_crash and self.st[r] is State.WORKING)
        self.st[r] = State.ABORT

    @invariant
    def atomicity(self) -> bool:
        """No node commits while another aborts."""
        return not any(self.st[r] is State.COMMIT and self.st[s] is State.ABORT for r in RM for s in RM)
