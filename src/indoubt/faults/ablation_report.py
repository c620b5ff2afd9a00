"""What an ablation found out, as a table for people and as data for programs; the traces as files."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from indoubt.explorer.search.result import Verdict
from indoubt.faults.ablation_result import Ablation, Row
from indoubt.faults.asking import Answer
from indoubt.faults.assumptions import Assumption
from indoubt.finding.specs import UsageError
from indoubt.reports.report import STYLES, Line, counted, table
from indoubt.specs.language.settings import setting_text

SCHEMA = "indoubt/ablation/1"
WIDEST, LEAST_ROOM = 118, 50
"""Characters of a line, and of its last column at least."""
Written = Mapping[tuple[str, str], Path]
"""The file of each trace, by what was changed and the property that falls."""


def lines_of(shown: Ablation, spec: str, files: Written | None = None) -> Iterator[Line]:
    """The lines of the text, with styles; `spec` is its name as the user writes it."""
    asking = shown.asking
    fall = sum(bool(row.fallen) for row in shown.rows)
    skipped = sum(bool(row.skipped) for row in shown.rows)
    tried = counted(len(shown.rows) - skipped, "change")
    head = f"ABLATION  {fall} of {tried} {'break' if fall != 1 else 'breaks'} something"
    head += f", {skipped} not tried" if skipped else ""
    yield ((f"{asking.title}  ", "bold"), (head, ""))
    yield ()
    yield from _whole(shown)
    yield ()
    cells = [("changed", "without", "falls", "counterexample", ""), *_cells(shown)]
    widths = [max(len(one[place]) for one in cells) for place in range(3)]
    has_names = any(one[1] for one in cells[1:])
    room = max(LEAST_ROOM, WIDEST - sum(widths) - 8)
    for number, (off, name, falls, found, style) in enumerate(cells):
        for line, part in enumerate(textwrap.wrap(found, room, break_long_words=False, break_on_hyphens=False) or [""]):
            yield (
                (f"  {'' if line else off:<{widths[0]}}  ", "dim" if not number else ""),
                (f"{'' if line else name:<{widths[1]}}  " if has_names else "", "dim"),
                (f"{'' if line else falls:<{widths[2]}}  ", "dim" if not number else style),
                (part, "dim" if not number else ""),
            )
    shows = list(_shows(shown, spec, files or {}))
    if shows:
        yield ()
        yield (("  to see a counterexample" if not files else "  counterexamples", "dim"),)
        for text in shows:
            yield ((f"    {text}", ""),)
    yield ()
    yield from table(_rows(shown))


def _whole(shown: Ablation) -> Iterator[Line]:
    """What is true of the protocol as it is."""
    by_verdict: dict[Verdict, list[str]] = {}
    for name, one in shown.whole.answers.items():
        by_verdict.setdefault(one.verdict, []).append(name)
    not_held, unknown = by_verdict.get(Verdict.VIOLATED, []), by_verdict.get(Verdict.INCONCLUSIVE, [])
    needing = [name for name in not_held if name in shown.reached_with]
    kinds = {one.name: one.kind for one in shown.claims}
    missed = [name for name in not_held if name not in needing and kinds[name] == "reachable"]
    broken = [name for name in not_held if name not in needing and name not in missed]
    held = ", ".join(by_verdict.get(Verdict.HOLDS, [])) or "nothing"
    yield from table([("as it is", "every property holds" if not not_held and not unknown else f"holds: {held}")])
    for name in needing:
        yield from table([("", f"{name} needs a fault: it is reached with {shown.reached_with[name]}, not without")])
    for number, told in enumerate(_survived(shown)):
        label, *rest = table([("faults", told)])
        yield label if not number else (("  " + " " * 12, ""), *label[1:])
        yield from rest
    if broken:
        yield from table([("", f"is violated already, and cannot fall: {', '.join(broken)}")])
    if missed:
        yield from table([("", f"is not reached, whatever was tried: {', '.join(missed)}")])
    if unknown:
        yield from table([("", f"is open: {', '.join(unknown)}")])


def _survived(shown: Ablation) -> Iterator[str]:
    """Which faults are there in the rows below those of faults."""
    kinds = {one.name: one.kind for one in shown.claims}
    groups = [group for group in shown.groups if any(kinds[name] != "reachable" for name in group[1])]
    for faults, names in groups if shown.is_chosen else ():
        told = " ".join(f"{name}={value}" for name, value in faults.items()) or "no fault"
        if len(groups) == 1:
            yield f"{told}: survived, and allowed in the rows below them"
        else:
            yield f"{told}: survived by {', '.join(names)}, and allowed where the rows below ask about them"


def _cells(shown: Ablation) -> Iterator[tuple[str, str, str, str, str]]:
    for row in shown.rows:
        off, name = row.assumption.off, row.assumption.name
        for falls, found, style in _says(row):
            yield off, name, falls, found, style
            off, name = "", ""


def _says(row: Row) -> Iterator[tuple[str, str, str]]:
    """What falls, how the counterexample looks, and the style of it."""
    if row.skipped:
        yield "not tried", row.skipped, STYLES[Verdict.INCONCLUSIVE]
        return
    for name, one in row.fallen.items():
        yield name, _found(one), STYLES[Verdict.VIOLATED]
    by_reason: dict[str, list[str]] = {}
    for name, reason in row.open.items():
        by_reason.setdefault(reason, []).append(name)
    for reason, names in by_reason.items():
        each = f"open: {', '.join(names)}: " if len(names) > 1 else "open: "
        yield f"{names[0]}?" if len(names) == 1 else "?", f"{each}{reason}", STYLES[Verdict.INCONCLUSIVE]
    if not row.fallen and not row.open:
        yield ("nothing" if row.decided.answers else "-"), _why_nothing(row), ""


def _why_nothing(row: Row) -> str:
    """What there is to say of a row in which nothing falls."""
    told = [f"{', '.join(row.decided.idle)} cannot happen here"] if row.decided.idle else []
    told += [f"{name} falls with {off} alone" for name, off in row.already.items()]
    return "; ".join(told) or ("" if row.decided.answers else "nothing is left that could fall")


def _found(one: Answer) -> str:
    """How long a counterexample is, and which faults it has."""
    found = one.found
    if found is None or found.trace is None:
        return "never reached"
    names = [step.action for step in found.trace.steps if step.fault is not None]
    states = counted(len(found.trace), "state")
    return f"{states}, {counted(len(names), 'fault')}: {', '.join(names)}" if names else f"{states}, no fault"


def _shows(shown: Ablation, spec: str, files: Written) -> Iterator[str]:
    for row in shown.rows:
        for name in row.fallen:
            if (row.assumption.off, name) in files:
                yield str(files[row.assumption.off, name])
            elif row.assumption.has_command:
                yield row.asked[name].asking.command(row.asked[name].values, name, spec)
            elif row.fallen[name].found is not None:
                yield f"{row.assumption.off}, {name}: add --traces FOLDER"


def _rows(shown: Ablation) -> Iterator[tuple[str, str]]:
    decided = [shown.whole, *(row.decided for row in shown.rows)]
    searches = sum(len(one.distinct) for one in decided)
    states = sum(sum(one.distinct) for one in decided)
    yield "searches", f"{searches:,}, of {states:,} states, and those with fewer faults"
    yield "time", f"{sum(one.elapsed_s for one in decided):.2f} s"
    if shown.is_interrupted:
        yield "", "interrupted: this is what was known then"


def write_traces(shown: Ablation, folder: Path, spec: str) -> Written:
    """Write each counterexample into a file of its own. Raises UsageError where that cannot be done."""
    from indoubt.counterexamples.text import to_text  # noqa: PLC0415 - few runs write files

    files: dict[tuple[str, str], Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for row in shown.rows:
            for name, one in row.fallen.items():
                if one.found is None or one.found.observed is None:
                    continue
                assumption = row.asked[name]
                path = folder / f"{_file_name(assumption.off)}.{_file_name(name)}.txt"
                head = [f"{name} falls with {assumption.off}: {_found(one)}"]
                if assumption.has_command:
                    head.append(assumption.asking.command(assumption.values, name, spec))
                path.write_text("\n".join([*head, "", to_text(one.found.observed), ""]), encoding="utf-8")
                files[assumption.off, name] = path
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"--traces {folder} cannot be written: {why}; name another folder") from None
    return files


def _file_name(text: str) -> str:
    return re.sub(r"[^\w=.-]+", "_", text)


def to_json(shown: Ablation, spec: str) -> str:
    """The data as JSON, without a final newline."""
    return json.dumps(to_data(shown, spec), indent=2, ensure_ascii=False)


def to_data(shown: Ablation, spec: str) -> dict[str, Any]:
    """The ablation as plain lists and dicts, in the schema `indoubt/ablation/1`."""
    asking = shown.asking
    return {
        "schema": SCHEMA,
        "spec": asking.spec.__name__,
        "settings": {name: setting_text(value) for name, value in asking.settings.items()},
        "faults": dict(asking.faults),
        "given": dict(shown.given),
        "survived": {name: dict(faults) for name, faults in shown.survived.items()},
        "exit_status": shown.exit_status,
        "is_interrupted": shown.is_interrupted,
        "reached_with": dict(shown.reached_with),
        "whole": {name: one.verdict.value for name, one in shown.whole.answers.items()},
        "changes": [_row_data(row, spec) for row in shown.rows],
    }


def _command(asked: Assumption, name: str, spec: str) -> str | None:
    return asked.asking.command(asked.values, name, spec) if asked.has_command else None


def _row_data(row: Row, spec: str) -> dict[str, Any]:
    asked = row.asked
    return {
        "changed": row.assumption.off,
        "name": row.assumption.name or None,
        "assumption": row.assumption.said,
        "not_tried": row.skipped or None,
        "idle": list(row.decided.idle),
        "falls_already": dict(row.already),
        "falls": [
            {
                "property": name,
                "states": None if one.found is None or one.found.trace is None else len(one.found.trace),
                "faults": None if one.found is None or one.found.trace is None else one.found.faults,
                "command": _command(asked[name], name, spec),
            }
            for name, one in row.fallen.items()
        ],
        "open": dict(row.open),
    }
