"""Tables of many budgets: those that change nothing are left out, and no line is wider than a page."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from indoubt import Verdict
from indoubt.faults.asking import Claim
from indoubt.faults.cells import Axis, Finding, Frontier
from indoubt.faults.frontier_report import plain
from indoubt.faults.frontier_table import NO_RUN, WIDEST, lines_of_table

EIGHT: tuple[str, ...] = ("crashes", "torn", "restarts", "amnesias", "pauses", "losses", "duplicates", "partitions")


def by_hand(breaks: Callable[[dict[str, int]], bool], axes: int) -> Frontier:
    """A frontier of many budgets, in which nobody restarts who has not crashed, and each verdict is as a rule says."""
    tried = tuple(Axis(name, (0, 1, 2) if name == "crashes" else (0, 1)) for name in EIGHT[:axes])
    cells = list(itertools.product(*(axis.values for axis in tried)))
    named = {cell: dict(zip(EIGHT, cell, strict=False)) for cell in cells}
    impossible = {cell: f"restarts={one['restarts']} is not possible" for cell, one in named.items()}
    impossible = {cell: why for cell, why in impossible.items() if named[cell]["restarts"] > named[cell]["crashes"]}
    verdicts = {cell: Verdict.VIOLATED if breaks(named[cell]) else Verdict.HOLDS for cell in cells}
    found = {("safe", cell): Finding(verdict) for cell, verdict in verdicts.items() if cell not in impossible}
    nothing: Any = None
    return Frontier(nothing, tried, (Claim("safe", "invariant", "It is safe."),), found, {}, impossible, {})


@pytest.mark.parametrize("axes", [4, 8])
def test_budgets_that_change_nothing_are_left_out(axes: int) -> None:
    """Of eight budgets two tell all: a table of two axes, which says so, and the names of the others."""

    def breaks(one: dict[str, int]) -> bool:
        return one["crashes"] > 1 and one["restarts"] > 0

    shown = by_hand(breaks, axes)
    assert plain(lines_of_table(shown, shown.claims[0])).splitlines() == [
        "               restarts=0  restarts=1",
        "    crashes=0  holds       -",
        "    crashes=1  holds       holds",
        "    crashes=2  holds       breaks",
        f"    the same with any {', '.join(name for name in EIGHT[:axes] if name not in ('crashes', 'restarts'))}",
    ]


def test_a_table_of_many_budgets_fits_a_page() -> None:
    """No line is wider than a page, and every cell says what is known of it."""

    def breaks(one: dict[str, int]) -> bool:
        return sum(one.values()) % 2 > 0

    shown = by_hand(breaks, 8)
    lines = plain(lines_of_table(shown, shown.claims[0])).splitlines()
    assert max(map(len, lines)) <= WIDEST
    words = Counter(word for line in lines for word in line.split() if word in ("holds", "breaks", NO_RUN))
    wanted = Counter("breaks" if found.verdict is Verdict.VIOLATED else "holds" for found in shown.findings.values())
    assert words == wanted | Counter({NO_RUN: len(shown.impossible)})
