"""A system that leaves open which nodes it has, and variants of it: type checkers know of their nodes what they are.

That they do is tested by mypy and pyright, which read this file like any other; `reveal_type` would say the same.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from indoubt.specs.language import (
    Map,
    Message,
    Node,
    Set,
    Sort,
    System,
    empty,
    every,
    invariant,
    on_message,
    on_timeout,
    reachable,
    require,
)


class Desk(Sort, size=1): ...


class Site(Sort): ...


class Ask(Message): ...


class Answer(Message):
    yes: bool


class Asking(Node[Desk]):
    """It counts who has agreed."""

    agreed: Set[Site] = empty()

    @on_timeout
    def ask(self) -> None:
        self.broadcast(Ask(), to=Site)

    @on_message
    def on_answer(self, answer: Answer, sender: Site) -> None:
        require(answer.yes)
        self.agreed.add(sender)


class Answering(Node[Site]):
    """It agrees, or does not, and keeps to it."""

    has_agreed: bool = False

    @on_message
    def on_ask(self, request: Ask, sender: Desk, will: bool) -> None:
        self.has_agreed = self.has_agreed or will
        self.send(Answer(self.has_agreed), to=sender)


class Lying(Answering):
    """It says that it agrees, whatever it does."""

    lies: bool = False

    @on_message
    def on_ask(self, request: Ask, sender: Desk, will: bool) -> None:
        self.lies = True
        self.send(Answer(True), to=sender)


N = TypeVar("N", bound=Answering)
D = TypeVar("D", bound="Asking")


class Poll(System, Generic[D, N]):
    """A poll; which desk and which sites it has is left open."""

    desk: D
    sites: Map[Site, N]

    @invariant
    def true_to_their_word(self) -> bool:
        """Who is counted has agreed."""
        return all(self.keeps_word(self.sites[site]) for site in self.desk.agreed)

    @reachable
    def everybody_agrees(self) -> bool:
        """All agree."""
        return len(self.desk.agreed) == len(self.sites)

    def keeps_word(self, site: Answering) -> bool:
        return site.has_agreed


class LyingPoll(Poll[Asking, Lying]):
    """The variant that breaks it."""

    @reachable
    def somebody_lies(self) -> bool:
        """Its nodes are known to have `lies`."""
        return any(site.lies for site in self.sites.values())


S = TypeVar("S", bound=Lying)


class Again(Poll[Asking, S], Generic[S]):
    """Open again, as far as the sites are concerned."""


class Twice(Again[Lying]):
    """And closed."""


class Pair(System):
    """A poll with nodes of its own."""

    desk: Asking
    sites: Map[Site, Answering]

    @invariant
    def true_to_their_word(self) -> bool:
        """Who is counted has agreed."""
        return all(self.keeps_word(self.sites[site]) for site in self.desk.agreed)

    def keeps_word(self, site: Answering) -> bool:
        return site.has_agreed


class LyingPair(Pair):
    """Declared anew: mypy takes it, pyright holds that a field that may be written has one type for ever."""

    sites: Map[Site, Lying]  # pyright: ignore[reportIncompatibleVariableOverride]


def kept_as(lying: Map[Site, Lying]) -> Map[Site, Answering]:
    """A map is a value: it may be kept as one of a base class, since nobody changes it for somebody else."""
    return lying


def counted(heights: Map[Site, int]) -> Map[Site, int | None]:
    """What is put into a map is checked as ever."""
    heights[Site(0)] = "high"  # type: ignore[assignment]  # pyright: ignore[reportArgumentType]
    heights[Desk(0)] = 1  # type: ignore[index]  # pyright: ignore[reportArgumentType]
    every_: Map[Site, int | None] = every(None)
    return every_ if len(every_) else heights
