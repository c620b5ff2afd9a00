"""Sequences and bags: what may not be put into a container is refused where it is put, at every depth."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Annotated

import pytest

from indoubt.specs.language import Bag, Between, Map, Record, Seq, Set, Sort, Spec, empty, every
from indoubt.specs.language.universe import BoundReached


class Node(Sort): ...


A, B = Node(0), Node(1)


class Slip(Record):
    """A record with containers inside."""

    votes: Seq[bool]
    seats: Map[Node, Annotated[int, Between(0, 1)]]


class Depot(Spec):
    """Sequences and bags in every kind of container."""

    drawn: Set[Annotated[int, Between(0, 1)]] = empty()
    shelves: Seq[Seq[bool]] = Seq([Seq()])
    crates: Bag[Seq[bool]] = empty()
    stacks: Set[Seq[bool]] = empty()
    perhaps: Seq[bool] | None = None
    slip: Slip = Slip(Seq(), every(0))
    boxes: Map[Node, Bag[Annotated[int, Between(0, 1)]]] = every(empty())


FULL = Seq([True, True])
LONG = Seq([True, True, True])


CHANGES: list[Callable[[Depot], object]] = [
    lambda one: one.drawn.add(2),
    lambda one: one.drawn.update({0, 2}),
    lambda one: one.shelves[0].append(True),
    lambda one: one.shelves[0].extend([False]),
    lambda one: one.shelves.append(LONG),
    lambda one: one.shelves.__setitem__(0, LONG),
    lambda one: one.crates.add(LONG),
    lambda one: one.stacks.add(LONG),
    lambda one: one.boxes[A].add(2),
    lambda one: setattr(one, "perhaps", LONG),
    lambda one: (one.perhaps or Seq()).append(True),
    lambda one: setattr(one, "slip", Slip(LONG, every(0))),
    lambda one: setattr(one, "slip", Slip(Seq(), every(2))),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_checked_where_it_is_made(change: Callable[[Depot], object]) -> None:
    """A later statement may take the value out again, so that nothing is wrong at the end of the step."""
    state = Depot(Node=2, **dict.fromkeys(("shelves", "crates", "stacks", "perhaps", "slip", "boxes"), 2))
    state.shelves[0] = FULL
    state.perhaps = FULL
    for one in (state, copy.copy(state)):
        before = copy.copy(one)
        with pytest.raises(BoundReached):
            change(one)
        assert one == before


def test_what_stands_in_a_record_is_settled_with_it() -> None:
    """The keys of `every(...)` are known once the record stands in a variable."""
    state = Depot(Node=2, **dict.fromkeys(("shelves", "crates", "stacks", "perhaps", "slip", "boxes"), 2))
    assert state.slip == Slip(Seq(), Map({A: 0, B: 0}))
    with pytest.raises(TypeError, match=r"^drawn is annotated .*Between\(0, 1\)\] and cannot hold True$"):
        state.drawn.add(True)
