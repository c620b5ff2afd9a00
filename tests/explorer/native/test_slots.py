"""Sequences, bags and large sets in native code: slots, how many there are, and what is in them."""

from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from native_engine import MOST, told
from random_machines import machines

from indoubt import check
from indoubt.explorer.backends.native import packing, slots
from indoubt.explorer.backends.native.packing import Packing
from indoubt.explorer.backends.native.slots import Slots, TooFewSlots
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.result import Verdict
from indoubt.specs.language import (
    Bag,
    Between,
    Message,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    empty,
    invariant,
    reachable,
    require,
)
from indoubt.specs.language.annotations import record_type
from indoubt.specs.language.types import BagType, IntType, SeqType, SetType, SortType, Type
from indoubt.specs.language.universe import Universe


class Node(Sort):
    """Somebody."""


class Note(Message):
    """One of many: 16 * 16 * 64 for one node."""

    sender: Node
    first: Annotated[int, Between(0, 15)]
    second: Annotated[int, Between(0, 15)]
    third: Annotated[int, Between(0, 63)]


class Notes(Spec):
    """A set over a large type that grows beyond the slots it gets at first, in the state and in a property."""

    notes: Set[Note] = empty()
    queue: Seq[Note] = empty()
    bag: Bag[Note] = empty()

    @action
    def write(self, node: Node, first: Annotated[int, Between(0, 5)]) -> None:
        """A note that was not written yet."""
        note = Note(node, first, 15 - first, 7)
        require(note not in self.notes)
        self.notes.add(note)

    @action
    def queue_up(self, note: Note) -> None:
        """Notes go into a queue and a bag."""
        require(note in self.notes and len(self.notes) < 3)
        self.queue.append(note)
        self.bag.add(note)

    @action
    def take(self, note: Note) -> None:
        """And out again, from the bag and from the end of the queue."""
        require(note in self.bag and len(self.queue) > 0)
        self.bag.remove(note)
        self.queue.pop_last()

    @invariant
    def bag_and_queue_are_as_long(self) -> bool:
        """Both take and lose one at a time."""
        return len(self.queue) == len(self.bag)

    @invariant
    def few_neighbours(self) -> bool:
        """A property makes a larger set than the state has."""
        return len({Note(one.sender, one.first, k, 0) for one in self.notes for k in range(3)}) == 3 * len(self.notes)

    @reachable
    def all_written(self) -> bool:
        """Every note that there can be."""
        return len(self.notes) == 6


def test_a_set_grows_beyond_its_first_slots() -> None:
    """The search begins again with more, and finds what the reference finds."""
    expected = check(Notes, Node=1, queue=2, bag=2, engine="reference")
    found = check(Notes, Node=1, queue=2, bag=2, engine="native")
    assert found.counts == expected.counts
    assert found.verdict is expected.verdict is Verdict.HOLDS
    assert [one.verdict for one in found.properties] == [one.verdict for one in expected.properties]


class Counting(Spec):
    """Comparisons with integers that lie outside of their intervals."""

    n: Annotated[int, Between(0, 3)] = 0
    seen: Set[Note] = empty()

    @action
    def count(self, node: Node) -> None:
        """Goes up to the end of the interval."""
        require(self.n < 3)
        self.seen.add(Note(node, self.n * 5, 0, 0))
        self.n += 1

    @action
    def back(self, node: Node) -> None:
        """Back to the beginning; at the end of the interval, what is compared is 16."""
        require(self.n == 3 and Note(node, self.n * 5 + 1, 0, 0) not in self.seen)
        self.n = 0

    @invariant
    def never_beyond(self) -> bool:
        """What lies outside of the interval is not seen."""
        return not any(Note(node, self.n * 5 + 1, 0, 0) in self.seen for node in Node)


def test_integers_outside_of_their_intervals_are_equal_to_none() -> None:
    """They are not cut down to the bits of the interval."""
    expected = check(Counting, Node=1, deadlock=True, engine="reference")
    found = check(Counting, Node=1, deadlock=True, engine="native")
    assert found.counts == expected.counts
    assert [one.verdict for one in found.properties] == [one.verdict for one in expected.properties]


@given(machine=machines())
@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_the_number_of_slots_decides_nothing(machine: Machine) -> None:
    """One slot at first, and sets of more than four in slots: the verdicts are those of the reference."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "LARGEST_MASK", 4)
        patch.setattr(slots, "first_slots", _one_slot)
        found, expected = told(machine, MOST)
    assert found is None or found == expected


def _one_slot(_machine: Machine) -> Slots:
    return Slots({}, 1)


NUMBERS = IntType(-2, 5)


@pytest.mark.parametrize(
    ("type_", "value", "same"),
    [
        (SeqType(NUMBERS), (3, -2, 3), (3, -2, 3)),
        (BagType(NUMBERS), frozenset({(3, 2), (-2, 1)}), frozenset({(-2, 1), (3, 2)})),
        (SetType(record_type(Note)), frozenset({(0, 1, 2, 3), (1, 0, 0, 0)}), frozenset({(1, 0, 0, 0), (0, 1, 2, 3)})),
    ],
)
def test_equal_values_are_equal_bits(type_: Type, value: object, same: object) -> None:
    """And come back as they were."""
    packing = Packing(Universe({"Node": 2}))
    bits = packing.pack(value, type_)
    assert packing.pack(same, type_) == bits
    assert packing.unpack(bits, type_) == value


def test_the_slots_behind_the_last_element_are_zeros() -> None:
    """Elements begin above the number of them, the first one lowest."""
    packing = Packing(Universe({"Node": 4}), Slots({SeqType(SortType(Node)): 3}))
    assert packing.width(SeqType(SortType(Node))) == 2 + 3 * 2
    assert packing.pack((3, 1), SeqType(SortType(Node))) == 2 | 3 << 2 | 1 << 4
    assert packing.pack((), SeqType(SortType(Node))) == 0


def test_a_value_with_too_many_elements_is_told_with_its_type() -> None:
    """So that it can get more slots."""
    type_ = SeqType(SortType(Node))
    packing = Packing(Universe({"Node": 4}), Slots({type_: 1}))
    with pytest.raises(TooFewSlots) as raised:
        packing.pack((1, 1), type_)
    assert raised.value.types == (type_,)
    assert packing.slots.doubled(raised.value.types).of(type_) == 2
