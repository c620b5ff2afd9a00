"""Small nodes whose states can be counted by hand: two durable fields, one that is not, and a message."""

from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import (
    Between,
    Durable,
    Map,
    Message,
    Node,
    Parameter,
    Sort,
    System,
    eventually,
    invariant,
    on_message,
    on_timeout,
    require,
    weak,
)


class A(Sort, size=1): ...


class B(Sort): ...


class Hello(Message): ...


class Pair(Node[A]):
    """It writes two fields, one after the other."""

    first: Durable[bool] = False
    second: Durable[bool] = False
    volatile: bool = False

    @on_timeout
    def write(self) -> None:
        require(not self.first)
        self.volatile = True
        self.first = True
        self.second = True


class Alone(System):
    pair: Pair

    @invariant
    def together(self) -> bool:
        """Both fields are written, or none."""
        return self.pair.first is self.pair.second


class Buffered(Node[A], sync="explicit"):
    """It writes a field, and counts on the disk what it has written."""

    value: Durable[Annotated[int, Between(0, 2)]] = 0
    syncs: Parameter[bool] = True

    @on_timeout
    def write(self) -> None:
        require(self.value < 2)
        self.value += 1
        if self.syncs:
            self.sync()


class Disk(System):
    node: Buffered

    @invariant
    def small(self) -> bool:
        """Nothing goes wrong."""
        return self.node.value <= 2


class Greeter(Node[A]):
    """It greets everybody once."""

    is_done: Durable[bool] = False

    @on_timeout
    def greet(self) -> None:
        require(not self.is_done)
        self.broadcast(Hello(), to=B)
        self.is_done = True


class Guest(Node[B]):
    """It remembers that it was greeted."""

    is_greeted: bool = False

    @on_message
    def on_hello(self, _m: Hello, _sender: A) -> None:
        self.is_greeted = True


class Party(System):
    greeter: Greeter
    guests: Map[B, Guest]
    crashes = (A,)

    @invariant
    def nothing(self) -> bool:
        """Nothing is asked for."""
        return len(self.guests) > 0


class OpenParty(System):
    """A party at which the guests may crash as well."""

    greeter: Greeter
    guests: Map[B, Guest]

    @invariant
    def nothing(self) -> bool:
        """Nothing is asked for."""
        return len(self.guests) > 0


class Keeper(Node[A]):
    """It does what it has promised, if it may."""

    is_kept: bool = False

    @on_timeout(fairness=weak())
    def keep(self) -> None:
        require(not self.is_kept)
        self.is_kept = True


class Promise(System):
    keeper: Keeper

    @eventually
    def kept(self) -> bool:
        """The promise is kept."""
        return self.keeper.is_kept
