"""A system of two nodes that rests on order, on a durable field, and on nobody else's faults."""

from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import (
    Between,
    Durable,
    Message,
    Network,
    Node,
    Sort,
    System,
    invariant,
    on_message,
    on_timeout,
    require,
)


class Client(Sort, size=1): ...


class Server(Sort, size=1): ...


class Add(Message):
    number: Annotated[int, Between(1, 2)]


class Done(Message):
    number: Annotated[int, Between(1, 2)]


class Counting(Node[Client]):
    asked: Annotated[int, Between(0, 2)] = 0
    done: Annotated[int, Between(0, 2)] = 0

    @on_timeout
    def add(self) -> None:
        """Asks for the next number without waiting for the last."""
        require(self.asked < 2)
        self.asked += 1
        self.broadcast(Add(self.asked), to=Server)

    @on_message
    def on_done(self, done: Done, sender: Server) -> None:
        self.done = done.number


class Keeping(Node[Server]):
    total: Durable[Annotated[int, Between(0, 2)]] = 0

    @on_message
    def on_add(self, add: Add, sender: Client) -> None:
        """Counts to the number."""
        self.total = add.number
        self.send(Done(add.number), to=sender)


class Counter(System):
    """A client counts, and a server keeps the count."""

    client: Counting
    server: Keeping
    network = Network.fifo()
    crashes = (Server,)

    @invariant
    def kept(self) -> bool:
        """What the client knows to be done is not forgotten."""
        return self.client.done <= self.server.total
