"""The result of a simulation as text for people, and as data for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from indoubt.explorer.search.result import Verdict
from indoubt.reports.coverage import bars, taken_text
from indoubt.reports.report import (
    Line,
    counted,
    envelope_data,
    envelope_rows,
    headline,
    properties_data,
    property_lines,
    table,
    violation_text,
)
from indoubt.runs.result import PropertyResult
from indoubt.runs.simulating import SimulationResult

SCHEMA = "indoubt/simulation/1"
BARS = 20
"""Into how many parts the table of lengths is divided."""


def to_text(result: SimulationResult, again: str | None = None) -> str:
    """What was seen, as plain text without a final newline; `again` is the command that finds the violation again."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines_of(result, again))


def lines_of(result: SimulationResult, again: str | None = None) -> list[Line]:
    """The lines of the text, with styles."""
    violation = result.first_violation()
    why = "; ".join(result.reasons) if violation is None else violation_text(violation)
    return [
        headline(result.envelope, result.verdict, why),
        (),
        *property_lines(result.properties, lambda one: _answer(result, one)),
        (),
        *table(_walks(result, again)),
        (),
        *table(_envelope(result)),
    ]


def _answer(result: SimulationResult, one: PropertyResult) -> tuple[str, str]:
    if one.kind == "reachable":
        if one.trace is None:
            return "not yet", "not reached by any walk"
        steps = len(one.trace.steps)
        return "reached", f"a walk reaches it in {counted(steps, 'step')}" if steps else "in an initial state"
    if one.verdict is Verdict.VIOLATED:
        states = counted(len(one.trace) if one.trace else 0, "state")
        return "violated", f"a counterexample, not necessarily a shortest, has {states}"
    return "undecided", "not violated where the walks have been"


def _walks(result: SimulationResult, again: str | None) -> Iterator[tuple[str, str]]:
    yield "runs", f"{result.runs:,} from seed {result.seed}, of up to {counted(result.depth, 'state')} each"
    if result.runs:
        yield "", _ends(result)
        yield "lengths", _lengths(result)
    if result.stopped is not None and result.violating_run is None:
        yield "", f"not all: {result.stopped.told}"
    yield "steps", f"{result.steps:,}, to about {_rounded(result.distinct):,} distinct states"
    if result.envelope.taken:
        taken = result.envelope.taken
        yield "actions", taken_text(result.envelope, is_final=False, most_named=len(taken))
    if result.violating_run is not None:
        walked = f"found by run {result.violating_run + 1:,} after {counted(result.walked or 0, 'state')}"
        yield "violation", walked
    if again is not None:
        yield "again", again
    rate = f", {result.steps / result.elapsed_s:,.0f} steps/s" if result.elapsed_s else ""
    compiling = f", after {result.compile_s:.2f} s to compile" if result.compile_s else ""
    yield "time", f"{result.elapsed_s:.2f} s{rate}{compiling}"


def _ends(result: SimulationResult) -> str:
    ends = result.ends
    ways = (
        (ends.depth, "have that many states"),
        (ends.no_step, "end where no step is enabled"),
        (ends.standstill, "end where no step changes anything"),
        (ends.outside, "end outside of a constraint"),
        (ends.violation, "ends with a violation"),
    )
    return ", ".join(f"{count:,} {way}" for count, way in ways if count)


def _lengths(result: SimulationResult) -> str:
    """The shortest, the middle and the longest walk."""
    before = 0
    middle = 0
    for _, last, count in result.lengths:
        before += count
        if 2 * before >= result.runs:
            middle = last
            break
    return f"{result.lengths[0][0]:,} to {result.lengths[-1][1]:,} states, half of them at most {middle:,}"


def _rounded(number: int) -> int:
    """Two digits, which is what an estimate is good for."""
    unit = int(10 ** max(0, len(str(number)) - 2))
    return round(number / unit) * unit


def _envelope(result: SimulationResult) -> Iterator[tuple[str, str]]:
    for label, text in envelope_rows(result.envelope, result.properties, "taken"):
        yield label, text
        if label == "deadlock" and result.whole_runs:
            yield "whole runs", f"not judged by walks: {', '.join(result.whole_runs)}; `indoubt check` decides them"


def details(result: SimulationResult) -> list[str]:
    """Two tables: the steps of each action, and the walks of each length."""
    return [*bars("steps of each action", result.envelope.taken), "", *bars("walks of each length", _parts(result))]


def _parts(result: SimulationResult) -> dict[str, int]:
    """How many walks there are in each part of all lengths."""
    size = -(-result.depth // BARS)
    parts: dict[int, int] = {}
    for first, _, count in result.lengths:
        part = (first - 1) // size
        parts[part] = parts.get(part, 0) + count
    digits = len(f"{result.depth:,}")
    return {
        f"{part * size + 1:>{digits},} to {min(result.depth, (part + 1) * size):>{digits},}": parts.get(part, 0)
        for part in range(max(parts, default=-1) + 1)
    }


def to_json(result: SimulationResult, again: str | None = None) -> str:
    """The data as JSON, without a final newline."""
    return json.dumps(to_data(result, again), indent=2, ensure_ascii=False)


def to_data(result: SimulationResult, again: str | None = None) -> dict[str, Any]:
    """The result as plain lists and dicts, in the schema `indoubt/simulation/1`.

    Properties and envelope are as in `indoubt/verdict/1`. Fields may be added under the same version; none is renamed
    or removed.
    """
    envelope, ends = result.envelope, result.ends
    return {
        "schema": SCHEMA,
        "spec": envelope.spec,
        "verdict": result.verdict.value,
        "exit_status": result.exit_status,
        "reasons": list(result.reasons),
        "seed": result.seed,
        "depth": result.depth,
        "most_runs": result.most_runs,
        "runs": result.runs,
        "steps": result.steps,
        "distinct_estimate": result.distinct,
        "ends": {
            "depth": ends.depth,
            "no_step": ends.no_step,
            "standstill": ends.standstill,
            "outside": ends.outside,
            "violation": ends.violation,
        },
        "lengths": [{"from": first, "to": last, "walks": count} for first, last, count in result.lengths],
        "violation": None
        if result.violating_run is None
        else {"run": result.violating_run, "states": result.walked, "again": again},
        "properties": properties_data(result.properties),
        "envelope": envelope_data(envelope),
        "whole_runs": list(result.whole_runs),
        "stopped": None if result.stopped is None else {"limit": result.stopped.limit, "where": result.stopped.where},
        "elapsed_s": result.elapsed_s,
        "compile_s": result.compile_s,
    }
