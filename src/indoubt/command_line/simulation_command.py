"""What `indoubt simulate` does, apart from the command line."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from indoubt.command_line.environment import chosen
from indoubt.command_line.environment_options import MoreFaults
from indoubt.command_line.progress import walks_shown
from indoubt.command_line.streams import printing
from indoubt.command_line.terminal import print_result
from indoubt.command_line.writing import Contents, destinations, write_files
from indoubt.explorer.search.result import Verdict
from indoubt.finding.specs import find_spec
from indoubt.reports import simulation_report as report
from indoubt.runs.engines import DEFAULT as ENGINE
from indoubt.runs.result import PropertyResult
from indoubt.runs.settings_text import parsed
from indoubt.runs.simulating import DEPTH, SimulationResult, simulate as run

INTERRUPTED = 130


def simulate(
    *,
    spec: str,
    settings: tuple[str, ...],
    crashes: int | None,
    restarts: int | None,
    partitions: int | None,
    losses: int | None,
    duplicates: int | None,
    network: str | None,
    capacity: int | None,
    full: str | None,
    more: MoreFaults,
    properties: tuple[str, ...],
    constraints: tuple[str, ...],
    deadlock: bool,
    seed: int | None,
    runs: int | None,
    depth: int | None,
    timeout: float | None,
    engine: str,
    workers: int,
    allow_inconclusive: bool,
    figure: str | None,
    outputs: tuple[str, ...],
    coverage: bool,
    format_: str,
) -> int:
    """Simulate a spec, print what was seen, write what was asked for; the exit status."""
    files = destinations(outputs, figure)
    budgets = {"crashes": crashes, "restarts": restarts, "partitions": partitions}
    budgets |= {"losses": losses, "duplicates": duplicates}
    found, own = chosen(find_spec(spec), budgets, network, capacity, full, more)
    given: dict[str, object] = {name: value for name, value in budgets.items() if value is not None}
    given |= more.asked()
    given |= {name: value for name, value in (("network", network), ("capacity", capacity), ("full", full)) if value}
    given |= {
        name: value for name in ("detector", "mistakes", "links", "model") if (value := getattr(more, name)) is not None
    }
    with walks_shown() as progress:
        result = run(
            found,
            seed=seed,
            runs=runs,
            depth=DEPTH if depth is None else depth,
            timeout=timeout,
            deadlock=deadlock,
            properties=properties or None,
            constraints=constraints,
            engine=engine,
            workers=workers,
            progress=progress,
            **parsed(found, settings, own),
        )
    again = None
    if result.violating_run is not None:
        options = ["--no-equivocation"] if given.pop("equivocation", True) is False else []
        options += [f"--{name.replace('_', '-')} {shlex.quote(str(budget))}" for name, budget in given.items()]
        options += [f"-k {name}" for name in properties] + [f"--constraint {name}" for name in constraints]
        options += ["--deadlock"] * deadlock + ([] if engine == ENGINE else [f"--engine {engine}"])
        options += [f"--seed {result.seed}", f"--runs {result.violating_run + 1}", f"--depth {result.depth}"]
        again = " ".join([shlex.join(["indoubt", "simulate", spec, *settings]), *options])
    subject = _subject(result, properties)
    with printing():
        if format_ == "json":
            print(report.to_json(result, again))
        else:
            print_result(report.lines_of(result, again), subject, _kind(subject))
            if coverage:
                print("", *report.details(result), sep="\n")
    text, data = report.to_text(result, again), report.to_json(result, again)
    write_files(Contents(text, data, result.properties, subject), files)
    if result.stopped is not None and result.stopped.is_interruption:
        return INTERRUPTED
    if allow_inconclusive and result.verdict is Verdict.INCONCLUSIVE and result.properties:
        return 0
    return result.exit_status


def _subject(result: SimulationResult, properties: Iterable[str]) -> PropertyResult | None:
    """The property whose trace is shown: the first violated one, or the one reached that was asked for by name."""
    asked = [one for one in result.properties if one.name in properties and one.observed is not None]
    return result.first_violation() or next(iter(asked), None)


def _kind(subject: PropertyResult | None) -> str:
    is_way = subject is not None and subject.kind == "reachable"
    return "A way, not necessarily a shortest, to" if is_way else "A counterexample, not necessarily a shortest, to"
