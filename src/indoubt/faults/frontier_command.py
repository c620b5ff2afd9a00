"""The command `indoubt frontier`: ranges from the command line, the table, the figure."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indoubt.environment import detector_asked, lying, network_asked
from indoubt.faults import frontier_report as report
from indoubt.faults.asking import Decided, exit_status
from indoubt.faults.frontier import frontier
from indoubt.finding import UsageError, find_spec
from indoubt.progress import shown as progress_shown
from indoubt.settings_text import parsed
from indoubt.specs.language.systems import System
from indoubt.streams import printing
from indoubt.terminal import print_lines
from indoubt.usage import as_range
from indoubt.writing import destinations


def run_frontier(
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
    run_all: bool,
    allow_inconclusive: bool,
    figure: str | None,
    format_: str,
    no_equivocation: bool,
    **budgets: range | int | None,
) -> int:
    """Find the frontier, print it, draw it; the exit status."""
    destinations((), figure, None, spec)
    found = find_spec(spec)
    given: dict[str, Any] = {name: one for name, one in budgets.items() if one is not None}
    plain, ranged = _parted(settings)
    for name in ranged.keys() & given.keys():
        raise UsageError(f"{name} is given twice: {name}={_text(ranged[name])} and --{name} {_text(given[name])}")
    asked = network_asked(found, network, capacity, full)
    is_system = issubclass(found, System)
    fixed = {name: one for name, one in given.items() if isinstance(one, int)}
    own = {} if is_system else fixed
    given = {name: one for name, one in given.items() if name not in own} | ranged
    rest = parsed(found, plain, own)
    oracle = {"detector": detector_asked(found, detector)}  # which a state machine may have a parameter for
    asked_for: dict[str, Any] = {**oracle, **rest, **given, **lying(found, no_equivocation)}
    with progress_shown() as progress:
        answer = frontier(
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
            run_all=run_all,
            progress=progress,
            told=_tell if sys.stderr.isatty() else None,
            **asked_for,
        )
    with printing():
        if format_ == "json":
            print(report.to_json(answer, spec))
        else:
            print_lines(report.lines_of(answer, spec))
    if figure is not None:
        from indoubt.faults import frontier_figure  # noqa: PLC0415 - matplotlib takes half a second to load

        frontier_figure.save(answer, Path(figure).expanduser())
        print(f"drawn into {figure}", file=sys.stderr)
    return exit_status(answer, allow_inconclusive)


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
