"""What a finite type is made of, whatever annotation named it."""

from __future__ import annotations

from random_types import Color, Hello, Node, Nothing, Rank

from indoubt.specs.language import Map, Permutation, Quorum, Set
from indoubt.specs.language.annotations import finite_type
from indoubt.specs.language.types import EnumType, NoneType, SortType, UnionType, sorts_in, union_of

NODE = SortType(Node)


def test_a_union_is_flat_without_repetition_and_with_none_last() -> None:
    """So that `X | None` is recognised however it was put together."""
    inner = union_of(NoneType(), NODE)
    assert union_of(inner, EnumType(Color), NODE) == UnionType((NODE, EnumType(Color), NoneType()))
    assert union_of(NODE, NODE) == NODE


def test_the_sorts_of_a_type_are_found_in_the_order_of_appearance() -> None:
    """At any depth: in keys, values, fields, alternatives and quorums."""
    type_ = finite_type(Map[Rank, Set[Hello | Nothing] | None])
    assert sorts_in(type_) == [Rank, Node]
    assert sorts_in(finite_type(Quorum[Node])) == [Node]
    assert sorts_in(finite_type(Permutation[Node])) == [Node]
    assert sorts_in(finite_type(Permutation[Color])) == []
    assert sorts_in(finite_type(Map[bool, Color])) == []
