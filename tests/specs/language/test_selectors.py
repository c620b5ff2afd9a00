"""Selectors: who may crash, counted by hand. Each node is a bit that it sets or not, and up or down."""

from __future__ import annotations

from math import comb

import pytest

from indoubt import check
from indoubt.finding import UsageError
from indoubt.specs.language import Durable, Faults, Map, Node, Sort, System, invariant, on_timeout


class P(Sort): ...


class Candidate(Node[P]):
    """It may come to lead."""

    leads: Durable[bool] = False

    @on_timeout
    def lead(self) -> None:
        self.leads = True

    def is_leader(self) -> bool:
        return self.leads


class Candidates(System):
    nodes: Map[P, Candidate]

    @invariant
    def something(self) -> bool:
        """There is somebody."""
        return len(self.nodes) > 0


def distinct(nodes: int, faults: Faults, engine: str = "native") -> int:
    """How many states there are."""
    return check(Candidates, P=nodes, faults=faults, engine=engine).counts.distinct


def down_at_most(nodes: int, most: int) -> int:
    """The states with at most so many nodes down, whichever, and any bits."""
    return sum(comb(nodes, down) for down in range(most + 1)) << nodes


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize(("nodes", "minority", "majority"), [(3, 1, 2), (4, 1, 3), (5, 2, 3)])
def test_so_many_are_down_at_the_same_time(nodes: int, minority: int, majority: int, engine: str) -> None:
    """A minority is fewer than half, a majority the smallest number that is more."""
    for who, most in (("one", 1), ("minority", minority), ("majority", majority)):
        assert distinct(nodes, Faults(crashes=most, who=who), engine) == down_at_most(nodes, most)
        with pytest.raises(UsageError, match=f"{most} of them at the same time \\(who={who}\\)"):
            distinct(nodes, Faults(crashes=most + 1, who=who))


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_at_the_same_time_is_not_ever(engine: str) -> None:
    """With a restart the one node that may be down is another one later."""
    both = distinct(2, Faults(crashes=2, restarts=1, who="one"), engine)
    assert both == 4 * ((1 + 2) + (1 + 2))  # nobody or one of two is down, before the restart and after it
    assert distinct(2, Faults(crashes=2, restarts=1), engine) == both + 4  # both are down, and the restart is left


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_the_leader_is_who_says_so(engine: str) -> None:
    """Each node follows, leads, or has led and is down: no follower crashes."""
    assert distinct(3, Faults(crashes=3, who="is_leader"), engine) == 3**3


def test_a_predicate_that_no_node_has_is_refused() -> None:
    """With what there is."""
    with pytest.raises(UsageError, match="there are: any, one, minority, majority, is_leader of Candidate"):
        distinct(3, Faults(crashes=1, who="is_lead"))
