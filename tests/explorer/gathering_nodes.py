"""Nodes that read quorums: of several kinds of messages, of any set of nodes, one of many and one by itself."""

from __future__ import annotations

from indoubt.specs.language import (
    Map,
    Message,
    Network,
    Node,
    Quorum,
    Set,
    Sort,
    System,
    empty,
    invariant,
    on_message,
    on_quorum,
    on_timeout,
    require,
)


class Site(Sort):
    """The address of one who answers."""


class Desk(Sort, size=1):
    """The address of one who counts."""


class Yes(Message):
    """In favour, and perhaps more than once."""

    loud: bool


class No(Message):
    """Against."""


class Ask(Message):
    """A question."""


class Answering(Node[Site]):
    """Answers, and hears the answers of the others."""

    said: bool = False
    heard: bool = False

    @on_timeout
    def answer(self, loud: bool) -> None:
        require(not self.said or loud)
        self.said = True
        self.broadcast(Yes(loud), to=Desk)
        self.broadcast(Yes(loud), to=Site)

    @on_message
    def on_ask(self, _: Ask, sender: Desk) -> None:
        self.send(No(), to=sender)

    @on_quorum
    def on_others(self, answers: Map[Site, Set[Yes]], others: Quorum[Site]) -> None:
        require(not self.heard and self.address in others)
        self.heard = any(answer.loud for site in others for answer in answers[site])


class Counting(Node[Desk]):
    """Counts in two ways."""

    most: Set[Site] = empty()
    all_: bool = False

    @on_timeout
    def ask(self) -> None:
        require(not self.all_)
        self.broadcast(Ask(), to=Site)

    @on_quorum
    def on_most(self, answers: Map[Site, Set[Yes]], quorum: Quorum[Site]) -> None:
        self.most = Set(site for site in quorum if Yes(True) in answers[site])

    @on_quorum
    def on_all(self, answers: Map[Site, Set[Yes | No]], everybody: Set[Site], extra: bool) -> None:
        require(len(everybody) > 1)
        if extra and all(len(answers[site]) == 2 for site in everybody):
            self.all_ = True


class Gathering(System):
    """A desk and some sites."""

    desk: Counting
    sites: Map[Site, Answering]
    network = Network.soup()

    @invariant
    def heard_by_somebody(self) -> bool:
        return not self.desk.all_ or any(site.said for site in self.sites.values())
