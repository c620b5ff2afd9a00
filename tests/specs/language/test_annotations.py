"""From an annotation to a finite type, and every annotation that is none."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, Optional, Union

import pytest
import random_types
from hypothesis import given
from random_types import Color, Hello, Node, Nothing, Rank, types

from indoubt.specs.language import Between, Map, Parameter, Permutation, Quorum, Record, Set, sizes
from indoubt.specs.language.annotations import KNOWN_TYPES, annotation_text, finite_type, held_type, record_type
from indoubt.specs.language.types import (
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    NotFinite,
    PermutationType,
    QuorumType,
    SetType,
    SortType,
    Type,
    UnionType,
    type_text,
)

NAMES = {**vars(random_types), "Annotated": Annotated, "Between": Between, "Quorum": Quorum, "Permutation": Permutation}
APART = "write one interval that holds both, or put each alternative into a record of its own"
NO_ENDS = "Between.__init__() missing 2 required positional arguments: 'low' and 'high'"
RECURSIVE = "a finite record cannot be recursive: refer by a sort"
NODE = SortType(Node)


class Chain(Record):
    link: Chain | None


class Ping(Record):
    answer: Pong


class Pong(Record):
    question: Ping


class Empty(Enum): ...


ANNOTATIONS: list[tuple[Any, Type]] = [
    (bool, BoolType()),
    (None, NoneType()),
    (type(None), NoneType()),
    (Color, EnumType(Color)),
    (Node, NODE),
    (Rank, SortType(Rank)),
    (Annotated[int, Between(-1, 3)], IntType(-1, 3)),
    (Annotated[bool, "a remark"], BoolType()),
    (Parameter[bool], BoolType()),
    (Parameter[Annotated[int, Between(0, 2)]], IntType(0, 2)),
    (Hello, record_type(Hello)),
    (Node | None, UnionType((NODE, NoneType()))),
    (Optional[Node], UnionType((NODE, NoneType()))),  # noqa: UP045 - older specs write it so
    (Union[None, Node, Color], UnionType((NODE, EnumType(Color), NoneType()))),  # noqa: UP007 - so does this
    (Nothing | Hello, UnionType((record_type(Nothing), record_type(Hello)))),
    (Map[Node, Rank | None], MapType(NODE, UnionType((SortType(Rank), NoneType())))),
    (Set[Nothing | Hello], SetType(UnionType((record_type(Nothing), record_type(Hello))))),
    (Quorum[Node], QuorumType(NODE)),
    (Permutation[Node], PermutationType(NODE)),
    ("Permutation[Color]", PermutationType(EnumType(Color))),
    ("Map[Node, Set[Rank]]", MapType(NODE, SetType(SortType(Rank)))),
    ("Annotated[int, Between(0, len(Node))]", IntType(0, 3)),
]


@pytest.mark.parametrize(("annotation", "type_"), ANNOTATIONS, ids=[annotation_text(one) for one, _ in ANNOTATIONS])
def test_an_annotation_names_a_type(annotation: Any, type_: Type) -> None:
    """Written as an object or as text, an annotation means the same."""
    with sizes(Node=3):
        assert finite_type(annotation, NAMES) == type_


REFUSED: list[tuple[Any, str, str]] = [
    (int, "`int` has no bounds", "write `Annotated[int, Between(0, 3)]`"),
    (Annotated[int, "small"], "`int` has no bounds", "write `Annotated[int, Between(0, 3)]`"),
    (str, "`str` is no finite type", "declare an Enum with the strings that occur"),
    (float, "`float` is no finite type", "use integers in an interval: `Annotated[int, Between(0, 3)]`"),
    (set, "`set` does not say of what", "write `Set[T]` with a finite T"),
    (frozenset, "`frozenset` does not say of what", "write `Set[T]` with a finite T"),
    (Set, "`Set` does not say of what", "write `Set[T]` with a finite T"),
    (dict, "`dict` does not say from what to what", "write `Map[K, V]` with finite K and V"),
    (Map, "`Map` does not say from what to what", "write `Map[K, V]` with finite K and V"),
    (list[bool], "`list[bool]` is no finite type", "write `Seq[T]`, whose length the run bounds, or `Set[T]`"),
    (dict[bool, bool], "`dict[bool, bool]` is no finite type", "write `Map[K, V]`, a total map from a finite K"),
    (Any, "`Any` is no finite type", KNOWN_TYPES),
    ("Sort", "`Sort` has no members", "declare `class Node(Sort): ...`, and use that"),
    ("Ordered", "`Ordered` has no members", "declare `class Node(Ordered): ...`, and use that"),
    (Record, "`Record` is no finite type", KNOWN_TYPES),
    (Empty, "`Empty` has no members", "declare them in the class: `RED, GREEN = range(2)`"),
    (Annotated[int, Between(3, 1)], "`Between(3, 1)` is empty", "the lower end comes first"),
    (
        "Annotated[int, Between(0, 0.5)]",
        "`Between(0, 0.5)` has an end that is no integer",
        "write two integers, as in `Between(0, 3)`",
    ),
    ("Quorum[Color]", "`Quorum[Color]` is over no sort", "write `Quorum[S]` with a Sort S"),
    (Permutation, "`Permutation` does not say of what", "write `Permutation[K]` with a Sort or an Enum K"),
    (
        Permutation[bool],
        "`Permutation[bool]` is over no sort and no Enum",
        "write `Permutation[K]` with a Sort, an Ordered, a Ring or an Enum K",
    ),
    (Chain, "field `link` of `Chain`: `Chain` contains itself", RECURSIVE),
    (Pong, "field `question` of `Pong`: field `answer` of `Ping`: `Pong` contains itself", RECURSIVE),
    (
        "Colour",
        "`Colour` cannot be evaluated: name 'Colour' is not defined",
        "did you mean `Color`?",
    ),
    (
        "Annotated[int, Between()]",
        f"`Annotated[int, Between()]` cannot be evaluated: {NO_ENDS}",
        "write `Annotated[int, Between(0, 3)]`, with two integers",
    ),
    ("Node |", "`Node |` cannot be evaluated: invalid syntax (<string>, line 1)", KNOWN_TYPES),
    (
        Annotated[int, Between(0, 1)] | Annotated[int, Between(1, 2)],
        "`Annotated[int, Between(0, 1)] | Annotated[int, Between(1, 2)]` has alternatives with values in common",
        APART,
    ),
    (
        bool | Annotated[int, Between(0, 1)],
        "`bool | Annotated[int, Between(0, 1)]` has alternatives with values in common",
        APART,
    ),
    (
        Set[Node] | Set[Rank],
        "`Set[Node] | Set[Rank]` has alternatives with values in common",
        APART,
    ),
]


@pytest.mark.parametrize(("annotation", "message", "help_"), REFUSED, ids=[annotation_text(one) for one, *_ in REFUSED])
def test_an_annotation_that_is_no_finite_type_is_refused(annotation: Any, message: str, help_: str) -> None:
    """The error says what is wrong and the edit that mends it, at any depth."""
    places = [annotation] if annotation == "Node |" else [annotation, Map[Node, annotation], Annotated[annotation, 0]]
    for place in places:
        with pytest.raises(NotFinite) as caught:
            finite_type(place, NAMES)
        assert (caught.value.message, caught.value.help) == (message, help_)
        assert str(caught.value) == f"{message}; {help_}"


@pytest.mark.parametrize("around", ["{}", "{} | None", "Map[Rank, {}]", "Set[Set[{}]]", "Map[Rank, Set[{}] | None]"])
@pytest.mark.parametrize(
    ("inner", "instead"), [("Quorum[Node]", "Set[Node]"), ("Permutation[Node]", "Map[Node, Node]")]
)
def test_what_only_a_choice_is_has_no_place_in_a_state(around: str, inner: str, instead: str) -> None:
    """At any depth: the machine does not see to it that a set stays a quorum, or a map a permutation."""
    text = around.format(inner)
    finite_type(text, NAMES)
    with pytest.raises(NotFinite) as caught:
        held_type(text, NAMES)
    assert caught.value.message == f"`{inner}` is the type of a parameter, and a state holds none"
    assert f"write `{instead}`" in caught.value.help
    assert held_type(around.format(instead), NAMES) == finite_type(around.format(instead), NAMES)


def test_a_recursive_record_does_not_spoil_the_next_one() -> None:
    """The guard against recursion is lifted when the error is raised."""
    for _ in range(2):
        with pytest.raises(NotFinite, match="contains itself"):
            record_type(Chain)
    assert record_type(Hello).cls is Hello


@given(type_=types())
def test_the_text_of_a_type_names_the_type(type_: Type) -> None:
    """What an error or a printed machine shows can be pasted into a spec."""
    assert finite_type(type_text(type_), NAMES) == type_
