"""The command `indoubt ablate`: settings from the command line, the table, the traces."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from indoubt.environment import detector_asked, lying, network_asked
from indoubt.faults import ablation_report as report
from indoubt.faults.ablation import ablate
from indoubt.faults.asking import Decided, exit_status
from indoubt.finding import find_spec
from indoubt.progress import shown as progress_shown
from indoubt.settings_text import parsed
from indoubt.specs.language.systems import System
from indoubt.streams import printing
from indoubt.terminal import print_lines


def run_ablation(
    *,
    spec: str,
    settings: tuple[str, ...],
    network: str | None,
    detector: str | None,
    capacity: int | None,
    full: str | None,
    links: str | None,
    partition: str | None,
    in_flight: str | None,
    properties: tuple[str, ...],
    deadlock: bool,
    symmetry: str | None,
    engine: str,
    workers: int,
    memory: str | None,
    max_states: int | None,
    max_depth: int | None,
    timeout: float | None,
    allow_inconclusive: bool,
    traces: str | None,
    format_: str,
    no_equivocation: bool,
    **budgets: int | None,
) -> int:
    """Turn assumptions off, print what falls, write the traces; the exit status."""
    found = find_spec(spec)
    asked = network_asked(found, network, capacity, full)
    faults = {name: budget for name, budget in budgets.items() if budget is not None}
    is_system = issubclass(found, System)
    given = parsed(found, settings, {} if is_system else faults)
    oracle = {"detector": detector_asked(found, detector)}  # which a state machine may have a parameter for
    asked_for: dict[str, Any] = {**oracle, **given, **(faults if is_system else {}), **lying(found, no_equivocation)}
    with progress_shown() as progress:
        answer = ablate(
            found,
            properties=properties or None,
            deadlock=deadlock,
            network=asked,
            links=links,
            partition=partition,
            in_flight=in_flight,
            max_states=max_states,
            max_depth=max_depth,
            timeout=timeout,
            symmetry=False if symmetry is None else symmetry or True,
            engine=engine,
            workers=workers,
            memory=memory,
            progress=progress,
            told=_tell if sys.stderr.isatty() else None,
            **asked_for,
        )
    files = None if traces is None else report.write_traces(answer, Path(traces).expanduser(), spec)
    with printing():
        if format_ == "json":
            print(report.to_json(answer, spec))
        else:
            print_lines(report.lines_of(answer, spec, files))
    return exit_status(answer, allow_inconclusive)


def _tell(off: str, decided: Decided) -> None:
    """A line about a run that has ended."""
    fallen = [name for name, one in decided.answers.items() if one.verdict.exit_status == 1]
    says = ", ".join(fallen) if fallen else "nothing"
    print(f"{off}: {max(decided.distinct, default=0):,} states, {says} falls", file=sys.stderr)
