"""The commands about faults, `frontier` and `ablate`, as the command line has them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from indoubt.command_line.environment_options import budget_options, manner_options, one_budget_options
from indoubt.command_line.usage import Optional, Verb, seconds, whole

SEARCH = (
    click.option(
        "-k", "properties", multiple=True, metavar="PROPERTY", help="Ask about this property only; repeatable."
    ),
    click.option("--deadlock", is_flag=True, help="Ask about states in which no step is enabled as well."),
    click.option(
        "--symmetry",
        cls=Optional,
        metavar="[SORT,...]",
        help="States that differ only in the names of members count as one.",
    ),
    click.option("--keep-dead", is_flag=True, help="Keep messages in the states that nobody can take any more."),
    click.option(
        "--engine",
        type=click.Choice(["native", "reference"]),
        default="native",
        help="native: compiled code, the default; reference: an interpreter, some hundred times slower.",
    ),
    click.option("--workers", callback=whole(1, 2), default="1", metavar="N", help="How many threads search: 1."),
    click.option("--memory", metavar="SIZE", help="What a search may use, as 4G; nine tenths of what there is."),
    click.option("--max-states", callback=whole(1, 100_000), metavar="N", help="Stop each search after N states."),
    click.option("--max-depth", callback=whole(1, 20), metavar="N", help="Stop each search at paths of N states."),
    click.option(
        "--timeout", callback=seconds, metavar="SECONDS", help="Stop the runs of each cell or row after this."
    ),
    click.option("--allow-inconclusive", is_flag=True, help="Exit with 0 instead of 3 where something stays open."),
    click.option(
        "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What goes to standard output."
    ),
)


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What to ask in each run and how to search, and how to print the answer."""
    for option in reversed(SEARCH):
        command = option(command)
    return command


@click.command(cls=Verb)
@click.argument("spec")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@budget_options
@manner_options
@search_options
@click.option("--run-all", is_flag=True, help="Run every cell, and infer nothing.")
@click.option("--figure", metavar="PATH", help="Draw the frontier into a .png or .svg file.")
def frontier(**options: Any) -> None:
    """Find out which budgets of faults break each property of SPEC, and which it survives.

    A budget is a range: `--crashes 0..2` of a system of nodes, or a parameter of a state machine, `crashes=0..2`.
    Without any, each budget that SPEC declares is tried with small numbers. What follows from another cell, since a
    larger budget only adds runs, is not run again, and stands in parentheses.

    Exit status: 0 every property survives everything, 1 some property breaks, 3 some cell is open, 2 wrong usage or a
    wrong spec, 4 a fault of indoubt, 5 no property, 130 interrupted.
    """
    from indoubt.command_line import frontier_command, terms  # noqa: PLC0415 - for this command alone

    sys.exit(frontier_command.run_frontier(terms.Terms.taken_from(options), **options))


@click.command(cls=Verb)
@click.argument("spec")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@one_budget_options
@manner_options
@search_options
@click.option("--traces", metavar="FOLDER", help="Write each counterexample into a file of this folder.")
def ablate(**options: Any) -> None:
    """Turn each assumption of SPEC off in turn, and say which properties fall.

    Assumptions are that no fault happens, that messages arrive in order and once, that durable fields survive a crash,
    and that every parameter has its value. Where no faults are named, one of each that SPEC survives is allowed.
    Counterexamples have the fewest faults, and then the fewest steps.

    Exit status: 0 the table is complete, 1 a property is violated with all assumptions, 3 something is open, 2 wrong
    usage or a wrong spec, 4 a fault of indoubt, 5 no property, 130 interrupted.
    """
    from indoubt.command_line import ablation_command, terms  # noqa: PLC0415 - for this command alone

    sys.exit(ablation_command.run_ablation(terms.Terms.taken_from(options), **options))
