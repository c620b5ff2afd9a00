"""What the commands do, apart from the command line."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from typing import Any

import click

from indoubt.command_line.environment import chosen
from indoubt.command_line.environment_options import MoreFaults
from indoubt.command_line.progress import log_end, shown
from indoubt.command_line.streams import printing
from indoubt.command_line.terminal import print_result
from indoubt.command_line.writing import Destination, destinations, write
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.show import shown as machine_text
from indoubt.explorer.passes.pipeline import PIPELINE
from indoubt.explorer.search.result import Verdict
from indoubt.finding.specs import UsageError, did_you_mean, find_spec, library, specs_in
from indoubt.reports import report
from indoubt.reports.coverage import details
from indoubt.runs import checking, checkpoints
from indoubt.runs.checkpoints import where_interrupted
from indoubt.runs.environment import refuse_impossible_faults
from indoubt.runs.result import PropertyResult, Result
from indoubt.runs.settings_text import parsed
from indoubt.specs.language.declarations import declarations, sorts_of
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import TEMPORAL, Spec, methods_of
from indoubt.specs.language.settings import choices_text, parameter_types, setting_text
from indoubt.specs.language.types import IntType, Type

INTERRUPTED = 130


def check(
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
    view: str | None,
    symmetry: str | None,
    keep_dead: bool,
    refines: str | None,
    mapping: tuple[str, ...],
    minimal: str,
    deadlock: bool,
    engine: str,
    workers: int,
    memory: str | None,
    disk: str | None,
    store: str,
    no_hugepages: bool,
    checkpoint: str | None,
    checkpoint_every: float | None,
    max_states: int | None,
    max_depth: int | None,
    timeout: float | None,
    allow_inconclusive: bool,
    figure: str | None,
    outputs: tuple[str, ...],
    coverage: bool,
    log: str | None,
    format_: str,
) -> int:
    """Check a spec, print what came out, write what was asked for; the exit status."""
    files = destinations(outputs, figure, log, spec)
    budgets = {"crashes": crashes, "restarts": restarts, "partitions": partitions}
    budgets |= {"losses": losses, "duplicates": duplicates}
    found, own = chosen(find_spec(spec), budgets, network, capacity, full, more)
    given = parsed(found, settings, own)
    kept = None if minimal == "faults" else where_interrupted(found, checkpoint_every)
    with shown(log) as progress:
        result = checking.check(
            found,
            engine=engine,
            workers=workers,
            memory=memory,
            disk=disk,
            store=store,
            hugepages=not no_hugepages,
            checkpoint=kept if checkpoint is None else checkpoint,
            checkpoint_every=checkpoint_every,
            max_states=max_states,
            max_depth=max_depth,
            timeout=timeout,
            deadlock=deadlock,
            constraints=constraints,
            view=view,
            symmetry=False if symmetry is None else symmetry or True,
            keep_dead=keep_dead,
            refines=refines,
            mapping=_mapping(mapping),
            minimal=minimal,
            properties=properties or None,
            progress=progress,
            **given,
        )
    log_end(log, result.verdict.value, result.counts, result.elapsed_s)
    ways = Telling(allow_inconclusive, files, coverage, format_)
    return _tell(result, properties, ways)


def resume(
    *,
    path: str,
    allow_inconclusive: bool,
    figure: str | None,
    outputs: tuple[str, ...],
    coverage: bool,
    log: str | None,
    format_: str,
    **limits: Any,
) -> int:
    """Go on with a check, print what came out, write what was asked for; the exit status."""
    files = destinations(outputs, figure, log)
    with shown(log) as progress:
        result = checkpoints.resume(path, progress=progress, **limits)
    log_end(log, result.verdict.value, result.counts, result.elapsed_s)
    asked = () if result.envelope.left_out == () else result.envelope.properties
    return _tell(result, asked, Telling(allow_inconclusive, files, coverage, format_))


@dataclass(frozen=True, slots=True)
class Telling:
    """How a result is told."""

    allow_inconclusive: bool
    files: list[Destination]
    coverage: bool
    format_: str


def _tell(result: Result, properties: Iterable[str], ways: Telling) -> int:
    """Print a result and write it; the exit status. `properties` are those that were asked for by name."""
    subject = _subject(result, properties)
    with printing():
        if ways.format_ == "json":
            print(report.to_json(result))
        else:
            print_result(report.lines_of(result), subject, _kind(result, subject))
            if ways.coverage:
                print("", *details(result), sep="\n")
    write(result, subject, ways.files)
    if result.stopped is not None and result.stopped.is_interruption:
        return INTERRUPTED
    if ways.allow_inconclusive and result.verdict is Verdict.INCONCLUSIVE and result.properties:
        return 0
    return result.exit_status


def _mapping(texts: Iterable[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for text in texts:
        variable, separator, name = text.partition("=")
        if not separator or not variable or not name:
            raise UsageError(f"--mapping {text} is not possible; write VARIABLE=NAME, as in chosen=chosen_values")
        if variable in names:
            twice = f"{variable}={names[variable]} and {text}"
            raise UsageError(f"--mapping has {variable} twice: {twice}; leave one of them out")
        names[variable] = name
    return names


def list_specs() -> None:
    """Print each protocol of the library with its sizes and parameters."""
    for name in sorted(library()):
        spec = find_spec(name)
        click.echo(click.style(name, bold=True) + f"  {_first_sentence(sys.modules[spec.__module__].__doc__)}")
        click.echo(f"    sizes       {', '.join(sort.__name__ for sort in sorts_of(spec) if sort.fixed_size is None)}")
        for parameter, type_ in parameter_types(spec).items():
            default = f"={setting_text(getattr(spec, parameter))}" if hasattr(spec, parameter) else ", to be given"
            click.echo(f"    parameter   {parameter}{default} ({_choices(spec, parameter, type_)})")
        kinds = ("invariant", "step_invariant", "reachable", *TEMPORAL)
        click.echo(f"    properties  {', '.join(one for kind in kinds for one in methods_of(spec, kind))}")
        variants = [f"{name}::{other}" for other in specs_in(sys.modules[spec.__module__]) if other != spec.__name__]
        if variants:
            click.echo(f"    also        {', '.join(variants)}")


def _choices(spec: type[Spec], parameter: str, type_: Type) -> str:
    """What a parameter may be; an end that depends on sizes or on other parameters as it is written."""
    annotation = declarations(spec)[parameter][1]
    for one in ast.walk(ast.parse(annotation, mode="eval")) if isinstance(annotation, str) else ():
        match one:
            case ast.Call(ast.Name("Between"), [_, last]) if not isinstance(last, ast.Constant):
                return f"a whole number from {type_.low} to {ast.unparse(last)}" if isinstance(type_, IntType) else ""
            case _:
                pass
    return choices_text(type_)


def show(
    *,
    spec: str,
    settings: tuple[str, ...],
    after: str | None,
    form: str,
    crashes: int | None,
    restarts: int | None,
    partitions: int | None,
    losses: int | None,
    duplicates: int | None,
    network: str | None,
    capacity: int | None,
    full: str | None,
    more: MoreFaults,
) -> None:
    """Print the machine of a spec as the backends get it, or after one of the passes."""
    if form == "source" and after is not None:
        raise UsageError("--after is for --as machine: a source is what the passes begin with; leave --after out")
    names = ["lower", *(one.__name__ for one in PIPELINE)]
    if after is not None and after not in names:
        raise UsageError(f"unknown pass {after!r}; there are: {', '.join(names)}{did_you_mean(after, names)}")
    budgets = {"crashes": crashes, "restarts": restarts, "partitions": partitions}
    budgets |= {"losses": losses, "duplicates": duplicates}
    found, own = chosen(find_spec(spec), budgets, network, capacity, full, more)
    settled = settle(found, parsed(found, settings, own))
    refuse_impossible_faults(found, settled)
    machine = lower(found, settled)
    if form == "source":
        from indoubt.command_line import showing  # noqa: PLC0415 - for this form alone

        click.echo(showing.source(machine, found, settled))
        return
    for rewrite in PIPELINE[: len(PIPELINE) if after is None else names.index(after)]:
        machine = rewrite(machine)
    click.echo(machine_text(machine))


def _subject(result: Result, properties: Iterable[str]) -> PropertyResult | None:
    """The property whose trace is shown: the first violated one, or the one reached that was asked for by name."""
    asked = [one for one in result.properties if one.name in properties and one.observed is not None]
    return result.first_violation() or next(iter(asked), None)


def _kind(result: Result, subject: PropertyResult | None) -> str:
    """What the trace of a property is."""
    if subject is not None and subject.kind == "reachable":
        return "A shortest way to"
    if result.fewest is not None and subject is not None:
        fewest = "the fewest" if subject.name not in result.fewest.open else "few"
        return f"A counterexample with {fewest} faults, {subject.faults}, to"
    is_of_runs = subject is not None and subject.kind in TEMPORAL
    return "A counterexample to" if is_of_runs else "A shortest counterexample to"


def _first_sentence(docstring: str | None) -> str:
    return (docstring or "").strip().split("\n\n")[0].replace("\n", " ").rstrip(".").split(". ")[0]
