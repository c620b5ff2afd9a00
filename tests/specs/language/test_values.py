"""Records, sets and maps have value semantics: no two places share what can be changed."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, strategies as st

from indoubt.specs.language import (
    Bag,
    Map,
    Message,
    Permutation,
    Record,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    replace,
    sizes,
)


class Node(Sort): ...


class Vote(Record):
    node: Node
    yes: bool


class Ballot(Record):
    node: Node
    yes: bool


class Survey(Message):
    nodes: Set[Node]
    last: Vote | None = None


class Ledger(Spec):
    """A spec with a container of every depth."""

    one: Set[Node] = empty()
    other: Set[Node] = empty()
    seen: Map[Node, Set[Node]] = every(empty())
    heard: Map[Node, Set[Node]] = every(empty())
    table: Map[Node, Map[Node, Set[Node]]] = every(every(empty()))
    family: Set[Set[Node]] = empty()
    survey: Survey = Survey(empty())

    @action
    def put(self, n: Node) -> None:
        self.one.add(n)


A, B, C = Node(0), Node(1), Node(2)
small_sets = st.frozensets(st.sampled_from([A, B, C]))
operations = st.lists(
    st.tuples(
        st.sampled_from(["add", "discard", "update", "clear", "|=", "&=", "-=", "copy", "swap"]),
        st.sampled_from([A, B, C]),
        small_sets,
    ),
    max_size=12,
)


@given(steps=operations)
def test_a_set_and_its_copy_change_independently(steps: list[tuple[str, Node, frozenset[Node]]]) -> None:
    """Copies share their contents until one side changes; compared with Python's own sets, which share nothing."""
    ours, theirs = [Set[Node](), Set[Node]()], [set[Node](), set[Node]()]
    for verb, member, members in steps:
        match verb:
            case "copy":
                ours[1], theirs[1] = copy.copy(ours[0]), set(theirs[0])
            case "swap":
                ours.reverse()
                theirs.reverse()
            case "|=":
                ours[0] |= Set(members)
                theirs[0] |= members
            case "&=":
                ours[0] &= Set(members)
                theirs[0] &= members
            case "-=":
                ours[0] -= Set(members)
                theirs[0] -= members
            case "update":
                ours[0].update(members)
                theirs[0].update(members)
            case "clear":
                ours[0].clear()
                theirs[0].clear()
            case _:
                getattr(ours[0], verb)(member)
                getattr(theirs[0], verb)(member)
        assert [frozenset(one) for one in ours] == [frozenset(one) for one in theirs]


@given(a=small_sets, b=small_sets)
def test_sets_compare_and_combine_as_sets_do(a: frozenset[Node], b: frozenset[Node]) -> None:
    """Operators make new sets and leave their operands alone; equal sets have one hash."""
    left, right = Set(a), Set(b)
    assert (left | right, left & right, left - right) == (Set(a | b), Set(a & b), Set(a - b))
    assert (left <= right, left < right, left == right) == (a <= b, a < b, a == b)
    assert (left.issubset(right), left.issuperset(right)) == (a <= b, a >= b)
    assert (left == right) == (hash(left) == hash(right))
    assert (left, right) == (Set(a), Set(b))


def test_a_set_equals_what_python_calls_a_set_of_the_same_members() -> None:
    """A helper may return a set comprehension and compare it with a variable."""
    assert Set([A, B]) == {A, B} == Set([B, A])
    assert Set([A]) != {A, B}


def test_removing_what_is_not_there_is_an_error() -> None:
    """`discard` is for what may be missing."""
    members = Set([A])
    members.discard(B)
    with pytest.raises(KeyError):
        members.remove(B)
    assert members == {A}


def test_records_are_compared_by_class_and_fields() -> None:
    """Two records of the same shape are still two kinds."""
    assert Vote(A, yes=True) == Vote(A, yes=True)
    assert Vote(A, yes=True) != Vote(A, yes=False)
    assert len({Vote(A, yes=True), Vote(A, yes=True), Ballot(A, yes=True)}) == 2


def test_records_are_frozen_and_replaced() -> None:
    """A change makes a new record."""
    vote = Vote(A, yes=True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        vote.yes = False  # type: ignore[misc]  # what is tested
    assert replace(vote, yes=False) == Vote(A, yes=False)
    assert vote == Vote(A, yes=True)


def test_a_record_keeps_a_copy_of_a_set() -> None:
    """A message that has been sent does not change with the sender's variable."""
    nodes = Set([A])
    survey = Survey(nodes)
    nodes.add(B)
    assert survey == Survey(Set([A]))


def test_a_set_of_python_in_a_record_becomes_one_of_the_language() -> None:
    """A record made with the result of a set comprehension can be stored and compared."""
    node = Node(0)
    made: Any = {node}
    survey = Survey(made)
    made.clear()
    assert survey == Survey(Set([node]))
    assert {survey} == {Survey(Set([node]))}


def test_a_set_keeps_copies_of_sets() -> None:
    """A member of a set of sets would be lost if it changed under its hash."""
    inner = Set([A])
    by_constructor, by_add, by_update = Set([inner]), Set[Set[Node]](), Set[Set[Node]]()
    by_add.add(inner)
    by_update.update([inner])
    inner.add(B)
    assert [Set([A]) in outer for outer in (by_constructor, by_add, by_update)] == [True, True, True]


ALIASES: list[Callable[[Any], None]] = [
    lambda state: setattr(state, "other", state.one),
    lambda state: setattr(state, "heard", state.seen),
    lambda state: state.seen.__setitem__(A, state.one),
    lambda state: state.seen.__setitem__(A, state.seen[B]),
    lambda state: state.table.__setitem__(A, state.table[B]),
    lambda state: state.table[A].__setitem__(A, state.one),
    lambda state: setattr(state, "survey", Survey(state.one)),
    lambda state: state.family.add(state.one),
]
CHANGES: list[Callable[[Any], None]] = [
    lambda state: state.one.add(C),
    lambda state: state.seen[B].add(C),
    lambda state: state.table[B][A].add(C),
    lambda state: state.table[B].__setitem__(C, Set([C])),
    lambda state: state.seen.__setitem__(B, Set([C])),
]


@pytest.mark.parametrize("alias", range(len(ALIASES)))
@pytest.mark.parametrize("change", range(len(CHANGES)))
def test_a_value_stored_in_two_places_changes_in_one(alias: int, change: int) -> None:
    """After `self.x = self.y`, a change of y is a change of the places that it names and of nothing else."""
    plain, aliased = Ledger(Node=3), Ledger(Node=3)
    with sizes(Node=3):
        ALIASES[alias](aliased)
        before = copy.copy(aliased)
        CHANGES[change](aliased)
        CHANGES[change](plain)
    changed = [name for name in vars(plain) if getattr(plain, name) != getattr(Ledger(Node=3), name)]
    assert [name for name in vars(aliased) if getattr(aliased, name) != getattr(before, name)] == changed


def test_the_declared_value_is_not_shared_by_states() -> None:
    """Two runs of the same class begin alike, whatever the first one did."""
    state = Ledger(Node=2)
    state.one.add(A)
    state.seen[A].add(B)
    state.table[A][B].add(A)
    assert str(Ledger(Node=2)) != str(state)
    assert Ledger(Node=2).one == Set()
    assert Ledger(Node=2).seen == Ledger(Node=2).heard
    assert Ledger(Node=2).table[A][B] == Set()


def test_every_and_empty_fill_a_nested_map() -> None:
    """Every key at every depth has a value of its own."""
    state = Ledger(Node=3)
    assert list(state.table) == list(state.table[C]) == [A, B, C]
    state.table[A][B].add(C)
    assert [(a, b) for a in (A, B, C) for b in (A, B, C) if state.table[a][b]] == [(A, B)]


def test_a_map_that_is_not_assigned_yet_has_no_keys() -> None:
    """`every(...)` learns its keys from the annotation."""
    loose: Map[Node, bool] = every(False)
    assert repr(loose) == "every(False)"
    with pytest.raises(TypeError, match=r"^`every\(\.\.\.\)` has no keys yet: assign it to a variable annotated"):
        loose[A] = True


def test_a_map_stays_total() -> None:
    """No key can be added or taken away; a map that lacks one is not accepted."""
    state = Ledger(Node=2)
    with pytest.raises(KeyError):
        state.seen[C] = Set()
    with pytest.raises((TypeError, AttributeError)):
        del state.seen[A]  # type: ignore[attr-defined]  # what is tested
    with pytest.raises(TypeError, match=r"^seen is annotated Map\[Node, Set\[Node\]\] and cannot hold"):
        state.seen = Map({A: Set()})
    with pytest.raises(TypeError, match=r"^seen is annotated .* and cannot hold \{.*\}; write `Map\(\{.*\}\)`$"):
        state.seen = {A: Set(), B: Set()}  # type: ignore[assignment]  # what is tested
    assert list(state.seen) == [A, B]


def test_the_keys_of_a_map_may_be_given_in_any_order() -> None:
    """Maps are equal whatever the order of their keys, so the order of a dict is no reason to refuse it."""
    state, other = Ledger(Node=2), Ledger(Node=2)
    state.seen = Map({B: Set([A]), A: Set()})
    other.seen = Map({A: Set(), B: Set([A])})
    assert state.seen == other.seen
    assert list(state.seen) == [A, B]
    assert hash(state.seen) == hash(other.seen)


def test_the_values_of_a_map_are_checked_when_they_are_written() -> None:
    """A wrong value is refused where it is written, not where it is read; a copy of the map checks as well."""
    for state in (Ledger(Node=2), copy.copy(Ledger(Node=2))):
        with pytest.raises(TypeError, match=r"^seen is annotated Set\[Node\] and cannot hold True$"):
            state.seen[A] = True  # type: ignore[assignment]  # what is tested
        with sizes(Node=2), pytest.raises(TypeError):
            state.table[A][B] = every(empty())  # type: ignore[assignment]  # what is tested


class Order(Spec):
    """Keeps a permutation."""

    places: Map[Node, Node]

    @action
    def deal(self, places: Permutation[Node]) -> None:
        self.places = places

    @action
    def change(self, n: Node) -> None:
        self.places[n] = n


def test_a_permutation_is_a_map_that_does_not_change() -> None:
    """A variable keeps a map of its own, which does."""
    turned = Permutation({Node(0): Node(1), Node(1): Node(0)})
    assert turned[Node(0)] == Node(1)
    assert turned == Map({Node(0): Node(1), Node(1): Node(0)})
    with pytest.raises(TypeError, match="is not changed in place; assign it to a variable"):
        turned[Node(0)] = Node(0)
    order = Order(Node=2)
    order.deal(turned)
    order.change(Node(0))
    assert type(order.places) is Map
    assert (order.places[Node(0)], turned[Node(0)]) == (Node(0), Node(1))
    assert copy.copy(turned) == turned


@pytest.mark.parametrize("values", [(0, 0), (0, 2), (1, 2)])
def test_a_map_that_is_not_one_to_one_is_no_permutation(values: tuple[int, int]) -> None:
    """Two keys with one value, and a value that is no key."""
    with pytest.raises(ValueError, match="is no permutation: every key is the value of one key"):
        Permutation({Node(0): Node(values[0]), Node(1): Node(values[1])})


def test_a_copy_of_a_sequence_shares_no_element() -> None:
    """An element that is a set changes in place, `q[0].add(x)`, and in one of the two only."""
    queue = Seq([Set([1])])
    other = copy.copy(queue)
    queue[0].add(2)
    assert queue == Seq([Set([1, 2])])
    assert other == Seq([Set([1])])


def test_a_python_set_names_an_element_of_a_set_or_bag() -> None:
    """`{a}` is the set of `a` wherever it stands, also where it is looked for."""
    python: Any = {1}
    groups, network = Set([Set([1]), Set([2])]), Bag([Set([1])])
    groups.discard(python)
    assert groups == Set([Set([2])])
    assert python in network
    assert network.count(python) == 1
    network.discard(python)
    assert len(network) == 0
