"""A system in which a rumour spreads: what Byzantine nodes do to it is easy to say."""

from __future__ import annotations

from enum import Enum

from indoubt.specs.language import (
    Durable,
    Map,
    Message,
    Network,
    Node,
    Sort,
    System,
    invariant,
    on_message,
    on_timeout,
    reachable,
    require,
)


class Boss(Sort, size=1): ...


class Peer(Sort): ...


class Word(Enum):
    YES, NO = range(2)


class Say(Message):
    word: Word


class Speaking(Node[Boss]):
    has_said: Durable[bool] = False

    @on_timeout
    def say(self, word: Word) -> None:
        require(not self.has_said)
        self.has_said = True
        self.broadcast(Say(word), to=Peer)


class Hearing(Node[Peer]):
    heard: Word | None = None
    is_wary: bool = False

    @on_message
    def on_say(self, said: Say, sender: Boss | Peer) -> None:
        if self.heard is not None or self.is_wary:
            return
        self.heard = said.word

    @on_timeout
    def gossip(self) -> None:
        if self.heard is not None:
            self.broadcast(Say(self.heard), to={p for p in Peer if p != self.address})

    def is_quiet(self) -> bool:
        return self.heard is None


class Rumour(System):
    boss: Speaking
    peers: Map[Peer, Hearing]

    network = Network.bag()

    @invariant
    def same(self) -> bool:
        """All correct peers that have heard something have heard the same."""
        return all(
            p.heard is None or q.heard is None or p.heard is q.heard
            for p in self.peers.values()
            if p.is_correct
            for q in self.peers.values()
            if q.is_correct
        )

    @reachable
    def somebody_lies(self) -> bool:
        """There may be a Byzantine node."""
        return self.boss.is_byzantine or any(p.is_byzantine for p in self.peers.values())


class OfBoss(Rumour):
    byzantine = (Boss,)
