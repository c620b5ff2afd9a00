"""Encoded values: there and back again, and equal exactly when the values are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st
from random_types import NODE, RANK, SIZES, Ballot, Color, Hello, Node, Nothing, Rank, Vote, types, unions, values

from indoubt.explorer.ir.values import decode, encode, encoded_members, tag, untag
from indoubt.specs.language import BoundReached, Map, Permutation, Set, sizes
from indoubt.specs.language.annotations import record_type
from indoubt.specs.language.domains import cardinality
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
    union_of,
)

MOST_MEMBERS = 300
MESSAGES = union_of(record_type(Nothing), record_type(Hello))
OPTION = UnionType((RANK, NoneType()))
assert isinstance(MESSAGES, UnionType)


@given(data=st.data())
def test_decoding_an_encoded_value_gives_the_value_back(data: st.DataObject) -> None:
    """Nothing of a state is lost on its way through a machine."""
    type_ = data.draw(types())
    value = data.draw(values(type_))
    with sizes(**SIZES):
        decoded = decode(encode(value, type_), type_)
    assert decoded == value
    assert type(decoded) is type(value)


@given(data=st.data())
def test_encoded_values_are_equal_exactly_when_the_values_are(data: st.DataObject) -> None:
    """The search compares and hashes encoded states, and must neither merge two states nor split one."""
    type_ = data.draw(types())
    one = data.draw(values(type_))
    other = data.draw(st.just(one) | values(type_))
    with sizes(**SIZES):
        a, b = encode(one, type_), encode(other, type_)
    assert (a == b) == (one == other)
    if a == b:
        assert hash(a) == hash(b)


@given(data=st.data())
def test_every_member_of_a_type_has_an_encoding_of_its_own(data: st.DataObject) -> None:
    """A parameter that ranges over a type takes each value once."""
    with sizes(**SIZES):
        type_ = data.draw(types().filter(_is_small))
        encoded = encoded_members(type_)
        assert len(set(encoded)) == len(encoded) == cardinality(type_)


def _is_small(type_: Type) -> bool:
    with sizes(**SIZES):
        return cardinality(type_) <= MOST_MEMBERS


ENCODED: list[tuple[Any, Type, Any]] = [
    (True, BoolType(), True),
    (-2, IntType(-3, 0), -2),
    (Color.GREEN, EnumType(Color), 1),
    (Node(2), NODE, 2),
    (Vote(Rank(1), first=False), record_type(Vote), (1, False)),
    (Set([Node(0), Node(2)]), SetType(NODE), frozenset({0, 2})),
    (Map({Rank(0): True, Rank(1): False}), MapType(RANK, BoolType()), (True, False)),
    (Permutation({Rank(1): Rank(0), Rank(0): Rank(1)}), PermutationType(RANK), (1, 0)),
    (None, OPTION, None),
    (Rank(1), OPTION, 1),
    (Nothing(), MESSAGES, (0, ())),
    (Hello(Node(1), None), MESSAGES, (1, (1, None))),
    (Hello(Node(1), Color.RED), record_type(Hello), (1, 0)),
    (Ballot(Set(), None), record_type(Ballot), (frozenset(), None)),
]


@pytest.mark.parametrize(("value", "type_", "encoded"), ENCODED)
def test_values_are_encoded_as_the_module_says(value: Any, type_: Type, encoded: Any) -> None:
    """Backends compute on these forms, so that changing one is a change to all of them."""
    with sizes(**SIZES):
        assert encode(value, type_) == encoded


@pytest.mark.parametrize(
    ("value", "type_", "message"),
    [
        (1, BoolType(), "1 is no bool"),
        (True, IntType(0, 3), r"True is no Annotated\[int, Between\(0, 3\)\]"),
        ("RED", EnumType(Color), "'RED' is no Color"),
        (Rank(0), NODE, r"Rank\(0\) is no Node"),
        (0, NoneType(), "0 is no None"),
        (Nothing(), record_type(Hello), r"Nothing\(\) is no Hello"),
        (Node(0), OPTION, r"Node\(0\) is no Rank \| None"),
        ({}, MapType(RANK, BoolType()), r"\{\} is no Map\[Rank, bool\]"),
        ([], SetType(NODE), r"\[\] is no Set\[Node\]"),
        (Map({Rank(0): Rank(0), Rank(1): Rank(0)}), PermutationType(RANK), r"\{.*\} is no Permutation\[Rank\]"),
        (Set([Rank(0)]), SetType(NODE), r"Rank\(0\) is no Node"),
    ],
)
def test_a_value_of_another_type_is_refused(value: object, type_: Type, message: str) -> None:
    """The source backend finds a variable that holds what its annotation does not allow."""
    with sizes(**SIZES), pytest.raises(TypeError, match=f"^{message}$"):
        encode(value, type_)


@pytest.mark.parametrize("value", [-1, 4])
def test_an_integer_outside_of_its_interval_is_a_bound(value: int) -> None:
    """Leaving an interval is not an error of the author but a bound that is named."""
    with pytest.raises(BoundReached) as caught:
        encode(value, IntType(0, 3))
    assert caught.value.bound == "Annotated[int, Between(0, 3)]"


def test_a_quorum_comes_back_as_a_quorum() -> None:
    """A step that is called by hand with a decoded quorum finds what its annotation promises."""
    type_ = QuorumType(NODE)
    with sizes(**SIZES):
        encoded = encoded_members(type_)
        assert encoded == (frozenset({0, 1}), frozenset({0, 2}), frozenset({1, 2}))
        assert [repr(decode(one, type_)) for one in encoded] == [
            "{Node(0), Node(1)}",
            "{Node(0), Node(2)}",
            "{Node(1), Node(2)}",
        ]


@given(data=st.data())
def test_taking_a_tag_off_gives_back_the_alternative(data: st.DataObject) -> None:
    """Narrowing a value of a union undoes widening it."""
    union = data.draw(unions())
    assert isinstance(union, UnionType)
    position = data.draw(st.integers(0, len(union.alternatives) - 1))
    with sizes(**SIZES):
        content = encode(data.draw(values(union.alternatives[position])), union.alternatives[position])
    assert untag(union, tag(union, position, content)) == (position, content)
