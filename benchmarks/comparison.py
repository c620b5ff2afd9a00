"""Run instances with tools that take turns; nothing is told before all of them have found the same states."""

from __future__ import annotations

import contextlib
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.instances import Instance
from benchmarks.processes import Run, run
from benchmarks.tools.tool import Prepared, Tool


class CountsDiffer(Exception):
    """A tool found other states than there are, so that no time would mean anything."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one tool needed for one instance; times in seconds of processor time, except `wall_s`."""

    instance: str
    tool: str
    distinct: int
    compile_s: float
    first_verdict_s: float
    """From source to verdict with nothing cached."""
    cpu_s: tuple[float, ...]
    wall_s: tuple[float, ...]
    peak_bytes: int
    idle_s: float | None = None
    """Of a run that stops before the search; so the next two."""
    idle_wall_s: float | None = None
    idle_bytes: int | None = None

    @property
    def median_s(self) -> float:
        """The median processor time."""
        return statistics.median(self.cpu_s)

    @property
    def median_wall_s(self) -> float:
        """The median of the time that passed."""
        return statistics.median(self.wall_s)

    @property
    def search_s(self) -> float:
        """The median without the start, where that is known."""
        return max(self.median_s - (self.idle_s or 0.0), 0.001)

    @property
    def search_wall_s(self) -> float:
        """The median of the time that passed without the start."""
        return max(self.median_wall_s - (self.idle_wall_s or 0.0), 0.001)

    @property
    def bytes_per_state(self) -> float:
        """The most resident memory at once, per state; of the whole process."""
        return self.peak_bytes / self.distinct


def measured(instance: Instance, tools: Sequence[Tool], runs: int, told: Callable[[str], None]) -> list[Measured]:
    """Compile an instance for each tool, then let the tools take turns. Raises CountsDiffer, Failed, Unreadable."""
    with contextlib.ExitStack() as folders:
        ready: list[tuple[Tool, Prepared]] = []
        for tool in tools:
            told(f"{instance.name}: {tool.name} compiles")
            folder = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="indoubt-benchmarks-")))
            ready.append((tool, tool.prepare(instance, folder)))
        turns: list[list[_Turn]] = [[] for _ in ready]
        for number in range(runs):
            for (tool, prepared), taken in zip(ready, turns, strict=True):
                if tool.most_runs is None or number < tool.most_runs:
                    told(f"{instance.name}: {tool.name} runs, {number + 1} of {min(runs, tool.most_runs or runs)}")
                    taken.append(_turn(instance, tool, prepared))
        return [_summary(instance, one, taken) for one, taken in zip(ready, turns, strict=True)]


@dataclass(frozen=True, slots=True)
class _Turn:
    full: Run
    idle: Run | None


def _turn(instance: Instance, tool: Tool, prepared: Prepared) -> _Turn:
    one = run(prepared.command, prepared.folder, prepared.environment)
    distinct = tool.distinct(one.output)
    if distinct != instance.distinct:
        raise CountsDiffer(f"{instance.name}: {tool.name} finds {distinct:,} states, there are {instance.distinct:,}")
    idle = None
    if prepared.idle is not None:
        idle = run(prepared.idle, prepared.folder, prepared.environment, prepared.allowed)
    return _Turn(one, idle)


def _summary(instance: Instance, ready: tuple[Tool, Prepared], turns: Sequence[_Turn]) -> Measured:
    tool, prepared = ready
    cpu_s = tuple(turn.full.cpu_s for turn in turns)
    idle = [turn.idle for turn in turns if turn.idle is not None]
    first = prepared.first_verdict_s
    return Measured(
        instance.name,
        tool.name,
        instance.distinct,
        prepared.compile_s,
        prepared.compile_s + statistics.median(cpu_s) if first is None else first,
        cpu_s,
        tuple(turn.full.wall_s for turn in turns),
        max(turn.full.peak_bytes for turn in turns),
        statistics.median(one.cpu_s for one in idle) if idle else None,
        statistics.median(one.wall_s for one in idle) if idle else None,
        max(one.peak_bytes for one in idle) if idle else None,
    )
