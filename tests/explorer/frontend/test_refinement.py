"""Refinement mappings: which types of two specs correspond, and every way to get a mapping wrong."""

from __future__ import annotations

from enum import Enum, EnumMeta
from types import new_class
from typing import Any

import pytest
from spec_texts import spec_of

from indoubt import Verdict, check
from indoubt.explorer.frontend.diagnostics import SpecError
from indoubt.explorer.frontend.refinement import correspond, difference
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.specs.commit.two_phase import TwoPhase
from indoubt.specs.consensus.consensus import Consensus
from indoubt.specs.consensus.paxos import Paxos
from indoubt.specs.consensus.voting import Voting
from indoubt.specs.language import Record, SettingError, Sort, Spec
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    UnionType,
)

CHOSEN = {"chosen": "chosen_values"}
ONE: dict[str, Any] = {"Acceptor": 1, "Value": 2, "Ballot": 2}


def sort(name: str, size: int | None = None) -> SortType:
    """A sort of this name; every call declares another class."""
    cls: Any = new_class(name, (Sort,), {"size": size})
    return SortType(cls)


def enum(name: str, *members: str) -> EnumType:
    """An enum of this name with these members; every call declares another class."""
    cls: Any = EnumMeta.__call__(Enum, name, list(members))
    return EnumType(cls)


def record(name: str, **fields: Any) -> RecordType:
    """A record of this name with these fields; every call declares another class."""
    return RecordType(new_class(name, (Record,)), tuple(fields.items()))


SMALL, LARGE = IntType(0, 1), IntType(0, 5)

ALIKE: list[tuple[AnyType, AnyType]] = [
    (BoolType(), BoolType()),
    (NoneType(), NoneType()),
    (SMALL, LARGE),
    (sort("Node"), sort("Node")),
    (sort("Node", 2), sort("Node", 2)),
    (sort("Node"), sort("Node", 2)),
    (QuorumType(sort("Node")), QuorumType(sort("Node"))),
    (enum("Mood", "GLAD", "SAD"), enum("Mood", "GLAD", "SAD")),
    (record("Note", n=SMALL, by=sort("Node")), record("Note", n=LARGE, by=sort("Node"))),
    (UnionType((sort("Node"), NoneType())), UnionType((sort("Node"), NoneType()))),
    (MapType(sort("Node"), SMALL), MapType(sort("Node"), LARGE)),
    (MapType(SMALL, SMALL), MapType(SMALL, LARGE)),
    (SetType(enum("Mood", "SAD")), SetType(enum("Mood", "SAD"))),
    (SeqType(SMALL), SeqType(LARGE)),
    (BagType(sort("Node")), BagType(sort("Node"))),
]

UNLIKE: list[tuple[AnyType, AnyType]] = [
    (BoolType(), SMALL),
    (BoolType(), NoneType()),
    (sort("Node"), sort("Acceptor")),
    (sort("Node", 2), sort("Node", 3)),
    (sort("Node"), enum("Node", "A", "B")),
    (QuorumType(sort("Node")), QuorumType(sort("Acceptor"))),
    (QuorumType(sort("Node")), SetType(sort("Acceptor"))),
    (enum("Mood", "GLAD", "SAD"), enum("Mind", "GLAD", "SAD")),
    (enum("Mood", "GLAD", "SAD"), enum("Mood", "SAD", "GLAD")),
    (enum("Mood", "GLAD", "SAD"), enum("Mood", "GLAD", "SAD", "MAD")),
    (record("Note", n=SMALL), record("Memo", n=SMALL)),
    (record("Note", n=SMALL), record("Note", m=SMALL)),
    (record("Note", n=SMALL), record("Note", n=SMALL, m=SMALL)),
    (record("Note", n=SMALL), record("Note", n=BoolType())),
    (UnionType((SMALL, NoneType())), SMALL),
    (UnionType((SMALL, NoneType())), UnionType((BoolType(), NoneType()))),
    (UnionType((SMALL, BoolType())), UnionType((SMALL, BoolType(), NoneType()))),
    (MapType(sort("Node"), SMALL), MapType(sort("Acceptor"), SMALL)),
    (MapType(sort("Node"), SMALL), MapType(sort("Node"), BoolType())),
    (MapType(SMALL, SMALL), MapType(LARGE, SMALL)),
    (MapType(record("Note", n=SMALL), BoolType()), MapType(record("Note", n=LARGE), BoolType())),
    (SetType(SMALL), SeqType(SMALL)),
    (SetType(SMALL), BagType(SMALL)),
    (SetType(SMALL), SetType(BoolType())),
    (SeqType(SMALL), SeqType(NoneType())),
    (ListType(SMALL), SetType(SMALL)),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_types_with_equal_names_and_parts_correspond(one: AnyType, other: AnyType) -> None:
    """Sorts, enums and records by name; intervals whatever their ends, since an integer stands for itself."""
    assert correspond(one, other)
    assert correspond(other, one)


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_types_that_are_encoded_differently_do_not_correspond(one: AnyType, other: AnyType) -> None:
    """One difference is enough, however deep: the keys of a map have to be the very same, since their order counts."""
    assert not correspond(one, other)
    assert not correspond(other, one)


def test_sorts_whose_sizes_the_runs_choose_are_compared_by_these_sizes() -> None:
    """Two specs may have a sort of one name and give it different sizes; where a size is not known, nothing is said."""
    one, other = SetType(sort("Node")), SetType(sort("Node"))
    assert difference(one, other, ({"Node": 2}, {"Node": 2})) is None
    assert difference(one, other, ({"Node": 2}, {})) is None
    found = difference(one, other, ({"Node": 2}, {"Node": 3}))
    assert found is not None
    assert found.told("Concrete", "Abstract") == "the size of Node is 2 in Concrete and 3 in Abstract"


MISTAKES: list[tuple[type[Spec], type[Spec], dict[str, str], dict[str, Any], str]] = [
    (
        Paxos,
        Consensus,
        {"chosn": "chosen_values"},
        ONE,
        "Consensus has no variable chosn to map; it has: chosen",
    ),
    (
        Paxos,
        Consensus,
        {},
        ONE,
        (
            "Paxos.chosen takes arguments, so it cannot stand for Consensus.chosen; "
            "write a helper without any, and map it: --mapping chosen=NAME"
        ),
    ),
    (
        TwoPhase,
        Consensus,
        {},
        {"RM": 2},
        "Consensus needs a size for Value; Consensus takes its settings from TwoPhase, by name",
    ),
    (
        Voting,
        Paxos,
        {},
        ONE,
        (
            "Voting has no variable or method last_vote to stand for Paxos.last_vote; "
            "write such a helper, or map it: --mapping last_vote=NAME"
        ),
    ),
    (
        Voting,
        Consensus,
        {"chosen": "chosen_values"},
        ONE,
        (
            "Voting has no variable or method chosen_values to stand for Consensus.chosen; "
            "write such a helper, or map it: --mapping chosen=NAME"
        ),
    ),
    (
        Voting,
        Consensus,
        {"chosen": "max_bal"},
        ONE,
        "Voting.max_bal is a Map[Acceptor, Ballot | None] and cannot stand for Consensus.chosen, which is a Set[Value]",
    ),
    (
        Voting,
        Consensus,
        {"chosen": "agreement"},
        ONE,
        "Voting.agreement is a bool and cannot stand for Consensus.chosen, which is a Set[Value]",
    ),
]


@pytest.mark.parametrize(("spec", "abstract", "mapping", "settings", "message"), MISTAKES)
def test_a_wrong_mapping_is_one_clear_error(
    spec: type[Spec], abstract: type[Spec], mapping: dict[str, str], settings: dict[str, Any], message: str
) -> None:
    """It says what was asked, what there is, and what to write."""
    with pytest.raises(SettingError) as caught:
        check(spec, refines=abstract, mapping=mapping, **settings)
    assert str(caught.value) == message


CONCRETE = """
from __future__ import annotations
from enum import Enum
from indoubt.specs.language import *

class Node(Ordered, size=2): ...
class Mood(Enum):
    GLAD, SAD = range(2)
class Note(Record):
    node: Node
    mood: Mood
class Concrete(Spec):
    node: Node = first(Node)
    mood: Mood = Mood.GLAD
    note: Note | None = None
    @action
    def stay(self) -> None:
        pass
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "size=2",
            "size=3",
            (
                "Concrete.node is a Node and cannot stand for Abstract.node, which is a Node: "
                "the size of Node is 2 in Concrete and 3 in Abstract"
            ),
        ),
        (
            "GLAD, SAD = range(2)",
            "GLAD, SAD, MAD = range(3)",
            (
                "Concrete.mood is a Mood and cannot stand for Abstract.mood, which is a Mood: "
                "the members of Mood are GLAD, SAD in Concrete and GLAD, SAD, MAD in Abstract"
            ),
        ),
        (
            "GLAD, SAD = range(2)",
            "SAD, GLAD = range(2)",
            (
                "Concrete.mood is a Mood and cannot stand for Abstract.mood, which is a Mood: "
                "the members of Mood are GLAD, SAD in Concrete and SAD, GLAD in Abstract"
            ),
        ),
        (
            "    mood: Mood\nclass",
            "    mind: Mood\nclass",
            (
                "Concrete.note is a Note | None and cannot stand for Abstract.note, which is a Note | None: "
                "the fields of Note are node, mood in Concrete and node, mind in Abstract"
            ),
        ),
        (
            "    mood: Mood\nclass",
            "    mood: bool\nclass",
            "Concrete.note is a Note | None and cannot stand for Abstract.note, which is a Note | None",
        ),
    ],
)
def test_types_of_one_name_that_differ_are_one_clear_error(old: str, new: str, message: str) -> None:
    """Sorts of other sizes, enums of other members and records of other fields: the difference is named."""
    text = CONCRETE.replace("Concrete", "Abstract")
    assert old in text
    with pytest.raises(SettingError) as caught:
        check(spec_of(CONCRETE, "Concrete"), refines=spec_of(text.replace(old, new), "Abstract"))
    assert str(caught.value) == message


def test_types_of_one_name_and_one_shape_correspond_whoever_declares_them() -> None:
    """The same declarations in another module are another class, and mean the same."""
    abstract = spec_of(CONCRETE.replace("Concrete", "Abstract"), "Abstract")
    assert check(spec_of(CONCRETE, "Concrete"), refines=abstract).verdict is Verdict.HOLDS


def test_a_mapping_without_an_abstract_spec_is_an_error() -> None:
    """It would say nothing, and is not ignored."""
    with pytest.raises(ValueError, match=r"--mapping.* name that spec as well, with refines \(--refines\)"):
        check(Paxos, mapping=CHOSEN, **ONE)


def test_a_helper_outside_the_language_is_a_located_error() -> None:
    """A helper that nothing else calls is lowered for the mapping, and its mistakes are those of any helper."""
    text = CONCRETE + "    def feeling(self) -> Mood:\n        return open(self.node)\n"
    abstract = spec_of(CONCRETE.replace("Concrete", "Abstract"), "Abstract")
    with pytest.raises(SpecError, match=r"open"):
        check(spec_of(text, "Concrete"), refines=abstract, mapping={"mood": "feeling"})


def test_an_action_cannot_stand_for_a_variable() -> None:
    """Only variables and helpers have a value."""
    abstract = spec_of(CONCRETE.replace("Concrete", "Abstract"), "Abstract")
    with pytest.raises(SpecError, match=r"`stay` is an action"):
        check(spec_of(CONCRETE, "Concrete"), refines=abstract, mapping={"mood": "stay"})
