"""The frontier of faults as a table for people, and as data for programs."""

from __future__ import annotations

import itertools
import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from indoubt.explorer.search.result import Verdict
from indoubt.faults.asking import Claim
from indoubt.faults.cells import Axis, Finding, Frontier
from indoubt.faults.frontier_table import WIDEST, lines_of_table
from indoubt.faults.order import Cell
from indoubt.reports.report import STYLES, Line, counted, table
from indoubt.runs.checkpoints import address_of
from indoubt.specs.language.settings import setting_text

SCHEMA = "indoubt/frontier/1"
SO_FAR = ", so far"
"""Stands beside a cell that others, which are open, may take the place of."""
MOST_COMMANDS = 12


def lines_of(shown: Frontier, spec: str) -> Iterator[Line]:
    """The lines of the text, with styles; `spec` is its name as the user writes it."""
    yield _headline(shown)
    yield ()
    yield from _summary(shown)
    for one in divided(shown):
        yield ()
        yield (f"  {one.name}", "bold"), (f"  {one.claim}", "")
        yield from lines_of_table(shown, one)
    commands = _commands(shown, spec)
    if commands:
        yield ()
        yield (("  to see a counterexample", "dim"),)
        for command in commands:
            yield ((f"    {command}", ""),)
    yield ()
    yield from table(_rows(shown))


def divided(shown: Frontier) -> list[Claim]:
    """The properties that differ from cell to cell."""
    return [one for one in shown.claims if len({shown.verdict(one.name, cell) for cell in shown.cells}) > 1]


def _headline(shown: Frontier) -> Line:
    """What was asked."""
    axes = ", ".join(_range_text(axis) for axis in shown.axes)
    return ((f"{shown.asking.title}  ", "bold"), (f"FRONTIER  of {axes}", ""))


def _range_text(axis: Axis) -> str:
    first, last = axis.values[0], axis.values[-1]
    is_whole = list(axis.values) == list(range(first, last + 1))
    return f"{axis.name} {first}..{last}" if is_whole else f"{axis.name} {','.join(map(str, axis.values))}"


def _summary(shown: Frontier) -> Iterator[Line]:
    """A row for each property: the smallest budgets that break it, and the largest that it survives."""
    heads = ("property", "breaks with", "survives")
    rows = [(one, _smallest(shown, one), _largest(shown, one)) for one in shown.claims]
    first = max(len(heads[0]), *(len(one.name) for one, _, _ in rows))
    half = (WIDEST - first - 6) // 2
    rows = [(one, _wrapped(broken, half), _wrapped(held, half)) for one, broken, held in rows]
    widths = [first, max(len(heads[1]), *(len(text) for _, texts, _ in rows for text in texts))]
    yield ((f"  {heads[0]:<{widths[0]}}  {heads[1]:<{widths[1]}}  {heads[2]}", "dim"),)
    for one, broken, held in rows:
        for number, (left, right) in enumerate(itertools.zip_longest(broken, held, fillvalue="")):
            name = one.name if not number else ""
            style = STYLES[Verdict.VIOLATED] if shown.breaks_with(one.name) and left else ""
            yield (f"  {name:<{widths[0]}}  ", ""), (f"{left:<{widths[1]}}  ", style), (right, "")


def _wrapped(texts: Iterable[str], width: int) -> list[str]:
    """Texts of a column, each of which may go on in further lines."""
    wrap = textwrap.TextWrapper(max(width, 30), subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return [line for text in texts for line in wrap.wrap(text)]


def _smallest(shown: Frontier, one: Claim) -> list[str]:
    """The smallest budgets that break a property; of what is to be reached, the largest that do not reach it."""
    if one.kind == "reachable":
        missed = shown.misses_up_to(one.name)
        return [f"not reached with {budget_text(shown, cell)}" for cell in missed] or ["none of these"]
    broken = shown.breaks_with(one.name)
    if not broken:
        return ["none of these, as far as is known" if shown.open(one.name) else "none of these"]
    so_far = shown.breaks_with_so_far(one.name)
    return [f"{budget_text(shown, cell)}{_steps(shown, one, cell)}{SO_FAR * (cell in so_far)}" for cell in broken]


def _steps(shown: Frontier, one: Claim, cell: Cell) -> str:
    """How long the counterexample is."""
    found = shown.findings[one.name, cell].found
    return "" if found is None or found.trace is None else f": {counted(len(found.trace), 'state')}"


def _largest(shown: Frontier, one: Claim) -> list[str]:
    """The largest budgets that a property survives; of what is to be reached, the smallest that reach it."""
    if one.kind == "reachable" and shown.misses_up_to(one.name):
        return [f"reached with {budget_text(shown, cell)}" for cell in shown.reached_from(one.name)] or [
            "not reached, as far as is known" if shown.open(one.name) else "never reached"
        ]
    held = shown.survives(one.name)
    if shown.holds_everywhere(one.name) and shown.impossible:
        return ["all that are possible"]
    if shown.holds_everywhere(one.name) and not any(shown.runs[cell].idle for cell in held if cell in shown.runs):
        return ["all of these"]
    if not held:
        return ["none of these, as far as is known" if shown.open(one.name) else "none of these"]
    so_far = shown.survives_so_far(one.name)
    return [f"{_survived(shown, cell)}{SO_FAR * (cell in so_far)}" for cell in held]


def _survived(shown: Frontier, cell: Cell) -> str:
    """The budgets of a cell, those apart that cannot be spent there."""
    run, values = shown.runs.get(cell), shown.values(cell)
    idle = [f"{name}={values[name]}" for name in (run.idle if run else ()) if values.get(name)]
    spent = [text for text in budget_text(shown, cell).split() if text not in idle]
    remark = f"  ({', '.join(idle)} cannot happen)" if idle else ""
    return f"{' '.join(spent) or 'no fault'}{remark}"


def budget_text(shown: Frontier, cell: Cell) -> str:
    """A cell in words: the budgets that are not 0."""
    spent = [f"{name}={value}" for name, value in shown.values(cell).items() if value]
    return " ".join(spent) or "no fault"


# ---- what it rests on


def _rows(shown: Frontier) -> Iterator[tuple[str, str]]:
    run = sum(not found.is_inferred for found in shown.findings.values())
    inferred = len(shown.findings) - run
    asked = len(shown.cells) * len(shown.claims)
    searches = sum(len(one.distinct) for one in shown.runs.values())
    states = sum(sum(one.distinct) for one in shown.runs.values())
    ran = f"{searches:,} search{'es' * (searches != 1)} of {states:,} states"
    yield "cells", f"{len(shown.runs)} of {len(shown.cells)} run, by {ran}"
    yield "verdicts", f"{asked} in all: {run} of cells that were run, {inferred} that follow, in parentheses above"
    yield "time", f"{shown.elapsed_s:.2f} s"
    for why, reasons in _alike(shown.impossible.values()).items():
        others = f", and {counted(len(reasons) - 1, 'reason')} alike" if len(reasons) > 1 else ""
        yield "no run", f"{why}{others} ({counted(sum(reasons.values()), 'cell')})"
    for one in shown.left_out:
        yield "left out", one.reason
    for reason, names in _reasons(shown):
        yield "not shown", f"{names}: {reason}"
    for cell, reason, names in _open(shown):
        yield "open", f"{budget_text(shown, cell)}: {names}: {reason}"
    if any(shown.breaks_with_so_far(one.name) or shown.survives_so_far(one.name) for one in shown.claims):
        still_open = counted(sum(len(shown.open(one.name)) for one in shown.claims), "verdict")
        yield "so far", f"smaller budgets may break a property, or larger ones be survived: {still_open} open"
    if shown.is_interrupted:
        yield "", "interrupted: this is what was known then"


def _alike(reasons: Iterable[str]) -> dict[str, Counter[str]]:
    """Reasons that differ in numbers only, and how often each is one: by the first of them."""
    first: dict[str, str] = {}
    together: dict[str, Counter[str]] = {}
    for why in reasons:
        pattern = re.sub(r"\d+", "0", why)
        together.setdefault(first.setdefault(pattern, why), Counter())[why] += 1
    return together


def _reasons(shown: Frontier) -> list[tuple[str, str]]:
    """Why nothing follows of some properties along some budgets."""
    together: dict[str, dict[str, list[str]]] = {}
    for name, reasons in shown.not_shown.items():
        for axis, why in reasons.items():
            together.setdefault(why, {}).setdefault(axis, []).append(name)
    all_names = [one.name for one in shown.claims]
    found: list[tuple[str, str]] = []
    for why, by_axis in together.items():
        names = {name for listed in by_axis.values() for name in listed}
        who = (
            "all properties" if len(names) == len(all_names) else ", ".join(name for name in all_names if name in names)
        )
        found.append((why, f"nothing follows for {who} along {', '.join(by_axis)}"))
    return found


def _open(shown: Frontier) -> Iterator[tuple[Cell, str, str]]:
    """The cells that were run and decide nothing of some properties."""
    for cell in shown.runs:
        by_reason: dict[str, list[str]] = {}
        for one in shown.claims:
            found = shown.findings.get((one.name, cell))
            if found is not None and found.verdict is Verdict.INCONCLUSIVE:
                by_reason.setdefault(found.reason, []).append(one.name)
        for reason, names in by_reason.items():
            yield cell, reason, ", ".join(names)


# ---- commands


def command_of(shown: Frontier, one: str, cell: Cell, spec: str) -> str:
    """The command that shows the counterexample of a property in a cell."""
    return shown.asking.command(shown.values(cell), one, spec)


def _commands(shown: Frontier, spec: str) -> list[str]:
    broken = [
        (one.name, cell) for one in shown.claims if one.kind != "reachable" for cell in shown.breaks_with(one.name)
    ]
    every = [command_of(shown, name, cell, spec) for name, cell in broken]
    more = len(every) - MOST_COMMANDS
    return [*every[:MOST_COMMANDS], *([f"... and {more} more, in --format json"] if more > 0 else [])]


def to_json(shown: Frontier, spec: str | None = None) -> str:
    """The data as JSON, without a final newline."""
    return json.dumps(to_data(shown, spec or address_of(shown.asking.spec)), indent=2, ensure_ascii=False)


def to_data(shown: Frontier, spec: str) -> dict[str, Any]:
    """The frontier as plain lists and dicts, in the schema `indoubt/frontier/1`; a cell is its budgets by name."""
    asking = shown.asking
    return {
        "schema": SCHEMA,
        "spec": asking.spec.__name__,
        "settings": {name: setting_text(value) for name, value in asking.settings.items()},
        "faults": dict(asking.faults),
        "exit_status": shown.exit_status,
        "is_interrupted": shown.is_interrupted,
        "elapsed_s": shown.elapsed_s,
        "axes": [{"name": axis.name, "values": list(axis.values)} for axis in shown.axes],
        "properties": [
            {
                "name": one.name,
                "kind": one.kind,
                "claim": one.claim,
                "breaks_with": [shown.values(cell) for cell in shown.breaks_with(one.name)],
                "breaks_with_so_far": [shown.values(cell) for cell in shown.breaks_with_so_far(one.name)],
                "survives": [shown.values(cell) for cell in shown.survives(one.name)],
                "survives_all_that_are_possible": shown.holds_everywhere(one.name),
                "survives_so_far": [shown.values(cell) for cell in shown.survives_so_far(one.name)],
                "not_inferred_along": dict(shown.not_shown.get(one.name, {})),
                "cells": [_cell_data(shown, one, cell, spec) for cell in shown.cells],
            }
            for one in shown.claims
        ],
        "runs": [
            {
                "cell": shown.values(cell),
                "distinct": list(run.distinct),
                "elapsed_s": run.elapsed_s,
                "idle": list(run.idle),
            }
            for cell, run in shown.runs.items()
        ],
        "left_out": [{"name": one.name, "values": list(one.values), "reason": one.reason} for one in shown.left_out],
        "impossible": [{"cell": shown.values(cell), "reason": why} for cell, why in shown.impossible.items()],
    }


def _cell_data(shown: Frontier, one: Claim, cell: Cell, spec: str) -> dict[str, Any]:
    found = shown.findings.get((one.name, cell), Finding(Verdict.INCONCLUSIVE, reason="interrupted"))
    trace = None if found.found is None else found.found.trace
    return {
        "budgets": shown.values(cell),
        "verdict": found.verdict.value,
        "inferred_from": None if found.because is None else shown.values(found.because),
        "reason": found.reason or None,
        "states": None if trace is None or found.verdict is Verdict.INCONCLUSIVE else len(trace),
        "command": command_of(shown, one.name, cell, spec) if found.verdict is Verdict.VIOLATED else None,
    }


def plain(lines: Iterable[Line]) -> str:
    """Lines as plain text."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)
