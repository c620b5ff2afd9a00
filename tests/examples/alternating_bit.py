"""The alternating bit protocol: one bit is enough to repeat what was lost, as long as nothing is overtaken.

Source: Bartlett, Scantlebury, Wilkinson, "A Note on Reliable Full-Overtaking Transmission over Half-Duplex Links" (CACM
12:5, 1969). Both channels are FIFO, and may lose or repeat a frame; the sender repeats the current frame whenever it
likes. ``Overtaking`` has a bag for a channel: an old frame overtaken by a whole cycle has the right bit again.

Checked, against a search in plain Python; ITEMS, frames and acks alike / distinct states / depth:

    1, 1 / 9 / 6    2, 2 / 49 / 12    3, 2 / 78 / 15    3, 3 / 169 / 18

``Overtaking`` is the broken variant: with two items and link=3 it delivers the wrong one in a trace of 8 states; with
one item it has nothing to confuse.
"""

from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import (
    Bag,
    Between,
    Bound,
    Fault,
    Message,
    Seq,
    Spec,
    action,
    invariant,
    reachable,
    require,
)

ITEMS = Bound(default=3)
"""How many items there are to send; the item itself is its number."""


class Frame(Message):
    """An item with the bit of the sender."""

    bit: bool
    item: Annotated[int, Between(0, ITEMS)]


class Ack(Message):
    """The receiver has a frame with this bit."""

    bit: bool


class AlternatingBit(Spec):
    """Sender and receiver with FIFO channels."""

    sending: Annotated[int, Between(0, ITEMS)] = 0
    """The item that is sent; ITEMS when all are acknowledged."""
    send_bit: bool = False
    expected_bit: bool = False
    received: Annotated[int, Between(0, ITEMS)] = 0
    """How many items have been delivered."""
    frames: Seq[Frame] = Seq()
    acks: Seq[Ack] = Seq()
    wrong: bool = False
    """Whether an item was delivered that was not the next."""

    def deliver(self, m: Frame) -> None:
        """The receiver takes what has the bit it expects, and drops the rest."""
        if m.bit == self.expected_bit:
            self.expected_bit = not self.expected_bit
            if m.item == self.received:
                self.received += 1
            else:
                self.wrong = True

    @action(by="sender")
    def send(self) -> None:
        """The current frame is sent, for the first time or again."""
        require(self.sending < ITEMS)
        self.frames.append(Frame(self.send_bit, self.sending))

    @action(by="receiver")
    def receive(self) -> None:
        """A frame arrives, and its bit is acknowledged."""
        require(len(self.frames) > 0)
        m = self.frames[0]
        self.frames.pop_first()
        self.deliver(m)
        self.acks.append(Ack(m.bit))

    @action(by="sender")
    def receive_ack(self) -> None:
        """An acknowledgement arrives: if its bit is right, the next item is due."""
        require(len(self.acks) > 0)
        m = self.acks[0]
        self.acks.pop_first()
        if m.bit == self.send_bit and self.sending < ITEMS:
            self.sending += 1
            self.send_bit = not self.send_bit

    @action(fault=Fault.LOSS)
    def lose_frame(self) -> None:
        """The oldest frame is lost."""
        require(len(self.frames) > 0)
        self.frames.pop_first()

    @action(fault=Fault.LOSS)
    def lose_ack(self) -> None:
        """The oldest acknowledgement is lost."""
        require(len(self.acks) > 0)
        self.acks.pop_first()

    @invariant
    def in_order(self) -> bool:
        """Every item is delivered once, in order."""
        return not self.wrong

    @invariant
    def never_far_apart(self) -> bool:
        """The receiver has what is acknowledged, and at most one item more."""
        return self.sending <= self.received and self.received <= self.sending + 1

    @reachable
    def all_arrives(self) -> bool:
        """All items can be delivered and acknowledged."""
        return self.received == ITEMS and self.sending == ITEMS


class Overtaking(Spec):
    """The same with one bag for both directions, in which frames overtake each other: broken."""

    sending: Annotated[int, Between(0, ITEMS)] = 0
    send_bit: bool = False
    expected_bit: bool = False
    received: Annotated[int, Between(0, ITEMS)] = 0
    link: Bag[Frame | Ack] = Bag()
    wrong: bool = False

    @action(by="sender")
    def send(self) -> None:
        """The current frame is sent, for the first time or again."""
        require(self.sending < ITEMS)
        self.link.add(Frame(self.send_bit, self.sending))

    @action
    def arrive(self, m: Frame | Ack) -> None:
        """A frame or an acknowledgement arrives."""
        require(m in self.link)
        self.link.remove(m)
        match m:
            case Frame(bit, item) if bit == self.expected_bit:
                self.expected_bit = not bit
                self.link.add(Ack(bit))
                if item == self.received:
                    self.received += 1
                else:
                    self.wrong = True
            case Frame(bit=bit):
                self.link.add(Ack(bit))
            case Ack(bit) if bit == self.send_bit and self.sending < ITEMS:
                self.sending += 1
                self.send_bit = not bit
            case Ack():
                pass

    @action(fault=Fault.LOSS)
    def lose(self, m: Frame | Ack) -> None:
        """A frame or an acknowledgement is lost."""
        require(m in self.link)
        self.link.remove(m)

    @invariant
    def in_order(self) -> bool:
        """Every item is delivered once, in order."""
        return not self.wrong

    @reachable
    def all_arrives(self) -> bool:
        """All items can be delivered and acknowledged."""
        return self.received == ITEMS and self.sending == ITEMS
