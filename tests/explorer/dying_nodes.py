"""Small systems in which messages die, or seem to: a lamp that a switch sends orders to, in different ways."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Self

from indoubt.specs.language import (
    Between,
    Durable,
    Map,
    Message,
    Network,
    Node,
    Set,
    Sort,
    System,
    empty,
    eventually_always,
    invariant,
    on_message,
    on_restart,
    on_timeout,
    reachable,
    require,
    step_invariant,
    weak,
)


class Hand(Sort, size=1):
    """The address of the switch."""


class Room(Sort):
    """The address of a lamp."""


class Phase(Enum):
    """The life of a lamp."""

    DARK, LIT, BURNT = range(3)


class Light(Message):
    """An order with a number."""

    number: Annotated[int, Between(1, 2)]


class Reset(Message):
    """An order that undoes what a lamp has counted."""


class Seen(Message):
    """A lamp tells another one, and itself, that it has been lit."""


class Switch(Node[Hand]):
    """Sends any order at any time."""

    @on_timeout
    def light(self, number: Annotated[int, Between(1, 2)]) -> None:
        self.broadcast(Light(number), to=Room)

    @on_timeout
    def reset(self) -> None:
        self.broadcast(Reset(), to=Room)


class Growing(Node[Room]):
    """Takes orders with larger numbers only; numbers never shrink, unless it forgets them."""

    highest: Durable[Annotated[int, Between(0, 2)]] = 0

    @on_message
    def on_light(self, order: Light, sender: Hand) -> None:
        require(order.number > self.highest)
        self.highest = order.number

    @on_message
    def on_reset(self, order: Reset, sender: Hand) -> None:
        """Nothing comes of it."""
        if self.highest >= 0:
            return
        self.highest = 0


class Volatile(Growing):
    """The same, with a number that a crash takes back."""

    highest: Annotated[int, Between(0, 2)] = 0


class Shrinking(Growing):
    """The same, with an order that takes the number back."""

    @on_message
    def on_reset(self, order: Reset, sender: Hand) -> None:
        self.highest = 0


class Ageing(Node[Room]):
    """Is lit once, and burns out; tells everybody, itself as well, before it changes."""

    phase: Durable[Phase] = Phase.DARK
    told: Set[Room] = empty()

    @on_message
    def on_light(self, order: Light, sender: Hand) -> None:
        require(self.phase is Phase.DARK)
        self.broadcast(Seen(), to=Room)
        self.phase = Phase.LIT

    @on_message
    def on_reset(self, order: Reset, sender: Hand) -> None:
        if self.phase is Phase.LIT:
            self.phase = Phase.BURNT

    @on_message
    def on_seen(self, seen: Seen, sender: Room) -> None:
        require(self.phase is Phase.LIT)
        self.told.add(sender)

    @on_restart
    def come_back(self) -> None:
        self.broadcast(Seen(), to={r for r in Room if r != self.address})


class GrowingLamps(System):
    """Lamps whose numbers grow."""

    switch: Switch
    lamps: Map[Room, Growing]
    network = Network.soup()

    @invariant
    def small(self) -> bool:
        return all(lamp.highest <= 2 for lamp in self.lamps.values())

    @step_invariant
    def grows(self, after: Self) -> bool:
        return all(self.lamps[r].highest <= after.lamps[r].highest for r in Room)

    @step_invariant
    def moves(self, after: Self) -> bool:
        """False of a step that changes no lamp."""
        return any(self.lamps[r].highest != after.lamps[r].highest for r in Room)


class VolatileLamps(System):
    """Lamps whose numbers a crash takes back."""

    switch: Switch
    lamps: Map[Room, Volatile]
    network = Network.soup()
    crashes = (Room,)

    @invariant
    def small(self) -> bool:
        return all(lamp.highest <= 2 for lamp in self.lamps.values())


class ShrinkingLamps(System):
    """Lamps whose numbers an order takes back."""

    switch: Switch
    lamps: Map[Room, Shrinking]
    network = Network.soup()

    @invariant
    def small(self) -> bool:
        return all(lamp.highest <= 2 for lamp in self.lamps.values())


class AgeingLamps(System):
    """Lamps that are lit once."""

    switch: Switch
    lamps: Map[Room, Ageing]
    network = Network.soup()
    crashes = (Room,)

    @reachable
    def knows(self) -> bool:
        return any(r in lamp.told for r, lamp in self.lamps.items())


class Fading(Node[Room]):
    """Goes out in the end."""

    is_lit: bool = True

    @on_message
    def on_light(self, order: Light, sender: Hand) -> None:
        require(self.is_lit)

    @on_message
    def on_reset(self, order: Reset, sender: Hand) -> None:
        self.is_lit = False

    @on_timeout(fairness=weak())
    def fade(self) -> None:
        self.is_lit = False


class FadingLamps(System):
    """A system with a property of whole runs."""

    switch: Switch
    lamps: Map[Room, Fading]
    network = Network.soup()

    @invariant
    def there(self) -> bool:
        return len(self.lamps) > 0

    @eventually_always
    def dark(self) -> bool:
        return all(not lamp.is_lit for lamp in self.lamps.values())
