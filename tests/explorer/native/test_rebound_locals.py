"""Locals that are bound again, in branches and with wider values: native code reads what the interpreter reads."""

from __future__ import annotations

from itertools import chain
from typing import Annotated

import pytest
from agreement import spec_of
from hypothesis import HealthCheck, given, settings, strategies as st

from indoubt import check
from indoubt.specs.language import Between, Spec, action, invariant, require


class Counting(Spec):
    """It counts two flags twice, with one local."""

    x: bool = False
    y: bool = False
    done: bool = False

    @action
    def flip(self, which: Annotated[int, Between(0, 1)]) -> None:
        """One flag is set."""
        if which == 1:
            self.x = True
        else:
            self.y = True

    @action
    def tally(self) -> None:
        """Once side by side, once one in the other."""
        n = 0
        if self.x:
            n = n + 1
        if self.y:
            n = n + 1
        m = n
        n = 0
        if self.x:
            n = n + 1
            if self.y:
                n = n + 1
        self.done = m == 1 and n == 1

    @invariant
    def never(self) -> bool:
        """Violated where x alone is set."""
        return not self.done


class Twice(Spec):
    """What one branch binds is not what the code behind both reads."""

    up: bool = True
    held: bool = True

    @action
    def go(self, after: Annotated[int, Between(0, 1)]) -> None:
        """Count up to `after`, twice."""
        require(self.up)
        done = 0
        if self.held:
            if done != after:
                done = done + 1
        require(done == after)
        done = 0
        if self.held:
            if done != after:
                self.held = False
                done = done + 1
        self.up = False

    @invariant
    def fine(self) -> bool:
        """Violated by one step."""
        return self.up or not self.held


@pytest.mark.parametrize(("spec", "length"), [(Counting, 3), (Twice, 2)])
def test_a_local_that_is_bound_again_is_violated_in_both_engines(spec: type[Spec], length: int) -> None:
    """At the same depth, after as many states and steps."""
    native, reference = check(spec, engine="native"), check(spec, engine="reference")
    assert native.counts == reference.counts
    for verdict in (native, reference):
        (broken,) = [one for one in verdict.properties if one.trace is not None]
        assert broken.trace is not None
        assert len(broken.trace) == length


HEAD = """from typing import Annotated
from indoubt.specs.language import Between, Spec, action, invariant, require


class Written(Spec):
    up: bool = True
    held: bool = True
    x: Annotated[int, Between(0, 9)] = 0

    @action
    def go(self, a: Annotated[int, Between(0, 1)]) -> None:
        require(self.up)
        d = 0
"""
LAST = """        self.x = self.x + d if self.x + d < 9 else 9
        self.up = not self.up or self.x > 4

    @invariant
    def small(self) -> bool:
        return self.x < 10
"""
CONDITIONS = st.sampled_from(["d == a", "d != a", "self.held", "not self.held", "a == 1", "d == 0", "d < 2"])
SIMPLE = st.sampled_from(["d = d + 1", "d = 0", "d = a", "self.held = False", "self.held = not self.held"])


def blocks(depth: int) -> st.SearchStrategy[list[str]]:
    """Statements that bind `d` again and again, as lines."""
    if depth == 0:
        return st.lists(SIMPLE, min_size=1, max_size=2)

    def branch(parts: tuple[str, list[str], list[str] | None]) -> list[str]:
        condition, then, otherwise = parts
        lines = [f"if {condition}:", *(f"    {line}" for line in then)]
        return lines if otherwise is None else [*lines, "else:", *(f"    {line}" for line in otherwise)]

    inner = blocks(depth - 1)
    branches = st.tuples(CONDITIONS, inner, st.none() | inner).map(branch)
    return st.lists(SIMPLE.map(lambda line: [line]) | branches, min_size=1, max_size=3).map(
        lambda parts: list(chain(*parts))
    )


@given(body=blocks(2))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_bodies_have_the_same_states(body: list[str]) -> None:
    """Whatever a local is bound to, and in which branch."""
    spec = spec_of(HEAD + "".join(f"        {line}\n" for line in body) + LAST, "Written")
    assert check(spec, engine="native").counts == check(spec, engine="reference").counts
