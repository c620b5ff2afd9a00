"""`python -m benchmarks compare`: the same models through every checker that is here, in one run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.comparison import Measured, measured
from benchmarks.instances import COMPARED, QUICK, SMALL, Instance
from benchmarks.machine import described
from benchmarks.report import Report, table, written
from benchmarks.tools.indoubt import Indoubt
from benchmarks.tools.rumur import Rumur
from benchmarks.tools.spin import Spin
from benchmarks.tools.stateright import Stateright
from benchmarks.tools.tlc import Tlc
from benchmarks.tools.tool import Tool


def tools() -> tuple[Tool, ...]:
    """All that are known; of indoubt also with two workers, where there are as many processors."""
    several: tuple[Tool, ...] = (Indoubt(2),) if (os.cpu_count() or 1) > 1 else ()
    return (Indoubt(), *several, Spin(), Rumur(), Tlc(), Stateright())


def compare(instances: Sequence[Instance], known: Sequence[Tool], runs: int, told: Callable[[str], None]) -> Report:
    """Run every instance with every tool that can. Raises CountsDiffer, Failed, Unreadable."""
    machine = described()
    skipped = [f"{tool.name}: {why}" for tool in known if (why := tool.missing()) is not None]
    here = [tool for tool in known if tool.missing() is None]
    results: list[Measured] = []
    for instance in instances:
        able: list[Tool] = []
        for tool in here:
            why = tool.lacks(instance)
            if why is None:
                able.append(tool)
            else:
                skipped.append(f"{instance.name} with {tool.name}: {why}")
        results += measured(instance, able, runs, told)
    return Report(machine, {tool.name: tool.version() for tool in here}, tuple(skipped), tuple(results))


def chosen(words: Sequence[str], *, quick: bool) -> list[Instance]:
    """The instances whose names contain every word; with the small one, which is about the first verdict."""
    known = (SMALL, *(QUICK if quick else COMPARED))
    return [one for one in known if all(word.lower() in one.name.lower() for word in words)]


def save(report: Report, folder: Path) -> None:
    """Write the table, the JSON and the chart."""
    # It takes half a second and 60 MiB, which the peak memory of a child may count for its own.
    from benchmarks.chart import draw  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "comparison.md").write_text(table(report))
    (folder / "comparison.json").write_text(json.dumps(written(report), indent=2) + "\n")
    if report.measured:
        draw(report, folder / "comparison.svg")
