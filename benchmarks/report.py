"""What was measured, as a table in Markdown and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.comparison import Measured

SCHEMA = "indoubt/benchmarks/1"
HEADINGS = (
    *("tool", "runs", "median s", "fastest s", "slowest s", "million states/s", "times indoubt", "bytes/state"),
    *("compile s", "first verdict s"),
)
OURS = "indoubt"
LEAST_S = 0.15
"""A search that takes less cannot be told from the start of Python, whose time varies by as much."""


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """One run of the comparison."""

    machine: Mapping[str, str]
    versions: Mapping[str, str]
    skipped: tuple[str, ...]
    """Tools and instances that were not run, each with the reason."""
    measured: tuple[Measured, ...]


def written(report: Report) -> dict[str, Any]:
    """The report as JSON."""
    return {"schema": SCHEMA, **dataclasses.asdict(report)}


def read(path: Path) -> Report:
    """A report from its JSON. Raises ValueError if it is none."""
    data: dict[str, Any] = json.loads(path.read_text())
    if data.get("schema") != SCHEMA:
        raise ValueError(f"{path} is no report of the benchmarks: its schema is {data.get('schema')!r}, not {SCHEMA!r}")
    return Report(data["machine"], data["versions"], tuple(data["skipped"]), tuple(map(_measured, data["measured"])))


def _measured(data: dict[str, Any]) -> Measured:
    for name in ("cpu_s", "wall_s"):
        data[name] = tuple(data[name])
    return Measured(**data)


def instances(measured: Iterable[Measured]) -> dict[str, list[Measured]]:
    """What was measured, by instance, in the order of the run."""
    by_instance: dict[str, list[Measured]] = {}
    for one in measured:
        by_instance.setdefault(one.instance, []).append(one)
    return by_instance


def ours(rows: Sequence[Measured]) -> Measured | None:
    """The row of indoubt with one worker, to which all others are compared."""
    return next((one for one in rows if one.tool == OURS), None)


def table(report: Report) -> str:
    """The report in Markdown: a table for each instance, and what it was measured on."""
    lines = [f"- {name}: {text}" for name, text in report.machine.items()]
    lines += [f"- {text}" for text in dict.fromkeys(report.versions.values())]
    lines += [f"- not run: {text}" for text in report.skipped]
    for instance, rows in instances(report.measured).items():
        lines += ["", f"## {instance}: {rows[0].distinct:,} states", ""]
        lines += [_row(HEADINGS), _row(["---"] + ["--:"] * (len(HEADINGS) - 1))]
        base = ours(rows)
        lines += [_row(_cells(one, base)) for one in rows]
        lines += _remarks(rows)
    return "\n".join(lines) + "\n"


def _cells(one: Measured, base: Measured | None) -> list[str]:
    return [
        one.tool,
        str(len(one.cpu_s)),
        f"{one.median_s:.2f}",
        f"{min(one.cpu_s):.2f}",
        f"{max(one.cpu_s):.2f}",
        f"{one.distinct / one.median_s / 1e6:.2f}",
        "-" if base is None else f"{one.median_s / base.median_s:.1f}",
        f"{one.bytes_per_state:.0f}",
        f"{one.compile_s:.2f}",
        f"{one.first_verdict_s:.2f}",
    ]


def _remarks(rows: Sequence[Measured]) -> list[str]:
    """What the start of indoubt is of its figures, and what a second worker gains."""
    base = ours(rows)
    if base is None or base.idle_s is None or base.idle_bytes is None:
        return []
    stored = (base.peak_bytes - base.idle_bytes) / base.distinct
    if base.search_s < LEAST_S:
        loading = f"{base.idle_s:.2f} s of indoubt's {base.median_s:.2f} s"
        return ["", f"Python and loading take {loading}: the search is too short to tell it from that."]
    start = (
        f"Of indoubt's figures, Python and loading take {base.idle_s:.2f} s and {base.idle_bytes / (1 << 20):.0f} MiB: "
        f"the search alone {base.search_s:.2f} s ({base.distinct / base.search_s / 1e6:.2f} million states/s) and "
        f"{stored:.1f} bytes a state."
    )
    remarks = ["", start]
    others = [one for one in rows if not one.tool.startswith(OURS)]
    if others:
        ratios = ", ".join(f"{one.tool} {one.median_s / base.search_s:.1f}" for one in others)
        remarks += ["", f"Times the search alone: {ratios}."]
    for one in rows:
        if one.tool.startswith(f"{OURS}, "):
            passed = f"{one.median_wall_s:.2f} s pass instead of {base.median_wall_s:.2f} s"
            gain = f"the search alone is {base.search_wall_s / one.search_wall_s:.2f} times as fast"
            remarks += ["", f"With {one.tool.removeprefix(f'{OURS}, ')}, {passed}; {gain}."]
    return remarks


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
