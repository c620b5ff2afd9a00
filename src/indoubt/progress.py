"""One line on the terminal that says where a running search is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from indoubt.explorer.search.breadth_first import Progress

FIRST_AFTER_S = 0.5
EVERY_S = 0.2


@contextmanager
def shown() -> Generator[Callable[[Progress], None] | None]:
    """A function that shows progress on standard error while a `with` block runs; None where it is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - a check in a pipe does without

    console = Console(stderr=True)
    last = time.monotonic()
    with console.status("") as status:
        status.stop()

        def show(progress: Progress) -> None:
            nonlocal last
            now = time.monotonic()
            if progress.elapsed_s < FIRST_AFTER_S or now - last < EVERY_S:
                return
            last = now
            status.start()
            status.update(text_of(progress))

        yield show


def text_of(progress: Progress) -> str:
    """Depth, states, how many wait, and the rate."""
    counts = progress.counts
    rate = counts.distinct / progress.elapsed_s if progress.elapsed_s else 0.0
    return (
        f"depth {counts.depth}: {counts.distinct:,} distinct, {counts.frontier:,} to expand, "
        f"{counts.generated:,} generated, {rate:,.0f} states/s, {progress.elapsed_s:.0f} s"
    )
