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
WRITES = {
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
    spec = spec_of(HEADER + MEMBERS + indent(write, " " * 8) + "\n")
    chosen = settle(spec, {"Node": 1, "Rank": 1})
    machine = lower(spec, chosen)
    backends = (Source(spec, chosen, machine), Reference(machine), Reference(prepared(machine)))
    found = [explore(backend) for backend in backends]
    assert found[0].counts.distinct > 1
    assert found[0].counts == found[1].counts == found[2].counts
    assert all("step" in [action for _, action in one.bounds] for one in found)
