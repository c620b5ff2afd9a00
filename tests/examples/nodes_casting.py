"""Broadcasts: one node tells all, who pass it on or do not.

Source: Cachin, Guerraoui, Rodrigues, "Introduction to Reliable and Secure Distributed Programming" (2011), alg. 3.1
(best effort) and 3.3 (eager reliable).
"""

from __future__ import annotations

from indoubt.specs.language import (
    Link,
    Map,
    Message,
    Node,
    Parameter,
    Sort,
    System,
    leads_to,
    on_message,
    on_timeout,
    reachable,
    require,
)


class Source(Sort, size=1): ...


class Peer(Sort): ...


class News(Message): ...


class Telling(Node[Source]):
    told: bool = False

    @on_timeout
    def tell(self) -> None:
        require(not self.told)
        self.told = True
        self.broadcast(News(), to=Peer)


class Hearing(Node[Peer]):
    relay: Parameter[bool] = False
    heard: bool = False

    @on_message
    def on_news(self, news: News, sender: Source | Peer) -> None:
        if not self.heard:
            self.heard = True
            if self.relay:
                self.broadcast(News(), to={peer for peer in Peer if peer != self.address})


class Casting(System):
    source: Telling
    peers: Map[Peer, Hearing]

    @reachable
    def two_ways(self) -> bool:
        return any(peer.heard for peer in self.peers.values())

    @leads_to
    def validity(self, q: Peer) -> tuple[bool, bool]:
        """What a correct source tells, every correct peer hears."""
        return self.source.told, self.peers[q].heard or not self.peers[q].is_up or not self.source.is_up

    @leads_to
    def agreement(self, p: Peer, q: Peer) -> tuple[bool, bool]:
        """What a correct peer hears, every correct peer hears."""
        return self.peers[p].heard, self.peers[q].heard or not self.are_up(p, q)

    def are_up(self, p: Peer, q: Peer) -> bool:
        return self.peers[p].is_up and self.peers[q].is_up


class Reliable(Casting):
    links = Link.perfect()
