"""Selectors: who may crash, counted by hand. Each node is a bit that it sets or not, and up or down."""

from __future__ import annotations

from math import comb

import pytest

from indoubt import check
from indoubt.finding.specs import UsageError
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


Held = tuple[frozenset[int], frozenset[int], int, int]
"""Who is down, who is paused, and what is left of both budgets."""


def counted_by_hand(nodes: int, who: str, crashes: int, pauses: int) -> int:
    """The states of nodes that crash and pause, by a search of a few lines; without the bits of the nodes."""
    most = {"any": nodes, "one": 1, "minority": (nodes - 1) // 2, "majority": nodes // 2 + 1}[who]
    first: Held = (frozenset(), frozenset(), crashes, pauses)
    seen, left = {first}, [first]
    while left:
        down, paused, may_crash, may_pause = left.pop()
        found: list[Held] = [(down, paused - {node}, may_crash, may_pause) for node in paused]
        for node in set(range(nodes)) - down:
            if len((down | paused) - {node}) < most:
                found += [(down | {node}, paused - {node}, may_crash - 1, may_pause)] * (may_crash > 0)
                found += [(down, paused | {node}, may_crash, may_pause - 1)] * (may_pause > 0 and node not in paused)
        left += [one for one in dict.fromkeys(found) if one not in seen]
        seen |= set(found)
    return len(seen)


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize(("nodes", "crashes", "pauses"), [(3, 0, 2), (3, 1, 2), (4, 2, 1)])
def test_so_many_are_down_or_paused_at_the_same_time(nodes: int, crashes: int, pauses: int, engine: str) -> None:
    """A paused node counts as one that is down, and one that crashes while it is paused counts once."""
    for who in ("any", "one", "minority", "majority"):
        fits = crashes <= {"one": 1, "minority": (nodes - 1) // 2}.get(who, nodes)
        if fits:
            faults = Faults(crashes=crashes, pauses=pauses, who=who)
            # Every bit can be set at any time before its node is down.
            assert distinct(nodes, faults, engine) == counted_by_hand(nodes, who, crashes, pauses) << nodes


def test_leaders_alone_are_paused() -> None:
    """A node that follows is never paused, so that of each three states there are one or two with what it has left."""
    for engine in ("native", "reference"):
        one = distinct(1, Faults(pauses=1, who="is_leader"), engine)
        assert one == 1 + 3  # it follows; it leads and was not paused yet, is paused, has been
        assert distinct(1, Faults(pauses=1), engine) == 2 * 3


def test_who_pauses_is_somebody() -> None:
    """With two nodes there is no minority, and without pauses nobody to select."""
    with pytest.raises(UsageError, match=r"no minority of nodes that may pause \(2 in nodes\); with who=any each"):
        distinct(2, Faults(pauses=1, who="minority"))
    with pytest.raises(UsageError, match="there are: any, one, minority, majority, is_leader of Candidate"):
        distinct(2, Faults(pauses=1, who="is_lead"))
    with pytest.raises(
        UsageError, match="who=one is not possible without crashes, pauses, Byzantine nodes or partition"
    ):
        distinct(2, Faults(who="one"))
