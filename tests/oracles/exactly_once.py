"""Exactly-once processing of a message, as the reference module ExactlyOnce: broker, worker, database, and an e-mail.

Mode, Crashes and Email are the parameters `mode`, `crashes` and `email`. The variable mail is `mails` here, since the
action Mail has its name. A message is taken at most once more than the worker crashes, which bounds the two counters.
`FairExactlyOnce` has AtLeastOnce, under the formula Fair; it fails for ACKFIRST, which loses the message.

Distinct states with one crash, without / with mail, and what fails (`mail_at_most_once` fails in every mode with mail,
in a trace of 6 states):

    TWO_PC       6 / 12    nothing
    ACKFIRST     9 / 16    done_implies_written, no_loss: 4
    DBFIRST     12 / 20    at_most_once: 6
    DEDUP       10 / 18    nothing
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


class Mode(Enum):
    """Acknowledge and write in one transaction; one before the other; or write with the id of the message, then ack."""

    TWO_PC, ACKFIRST, DBFIRST, DEDUP = range(4)


class Queue(Enum):
    READY, INFLIGHT, DONE = range(3)


class Worker(Enum):
    IDLE, MAIL, WORK, WRITE, ACK = range(5)


class ExactlyOnce(Spec):
    """One message, processed by a worker that may crash and get it again."""

    mode: Parameter[Mode] = Mode.TWO_PC
    crashes: Parameter[Annotated[int, Between(0, 99)]] = 1
    email: Parameter[bool] = False
    """The worker sends a mail, outside of any transaction, before it works."""

    q: Queue = Queue.READY
    w: Worker = Worker.IDLE
    db: Annotated[int, Between(0, crashes + 1)] = 0
    ids: bool = False
    mails: Annotated[int, Between(0, crashes + 1)] = 0
    k: Annotated[int, Between(0, crashes)]

    @initial
    def start(self) -> None:
        """No crash is spent."""
        self.k = self.crashes

    @action(fairness=weak(group="act"))
    def take(self) -> None:
        """The worker takes the message."""
        require(self.w is Worker.IDLE and self.q is Queue.READY)
        self.q = Queue.INFLIGHT
        self.w = Worker.MAIL if self.email else Worker.WORK

    @action(fairness=weak(group="act"))
    def mail(self) -> None:
        """The mail goes out, for good."""
        require(self.w is Worker.MAIL)
        self.mails += 1
        self.w = Worker.WORK

    @action(fairness=weak(group="act"))
    def both(self) -> None:
        """Acknowledgement and write commit together."""
        require(self.mode is Mode.TWO_PC and self.w is Worker.WORK)
        self.db += 1
        self.q = Queue.DONE
        self.w = Worker.IDLE

    @action(fairness=weak(group="act"))
    def ack_f(self) -> None:
        """The message is acknowledged first."""
        require(self.mode is Mode.ACKFIRST and self.w is Worker.WORK)
        self.q = Queue.DONE
        self.w = Worker.WRITE

    @action(fairness=weak(group="act"))
    def wr_l(self) -> None:
        """The write comes last."""
        require(self.mode is Mode.ACKFIRST and self.w is Worker.WRITE)
        self.db += 1
        self.w = Worker.IDLE

    @action(fairness=weak(group="act"))
    def wr_f(self) -> None:
        """The write comes first."""
        require(self.mode is Mode.DBFIRST and self.w is Worker.WORK)
        self.db += 1
        self.w = Worker.ACK

    @action(fairness=weak(group="act"))
    def wr_d(self) -> None:
        """The write happens unless the id of the message is in the database, and puts it there."""
        require(self.mode is Mode.DEDUP and self.w is Worker.WORK)
        self.w = Worker.ACK
        if not self.ids:
            self.db += 1
        self.ids = True

    @action(fairness=weak(group="act"))
    def ack_l(self) -> None:
        """The message is acknowledged last."""
        require(self.w is Worker.ACK)
        self.q = Queue.DONE
        self.w = Worker.IDLE

    @action(fault=Fault.CRASH)
    def crash(self) -> None:
        """The worker crashes, and the broker redelivers what was not acknowledged."""
        require(self.k > 0 and self.w is not Worker.IDLE)
        self.k -= 1
        self.w = Worker.IDLE
        if self.q is Queue.INFLIGHT:
            self.q = Queue.READY

    def is_finished(self) -> bool:
        """Whether the message is acknowledged and nobody works on it."""
        return self.q is Queue.DONE and self.w is Worker.IDLE

    @invariant
    def at_most_once(self) -> bool:
        """The write happens at most once."""
        return self.db <= 1

    @invariant
    def mail_at_most_once(self) -> bool:
        """The mail is sent at most once."""
        return self.mails <= 1

    @invariant
    def no_loss(self) -> bool:
        """What is finished has been written."""
        return not self.is_finished() or self.db >= 1

    @invariant
    def done_implies_written(self) -> bool:
        """What is finished has been written once."""
        return not self.is_finished() or self.db == 1


class FairExactlyOnce(ExactlyOnce):
    """With AtLeastOnce, under the formula Fair of the module."""

    @eventually
    def at_least_once(self) -> bool:
        """The write happens."""
        return self.db >= 1
