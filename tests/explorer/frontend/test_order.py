"""Loops over collections without an order: accepted where their turns may be exchanged, refused where not.

What is refused is in tests/errors, as files S216_*.py; here are its neighbours that are fine.
"""

from __future__ import annotations

import pytest
from spec_texts import action_text

from indoubt import SpecError

FINE = [
    ("each turn writes a part of its own", "for n in Node:\n    self.ranks[n] = None"),
    (
        "a part of its own, in one of two ways",
        "for n in self.seen:\n    if self.points[n] > 0:\n        self.points[n] = 0",
    ),
    ("every turn gives the same value", "for n in self.seen:\n    if self.points[n] > 0:\n        self.on = True"),
    ("a set grows", "for n in self.seen:\n    self.msgs.add(Hello(n, Color.RED))"),
    ("a set shrinks", "for m in self.msgs:\n    self.msgs.discard(m)"),
    ("a count goes up", "for n in self.seen:\n    self.count += 1"),
    ("a sum in a local", "total = 0\nfor n in Node:\n    total += self.points[n]\nself.count = total"),
    (
        "a sum over pairs",
        "total = 0\nfor n in Node:\n    for k in Node:\n        total += self.points[k]\nself.count = total",
    ),
    ("a conjunction", "ok = True\nfor n in Node:\n    ok = ok and self.points[n] > 0\nself.on = ok"),
    ("the greatest", "best = 0\nfor n in Node:\n    best = max(best, self.points[n])\nself.count = best"),
    (
        "the greatest, by a comparison",
        "best = 0\nfor n in Node:\n    if self.points[n] > best:\n        best = self.points[n]\nself.count = best",
    ),
    ("a search", "for n in self.seen:\n    if self.points[n] > 0:\n        return\nself.on = True"),
    ("a search that ends in one way", "for n in Node:\n    if n in self.seen:\n        self.on = True\n        return"),
    (
        "the greatest, in the state",
        "for n in Node:\n    if self.points[n] > self.count:\n        self.count = self.points[n]",
    ),
    (
        "the latest, in the state",
        "for n in Node:\n    if before(self.rank, self.ranks[n]):\n        self.rank = self.ranks[n]",
    ),
    (
        "two sums at once",
        "x = 0\ny = 0\nfor n in Node:\n    x += 1\n    y += self.points[n]\nself.count = (x + y) % 4",
    ),
    (
        "a count of its own in each turn",
        "for n in self.seen:\n    x = 0\n    for r in Rank:\n        x = (x + 1) % 3\n    self.points[n] = x",
    ),
    (
        "guards, then assertions",
        "for n in Node:\n    require(n in self.seen)\nfor k in Node:\n    assert self.points[k] < 2",
    ),
    ("guards", "for n in Node:\n    require(n in self.seen)\nself.on = True"),
    ("an order of members", "for r in Rank:\n    self.rank = r"),
    ("an order of enum members", "for c in Color:\n    self.color = c"),
    ("numbers", "for i in range(3):\n    self.count = i"),
]
REFUSED = [
    ("the least and the greatest at once", "x = 0\nfor n in Node:\n    x = max(x, self.points[n])\n    x = min(x, 1)"),
    (
        "a search for one that counts the others",
        "for n in Node:\n    if n in self.seen:\n        return\n    self.count += 1",
    ),
    (
        "a count up and down",
        "for n in Node:\n    if n in self.seen:\n        self.count += 1\n    else:\n        self.count -= 1",
    ),
    ("reads what other turns write", "for n in Node:\n    self.points[n] = sum(self.points[k] for k in Node) // 4"),
    (
        "the greatest and whether there is one",
        (
            "for n in Node:\n    if self.points[n] > self.count:\n"
            "        self.count = self.points[n]\n        self.on = True"
        ),
    ),
    ("a sum so far", "x = 0\nfor n in Node:\n    x = x + self.points[n]\n    self.count += x"),
    (
        "a sum so far that a loop inside adds",
        "x = 0\ny = 0\nfor n in Node:\n    for r in Rank:\n        y += x\n    x += self.points[n]\nself.count = y % 4",
    ),
    (
        "a loop inside reads what the turn writes",
        "y = 0\nfor n in Node:\n    for r in Rank:\n        y += self.count\n    self.count = 1\nself.count = y % 4",
    ),
    (
        "a count that begins with the one so far",
        "x = 0\nfor n in Node:\n    y = x\n    for r in Rank:\n        y += 1\n    self.points[n] = y % 2\n    x += 1",
    ),
    ("a place that a turn finds in the state", "for n in Node:\n    self.count = self.points[n]"),
    (
        "an inner loop whose last turn decides",
        "for r in Rank:\n    for n in Node:\n        self.count = self.points[n]",
    ),
]


@pytest.mark.parametrize(("what", "body"), FINE, ids=[what for what, _ in FINE])
def test_turns_that_may_be_exchanged_are_accepted(what: str, body: str) -> None:
    """Whichever turn comes first, the state after the loop is the same."""
    assert "for " in action_text(body), what


@pytest.mark.parametrize(("what", "body"), REFUSED, ids=[what for what, _ in REFUSED])
def test_turns_whose_order_decides_are_refused(what: str, body: str) -> None:
    """The error points at what the order decides."""
    with pytest.raises(SpecError, match=r"S216"):
        action_text(f"{body}\nself.on = True")
