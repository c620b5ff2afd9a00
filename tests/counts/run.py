"""Running a row of the count table."""

from __future__ import annotations

from counts.orbits import orbits
from counts.row import Outcome, Row

from indoubt import Verdict, check
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.runs.result import Result

FEW = 1500
"""Generated states that the reference interpreter needs less time for than native code needs to be compiled."""


def checked(row: Row, engine: str = "native") -> Result:
    """The check that a row without symmetry stands for."""
    chosen = None if row.chosen is None else [name for name in row.chosen if name != DEADLOCK]
    deadlock = row.chosen is not None and DEADLOCK in row.chosen
    return check(
        row.spec, properties=chosen, deadlock=deadlock, constraints=row.constraints, engine=engine, **row.settings
    )


def outcome(row: Row, result: Result) -> Outcome:
    """What a result says of everything that `row.expected` speaks of."""
    trace = None if row.about is None else result.property(row.about).trace
    counts, expected = result.counts, row.expected
    return Outcome(
        result.verdict,
        None if expected.initial is None else counts.initial,
        None if expected.generated is None else counts.generated,
        None if expected.distinct is None else counts.distinct,
        None if expected.depth is None else counts.depth,
        len(trace) if trace is not None and _is_compared(row, trace.back_to) else None,
    )


def _is_compared(row: Row, back_to: int | None) -> bool:
    """Whether the length of a trace means something: that of a run which ends in a cycle does not."""
    return back_to is None or row.expected.length is not None


def observed_soon(row: Row) -> Outcome:
    """The same by the engine that is done first: in a table of many small rows, half of them are by each."""
    return outcome(row, checked(row, "reference" if (row.expected.generated or FEW) < FEW else "native"))


def observed(row: Row) -> Outcome:
    """Run a row: what the checker says of everything that `row.expected` speaks of."""
    if row.symmetry:
        return Outcome(Verdict.HOLDS, distinct=orbits(row.spec, row.symmetry, **row.settings))
    return outcome(row, checked(row))
