"""Views merge states that a run takes for equal, and decide something only where that changes no verdict."""

from __future__ import annotations

from typing import Annotated

import pytest

from indoubt import Verdict, check
from indoubt.specs.language import (
    Between,
    Map,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    constraint,
    empty,
    every,
    invariant,
    reachable,
    require,
    view,
)


class Node(Sort):
    """Somebody who wants the lock."""


class Lock(Spec):
    """A lock, with a record of everybody who had it and of how often it was refused."""

    holder: Node | None = None
    had: Set[Node] = empty()
    refused: Map[Node, bool] = every(False)
    tries: Annotated[int, Between(0, 2)] = 0
    order: Seq[Node] = empty()

    @action
    def take(self, n: Node) -> None:
        """It is free."""
        require(self.holder is None)
        self.holder = n
        if n not in self.had:
            self.had.add(n)

    @action
    def refuse(self, n: Node) -> None:
        """It is not."""
        require(self.holder is not None and self.holder != n)
        self.refused[n] = True

    @action
    def give(self) -> None:
        """It becomes free."""
        require(self.holder is not None)
        self.holder = None

    @action
    def count(self) -> None:
        """Somebody counts, as long as the counter lasts."""
        self.tries += 1

    @action
    def note(self, n: Node) -> None:
        """Somebody writes down who has it, as long as there is room."""
        require(self.holder == n)
        self.order.append(n)

    @invariant
    def few_tries(self) -> bool:
        """The counter stays within its interval."""
        return self.tries < 3

    @invariant
    def known(self) -> bool:
        """Whoever has it is on the record."""
        return self.holder is None or self.holder in self.had

    @invariant
    def never_busy(self) -> bool:
        """It says nothing."""
        return self.holder is None or any(self.holder == n for n in Node)

    @constraint
    def nobody_refused(self) -> bool:
        """As long as nobody is."""
        return not any(self.refused[n] for n in Node)

    @reachable
    def free(self) -> bool:
        """It can be free."""
        return self.holder is None

    @view
    def essential(self) -> object:
        """Who has it, and all that is counted."""
        return self.holder, self.tries, self.order

    @view
    def holder_and_order(self) -> object:
        """Without the counter."""
        return self.holder, self.order

    @view
    def without_order(self) -> object:
        """Without what a full record would stop."""
        return self.holder, self.tries


def test_a_licensed_view_stores_one_state_for_each_of_its_values() -> None:
    """The record of a lock decides nothing that a run asks for."""
    full = check(Lock, Node=2, order=1, properties=["few_tries", "free"])
    seen = check(Lock, Node=2, order=1, properties=["few_tries", "free"], view="essential")
    assert full.verdict is seen.verdict is Verdict.HOLDS
    assert seen.counts.distinct == 3 * 3 * 3  # holder, tries, order
    assert full.counts.distinct > seen.counts.distinct
    assert set(seen.envelope.bounds) == set(full.envelope.bounds)
    assert seen.envelope.view is not None
    assert "had, refused" in seen.envelope.view


@pytest.mark.parametrize(
    ("name", "properties", "reader"),
    [
        ("essential", ["known"], "`known` reads `had`"),
        ("holder_and_order", ["never_busy"], "a bound or a failure in `count` reads `tries`"),
        ("without_order", ["never_busy"], "a bound or a failure in `note` reads `order`"),
        ("holder_and_order", ["few_tries"], "`few_tries` reads `tries`"),
    ],
)
def test_a_view_that_may_change_a_verdict_decides_nothing(name: str, properties: list[str], reader: str) -> None:
    """The reason names what reads a hidden variable, its place and the edit."""
    result = check(Lock, Node=2, order=1, properties=properties, view=name)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert reader in result.reasons[0]
    assert "test_views.py:" in result.reasons[0]
    assert result.reasons[0].endswith("from the view too, or run without it")


def test_what_is_found_by_an_unlicensed_view_is_true() -> None:
    """A witness is a way through the machine, however many states were merged."""
    result = check(Lock, Node=2, order=1, properties=["free"], view="without_order")
    assert result.verdict is Verdict.HOLDS
    assert not result.reasons


def test_a_constraint_in_force_is_asked_too() -> None:
    """What it reads must not be hidden."""
    result = check(Lock, Node=2, order=1, properties=["few_tries"], constraints=["nobody_refused"], view="essential")
    assert "`nobody_refused` reads `refused`" in result.reasons[0]


def test_an_unknown_view_is_named_with_those_there_are() -> None:
    """The message is complete."""
    with pytest.raises(ValueError, match=r"unknown view 'tiny' of Lock; it has: essential, holder_and_order"):
        check(Lock, Node=2, order=1, view="tiny")
