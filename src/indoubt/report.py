"""A result as text for people, and as data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indoubt.counterexamples import export
from indoubt.explorer.search.result import Verdict
from indoubt.result import Envelope, PropertyResult, Result
from indoubt.specs.language.settings import setting_text

SCHEMA = "indoubt/verdict/1"
STYLES = {Verdict.HOLDS: "bold green", Verdict.VIOLATED: "bold red", Verdict.INCONCLUSIVE: "bold yellow"}

Line = tuple[tuple[str, str], ...]
"""Pieces of a line with the rich style of each, empty for none."""


def to_text(result: Result) -> str:
    """The verdict with everything that it rests on, as plain text without a final newline."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines_of(result))


def lines_of(result: Result) -> list[Line]:
    """The lines of the text, with styles."""
    return [_headline(result), (), *_properties(result), (), *_table(_counts(result)), (), *_table(_envelope(result))]


def _headline(result: Result) -> Line:
    envelope = result.envelope
    settings = " ".join(
        envelope.setting(name) for name in [*envelope.sizes, *envelope.settled_bounds, *envelope.changed]
    )
    violation = result.first_violation()
    if violation is not None:
        why = f"{violation.name}: {violation.claim}" if violation.claim != violation.name else violation.name
    elif result.reasons:
        why = "; ".join(result.reasons)
    else:
        why = "within the bounds below"
    return (
        (f"{envelope.spec} {settings}  ", "bold"),
        (result.verdict.value.upper(), STYLES[result.verdict]),
        (f"  {why}", ""),
    )


def _properties(result: Result) -> Iterator[Line]:
    width = max((len(one.name) for one in result.properties), default=0)
    for one in result.properties:
        word, remark = _answer(result, one)
        yield (f"  {one.name:<{width}}  ", ""), (f"{word:<13}", STYLES[one.verdict]), (remark, "")


def _answer(result: Result, one: PropertyResult) -> tuple[str, str]:
    count = len(one.trace) if one.trace else 0
    states = f"{count} state{'s' * (count != 1)}"
    if one.kind == "reachable":
        if one.verdict is Verdict.HOLDS:
            return "reached", f"a shortest way has {states}"
        if one.verdict is Verdict.VIOLATED:
            return "not reached", f"no reachable state is one where: {one.claim}"
        return "not yet", f"not reached among the {result.counts.distinct:,} states seen"
    if one.verdict is Verdict.VIOLATED:
        return "violated", f"a shortest counterexample has {states}"
    if one.verdict is Verdict.HOLDS:
        return "holds", one.claim
    return "undecided", f"not violated in the {result.counts.distinct:,} states seen"


def _counts(result: Result) -> Iterator[tuple[str, str]]:
    counts = result.counts
    steps = f"{counts.initial:,} initial, {counts.generated:,} generated"
    yield "states", f"{steps}, {counts.distinct:,} distinct, depth {counts.depth}"
    if result.stopped is not None:
        yield "", f"not all: stopped by {result.stopped}"
    elif result.first_violation() is not None and counts.frontier:
        yield "", f"not all: the search ends with the level of the first violation, {counts.frontier:,} not expanded"
    else:
        yield "", _extent(result.envelope)
    yield "time", f"{result.elapsed_s:.2f} s"


def _extent(envelope: Envelope) -> str:
    if envelope.constraints:
        return f"all states within {', '.join(envelope.constraints)}"
    return (
        "all reachable states, every one expanded" if envelope.view is None else "one state for each value of the view"
    )


def _envelope(result: Result) -> Iterator[tuple[str, str]]:
    envelope = result.envelope
    yield "sizes", " ".join(f"{name}={size}" for name, size in envelope.sizes.items()) or "none"
    if envelope.parameters:
        yield "parameters", " ".join(envelope.setting(name) for name in envelope.parameters)
    if envelope.faults:
        yield "faults", ", ".join(f"{name} {_times(count)}" for name, count in envelope.faults.items())
    else:
        yield "faults", "the spec declares none"
    bounds = [f"{bound}, in {action}" for bound, action in envelope.bounds]
    settled = " ".join(envelope.setting(name) for name in envelope.settled_bounds)
    reached = f"reached: {'; '.join(bounds)}" if bounds else "none reached"
    yield "bounds", f"{settled}; {reached}" if settled else reached
    yield "limits", _limits(result)
    if envelope.constraints:
        yield "constraint", f"states outside of {', '.join(envelope.constraints)} are checked, but not explored further"
    if envelope.view is not None:
        yield "view", envelope.view
    yield "deadlock", "checked" if envelope.checks_deadlock else "not checked"
    if envelope.left_out:
        yield "left out", "properties not checked: " + ", ".join(envelope.left_out)
    yield "search", f"{envelope.search}; {envelope.engine}"
    confirmed = sum(one.trace is not None for one in result.properties)
    if confirmed:
        yield "confirmed", f"{confirmed} trace{'s' * (confirmed > 1)} replayed by the Python source of the spec"


def _times(count: int) -> str:
    return f"possible {count:,} times" if count else "never possible"


def _limits(result: Result) -> str:
    limits = result.envelope.limits
    named = {"--max-states": limits.max_states, "--max-depth": limits.max_depth, "--timeout": limits.timeout_s}
    return " ".join(f"{name} {value:g}" for name, value in named.items() if value is not None) or "none"


def _table(rows: Iterator[tuple[str, str]]) -> Iterator[Line]:
    return (((f"  {label:<10}  ", "dim"), (text, "")) for label, text in rows)


def to_data(result: Result) -> dict[str, Any]:
    """The result as plain lists and dicts, in the schema `indoubt/verdict/1`.

    Settings are texts as the command line takes them; a trace is in the schema `indoubt/trace/1`. Fields may be added
    under the same version; none is renamed or removed.
    """
    envelope, counts, limits = result.envelope, result.counts, result.envelope.limits
    return {
        "schema": SCHEMA,
        "spec": envelope.spec,
        "verdict": result.verdict.value,
        "exit_status": result.exit_status,
        "reasons": list(result.reasons),
        "properties": [
            {
                "name": one.name,
                "kind": one.kind,
                "claim": one.claim,
                "verdict": one.verdict.value,
                "states": len(one.trace) if one.trace else None,
                "trace": None if one.observed is None else export.to_data(one.observed),
            }
            for one in result.properties
        ],
        "counts": {
            "initial": counts.initial,
            "generated": counts.generated,
            "distinct": counts.distinct,
            "depth": counts.depth,
            "frontier": counts.frontier,
        },
        "levels": list(result.levels),
        "envelope": {
            "sizes": dict(envelope.sizes),
            "settled_bounds": dict(envelope.settled_bounds),
            "parameters": {name: setting_text(value) for name, value in envelope.parameters.items()},
            "changed": list(envelope.changed),
            "faults": dict(envelope.faults),
            "bounds": [{"bound": bound, "action": action} for bound, action in envelope.bounds],
            "limits": {"max_states": limits.max_states, "max_depth": limits.max_depth, "timeout_s": limits.timeout_s},
            "deadlock": envelope.checks_deadlock,
            "constraints": list(envelope.constraints),
            "view": envelope.view,
            "left_out": list(envelope.left_out),
            "taken": dict(envelope.taken),
            "engine": envelope.engine,
            "search": envelope.search,
        },
        "stopped": None if result.stopped is None else {"limit": result.stopped.limit, "where": result.stopped.where},
        "elapsed_s": result.elapsed_s,
    }
