"""A chain of replicas, whose logs are sequences on disks: with the disks of the run, and with explicit ones."""

from __future__ import annotations

from indoubt.specs.language import (
    Bag,
    Durable,
    Map,
    Message,
    Node,
    Seq,
    Sort,
    System,
    invariant,
    on_message,
    on_timeout,
    require,
)


class Replica(Sort): ...


class Writer(Sort): ...


class Append(Message):
    """What the sender has in its log."""

    writer: Writer


class Link(Node[Replica]):
    """It writes to its log, and passes on what it has written."""

    log: Durable[Seq[Writer]] = Seq()
    heard_of: Durable[Replica | None] = None

    @on_timeout
    def write(self, writer: Writer) -> None:
        require(writer not in self.log)
        self.log.append(writer)
        self.broadcast(Append(writer), to=Replica)

    @on_message
    def on_append(self, append: Append, sender: Replica) -> None:
        require(append.writer not in self.log)
        self.log.append(append.writer)
        self.heard_of = sender


class Chain(System):
    replicas: Map[Replica, Link]

    @invariant
    def kept(self) -> bool:
        """What a replica has heard of is in the log of who has told it."""
        return all(
            first is None or all(writer in self.replicas[first].log for writer in self.replicas[replica].log)
            for replica in Replica
            for first in {self.replicas[replica].heard_of}
        )


class Saving(Node[Replica], sync="explicit"):
    """It writes to its log, and the log to its disk."""

    log: Durable[Seq[Writer]] = Seq()

    @on_timeout
    def write(self, writer: Writer) -> None:
        require(writer not in self.log)
        self.log.append(writer)
        self.sync()


class Saved(System):
    nodes: Map[Replica, Saving]

    @invariant
    def small(self) -> bool:
        """Nothing goes wrong."""
        return all(len(self.nodes[replica].log) <= 2 for replica in Replica)


class Counting(Node[Replica]):
    """It keeps how often each writer came."""

    kept: Durable[Bag[Writer]] = Bag()

    @on_timeout
    def write(self, writer: Writer) -> None:
        self.kept.add(writer)


class Counted(System):
    nodes: Map[Replica, Counting]

    @invariant
    def small(self) -> bool:
        """Nothing goes wrong."""
        return all(self.nodes[replica].kept.count(writer) <= 2 for replica in Replica for writer in Writer)
