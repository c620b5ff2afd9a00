"""Nodes with logs: messages of a large type, first values that `@initial` sets node by node, and a promise."""

from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import (
    Between,
    Map,
    Message,
    Node,
    Ordered,
    Seq,
    Sort,
    System,
    eventually,
    every,
    initial,
    invariant,
    on_message,
    on_timeout,
    reachable,
    require,
    weak,
)


class Server(Sort): ...


class Client(Sort): ...


class Term(Ordered): ...


class Append(Message):
    term: Term
    entries: Seq[Term]
    prev: Annotated[int, Between(0, 9)]


class Replica(Node[Server]):
    log: Seq[Term] = Seq()
    term: Term
    peers: Map[Server, bool] = every(False)

    @on_message
    def on_append(self, m: Append, sender: Server | Client) -> None:
        require(m.term >= self.term)
        self.log.append(m.term)
        self.peers[self.address] = True
        if isinstance(sender, Server):
            self.peers[sender] = not self.peers[sender]

    @on_timeout
    def go(self, other: Server) -> None:
        require(len(self.log) < 1)
        require(other != self.address)
        self.send(Append(self.term, self.log, len(self.log)), to=other)


class User(Node[Client]):
    done: bool = False

    @on_timeout(fairness=weak())
    def go(self, whom: Server, t: Term) -> None:
        require(not self.done)
        self.done = True
        self.send(Append(t, Seq([t]), 3), to=whom)


class Appending(System):
    servers: Map[Server, Replica]
    users: Map[Client, User]

    @initial
    def start(self, t: Term) -> None:
        for s in Server:
            self.servers[s].term = t

    @invariant
    def short(self) -> bool:
        return all(len(r.log) <= 2 for r in self.servers.values())

    @reachable
    def full(self) -> bool:
        return any(len(self.servers[s].log) == 2 for s in Server)

    @eventually
    def asked(self, c: Client) -> bool:
        return self.users[c].done
