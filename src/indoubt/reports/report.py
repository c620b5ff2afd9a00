"""A result as text for people, and as data for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from indoubt.explorer.search.result import Limits, Verdict, number_text
from indoubt.reports import coverage, storage_report
from indoubt.runs.result import Envelope, PropertyResult, Result
from indoubt.specs.language.machine import TEMPORAL
from indoubt.specs.language.settings import setting_text

if TYPE_CHECKING:
    from indoubt.faults.fewest import Fewest

SCHEMA = "indoubt/verdict/1"
NAMED = 2
"""How many bounds the first line names; the table has all of them."""
LISTS = (
    "warning",
    "quorums",
    "few faults",
    "actions",
    "parameters",
    "network",
    "links",
    "detector",
    "faults",
    "bounds",
    "fairness",
    "left out",
    "search",
)
"""The rows of the table that may become long."""
WIDTH = 106
"""Characters of a row beside its label."""
STYLES = {Verdict.HOLDS: "bold green", Verdict.VIOLATED: "bold red", Verdict.INCONCLUSIVE: "bold yellow"}

Line = tuple[tuple[str, str], ...]
"""Pieces of a line with the rich style of each, empty for none."""


def to_text(result: Result) -> str:
    """The verdict with everything that it rests on, as plain text without a final newline."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines_of(result))


def lines_of(result: Result) -> list[Line]:
    """The lines of the text, with styles."""
    return [
        headline(result.envelope, result.verdict, _why(result)),
        (),
        *_properties(result),
        (),
        *table(_counts(result)),
        (),
        *table(envelope_rows(result.envelope, result.properties)),
    ]


def headline(envelope: Envelope, verdict: Verdict, why: str) -> Line:
    """The first line: what was run, the verdict, and why."""
    settings = " ".join(
        envelope.setting(name) for name in [*envelope.sizes, *envelope.settled_bounds, *envelope.changed]
    )
    for one in envelope.quorums:
        settings += "" if one.is_default else f" {one.setting}"
    settings = " ".join([settings, *envelope.environment, *(f"constraint={one}" for one in envelope.constraints)])
    return (
        (f"{envelope.spec} {settings}".rstrip() + "  ", "bold"),
        (verdict.value.upper(), STYLES[verdict]),
        (f"  {why}", ""),
    )


def _why(result: Result) -> str:
    """What the verdict says in one line, and the bounds that were reached where it may be due to them."""
    bounds = [f"{bound}, in {action}" for bound, action in result.envelope.bounds]
    reached = "; ".join(bounds[:NAMED]) + (f"; and {len(bounds) - NAMED} more" if len(bounds) > NAMED else "")
    violation = result.first_violation()
    if violation is not None:
        why = violation_text(violation)
        is_for_want_of_a_step = violation.kind in ("reachable", "deadlock", *TEMPORAL)
        due = f"; this may be due to a bound that was reached: {reached}"
        return f"{why}{due}" if bounds and is_for_want_of_a_step else why
    reasons = "; ".join(result.reasons)
    if result.verdict is not Verdict.HOLDS:
        return reasons
    why = f"decided before the search was {reasons}" if result.reasons else "within the bounds below"
    return f"{why}; reached: {reached}" if bounds else why


def violation_text(violation: PropertyResult) -> str:
    """What is violated, in one line."""
    if violation.kind == "reachable":
        return f"{violation.name}: never reached"
    if violation.kind == "deadlock":
        return f"{violation.name}: a state is reached in which no step is enabled"
    return f"{violation.name}: {violation.claim}" if violation.claim != violation.name else violation.name


def _properties(result: Result) -> Iterator[Line]:
    return property_lines(result.properties, lambda one: _answer(result, one))


def property_lines(
    properties: Iterable[PropertyResult], answer: Callable[[PropertyResult], tuple[str, str]]
) -> Iterator[Line]:
    """A line for each property, with a word and a remark."""
    properties = list(properties)
    width = max((len(one.name) for one in properties), default=0)
    for one in properties:
        word, remark = answer(one)
        yield (f"  {one.name:<{width}}  ", ""), (f"{word:<13}", STYLES[one.verdict]), (remark, "")


def _answer(result: Result, one: PropertyResult) -> tuple[str, str]:
    states = counted(len(one.trace) if one.trace else 0, "state")
    seen = counted(result.counts.distinct, "state")
    if one.kind == "reachable":
        if one.verdict is Verdict.HOLDS:
            steps = len(one.trace.steps) if one.trace else 0
            return "reached", f"after {counted(steps, 'step')}, and no sooner" if steps else "in an initial state"
        if one.verdict is Verdict.VIOLATED:
            within = " within these bounds" if result.envelope.bounds else ""
            return "not reached", f"no reachable state{within} is one where: {one.claim}"
        return "not yet", f"not reached among the {seen} seen"
    if one.kind in TEMPORAL and one.verdict is not Verdict.HOLDS:
        return _for_ever(one, states)
    if one.verdict is Verdict.VIOLATED and result.fewest is not None:
        return "violated", _fewest_told(result.fewest, one, states)
    if one.verdict is Verdict.VIOLATED:
        return "violated", f"a shortest counterexample has {states}"
    if one.verdict is Verdict.HOLDS:
        return "holds", one.claim
    return "undecided", f"not violated in the {seen} seen"


def _fewest_told(fewest: Fewest, one: PropertyResult, states: str) -> str:
    """What is known of a counterexample that was to have the fewest faults."""
    faults = counted(one.faults, "fault")
    if one.name in fewest.open:
        return f"a counterexample has {faults} and {states}; fewer faults may do"
    return f"a counterexample with the fewest faults has {faults if one.faults else 'none'}, and then {states}"


def _for_ever(one: PropertyResult, states: str) -> tuple[str, str]:
    """The answer to a temporal property that does not hold."""
    if one.trace is None:
        return "undecided", "runs are judged once every state is seen, and none is left out"
    back_to, last = one.trace.back_to, len(one.trace.steps)
    end = "stands still for ever" if back_to == last else f"goes back to state {back_to}"
    return "violated", f"a run of {states} {end}, and is fair"


def _counts(result: Result) -> Iterator[tuple[str, str]]:
    counts = result.counts
    steps = f"{counts.initial:,} initial, {counts.generated:,} generated"
    yield "states", f"{steps}, {counts.distinct:,} distinct, depth {counts.depth}"
    if result.stopped is not None:
        yield "", f"not all: {result.stopped.told}"
    elif result.first_violation() is not None and counts.frontier:
        yield "", f"not all: the search ends with the level of the first violation, {counts.frontier:,} not expanded"
    else:
        yield "", _extent(result.envelope)
    if result.fewest is not None:
        yield "few faults", result.fewest.told
    yield from coverage.summary(result)
    compiling = f", after {result.compile_s:.2f} s to compile" if result.compile_s else ""
    yield "time", f"{result.elapsed_s:.2f} s{compiling}"
    yield from storage_report.rows(result)


def _extent(envelope: Envelope) -> str:
    if envelope.constraints:
        return f"all states within {', '.join(envelope.constraints)}"
    if "(orbits stored)" in envelope.search:
        return "one state of each orbit, every one expanded"
    return (
        "all reachable states, every one expanded" if envelope.view is None else "one state for each value of the view"
    )


def envelope_rows(
    envelope: Envelope, properties: Iterable[PropertyResult], happened: str = "possible in"
) -> Iterator[tuple[str, str]]:
    """What the verdict rests on; `happened` says how faults are counted, in states or in steps."""
    yield "sizes", " ".join(f"{name}={size}" for name, size in envelope.sizes.items()) or "none"
    if envelope.parameters:
        yield "parameters", " ".join(envelope.setting(name) for name in envelope.parameters)
    if envelope.network is not None:
        yield "network", envelope.network
    if envelope.links is not None:
        yield "links", envelope.links
    if envelope.detector is not None:
        yield "detector", envelope.detector
    if envelope.budgets:
        asked = " ".join(f"{name}={budget}" for name, budget in envelope.budgets.items())
        yield "faults", f"{asked}; {_faults(envelope, happened)}"
    elif envelope.drops:
        yield "faults", f"none asked for; {_faults(envelope, happened)}"
    elif envelope.network is not None:
        yield "faults", "none asked for"
    elif envelope.faults:
        yield "faults", _faults(envelope, happened)
    else:
        yield "faults", "the spec declares none"
    for one in envelope.quorums:
        yield "quorums", one.told
    for warning in envelope.warnings:
        yield "warning", warning
    bounds = [f"{bound}, in {action}" for bound, action in envelope.bounds]
    settled = " ".join(envelope.setting(name) for name in envelope.settled_bounds)
    reached = f"reached: {'; '.join(bounds)}" if bounds else "none reached"
    yield "bounds", f"{settled}; {reached}" if settled else reached
    yield "limits", _limits(envelope.limits)
    if envelope.constraints:
        yield "constraint", f"states outside of {', '.join(envelope.constraints)} are checked, but not explored further"
    if envelope.view is not None:
        yield "view", envelope.view
    if envelope.fairness:
        yield "fairness", "; ".join(envelope.fairness)
    if envelope.symmetry is not None:
        yield "symmetry", envelope.symmetry
    yield "deadlock", "checked" if envelope.checks_deadlock else "not checked"
    if envelope.left_out:
        yield "left out", "properties not checked: " + ", ".join(envelope.left_out)
    yield "search", f"{envelope.search}; {envelope.engine}"
    confirmed = sum(one.trace is not None for one in properties)
    if confirmed:
        yield "confirmed", f"{confirmed} trace{'s' * (confirmed > 1)} replayed by the Python source of the spec"


def _faults(envelope: Envelope, happened: str) -> str:
    """In how many states each fault was possible, or how often it happened, and after them those that never were."""
    counts, what = envelope.fault_states, "state"
    if counts is None:
        counts, what = envelope.faults, "time"
    told = [f"{name} {happened} {counted(count, what)}" for name, count in counts.items() if count]
    never = f"never {happened.partition(' ')[0]}: {', '.join(name for name, count in counts.items() if not count)}"
    return "; ".join([", ".join(told)] * bool(told) + [never] * (0 in counts.values()))


def counted(count: int, what: str) -> str:
    """A number with its noun: `1 state`, `1,204 states`."""
    return f"{count:,} {what}{'s' * (count != 1)}"


def _limits(limits: Limits) -> str:
    named = {"--max-states": limits.max_states, "--max-depth": limits.max_depth, "--timeout": limits.timeout_s}
    told = [f"{name} {number_text(value)}" for name, value in named.items() if value is not None]
    return " ".join([*told, limits.of_memory] if limits.memory_bytes else told) or "none"


def table(rows: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """Lines of labels and texts; what lists much goes on in further lines."""
    for label, text in rows:
        parts = textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False) if label in LISTS else [text]
        for number, part in enumerate(parts):
            yield (f"  {'' if number else label:<10}  ", "dim"), (part, "")


def to_json(result: Result) -> str:
    """The data as JSON, without a final newline."""
    return json.dumps(to_data(result), indent=2, ensure_ascii=False)


def to_data(result: Result) -> dict[str, Any]:
    """The result as plain lists and dicts, in the schema `indoubt/verdict/1`.

    Settings are texts as the command line takes them; a trace is in the schema `indoubt/trace/1`. Fields may be added
    under the same version; none is renamed or removed.
    """
    envelope, counts = result.envelope, result.counts
    return {
        "schema": SCHEMA,
        "spec": envelope.spec,
        "verdict": result.verdict.value,
        "exit_status": result.exit_status,
        "reasons": list(result.reasons),
        "properties": properties_data(result.properties),
        "counts": {
            "initial": counts.initial,
            "generated": counts.generated,
            "distinct": counts.distinct,
            "depth": counts.depth,
            "frontier": counts.frontier,
        },
        "levels": list(result.levels),
        "envelope": envelope_data(envelope),
        "minimal": "steps" if result.fewest is None else "faults",
        "fewest": fewest_data(result.fewest),
        "stopped": None if result.stopped is None else {"limit": result.stopped.limit, "where": result.stopped.where},
        "elapsed_s": result.elapsed_s,
        "compile_s": result.compile_s,
        **storage_report.data(result.storage, counts.distinct, result.stopped),
    }


def fewest_data(fewest: Fewest | None) -> dict[str, Any] | None:
    """How the fewest faults were looked for; `open` says for which properties they are not shown, and why."""
    if fewest is None:
        return None
    searches = [{"most": one.most, "distinct": one.distinct, "stopped": one.stopped} for one in fewest.layers]
    return {"searches": searches, "open": dict(fewest.open)}


def properties_data(properties: Iterable[PropertyResult]) -> list[dict[str, Any]]:
    """The properties with their traces, which are in the schema `indoubt/trace/1`."""
    from indoubt.counterexamples import export  # noqa: PLC0415 - text does without

    return [
        {
            "name": one.name,
            "kind": one.kind,
            "claim": one.claim,
            "verdict": one.verdict.value,
            "states": len(one.trace) if one.trace else None,
            "faults": one.faults if one.trace else None,
            "trace": None if one.observed is None else export.to_data(one.observed),
        }
        for one in properties
    ]


def envelope_data(envelope: Envelope) -> dict[str, Any]:
    """What a verdict rests on; settings are texts as the command line takes them."""
    limits = envelope.limits
    return {
        "sizes": dict(envelope.sizes),
        "settled_bounds": dict(envelope.settled_bounds),
        "parameters": {name: setting_text(value) for name, value in envelope.parameters.items()},
        "changed": list(envelope.changed),
        "network": envelope.network,
        "links": envelope.links,
        "detector": envelope.detector,
        "quorums": [one.data for one in envelope.quorums],
        "warnings": list(envelope.warnings),
        "environment": list(envelope.environment),
        "budgets": dict(envelope.budgets),
        "faults": dict(envelope.faults),
        "fault_states": None if envelope.fault_states is None else dict(envelope.fault_states),
        "idle": {budget: list(actions) for budget, actions in envelope.idle.items()},
        "bounds": [{"bound": bound, "action": action} for bound, action in envelope.bounds],
        "limits": {
            "max_states": limits.max_states,
            "max_depth": limits.max_depth,
            "timeout_s": limits.timeout_s,
            "memory_bytes": limits.memory_bytes,
        },
        "deadlock": envelope.checks_deadlock,
        "constraints": list(envelope.constraints),
        "fairness": list(envelope.fairness),
        "view": envelope.view,
        "symmetry": envelope.symmetry,
        "left_out": list(envelope.left_out),
        "taken": dict(envelope.taken),
        "engine": envelope.engine,
        "search": envelope.search,
    }
