"""Which step sent each message that a step receives.

A message is *sent* by the step that puts it into a collection of messages. It is *received* by a step that takes it out
of a sequence or a bag, by one that reads it (see `watching`) where it takes nothing out, and by one that has it as a
parameter while it is there. A fault receives nothing: what it takes out is lost, and a copy that it puts in was sent by
whoever sent the original.

The same message may be sent several times. A receipt is of the oldest one in the same channel that nothing has taken
out yet; a message that stays in its set may be received again and again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from indoubt.counterexamples.shape import Shape, collections_in
from indoubt.counterexamples.trace import State, Step
from indoubt.counterexamples.watching import Place, Reads
from indoubt.specs.language.collections import is_bag, is_seq
from indoubt.specs.language.display import in_order
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Fault
from indoubt.specs.language.values import Message


@dataclass(frozen=True, slots=True)
class Origin:
    """The number of the step that sent a message, and of the fault that made a second one of it, if one did."""

    step: int
    copied_by: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message that a step receives; `origin` is None where it was there from the beginning.

    What a Byzantine node says has no origin, and is `said_by` that node: no step has sent it.
    """

    message: Message
    origin: Origin | None
    said_by: Any = None


Held = Mapping[Place, Counter[Message]]


@dataclass
class Traffic:
    """The messages that are under way, in each place the oldest first."""

    shape: Shape
    under_way: dict[tuple[Place, Message], list[Origin]] = field(
        default_factory=dict[tuple[Place, Message], list[Origin]]
    )

    def age(self, message: Message) -> int:
        """The number of the first step that sent a message which is still there, 0 for one of the initial state."""
        return min((origin.step for origin in self._anywhere(message)), default=0)

    def step(
        self, number: int, step: Step, before: State, after: State, reads: Reads
    ) -> tuple[tuple[Message, ...], tuple[Receipt, ...]]:
        """Note what one step puts in and takes out; what it sends, and what it receives."""
        held, left = self._held(before), self._held(after)
        put, taken = _moved(held, left, reads)
        emptied = {place for place, _ in taken if self._is_consumed(before, place)}
        received = [(place, message) for place, message in taken if place in emptied]
        received += [(place, message) for place, message in reads.messages() if place not in emptied]
        there = {message for messages in held.values() for message in messages}
        given = [value for value in step.arguments.values() if isinstance(value, Message) and value in there]
        known = [Receipt(message, self.oldest(place, message, nth)) for place, message, nth in _numbered(received)]
        sent = list(dict.fromkeys(message for _, message in put))
        for message in given:
            if message not in sent and all(receipt.message != message for receipt in known):
                known.append(Receipt(message, max(self._anywhere(message), key=_when, default=None)))
        copied = {message: self._anywhere(message) for message in sent}
        for place, message in taken:
            under_way = self.under_way.get((place, message))
            if under_way:
                under_way.pop(0)
        for place, message in put:
            origin = Origin(number)
            if step.fault is Fault.DUPLICATE and copied[message]:
                origin = Origin(max(copied[message], key=_when).step, copied_by=number)
            self.under_way.setdefault((place, message), []).append(origin)
        parameters_first = sorted(dict.fromkeys(known), key=lambda receipt: receipt.message not in given)
        return tuple(sent), tuple(parameters_first) if step.fault in (None, Fault.TORN) else ()

    def _held(self, state: State) -> Held:
        return {
            (name, keys): Counter(item for item in held if isinstance(item, Message))
            for name in self.shape.message_variables
            for keys, held in collections_in(state[name])
        }

    def _is_consumed(self, before: State, place: Place) -> bool:
        """Whether taking out is receiving: a set may be cleared without a look at its members."""
        name, keys = place
        holder = dict(collections_in(before[name]))[keys]
        return is_seq(holder) or is_bag(holder)

    def oldest(self, place: Place, message: Message, nth: int = 0) -> Origin | None:
        """Where the oldest of equal messages in a place was sent, or the nth behind it; None of one from the start."""
        under_way = self.under_way.get((place, message), [])
        return under_way[nth] if nth < len(under_way) else None

    def _anywhere(self, message: Message) -> list[Origin]:
        return [origin for (_, one), under_way in self.under_way.items() if one == message for origin in under_way]


def _when(origin: Origin) -> int:
    return origin.step


def _moved(held: Held, left: Held, reads: Reads) -> tuple[list[tuple[Place, Message]], list[tuple[Place, Message]]]:
    """What was put in and taken out, one by one: as it was watched, and whatever else the two states tell."""
    put = [(place, item) for place, item in reads.put if isinstance(item, Message)]
    taken = [(place, item) for place, item in reads.taken if isinstance(item, Message)]
    balance = Counter(put)
    balance.subtract(Counter(taken))
    for place in held:
        for message in in_order({*held[place], *left[place]}):
            missing = left[place][message] - held[place][message] - balance[place, message]
            put += [(place, message)] * missing
            taken += [(place, message)] * -missing
    return put, taken


def _numbered(received: list[tuple[Place, Message]]) -> list[tuple[Place, Message, int]]:
    """Equal messages of one place with their numbers, counted from 0."""
    seen: Counter[tuple[Place, Message]] = Counter()
    numbered: list[tuple[Place, Message, int]] = []
    for place, message in received:
        numbered.append((place, message, seen[place, message]))
        seen[place, message] += 1
    return numbered
