"""Byzantine consistent broadcast: whatever the sender says, no two correct processes deliver different values.

Source: Cachin, Guerraoui, Rodrigues, "Introduction to Reliable and Secure Distributed Programming" (2011), sec. 3.10,
algorithm 3.16, "Authenticated Echo Broadcast"; the idea is from Srikanth and Toueg, "Simulating Authenticated
Broadcasts to Derive Simple Fault-Tolerant Algorithms" (1987). One instance, with the lowest process as its sender.

The sender sends its value to all. Each process echoes the first one that it gets, to all, and delivers a value that
more than (N + f) / 2 processes have echoed, where f is how many Byzantine processes the protocol is made for, `faulty`.
Two such quorums have a correct process in common, which echoes one value. There are as many correct processes as a
quorum needs if N > 3 f. So it survives as many Byzantine processes as it is made for, and no more:

    Process  faulty  byzantine  consistency  validity
    4        1       1          holds        holds
    4        1       2          falls        falls
    3        1       1          holds        falls: the Byzantine process says nothing, and a quorum is all three
    3        0       1          falls        holds: a majority is a quorum for crashes, and not for lies
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Self

from indoubt.specs.language import (
    Between,
    Map,
    Message,
    Node,
    Ordered,
    Parameter,
    System,
    every,
    first,
    invariant,
    leads_to,
    on_message,
    on_timeout,
    reachable,
    require,
    step_invariant,
    weak,
)


class Process(Ordered):
    """The address of a process. The first one is the sender of the broadcast."""


class Value(Enum):
    """What can be broadcast."""

    A, B = range(2)


class Send(Message):
    """The sender broadcasts a value."""

    value: Value


class Echo(Message):
    """A process has got this value from the sender."""

    value: Value


class Member(Node[Process]):
    """A process of the broadcast; the sender is one of them, and echoes its own value too."""

    faulty: Parameter[Annotated[int, Between(0, 9)]] = 1
    """How many Byzantine processes the quorum is made for."""

    proposed: Value | None = None
    echoed: Value | None = None
    echoes: Map[Process, Value | None] = every(None)
    delivered: Value | None = None

    @on_timeout
    def broadcast_value(self, value: Value) -> None:
        """The sender broadcasts a value, once."""
        require(self.address == first(Process))
        require(self.proposed is None)
        self.proposed = value
        self.broadcast(Send(value), to=Process)

    @on_message(fairness=weak())
    def on_send(self, message: Send, sender: Process) -> None:
        """Echo the first value from the sender."""
        require(sender == first(Process))
        require(self.echoed is None)
        self.echoed = message.value
        self.broadcast(Echo(message.value), to=Process)

    @on_message(fairness=weak())
    def on_echo(self, echo: Echo, sender: Process) -> None:
        """Note the first echo of each process; deliver what a quorum has echoed."""
        require(self.echoes[sender] is None)
        self.echoes[sender] = echo.value
        count = len({p for p in Process if self.echoes[p] is echo.value})
        if self.delivered is None and 2 * count > len(Process) + self.faulty:
            self.delivered = echo.value


class ConsistentBroadcast(System):
    """One broadcast among processes of which any may be Byzantine."""

    members: Map[Process, Member]

    byzantine = (Process,)

    @invariant
    def consistency(self) -> bool:
        """BCB4: no two correct processes deliver different values."""
        return all(
            p.delivered is None or q.delivered is None or p.delivered is q.delivered
            for p in self.members.values()
            if p.is_correct
            for q in self.members.values()
            if q.is_correct
        )

    @invariant
    def integrity(self) -> bool:
        """BCB3: if the sender is correct, correct processes deliver nothing but what it has sent."""
        sender = self.members[first(Process)]
        return not sender.is_correct or all(
            p.delivered is None or p.delivered is sender.proposed for p in self.members.values() if p.is_correct
        )

    @step_invariant
    def no_duplication(self, after: Self) -> bool:
        """BCB2: a correct process delivers one value at most."""
        return all(
            self.members[p].delivered is None or self.members[p].delivered is after.members[p].delivered
            for p in Process
        )

    @leads_to
    def validity(self, p: Process) -> tuple[bool, bool]:
        """BCB1: what a correct sender sends, every correct process delivers in the end."""
        return self.has_sent(), self.members[p].delivered is not None or not self.members[p].is_correct

    def has_sent(self) -> bool:
        """Whether a correct sender has sent its value."""
        sender = self.members[first(Process)]
        return sender.is_correct and sender.proposed is not None

    @reachable
    def everybody_delivers(self) -> bool:
        """All correct processes may deliver a value."""
        return all(p.delivered is not None for p in self.members.values() if p.is_correct)
