"""A node that takes messages of its present number, which grows: a guard that every node may meet later."""

from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Message, Node, Sort, System, invariant, on_message, on_timeout, require


class Desk(Sort, size=1): ...


class Caller(Sort, size=1): ...


class Number(Message):
    of: Annotated[int, Between(0, 2)]


class Counting(Node[Desk]):
    now: Annotated[int, Between(0, 2)] = 0

    @on_message
    def on_number(self, number: Number, sender: Caller) -> None:
        """The present number is taken."""
        require(number.of == self.now)
        self.now += 1


class Calling(Node[Caller]):
    @on_timeout
    def call(self, of: Annotated[int, Between(0, 2)]) -> None:
        """Any number is called."""
        self.broadcast(Number(of), to=Desk)


class Numbered(System):
    """A desk and a caller."""

    desk: Counting
    caller: Calling

    @invariant
    def small(self) -> bool:
        """The number does not leave its bounds."""
        return self.desk.now <= 2
