"""Refinement on small specs: what is no step of the abstract spec, how that is told, and what cannot be computed."""

from __future__ import annotations

from typing import Annotated

import pytest

from indoubt import SpecFailed, check
from indoubt.counterexamples import text
from indoubt.specs.language import Between, Set, Sort, Spec, action, empty, initial, require


class Node(Sort):
    """Who may hold the token."""


class Holding(Spec):
    """Nobody holds the token at first; one node at a time takes it, and gives it back."""

    holders: Set[Node] = empty()
    rounds: Annotated[int, Between(0, 2)] = 0

    @action
    def take(self, n: Node) -> None:
        require(len(self.holders) == 0)
        self.holders.add(n)

    @action
    def give_back(self, n: Node) -> None:
        require(n in self.holders)
        self.holders.remove(n)
        self.rounds += 1


class Handing(Spec):
    """A token that has an owner from the start, which Holding does not know."""

    owner: Node | None = None
    rounds: Annotated[int, Between(0, 5)] = 0

    @initial
    def start(self, n: Node) -> None:
        self.owner = n

    @action
    def drop(self) -> None:
        require(self.owner is not None)
        self.owner = None
        self.rounds += 1

    def holders(self) -> Set[Node]:
        return Set(n for n in Node if self.owner == n)


class Tossing(Holding):
    """Broken on purpose: the token is taken from whoever holds it."""

    @action
    def take(self, n: Node) -> None:
        require(n not in self.holders)
        self.holders = Set([n])


class Counting(Spec):
    """Counts to five."""

    n: Annotated[int, Between(0, 5)] = 0

    @action
    def tick(self) -> None:
        require(self.n < 5)
        self.n += 1


class Capped(Spec):
    """Counts to two."""

    n: Annotated[int, Between(0, 2)] = 0

    @action
    def tick(self) -> None:
        require(self.n < 2)
        self.n += 1


class Unguarded(Spec):
    """Counts to two, and only its type stops it."""

    n: Annotated[int, Between(0, 2)] = 0

    @action
    def tick(self) -> None:
        self.n += 1


class Failing(Spec):
    """Cannot be computed from one on."""

    n: Annotated[int, Between(0, 5)] = 0

    @action
    def tick(self) -> None:
        self.n = max(1 for _ in Node if self.n == 0)


def test_an_initial_state_that_the_abstract_spec_does_not_have_breaks_the_refinement() -> None:
    """The counterexample is that state alone, with what it stands for."""
    found = check(Handing, refines=Holding, properties=[], Node=2).property("refines Holding")
    assert found.trace is not None
    assert (len(found.trace), found.trace.steps) == (1, ())
    assert found.claim == "it begins with holders = {Node0}, rounds = 0, where Holding cannot begin"


def test_one_step_that_stands_for_two_breaks_the_refinement() -> None:
    """Taking the token from its holder is giving it back and taking it: two steps of the abstract spec, not one."""
    result = check(Tossing, refines=Holding, properties=[], Node=2)
    trace = result.property("refines Holding").trace
    assert trace is not None
    assert [step.action for step in trace.steps] == ["take", "take"]


def test_an_integer_outside_the_interval_of_the_abstract_spec_breaks_the_refinement() -> None:
    """Intervals may differ: a value that the abstract variable cannot have is one that no step reaches."""
    result = check(Counting, refines=Capped, properties=[])
    found = result.property("refines Capped")
    assert found.trace is not None
    assert len(found.trace) == 4
    assert found.claim == "the last step changes n from 2 to 3, and no action of Capped does that"


def test_a_step_that_a_bound_keeps_from_the_abstract_spec_is_told_with_the_bound() -> None:
    """Whoever reads the counterexample learns that the abstract spec would go on, were its type larger."""
    found = check(Counting, refines=Unguarded, properties=[]).property("refines Unguarded")
    told = "the last step changes n from 2 to 3, and no action of Unguarded does that (tick would leave its bound "
    assert found.claim.startswith(told)
    assert "Between(0, 2)" in found.claim


def test_the_text_of_a_counterexample_ends_with_what_its_last_step_does() -> None:
    """The trace is that of the concrete spec; its conclusion is in the words of the abstract one."""
    observed = check(Counting, refines=Capped, properties=[]).property("refines Capped").observed
    assert observed is not None
    assert text.to_text(observed).splitlines()[-1] == (
        "refines Capped is violated by step 3: the last step changes n from 2 to 3, and no action of Capped does that"
    )
    initial_only = check(Handing, refines=Holding, properties=[], Node=2).property("refines Holding").observed
    assert initial_only is not None
    assert "refines Holding is violated in the initial state: it begins with" in text.to_text(initial_only)


@pytest.mark.parametrize(("mapped", "length"), [("shaky", 1), ("lazy", 3)])
def test_a_helper_that_cannot_be_computed_is_named_with_the_state_in_which_it_fails(mapped: str, length: int) -> None:
    """The way leads to that state, be it an initial one or the end of a step."""
    with pytest.raises(SpecFailed, match=rf"Mapped\.{mapped}: .*empty.*, where it stands for Capped\.n") as caught:
        check(Mapped, refines=Capped, mapping={"n": mapped}, Node=1)
    assert caught.value.trace is not None
    assert len(caught.value.trace) == length


def test_an_abstract_spec_that_cannot_be_computed_is_named() -> None:
    """The mistake is in the abstract spec, and the way is that of the concrete one."""
    with pytest.raises(SpecFailed, match=r"refines Failing: Failing\.tick: .*empty") as caught:
        check(Mapped, refines=Failing, Node=1)
    assert caught.value.trace is not None
    assert len(caught.value.trace) == 2


class Mapped(Spec):
    """Counts to two; some of its helpers fail."""

    k: Annotated[int, Between(0, 2)] = 0
    seen: Set[Node] = empty()

    @action
    def tick(self) -> None:
        require(self.k < 2)
        self.k += 1

    def n(self) -> int:
        return self.k

    def shaky(self) -> int:
        return max(self.k for _ in self.seen)

    def lazy(self) -> int:
        return self.k if self.k < 2 else max(self.k for _ in self.seen)
