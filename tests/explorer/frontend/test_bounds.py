"""No integer leaves its interval unnoticed, whatever choice, loop or container it comes out of."""

from __future__ import annotations

from textwrap import indent

import pytest
from spec_texts import HEADER, spec_of

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.result import Exploration

MEMBERS = """
    maybe: Annotated[int, Between(0, 3)] | None = None
    held: Set[Annotated[int, Between(0, 3)]] = empty()

    @action
    def flip(self) -> None:
        self.on = not self.on

    @action
    def score(self, n: Node) -> None:
        self.points[n] += 1

    @action
    def step(self, n: Node) -> None:
"""
HELPERS = """
    def is_above(self, x: Annotated[int, Between(0, 1)]) -> bool:
        return x > 3

    def is_among(self, xs: Set[Annotated[int, Between(0, 1)]]) -> bool:
        return 4 in xs

    def more(self, n: Node) -> Annotated[int, Between(0, 1)] | None:
        return self.points[n] + 3 if self.on else None

    def put(self, x: Annotated[int, Between(0, 1)]) -> None:
        self.count = x

"""
READS = {
    "a parameter": "self.on = self.is_above(self.points[n] + 3)",
    "a set as parameter": "self.on = self.is_among({self.points[n] + 3, 1})",
    "a comprehension as parameter": "self.on = self.is_among({self.points[m] + 3 for m in Node})",
    "a result": "self.on = self.more(n) == 4",
    "a name": "x: Annotated[int, Between(0, 1)] = self.points[n] + 3 if self.on else 0\nself.on = x == 4",
    "a set that is looked for": "self.on = Set([self.points[n] + 3]) in {self.held}",
    "a sequence that is looked for": "self.on = Seq([0, self.points[n]]) in {Seq([0, 1])}",
}
WRITES = {
    "a helper": "self.put(self.points[n] + 2)",
    "a result": "self.maybe = self.more(n)",
    "a name with an annotation": "x: Annotated[int, Between(0, 1)] = self.points[n] + 2\nself.count = x",
    "a choice": "self.count = self.points[n] if self.on else max(self.points[n], 4)",
    "a choice with a name": "x = self.points[n] if self.on else 4\nself.count = x",
    "the greater": "self.count = max(self.points[n] + 1, 4) if self.on else 1",
    "the smaller": "self.count = min(self.points[n], -1)",
    "the greater with a name": "x = max(self.points[n], 4)\nself.count = x",
    "branches": "x = self.points[n]\nif self.on:\n    x = 7\nself.count = x",
    "a loop": "x = self.points[n]\nfor m in Node:\n    x += self.points[m]\nself.count = x",
    "a choice that may be None": "self.maybe = self.maybe if self.on else max(self.count, 4)",
    "branches that may be None": "x = self.maybe\nif self.on:\n    x = 7\nself.maybe = x",
    "the next or the first": "self.maybe = 0 if self.maybe is None else self.maybe + 1",
    "elements": "self.held = {self.points[n] + 2, 3}",
    "an element": "self.held.add(self.points[n] + 2)",
    "a union": "self.held = self.held | {self.points[n] + 2}",
    "a comprehension": "self.held = {h + 1 for h in self.held} | {2}",
    "a map": "self.points = Map({m: self.points[m] + 1 for m in Node})",
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_step_that_would_leave_an_interval_is_refused_as_the_source_refuses_it(write: str) -> None:
    """The same states with and without the passes as with the plain source, and `step` among the bounds of each."""
    found = searches(write)
    assert all("step" in [action for _, action in one.bounds] for one in found)


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_an_integer_that_is_stored_nowhere_reaches_no_bound(read: str) -> None:
    """Annotations of helpers and local names are for readers and type checkers: Python does not look at them."""
    found = searches(read)
    assert all("step" not in [action for _, action in one.bounds] for one in found)


def searches(body: str) -> list[Exploration]:
    """What is found with the plain source, and with its machine before and after the passes."""
    spec = spec_of(HEADER + HELPERS + MEMBERS + indent(body, " " * 8) + "\n")
    chosen = settle(spec, {"Node": 1, "Rank": 1})
    machine = lower(spec, chosen)
    backends = (Source(spec, chosen, machine), Reference(machine), Reference(prepared(machine)))
    found = [explore(backend) for backend in backends]
    assert found[0].counts.distinct > 1
    assert found[0].counts == found[1].counts == found[2].counts
    return found
