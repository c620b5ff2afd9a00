"""Where a running search is: some lines on the terminal, and a file with a line of JSON for each look."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Counts
from indoubt.finding.specs import UsageError

if TYPE_CHECKING:
    from indoubt.explorer.search.walks import Walking

SCHEMA = "indoubt/progress/1"
FIRST_AFTER_S = 0.5
EVERY_S = 0.2
LOG_EVERY_S = 1.0
NAMED = 4
"""How many actions are shown, those that were taken most."""

Report = Callable[[Progress], None]
Place = TypeVar("Place", "Progress", "Walking")
"""Where a search is, or a simulation."""


@contextmanager
def shown(log: str | None = None) -> Generator[Report | None]:
    """A function that shows progress while a `with` block runs; None where nobody looks.

    It goes to standard error where that is a terminal, and as JSON Lines to the file `log`. Raises UsageError where the
    file cannot be written.
    """
    with _logged(log) as write, _on_terminal(text_of) as show:
        reports = [one for one in (write, show) if one is not None]

        def report(progress: Progress) -> None:
            for one in reports:
                one(progress)

        yield report if reports else None


@contextmanager
def walks_shown() -> Generator[Callable[[Walking], None] | None]:
    """The same for a simulation."""
    with _on_terminal(walks_text) as show:
        yield show


@contextmanager
def _on_terminal(told: Callable[[Place], str]) -> Generator[Callable[[Place], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - a check in a pipe does without

    console = Console(stderr=True)
    last = time.monotonic()
    with console.status("") as status:
        status.stop()

        def show(progress: Place) -> None:
            nonlocal last
            now = time.monotonic()
            if progress.elapsed_s < FIRST_AFTER_S or now - last < EVERY_S:
                return
            last = now
            status.start()
            status.update(told(progress))

        yield show


@contextmanager
def _logged(path: str | None) -> Generator[Report | None]:
    if path is None:
        yield None
        return
    last = -LOG_EVERY_S
    is_full = False
    with _opened(path) as file:

        def write(progress: Progress) -> None:
            nonlocal last, is_full
            if progress.elapsed_s - last < LOG_EVERY_S or is_full:
                return
            last = progress.elapsed_s
            try:
                file.write(json.dumps(data_of(progress)) + "\n")
            except OSError as error:  # the answer is worth more than the way to it
                is_full = True
                _tell_unwritten(path, error)

        yield write


def _tell_unwritten(path: str, error: OSError) -> None:
    print(f"--log-jsonl {path} is not complete: {error.strerror or error}", file=sys.stderr)


def log_end(path: str | None, verdict: str, counts: Counts, elapsed_s: float) -> None:
    """Write the last line of a log, which says how the run ended."""
    if path is None:
        return
    named = {"depth": counts.depth, "distinct": counts.distinct, "generated": counts.generated}
    line = {"schema": SCHEMA, "event": "verdict", "verdict": verdict, "elapsed_s": round(elapsed_s, 3), **named}
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    except OSError as error:
        _tell_unwritten(path, error)


def _opened(path: str) -> IO[str]:
    try:
        return Path(path).open("w", encoding="utf-8", buffering=1)
    except OSError as error:
        raise UsageError(f"--log-jsonl {path} cannot be written: {error.strerror or error}") from None


def text_of(progress: Progress) -> str:
    """Depth, states, how many wait, the rate, what the memory holds, and the actions taken most."""
    counts = progress.counts
    states = f"{counts.distinct:,} distinct, {counts.frontier:,} to expand, {counts.generated:,} generated"
    doing = f"judging {progress.judging}" if progress.judging else f"{_rate(progress):,.0f} states/s"
    line = f"depth {counts.depth}: {states}, {doing}, {progress.elapsed_s:.0f} s"
    if progress.memory_bytes is not None:
        load = "" if progress.load is None else f", table {progress.load:.0%} full"
        line += f", {progress.memory_bytes / (1 << 20):,.0f} MiB{load}"
    lines = [line]
    most = sorted(progress.taken.items(), key=lambda one: -one[1])
    if most:
        named = ", ".join(f"{name} {count:,}" for name, count in most[:NAMED])
        never = sum(not count for _, count in most)
        lines.append(f"taken {named}" + (f"; {never} of {len(most)} actions not yet" if never else ""))
    return "\n  ".join(lines)


def walks_text(progress: Walking) -> str:
    """Walks, steps and the rate."""
    rate = progress.steps / progress.elapsed_s if progress.elapsed_s else 0.0
    walks = f"{progress.runs:,} runs, {progress.steps:,} steps"
    return f"{walks}, {rate:,.0f} steps/s, {progress.elapsed_s:.0f} s"


def data_of(progress: Progress) -> dict[str, Any]:
    """The same as data, in the schema `indoubt/progress/1`."""
    counts = progress.counts
    return {
        "schema": SCHEMA,
        "event": "progress",
        "elapsed_s": round(progress.elapsed_s, 3),
        "depth": counts.depth,
        "distinct": counts.distinct,
        "generated": counts.generated,
        "expanded": progress.expanded,
        "frontier": counts.frontier,
        "states_per_s": round(_rate(progress)),
        "load": None if progress.load is None else round(progress.load, 4),
        "memory_bytes": progress.memory_bytes,
        "judging": progress.judging or None,
        "taken": dict(progress.taken),
    }


def _rate(progress: Progress) -> float:
    return progress.counts.distinct / progress.elapsed_s if progress.elapsed_s else 0.0
