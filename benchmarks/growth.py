"""How time and memory grow with the number of states: TwoPhase with more and more resource managers.

The search is linear in transitions if nanoseconds per transition stay the same. They rise once, where the table no
longer fits into the caches; from there on every insertion costs an access to memory, however many states there are.
"""

from __future__ import annotations

import dataclasses
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.instances import ROOT, TWO_PHASE, two_phase
from benchmarks.machine import available_bytes, described
from benchmarks.processes import run
from benchmarks.tools.indoubt import INCONCLUSIVE, Indoubt, command

MOST_BYTES_PER_STATE = 48
"""What a size must find free before it is tried: table, states and parents while the table doubles."""


@dataclass(frozen=True, slots=True)
class Point:
    """One size: processor time and memory of the search, without the start of Python."""

    members: int
    distinct: int
    generated: int
    search_s: float
    stored_bytes: int

    @property
    def ns_per_transition(self) -> float:
        """Processor time per transition."""
        return self.search_s / self.generated * 1e9

    @property
    def bytes_per_state(self) -> float:
        """Peak memory per state."""
        return self.stored_bytes / self.distinct


def measure(sizes: Sequence[int], runs: int, told: Callable[[str], None]) -> list[Point]:
    """A point for each size that memory allows; the sizes take turns."""
    possible = [size for size in sizes if MOST_BYTES_PER_STATE * TWO_PHASE[size] <= available_bytes()]
    for size in sorted(set(sizes) - set(possible)):
        told(f"TwoPhase RM={size}: not run, {TWO_PHASE[size]:,} states may need more memory than is free")
    tool = Indoubt()
    with tempfile.TemporaryDirectory(prefix="indoubt-benchmarks-") as folder:
        cache = {"INDOUBT_CACHE": folder}
        found: dict[int, list[tuple[float, int]]] = {size: [] for size in possible}
        generated: dict[int, int] = {}
        # The first turn fills the cache and is not counted.
        for turn in range(runs + 1):
            for size in possible:
                told(f"TwoPhase RM={size}: {'compiles' if turn == 0 else f'{turn} of {runs}'}")
                full = command(two_phase(size), 1)
                idle = run((*full, "--max-states", "1"), ROOT, cache, allowed=(INCONCLUSIVE,))
                if turn == 0:
                    continue
                one = run(full, ROOT, cache)
                assert tool.distinct(one.output) == TWO_PHASE[size], f"RM={size}: a wrong number of states"
                generated[size] = tool.counts(one.output)["generated"]
                found[size].append((one.cpu_s - idle.cpu_s, one.peak_bytes - idle.peak_bytes))
    return [
        Point(
            size,
            TWO_PHASE[size],
            generated[size],
            max(statistics.median(seconds for seconds, _ in found[size]), 1e-3),
            max(1, *(stored for _, stored in found[size])),
        )
        for size in possible
    ]


def table(points: Sequence[Point]) -> str:
    """The curve in Markdown."""
    lines = [
        "| RM | states | transitions | search s | ns/transition | million states/s | bytes/state |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {one.members} | {one.distinct:,} | {one.generated:,} | {one.search_s:.2f} | {one.ns_per_transition:.1f} "
        f"| {one.distinct / one.search_s / 1e6:.2f} | {one.bytes_per_state:.1f} |"
        for one in points
    ]
    return "\n".join(lines) + "\n"


def written(points: Sequence[Point]) -> dict[str, Any]:
    """The curve as JSON."""
    return {
        "schema": "indoubt/growth/1",
        "machine": described(),
        "points": [dataclasses.asdict(point) for point in points],
    }


def save(points: Sequence[Point], folder: Path) -> None:
    """Write the table, the JSON and the chart."""
    from benchmarks.chart import draw_growth  # noqa: PLC0415 - chart.py draws what this module measures

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "growth.md").write_text(table(points))
    (folder / "growth.json").write_text(json.dumps(written(points), indent=2) + "\n")
    if points:
        draw_growth(list(points), folder / "growth.svg")
    print(table(points), file=sys.stdout)
