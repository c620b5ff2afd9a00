"""A replicated counter with a primary: each client increments it once, and is told the value that it has counted to.

Source: after Oki, Liskov, "Viewstamped Replication" (PODC 1988): a primary for each epoch, backups that copy what it
holds, and a majority that joins the next epoch before anybody may lead it. docs/replicated-counter.md tells how one
comes to it, with two counters that fall on the way.

A primary counts one increment at a time, copies all that it holds to its backups, and answers when a majority has the
copy. Any replica may stand for a later epoch at any time: an adversarial clock, so that no failure detector is needed
and a wrong suspicion is harmless. Who joins takes no part in earlier epochs any more; and since two majorities
intersect, whoever leads has seen everything that was ever answered.

    what may happen                                                        survives
    loss, duplication, delay, overtaking: the soup                         yes
    crashes, restarts, crashes inside a handler, partitions                yes
    amnesia of one replica: its promises and copies are gone               no
    an answer before a majority has a copy (wait_for_copies=false)         no
    obeying a primary after joining a later epoch (fence=false)            no
    quorums that need not intersect (quorums=threshold(q=1))               no
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from indoubt.specs.language import (
    Between,
    Durable,
    Map,
    Message,
    Network,
    Node,
    Ordered,
    Parameter,
    Record,
    Set,
    Sort,
    System,
    empty,
    every,
    first,
    initial,
    invariant,
    on_message,
    on_timeout,
    quorums,
    reachable,
    require,
)


class Client(Sort):
    """The address of somebody who increments the counter."""


class Replica(Sort):
    """The address of a node that holds the counter."""


class Epoch(Ordered):
    """The time in office of one primary."""


class Role(Enum):
    """What a replica is in its epoch."""

    BACKUP, CANDIDATE, PRIMARY = range(3)


class Kept(Record):
    """What a replica holds: the value that each client was given, as the primary of this epoch has it."""

    epoch: Epoch
    values: Map[Client, Annotated[int, Between(1, len(Client))] | None]


def count(kept: Kept) -> int:
    """How many were counted."""
    return sum(1 for c in Client if kept.values[c] is not None)


def is_newer(one: Kept, other: Kept) -> bool:
    """Of a later epoch, or of the same one and further on."""
    return other.epoch < one.epoch or (other.epoch == one.epoch and count(other) < count(one))


class Increment(Message):
    """A client asks for the next value."""


class Done(Message):
    """The value that a client has counted to."""

    value: Annotated[int, Between(1, len(Client))]


class Join(Message):
    """A candidate asks the others to join its epoch."""

    epoch: Epoch


class Joined(Message):
    """A replica has joined an epoch, and says what it holds from earlier ones."""

    epoch: Epoch
    kept: Kept


class Copy(Message):
    """A primary says what it holds."""

    kept: Kept


class Copied(Message):
    """A backup holds the same."""

    kept: Kept


class ClientNode(Node[Client]):
    """Asks once, and keeps the first answer."""

    asked: bool = False
    value: Annotated[int, Between(1, len(Client))] | None = None

    @on_timeout
    def ask(self) -> None:
        """The client increments the counter, and does not know who is in charge."""
        require(not self.asked)
        self.asked = True
        self.broadcast(Increment(), to=Replica)

    @on_message
    def on_done(self, done: Done, _: Replica) -> None:
        """The client is told the value that it has counted to."""
        if self.value is None:
            self.value = done.value


class ReplicaNode(Node[Replica]):
    """A backup until it stands for an epoch, and the primary of that if a majority joins."""

    wait_for_copies: Parameter[bool] = True
    """A primary answers when a majority has a copy."""
    fence: Parameter[bool] = True
    """Who has joined an epoch no longer obeys the primary of an earlier one."""

    epoch: Durable[Epoch] = first(Epoch)
    kept: Durable[Kept] = Kept(first(Epoch), every(None))
    role: Role = Role.BACKUP
    supporters: Set[Replica] = empty()
    """Who has joined the epoch of a candidate, or has a copy of what a primary holds."""

    def has_majority(self) -> bool:
        """Whether a quorum supports it."""
        return any(q <= self.supporters for q in quorums(Replica))

    def lead(self, kept: Kept) -> None:
        """The primary holds this, and has to tell a majority of it."""
        self.kept = kept
        self.supporters = Set({self.address})
        self.broadcast(Copy(kept), to={r for r in Replica if r != self.address})

    @on_timeout
    def stand(self, e: Epoch) -> None:
        """A replica wants to be the primary of an epoch that it has not heard of."""
        require(self.epoch < e)
        self.epoch = e
        self.role = Role.CANDIDATE
        self.supporters = Set({self.address})
        self.broadcast(Join(e), to={r for r in Replica if r != self.address})

    @on_message
    def on_join(self, join: Join, sender: Replica) -> None:
        """A replica joins a later epoch, and takes no part in an earlier one any more."""
        require(self.epoch < join.epoch)
        self.epoch = join.epoch
        self.role = Role.BACKUP
        self.send(Joined(join.epoch, self.kept), to=sender)

    @on_message
    def on_joined(self, joined: Joined, sender: Replica) -> None:
        """With a majority, whoever stands has seen all that was ever answered, and leads."""
        require(self.role is Role.CANDIDATE and joined.epoch == self.epoch)
        if is_newer(joined.kept, self.kept):
            self.kept = joined.kept
        self.supporters.add(sender)
        if self.has_majority():
            self.role = Role.PRIMARY
            self.lead(Kept(self.epoch, self.kept.values))

    @on_message
    def on_increment(self, _: Increment, sender: Client) -> None:
        """The primary counts, one increment after the other."""
        require(self.role is Role.PRIMARY and self.has_majority() and self.kept.values[sender] is None)
        value = count(self.kept) + 1
        self.lead(Kept(self.epoch, Map({c: value if c == sender else self.kept.values[c] for c in Client})))

    @on_message
    def on_copy(self, copy: Copy, sender: Replica) -> None:
        """A backup takes over what the primary holds, and says so."""
        require(self.epoch <= copy.kept.epoch or not self.fence)
        require(is_newer(copy.kept, self.kept))
        self.epoch = max(self.epoch, copy.kept.epoch)
        self.role = Role.BACKUP
        self.kept = copy.kept
        self.send(Copied(copy.kept), to=sender)

    @on_message
    def on_copied(self, copied: Copied, sender: Replica) -> None:
        """One more has a copy of what the primary holds."""
        require(self.role is Role.PRIMARY and copied.kept == self.kept)
        self.supporters.add(sender)

    @on_timeout
    def answer(self, c: Client, value: Annotated[int, Between(1, len(Client))]) -> None:
        """A majority has a copy: the client is told."""
        require(self.role is Role.PRIMARY and (self.has_majority() or not self.wait_for_copies))
        require(self.kept.values[c] == value)
        self.send(Done(value), to=c)


class ReplicatedCounter(System):
    """Replicas that agree by majority."""

    clients: Map[Client, ClientNode]
    replicas: Map[Replica, ReplicaNode]

    network = Network.soup()
    crashes = (Replica,)

    @initial
    def begin(self, primary: Replica) -> None:
        """The primary of the first epoch is known, and everybody holds what it holds."""
        self.replicas[primary].role = Role.PRIMARY
        self.replicas[primary].supporters = Set(r for r in Replica)

    @invariant
    def distinct(self) -> bool:
        """No two clients count to the same value."""
        return not any(
            c != d and self.clients[c].value is not None and self.clients[c].value == self.clients[d].value
            for c in Client
            for d in Client
        )

    @reachable
    def all_counted(self) -> bool:
        """Everybody can be answered."""
        return all(client.value is not None for client in self.clients.values())

    @reachable
    def taken_over(self) -> bool:
        """A later primary can go on with what an earlier one has counted."""
        return any(
            one.role is Role.PRIMARY and first(Epoch) < one.epoch and count(one.kept) > 0
            for one in self.replicas.values()
        )
