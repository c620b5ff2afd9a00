"""Nodes that greet each other, all of them or over a hub: nothing else happens, and partitions can be looked at."""

from __future__ import annotations

from indoubt.specs.language import (
    Map,
    Message,
    Network,
    Node,
    Sort,
    System,
    on_message,
    on_timeout,
    reachable,
    require,
)


class Peer(Sort): ...


class Hub(Sort, size=1): ...


class Hello(Message): ...


class Talking(Node[Peer]):
    greeted: bool = False

    @on_timeout
    def greet(self) -> None:
        require(not self.greeted)
        self.greeted = True
        self.broadcast(Hello(), to=Peer)

    @on_message
    def on_hello(self, hello: Hello, sender: Peer) -> None:
        self.greeted = True


class Peers(System):
    """All send to all, themselves included."""

    peers: Map[Peer, Talking]
    network = Network.soup()

    @reachable
    def all_greeted(self) -> bool:
        return all(peer.greeted for peer in self.peers.values())


class Central(Node[Hub]):
    met: bool = False

    @on_message
    def on_hello(self, hello: Hello, sender: Peer) -> None:
        self.met = True
        self.broadcast(Hello(), to=Peer)


class Spoke(Node[Peer]):
    met: bool = False

    @on_timeout
    def greet(self) -> None:
        require(not self.met)
        self.broadcast(Hello(), to=Hub)

    @on_message
    def on_hello(self, hello: Hello, sender: Hub) -> None:
        self.met = True


class Wheel(System):
    """All send to one, and that one to all."""

    hub: Central
    peers: Map[Peer, Spoke]
    network = Network.bag(capacity=1, full="drop")

    @reachable
    def all_met(self) -> bool:
        return all(peer.met for peer in self.peers.values())


class Reader(Sort, size=2): ...


class Left(Sort, size=1): ...


class Right(Sort, size=1): ...


class Telling(Node[Peer]):
    @on_timeout
    def tell(self) -> None:
        self.broadcast(Hello(), to=Reader)


class Reading(Node[Reader]):
    @on_message
    def on_hello(self, hello: Hello, sender: Peer) -> None:
        """It says nothing."""


class OnTheLeft(Node[Left]):
    @on_message
    def on_hello(self, hello: Hello, sender: Right) -> None:
        self.send(hello, to=sender)


class OnTheRight(Node[Right]):
    @on_message
    def on_hello(self, hello: Hello, sender: Left) -> None:
        self.send(hello, to=sender)


class Streams(System):
    """Some tell others, who do not answer, and two talk to each other alone."""

    peers: Map[Peer, Telling]
    readers: Map[Reader, Reading]
    left: OnTheLeft
    right: OnTheRight
