"""The command `indoubt ablate`: settings from the command line, the table, the traces."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from indoubt.command_line.progress import shown as progress_shown
from indoubt.command_line.streams import printing
from indoubt.command_line.terminal import print_lines
from indoubt.command_line.terms import Terms
from indoubt.faults import ablation_report as report
from indoubt.faults.ablation import ablate
from indoubt.faults.asking import Decided, exit_status
from indoubt.finding.specs import find_spec
from indoubt.specs.language.systems import System


def run_ablation(terms: Terms, *, traces: str | None) -> int:
    """Turn assumptions off, print what falls, write the traces; the exit status."""
    found = find_spec(terms.spec)
    faults = {name: budget for name, budget in terms.budgets.items() if isinstance(budget, int)}
    of_system, own = (faults, {}) if issubclass(found, System) else ({}, faults)
    asked: dict[str, Any] = {**terms.arguments(found, terms.settings, own), **of_system}
    with progress_shown() as progress:
        answer = ablate(found, progress=progress, told=_tell if sys.stderr.isatty() else None, **asked)
    files = None if traces is None else report.write_traces(answer, Path(traces).expanduser(), terms.spec)
    with printing():
        if terms.format_ == "json":
            print(report.to_json(answer, terms.spec))
        else:
            print_lines(report.lines_of(answer, terms.spec, files))
    return exit_status(answer, terms.allow_inconclusive)


def _tell(off: str, decided: Decided) -> None:
    """A line about a run that has ended."""
    fallen = [name for name, one in decided.answers.items() if one.verdict.exit_status == 1]
    says = ", ".join(fallen) if fallen else "nothing"
    print(f"{off}: {max(decided.distinct, default=0):,} states, {says} falls", file=sys.stderr)
