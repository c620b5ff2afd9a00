"""Sorts, orders and quorums: members, sizes, order with None below, and what happens at the ends."""

from __future__ import annotations

import copy
import operator
import pickle
import types
from collections.abc import Callable
from contextlib import suppress
from itertools import combinations
from math import comb
from typing import Any

import pytest
from hypothesis import given, strategies as st

from indoubt.specs.language import BoundReached, Ordered, Quorum, Sort, before, first, last, quorums, sizes
from indoubt.specs.language.universe import NoUniverse

COMPARISONS: list[Callable[[Any, Any], bool]] = [operator.lt, operator.le, operator.gt, operator.ge]
positions = st.none() | st.integers(0, 5)


class Node(Sort): ...


class Leader(Sort, size=1): ...


class Ballot(Ordered): ...


class Term(Ordered): ...


def ballot(position: int | None) -> Ballot | None:
    """The ballot at a position; None stays None."""
    return None if position is None else Ballot(position)


def test_a_sort_has_as_many_members_as_the_run_says() -> None:
    """Inside a universe a sort can be ranged over, counted and asked."""
    with sizes(Node=3):
        assert list(Node) == [Node(0), Node(1), Node(2)]
        assert len(Node) == 3
        assert Node(2) in Node
    with sizes(Node=1):
        assert list(Node) == [Node(0)]


def test_a_sort_of_fixed_size_needs_no_universe() -> None:
    """A distinguished node is a sort of its own, whatever the run chooses."""
    assert list(Leader) == [Leader(0)]
    with sizes(Node=3, Leader=7):
        assert len(Leader) == 1


def test_without_a_universe_a_sort_has_no_size() -> None:
    """The message says the ways out."""
    with pytest.raises(NoUniverse) as caught:
        list(Node)
    assert str(caught.value) == (
        "Node has no size here: the run chooses it. Drive a state of a spec, as in `MySpec(Node=3)`, "
        "write `with sizes(Node=3):`, or, in an annotation, begin the file with `from __future__ import annotations`; "
        "an alias is computed at once: there, use a `Bound`, or write the interval wherever it is needed"
    )


def test_universes_nest_and_end_with_their_block() -> None:
    """An inner universe hides the outer one, even when its block ends in an error."""
    with sizes(Node=3):
        with suppress(ZeroDivisionError), sizes(Node=2):
            assert len(Node) == 2
            raise ZeroDivisionError
        assert len(Node) == 3
    with pytest.raises(NoUniverse):
        len(Node)


@pytest.mark.parametrize("index", [-1, 2])
def test_a_member_that_does_not_exist_is_refused(index: int) -> None:
    """The message says which members there are."""
    with (
        sizes(Node=2),
        pytest.raises(ValueError, match=rf"^Node\({index}\) does not exist; Node has 2: Node\(0\) to Node\(1\)$"),
    ):
        Node(index)


def test_outside_of_a_universe_only_negative_members_are_refused() -> None:
    """A test may name a member before a run has chosen the size."""
    assert str(Node(40)) == "Node40"
    with pytest.raises(ValueError, match=r"^Node\(-1\) does not exist; members are counted from 0$"):
        Node(-1)


@pytest.mark.parametrize("sort", [Sort, Ordered])
def test_the_base_classes_have_no_members(sort: type[Sort]) -> None:
    """Somebody who forgets to declare a sort is told how to."""
    name = sort.__name__
    with pytest.raises(TypeError, match=rf"^{name} has no members: declare `class Node\({name}\): ...`$"):
        sort(0)


@pytest.mark.parametrize("size", [0, -2])
def test_a_fixed_size_below_one_is_refused(size: int) -> None:
    """An empty sort would make every `all(...)` over it true."""
    with pytest.raises(ValueError, match=rf"^sort Nobody was given size {size}; a sort has at least 1 member$"):
        types.new_class("Nobody", (Sort,), {"size": size})


def test_members_are_equal_by_sort_and_position() -> None:
    """Members of different sorts are different, and equal ones have one hash."""
    assert Node(1) == Node(1)
    assert Node(1) != Node(0)
    assert Ballot(1) != Term(1)
    assert len({Node(0), Node(0), Node(1), Ballot(0)}) == 3


def test_members_cannot_be_changed() -> None:
    """A state may share members with every other state."""
    with pytest.raises(AttributeError, match=r"^Node\(1\) is an identity and cannot be changed$"):
        Node(1).index = 0


def test_members_are_printed_as_they_are_written_and_in_short() -> None:
    """`repr` can be pasted back; `str` is what traces show."""
    assert repr(Node(1)) == "Node(1)"
    assert str(Node(1)) == "Node1"


def pickled(member: Any) -> Any:
    """The member, sent through a pickle."""
    return pickle.loads(pickle.dumps(member))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_members_survive_copying_and_pickling(again: Callable[[Any], Any]) -> None:
    """A result may be sent to another process, and a state may be copied deeply."""
    assert again(Ballot(2)) == Ballot(2)
    assert type(again(Node(0))) is Node


@pytest.mark.parametrize("compare", COMPARISONS)
def test_members_of_a_sort_have_no_order(compare: Callable[[Any, Any], bool]) -> None:
    """Interchangeable identities can only be compared for equality."""
    with pytest.raises(TypeError):
        compare(Node(0), Node(1))


@given(a=positions, b=positions)
def test_none_stands_below_every_member(a: int | None, b: int | None) -> None:
    """`before` is the order of positions with None as -1; the operators agree wherever Python offers them."""
    low, high = (-1 if a is None else a), (-1 if b is None else b)
    assert before(ballot(a), ballot(b)) == (low < high)
    if a is not None or b is not None:
        for compare in COMPARISONS:
            assert compare(ballot(a), ballot(b)) == compare(low, high)


@pytest.mark.parametrize("compare", [*COMPARISONS, before])
def test_members_of_different_orders_are_not_compared(compare: Callable[[Any, Any], bool]) -> None:
    """A ballot is neither above nor below a term."""
    with pytest.raises(TypeError, match=r"Ballot\(0\).*Term\(1\)|Term\(1\).*Ballot\(0\)"):
        compare(Ballot(0), Term(1))


def test_first_and_last_are_the_ends_of_an_order() -> None:
    """They coincide in an order of one."""
    with sizes(Ballot=3):
        assert (first(Ballot), last(Ballot)) == (Ballot(0), Ballot(2))
    with sizes(Ballot=1):
        assert first(Ballot) == last(Ballot)


def test_next_and_prev_move_by_one() -> None:
    """From the first member to the last, and back."""
    with sizes(Ballot=3):
        assert [Ballot(0).next(), Ballot(1).next()] == [Ballot(1), Ballot(2)]
        assert [Ballot(2).prev(), Ballot(1).prev()] == [Ballot(1), Ballot(0)]


def test_leaving_an_order_is_a_bound_that_is_named() -> None:
    """The next ballot after the last is neither an error nor silently the last again."""
    with sizes(Ballot=3):
        with pytest.raises(BoundReached, match=r"^the step would leave Ballot\.next\(\)$") as above:
            last(Ballot).next()
        with pytest.raises(BoundReached) as below:
            first(Ballot).prev()
    assert (above.value.bound, below.value.bound) == ("Ballot.next()", "Ballot.prev()")


@pytest.mark.parametrize("size", range(1, 8))
def test_quorums_are_the_smallest_majorities(size: int) -> None:
    """All sets of floor(N/2) + 1 members, each once; sets one smaller need not intersect."""
    with sizes(Node=size):
        found = list(quorums(Node))
        assert {len(quorum) for quorum in found} == {size // 2 + 1}
        assert len(set(found)) == len(found) == comb(size, size // 2 + 1)
        smaller = [set(chosen) for chosen in combinations(Node, size // 2)]
        assert any(not a & b for a in smaller for b in smaller)


@pytest.mark.parametrize("size", range(1, 8))
def test_any_two_quorums_intersect(size: int) -> None:
    """What every proof about quorums rests on."""
    with sizes(Node=size):
        assert all(a & b for a in quorums(Node) for b in quorums(Node))


def test_a_quorum_is_printed_in_the_order_of_its_members() -> None:
    """Whatever the order of hashing, a trace reads the same in every run."""
    assert repr(Quorum([Node(2), Node(0)])) == "{Node(0), Node(2)}"
