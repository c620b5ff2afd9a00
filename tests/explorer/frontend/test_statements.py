"""Statements of actions as those of the machine: guards, writes, branches, loops."""

from __future__ import annotations

import pytest
from spec_texts import action_text

ACTIONS: list[tuple[str, str, str, str]] = [
    (
        "a guard",
        "",
        """\
require(self.rank is not None)
self.rank = self.rank.next()""",
        """\
require not (rank is a None)
rank := ((rank narrowed to Rank).next() as Rank | None)""",
    ),
    (
        "an early return",
        "n: Node",
        """\
if self.rank is None:
    return
self.ranks[n] = self.rank.next()""",
        """\
if (rank is a None):
    return
ranks[n] := ((rank narrowed to Rank).next() as Rank | None)""",
    ),
    (
        "a guard behind a branch that has written and returned",
        "",
        """\
if self.on:
    self.rank = None
    return
require(self.rank is None)
self.on = True""",
        """\
if on:
    rank := None
    return
require (rank is a None)
on := True""",
    ),
    (
        "two branches",
        "",
        """\
if self.rank is None:
    self.rank = first(Rank)
else:
    self.rank = self.rank.next()""",
        """\
if (rank is a None):
    rank := Rank0
else:
    rank := ((rank narrowed to Rank).next() as Rank | None)""",
    ),
    (
        "the last kind that is left",
        "",
        """\
require(self.last is not None)
if isinstance(self.last, Hello):
    self.seen.add(self.last.sender)
    return
self.rank = self.last.rank""",
        """\
require not (last is a None)
if ((last narrowed to Hello | Bye) is a Hello):
    seen := (seen | {(last narrowed to Hello).sender})
    return
rank := ((last narrowed to Bye).rank as Rank | None)""",
    ),
    (
        "values of a map",
        "",
        """\
for n, p in self.points.items():
    if p > 0:
        self.points[n] = p - 1""",
        """\
for key in Node:
    let p = points[key]
    if (0 < p):
        points[key] := ((p - 1) within Annotated[int, Between(0, 2)])""",
    ),
    (
        "sets and maps",
        "n: Node",
        """\
self.seen = Set(n for n in Node if self.points[n] == 0)
self.seen |= {n}
self.seen.update(Node)
self.seen.remove(n)
self.seen.clear()
self.ranks = every(None)
self.points = Map({m: 2 if m == n else self.points[m] for m in Node})""",
        """\
seen := {n for n in Node if (points[n] == 0)}
seen := (seen | {n})
seen := (seen | Node)
seen := (seen without n)
seen := {}
ranks := {key: None for key in Node}
points := {m: (2 if (m == n) else points[m]) for m in Node}""",
    ),
    (
        "records in a union",
        "n: Node, c: Color",
        """\
self.paint = c
self.last = Hello(n, c) if self.on else Bye(first(Rank))
self.msgs.add(Bye(rank=last(Rank)))""",
        """\
paint := (c as Color | None)
last := ((Hello(n, c) as Hello | Bye | None) if on else (Bye(Rank0) as Hello | Bye | None))
msgs := (msgs | {(Bye(Rank2) as Hello | Bye)})""",
    ),
]


@pytest.mark.parametrize(
    ("parameters", "source", "printed"), [one[1:] for one in ACTIONS], ids=[one[0] for one in ACTIONS]
)
def test_statements_become_guards_and_writes(parameters: str, source: str, printed: str) -> None:
    """One line of the machine for each of the source, with the types that hold there."""
    assert action_text(source, parameters) == printed
