"""Atomic commit on one node, as the reference module WAL: pages and one commit record reach the disk one at a time.

W is the size `W`, Order the parameter `order`: log pages first, commit record last. The variable rec is `record` here,
since the action Rec has its name.

With `order` all holds: 11, 15, 23 distinct states for W=1, 2, 3. Without it a trace of 5 states breaks `durable` for
W=1, `all_or_nothing` for W=2 and 3.
"""

from enum import Enum

from indoubt.specs.language import Fault, Parameter, Set, Sort, Spec, action, empty, invariant, require


class W(Sort):
    """A page that the transaction writes."""


class State(Enum):
    RUN, DOWN, UP = range(3)


class WAL(Spec):
    """Write-ahead logging: the commit record is the decision."""

    order: Parameter[bool] = True

    disk: Set[W] = empty()
    record: bool = False
    st: State = State.RUN
    acked: bool = False

    @action
    def page(self, p: W) -> None:
        """A page reaches the disk."""
        require(self.st is State.RUN and p not in self.disk)
        self.disk.add(p)

    @action
    def rec(self) -> None:
        """The commit record reaches the disk."""
        require(self.st is State.RUN and not self.record)
        require(not self.order or self.is_full())
        self.record = True

    @action
    def ack(self) -> None:
        """The client is told that its transaction has committed."""
        require(self.st is State.RUN and self.record and not self.acked)
        self.acked = True

    @action(fault=Fault.CRASH)
    def crash(self) -> None:
        """The node goes down; the disk keeps what has reached it."""
        require(self.st is State.RUN)
        self.st = State.DOWN

    @action(fault=Fault.RESTART)
    def recover(self) -> None:
        """With a commit record the log is redone, without one everything is undone."""
        require(self.st is State.DOWN)
        self.st = State.UP
        if not self.record:
            self.disk.clear()

    def is_full(self) -> bool:
        """Whether every page is on the disk."""
        return len(self.disk) == len(W)

    @invariant
    def all_or_nothing(self) -> bool:
        """After recovery all pages are there, or none."""
        return self.st is not State.UP or len(self.disk) == 0 or self.is_full()

    @invariant
    def durable(self) -> bool:
        """What was acknowledged is there after recovery."""
        return not (self.st is State.UP and self.acked) or self.is_full()
