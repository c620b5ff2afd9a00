"""Peers that greet each other and doubt those that they do not hear."""

from __future__ import annotations

from examples.nodes_talking import Hello, Peer

from indoubt.specs.language import (
    Detector,
    Map,
    Node,
    System,
    invariant,
    on_message,
    on_timeout,
    require,
)


class Doubting(Node[Peer]):
    """It talks, doubts those that it does not hear, and may lead."""

    leads: bool = False
    doubts: bool = False

    @on_timeout
    def lead(self) -> None:
        require(not self.leads)
        self.leads = True
        self.broadcast(Hello(), to=Peer)

    @on_timeout
    def doubt(self, other: Peer) -> None:
        require(not self.doubts)
        require(self.suspects(other))
        self.doubts = True

    @on_message
    def on_hello(self, hello: Hello, sender: Peer) -> None:
        """It is greeted."""

    def is_leader(self) -> bool:
        return self.leads


class Doubts(System):
    """Peers that greet each other, and have timeouts."""

    peers: Map[Peer, Doubting]
    detector = Detector.timeout()

    @invariant
    def trusting(self) -> bool:
        """Nobody doubts."""
        return not any(peer.doubts for peer in self.peers.values())

    @invariant
    def led(self) -> bool:
        """Who doubts has a leader among all peers."""
        return not any(a.doubts and not any(b.leads for b in self.peers.values()) for a in self.peers.values())
