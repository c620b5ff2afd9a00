"""The command `indoubt frontier`: ranges from the command line, the table, the figure."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indoubt.command_line.progress import shown as progress_shown
from indoubt.command_line.streams import printing
from indoubt.command_line.terminal import print_lines
from indoubt.command_line.terms import Terms
from indoubt.command_line.usage import as_range
from indoubt.command_line.writing import destinations
from indoubt.faults import frontier_report as report
from indoubt.faults.asking import Decided, exit_status
from indoubt.faults.frontier import frontier
from indoubt.finding.specs import UsageError, find_spec
from indoubt.specs.language.systems import System


def run_frontier(terms: Terms, *, run_all: bool, figure: str | None) -> int:
    """Find the frontier, print it, draw it; the exit status."""
    destinations((), figure, None, terms.spec)
    found = find_spec(terms.spec)
    plain, ranged = _parted(terms.settings)
    given = dict(terms.budgets)
    for name in ranged.keys() & given.keys():
        raise UsageError(f"{name} is given twice: {name}={_text(ranged[name])} and --{name} {_text(given[name])}")
    fixed = {name: one for name, one in given.items() if isinstance(one, int)}
    own = {} if issubclass(found, System) else fixed
    tried = {name: one for name, one in given.items() if name not in own} | ranged
    asked: dict[str, Any] = {**terms.arguments(found, plain, own), **tried}
    with progress_shown() as progress:
        told = _tell if sys.stderr.isatty() else None
        answer = frontier(found, run_all=run_all, progress=progress, told=told, **asked)
    with printing():
        if terms.format_ == "json":
            print(report.to_json(answer, terms.spec))
        else:
            print_lines(report.lines_of(answer, terms.spec))
    if figure is not None:
        from indoubt.faults import frontier_figure  # noqa: PLC0415 - matplotlib takes half a second to load

        frontier_figure.save(answer, Path(figure).expanduser())
        print(f"drawn into {figure}", file=sys.stderr)
    return exit_status(answer, terms.allow_inconclusive)


def _parted(settings: tuple[str, ...]) -> tuple[list[str], dict[str, range]]:
    """Settings, and those that are ranges."""
    plain: list[str] = []
    ranged: dict[str, range] = {}
    for text in settings:
        name, _, value = text.partition("=")
        found = as_range(value)
        if found is None:
            plain.append(text)
        elif name in ranged:
            raise UsageError(f"{name} is given twice: {name}={_text(ranged[name])} and {text}; leave one of them out")
        else:
            ranged[name] = found
    return plain, ranged


def _text(given: range | int) -> str:
    return f"{given.start}..{given.stop - 1}" if isinstance(given, range) else str(given)


def _tell(budgets: Mapping[str, int], decided: Decided) -> None:
    """A line about a run that has ended."""
    where = " ".join(f"{name}={value}" for name, value in budgets.items())
    states = f"{max(decided.distinct, default=0):,} states"
    broken = [name for name, one in decided.answers.items() if one.verdict.exit_status == 1]
    says = f"breaks {', '.join(broken)}" if broken else "nothing breaks"
    print(f"{where}: {states}, {says}", file=sys.stderr)
