"""How many slots the sequences, bags and large sets of a machine get.

The capacity of a variable says how long its sequences and how large its bags become, and nothing says it of a set over
a large type, or of what is made on the way to a value. So these get a number to begin with; where it turns out to be
too small, the search is begun again with twice as many. No verdict depends on the number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any, TypeVar

from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.sequences import Capped
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import BagType, MapType, RecordType, SeqType, SetType, Type, UnionType, type_text

T = TypeVar("T")
FIRST_SLOTS = 4
FIRST_CROWDED = 2
"""What `expand` returns where a value of the first of the crowded types has too few slots; then comes the second."""


class TooFewSlots(Exception):
    """A value of one of some types has more elements than slots."""

    def __init__(self, *types: Type) -> None:
        super().__init__(f"too few slots for {', '.join(map(type_text, types))}")
        self.types = types


@dataclass(frozen=True)
class Slots:
    """How many slots each type gets."""

    known: Mapping[Type, int] = field(default_factory=dict[Type, int])
    others: int = FIRST_SLOTS

    def of(self, type_: Type) -> int:
        """The number of slots of a type."""
        return self.known.get(type_, self.others)

    def doubled(self, types: Iterable[Type]) -> Slots:
        """Twice as many for some types."""
        return Slots({**self.known, **{one: 2 * self.of(one) for one in types}}, self.others)


def with_enough(machine: Machine, run: Callable[[Slots], T], first: Slots | None = None) -> T:
    """What `run` makes of the machine, with more slots each time that it raises TooFewSlots."""
    slots = first or first_slots(machine)
    while True:
        try:
            return run(slots)
        except TooFewSlots as few:
            slots = slots.doubled(few.types)


def first_slots(machine: Machine) -> Slots:
    """As many slots as the capacities of the variables ask for."""
    found: dict[Type, int] = {}
    for part in walk(tuple(action.body for action in (*machine.initial, *machine.actions))):
        if isinstance(part, Capped):
            for type_ in _with_capacity(part.type):
                found[type_] = max(found.get(type_, 1), part.capacity)
    return Slots(found, max([FIRST_SLOTS, *found.values()]))


def _with_capacity(type_: Any) -> Iterator[Type]:
    match type_:
        case SeqType(element) | BagType(element):
            yield type_
            yield from _with_capacity(element)
        case SetType(element) | MapType(_, element):
            yield from _with_capacity(element)
        case RecordType(_, fields):
            for _, one in fields:
                yield from _with_capacity(one)
        case UnionType(alternatives):
            for one in alternatives:
                yield from _with_capacity(one)
        case _:
            pass
