"""Time rows of the count table: first every count is compared, and only then is any time printed.

The time is processor time of the whole check, from reading the source of the spec to confirming its traces, and the
median of several runs. It includes what a short search spends on lowering, so that rates mean little below a second.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from counts.row import Row, When
from counts.run import checked, outcome
from counts.table import ROWS

import indoubt

SHOWN = (
    "TwoPhase RM=4",
    "TwoPhase RM=5",
    "ThreePC N=3 crashes=1",
    "PaxosM A=3 V=2 MaxB=2 q1=2 q2=2",
    "Locks crash_c=1",
)
"""What is timed unless the command line chooses: one row of each size and kind."""


@dataclass(frozen=True)
class Timing:
    """What one row took: the states that were generated and stored, and the processor time of each run."""

    row: Row
    generated: int
    distinct: int
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median processor time, in seconds."""
        return statistics.median(self.seconds)


class WrongCount(Exception):
    """A row came out otherwise than the count table says, so that its time would mean nothing."""


def chosen(rows: Iterable[Row], words: Sequence[str], *, by_hand: bool) -> list[Row]:
    """The rows whose names contain every one of `words`, or those of `SHOWN` if there are none."""
    timed = [row for row in rows if not row.symmetry and (by_hand or row.when is not When.BY_HAND)]
    if not words:
        return [row for row in timed if row.name in SHOWN]
    return [row for row in timed if all(word.lower() in row.name.lower() for word in words)]


def timed(row: Row, runs: int) -> Timing:
    """Check a row so many times. Raises WrongCount when a run does not come out as the table says."""
    seconds: list[float] = []
    while True:
        start = time.process_time()
        result = checked(row)
        seconds.append(time.process_time() - start)
        found = outcome(row, result)
        if found != row.expected:
            raise WrongCount(f"{row.name}: the count table has {row.expected}, this run {found}")
        if len(seconds) == runs:
            return Timing(row, result.counts.generated, result.counts.distinct, tuple(seconds))


def table(timings: Iterable[Timing]) -> str:
    """The times, one row each, with the rate of generated states."""
    lines = [
        "| row | generated | distinct | median s | fastest s | slowest s | states/s |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for one in timings:
        rate = f"{one.generated / one.median:,.0f}" if one.median > 0 else "-"
        times = " | ".join(f"{second:.2f}" for second in (one.median, min(one.seconds), max(one.seconds)))
        lines.append(f"| {one.row.name} | {one.generated:,} | {one.distinct:,} | {times} | {rate} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Time the rows that the command line chooses; exit status 1 for a wrong count, 2 for a wrong choice."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks counts", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="time the rows whose names contain every WORD")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="runs of each row (3)")
    parser.add_argument("--by-hand", action="store_true", help="also rows that take minutes")
    parser.add_argument("--list", action="store_true", help="print the names of the rows, and run nothing")
    options = parser.parse_args(arguments)
    rows = chosen(ROWS, options.words, by_hand=options.by_hand)
    if not rows:
        parser.error(f"no row of the count table contains {' and '.join(options.words)}; --list prints the names")
    if options.runs < 1:
        parser.error(f"--runs {options.runs}: at least 1 is needed")
    if options.list:
        print("\n".join(row.name for row in rows))
        return
    try:
        timings = [timed(row, options.runs) for row in rows]
    except WrongCount as wrong:
        sys.exit(f"wrong count, so no times are printed: {wrong}")
    version = ".".join(str(number) for number in sys.version_info[:3])
    print(f"indoubt {indoubt.__version__}, Python {version}, processor time, median of {options.runs}\n")
    print(table(timings))
