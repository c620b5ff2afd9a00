"""The values of a finite type: how many there are, which, and what belongs to it."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from hypothesis import given, strategies as st
from random_types import NODE, RANK, SIZES, Color, Hello, Node, Nothing, Rank, Vote, types, values

from indoubt.specs.language import BoundReached, Map, Permutation, Quorum, Set, empty, every, sizes
from indoubt.specs.language.annotations import record_type
from indoubt.specs.language.domains import belongs, cardinality, members, settled
from indoubt.specs.language.types import (
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    PermutationType,
    QuorumType,
    SetType,
    Type,
    UnionType,
)

MOST_MEMBERS = 300


@given(data=st.data())
def test_the_members_of_a_type_are_its_values_each_once(data: st.DataObject) -> None:
    """Counting, enumerating and asking agree."""
    with sizes(**SIZES):
        type_ = data.draw(types())
        found = list(islice(members(type_), MOST_MEMBERS)) if cardinality(type_) <= MOST_MEMBERS else []
        assert len(set(found)) == len(found)
        assert all(belongs(value, type_) for value in found)
        if found:
            assert len(found) == cardinality(type_)
            assert data.draw(values(type_)) in found


@given(data=st.data())
def test_a_value_that_belongs_is_settled_as_it_is(data: st.DataObject) -> None:
    """Assigning a value to a variable of its type keeps it."""
    with sizes(**SIZES):
        type_ = data.draw(types())
        value = data.draw(values(type_))
        assert belongs(value, type_)
        assert settled(value, type_, "x") == value


COUNTS: list[tuple[Type, int]] = [
    (BoolType(), 2),
    (IntType(-1, 3), 5),
    (EnumType(Color), 3),
    (NODE, 3),
    (NoneType(), 1),
    (record_type(Hello), 3 * 4),
    (record_type(Nothing), 1),
    (UnionType((record_type(Hello), RANK, NoneType())), 12 + 2 + 1),
    (MapType(NODE, EnumType(Color)), 3**3),
    (SetType(SetType(RANK)), 2 ** (2**2)),
    (QuorumType(NODE), 3),
    (PermutationType(NODE), 6),
    (PermutationType(EnumType(Color)), 6),
    (IntType(-2, 2), 5),
]


@pytest.mark.parametrize(("type_", "count"), COUNTS)
def test_a_type_has_as_many_values_as_arithmetic_says(type_: Type, count: int) -> None:
    """With three nodes and two ranks."""
    with sizes(**SIZES):
        assert cardinality(type_) == len(list(members(type_))) == count


def test_counting_a_huge_type_takes_no_time() -> None:
    """A type that nobody enumerates may be counted all the same, when a parameter is given its range."""
    type_: Type = SetType(record_type(Hello))
    for _ in range(4):
        type_ = SetType(type_)
    with sizes(Node=64):
        assert cardinality(type_) > 10**9
        assert cardinality(MapType(type_, type_)) > 10**9
        assert cardinality(PermutationType(NODE)) > 10**9


FOREIGN: list[tuple[Any, Type]] = [
    (1, BoolType()),
    (True, IntType(0, 3)),
    (4, IntType(0, 3)),
    (2.0, IntType(0, 3)),
    (Rank(0), NODE),
    (Node(3), NODE),
    (False, NoneType()),
    (Nothing(), record_type(Hello)),
    (Hello(Node(7), None), record_type(Hello)),
    (Hello(Node(0), 2), record_type(Hello)),  # type: ignore[arg-type]  # what is tested
    (Color.RED, UnionType((NODE, NoneType()))),
    (Map({Rank(0): True}), MapType(RANK, BoolType())),
    (Map({Rank(0): True, Rank(1): None}), MapType(RANK, BoolType())),
    ({Rank(0): True, Rank(1): True}, MapType(RANK, BoolType())),
    (Set([Node(0), Rank(0)]), SetType(NODE)),
    ([Node(0)], SetType(NODE)),
    (Quorum([Node(0)]), QuorumType(NODE)),
    (frozenset([Node(0), Node(1)]), QuorumType(NODE)),
    (Map({Rank(0): Rank(1), Rank(1): Rank(0)}), PermutationType(RANK)),
    (Permutation({Rank(1): Rank(1)}), PermutationType(RANK)),
    (-3, IntType(-2, 2)),
]


@pytest.mark.parametrize(("value", "type_"), FOREIGN)
def test_a_value_of_another_type_does_not_belong(value: Any, type_: Type) -> None:
    """Not by being equal to one in Python, nor by being one of a larger run."""
    with sizes(**SIZES):
        assert not belongs(value, type_)


@pytest.mark.parametrize("value", [-1, 4])
def test_an_integer_outside_of_its_interval_is_a_bound_named_by_its_place(value: int) -> None:
    """At any depth: the verdict has to say where it was."""
    for type_, held in ((IntType(0, 3), value), (MapType(RANK, IntType(0, 3)), every(value))):
        with sizes(**SIZES), pytest.raises(BoundReached) as caught:
            settled(held, type_, "clock")
        assert caught.value.bound == "clock: Annotated[int, Between(0, 3)]"


def test_a_value_that_does_not_fit_is_refused_by_the_name_of_its_place() -> None:
    """The author reads the name of the variable, its annotation and the value."""
    with sizes(**SIZES), pytest.raises(TypeError) as caught:
        settled(Vote(Rank(0), first=True), UnionType((NODE, NoneType())), "leader")
    assert str(caught.value) == ("leader is annotated Node | None and cannot hold Vote(rank=Rank(0), first=True)")


def test_every_is_filled_in_at_all_depths() -> None:
    """The keys of a nested map come from its annotation, in the order of their types."""
    with sizes(**SIZES):
        table = settled(every(every(empty())), MapType(RANK, MapType(NODE, SetType(RANK))), "table")
        assert [(rank, list(row.items())) for rank, row in table.items()] == [
            (rank, [(node, Set()) for node in Node]) for rank in Rank
        ]


def test_a_set_of_python_becomes_a_set_of_the_language() -> None:
    """What a comprehension made can be assigned."""
    with sizes(**SIZES):
        held = settled({Node(0)}, SetType(NODE), "seen")
    assert isinstance(held, Set)
    assert held == {Node(0)}
