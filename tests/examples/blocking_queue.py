"""A bounded buffer: producers and consumers that wait in one set until they are notified.

Source: Kuppe, "BlockingQueue" (TLA+ tutorial, github.com/lemmy/BlockingQueue); names are the module's. A thread that
cannot go on waits; a thread that has put or got an element notifies one that waits.

Checked, against a search in plain Python; distinct states / depth of ``BlockingQueue``, and states in the shortest
counterexample of ``NaiveBlockingQueue``, by producers, consumers and capacity (`buffer` and `buf_capacity` alike):

    1, 1, 1    4 / 3     none         2, 2, 2    30 / 6      none
    1, 2, 1    10 / 5    8            3, 2, 2    127 / 11    24
    2, 1, 1    14 / 6    9            4, 3, 3    1600 / 16   47
    2, 2, 1    36 / 7    9

as the tutorial has it: the naive queue cannot fail if it has room for half of the threads.
"""

from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import (
    Between,
    Parameter,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    empty,
    invariant,
    reachable,
    require,
)


class Producer(Sort):
    """A thread that puts."""


class Consumer(Sort):
    """A thread that gets."""


class BlockingQueue(Spec):
    """The buffer as repaired: a producer notifies a consumer, and a consumer a producer."""

    buf_capacity: Parameter[Annotated[int, Between(1, 9)]] = 1
    buffer: Seq[Producer] = Seq()
    """Each element is the name of its producer."""
    wait_set: Set[Producer | Consumer] = empty()

    @action
    def put(self, t: Producer, notified: Consumer | None) -> None:
        """A producer appends an element, and wakes a consumer if one waits."""
        require(t not in self.wait_set and len(self.buffer) < self.buf_capacity)
        require(notified is None or notified in self.wait_set)
        require(notified is not None or not any(c in self.wait_set for c in Consumer))
        self.buffer.append(t)
        if notified is not None:
            self.wait_set.remove(notified)

    @action
    def wait_to_put(self, t: Producer) -> None:
        """A producer waits: the buffer is full."""
        require(t not in self.wait_set and len(self.buffer) == self.buf_capacity)
        self.wait_set.add(t)

    @action
    def get(self, t: Consumer, notified: Producer | None) -> None:
        """A consumer takes the first element, and wakes a producer if one waits."""
        require(t not in self.wait_set and len(self.buffer) > 0)
        require(notified is None or notified in self.wait_set)
        require(notified is not None or not any(p in self.wait_set for p in Producer))
        self.buffer.pop_first()
        if notified is not None:
            self.wait_set.remove(notified)

    @action
    def wait_to_get(self, t: Consumer) -> None:
        """A consumer waits: the buffer is empty."""
        require(t not in self.wait_set and len(self.buffer) == 0)
        self.wait_set.add(t)

    @invariant
    def somebody_runs(self) -> bool:
        """Not all threads wait."""
        return len(self.wait_set) < len(Producer) + len(Consumer)

    @reachable
    def buffer_fills(self) -> bool:
        """The buffer can be full while a producer waits and nobody else does."""
        return len(self.buffer) == self.buf_capacity and self.wait_set == Set(Producer)


class NaiveBlockingQueue(BlockingQueue):
    """Broken, as the tutorial found it: whoever notifies cannot say whom, and may wake a thread of its own kind."""

    @action
    def put(self, t: Producer, notified: Producer | Consumer | None) -> None:
        """A producer appends an element, and wakes a thread if one waits."""
        require(t not in self.wait_set and len(self.buffer) < self.buf_capacity)
        require(notified is None or notified in self.wait_set)
        require(notified is not None or len(self.wait_set) == 0)
        self.buffer.append(t)
        if notified is not None:
            self.wait_set.remove(notified)

    @action
    def get(self, t: Consumer, notified: Producer | Consumer | None) -> None:
        """A consumer takes the first element, and wakes a thread if one waits."""
        require(t not in self.wait_set and len(self.buffer) > 0)
        require(notified is None or notified in self.wait_set)
        require(notified is not None or len(self.wait_set) == 0)
        self.buffer.pop_first()
        if notified is not None:
            self.wait_set.remove(notified)
