"""The command `indoubt`: check or simulate a spec, list and show specs, prove quorum theorems.

Exit status: 0 holds, 1 violated, 2 wrong usage or a wrong spec, 3 inconclusive, 4 a fault of the checker, 5 no property
to check, 130 interrupted. Results go to standard output, everything about them to standard error.
"""

from __future__ import annotations

import gc
import shlex
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

import click

from indoubt.command_line import commands
from indoubt.command_line.environment_options import environment_options
from indoubt.command_line.streams import discard, open_streams, printing
from indoubt.command_line.usage import Optional, Verbs, seconds, told, whole
from indoubt.command_line.verbs import ablate, frontier
from indoubt.counterexamples.replay import ReplayMismatch
from indoubt.explorer.frontend.diagnostics import SpecError
from indoubt.finding.specs import UsageError
from indoubt.runs.failing import SpecFailed
from indoubt.specs.language.settings import MissingSettings, SettingError

USAGE, FAULT, INTERRUPTED = 2, 4, 130


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="indoubt", prog_name="indoubt")
def cli() -> None:
    """A model checker for the protocols by which computers agree."""


@cli.command()
@click.argument("spec")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--crashes", callback=whole(0, 1), metavar="K", help="How many crashes may happen.")
@click.option("--restarts", callback=whole(0, 1), metavar="K", help="How many crashed nodes may come back.")
@click.option("--partitions", callback=whole(0, 1), metavar="K", help="How many times the network may split.")
@environment_options
@click.option("-k", "properties", multiple=True, metavar="PROPERTY", help="Check this property only; repeatable.")
@click.option(
    "--constraint", "constraints", multiple=True, metavar="NAME", help="Stay within a state constraint; repeatable."
)
@click.option("--view", metavar="NAME", help="States that this view takes for equal count as one.")
@click.option(
    "--symmetry",
    cls=Optional,
    metavar="[SORT,...]",
    help="States that differ only in the names of members count as one.",
)
@click.option("--keep-dead", is_flag=True, help="Keep messages in the states that nobody can take any more.")
@click.option("--refines", metavar="SPEC", help="Every step has to be a step, or a stutter, of this abstract spec.")
@click.option("--mapping", multiple=True, metavar="VAR=NAME", help="What an abstract variable is here; repeatable.")
@click.option(
    "--minimal",
    type=click.Choice(["steps", "faults"]),
    default="steps",
    help="What counterexamples have the fewest of: steps, or faults first and then steps.",
)
@click.option("--deadlock", is_flag=True, help="A state in which no step is enabled is a violation.")
@click.option(
    "--engine",
    type=click.Choice(["native", "reference"]),
    default="native",
    help="native: compiled code, the default; reference: an interpreter, some hundred times slower.",
)
@click.option("--workers", callback=whole(1, 2), default="1", metavar="N", help="How many threads search: 1.")
@click.option("--memory", metavar="SIZE", help="What the search may use, as 4G; nine tenths of what there is.")
@click.option("--disk", metavar="FOLDER", help="Where states go that do not fit --memory; else to temporary files.")
@click.option("--store", metavar="exact|fingerprint", default="exact", help="Keep states, or 64 bits to know each by.")
@click.option("--no-hugepages", is_flag=True, help="Do without huge pages, where the system is slow to give them.")
@click.option("--checkpoint", metavar="PATH", help="Write checkpoints into this folder, for `indoubt resume`.")
@click.option(
    "--checkpoint-every",
    callback=seconds,
    metavar="SECONDS",
    help="How often one is written: 600, and where the run ends early.",
)
@click.option("--max-states", callback=whole(1, 100_000), metavar="N", help="Stop after N distinct states.")
@click.option("--max-depth", callback=whole(1, 20), metavar="N", help="Stop at paths of N states.")
@click.option("--timeout", callback=seconds, metavar="SECONDS", help="Stop after this time.")
@click.option("--allow-inconclusive", is_flag=True, help="Exit with 0 instead of 3 where a limit was reached.")
@click.option("--coverage", is_flag=True, help="Also print the steps of each action and the states at each depth.")
@click.option("--log-jsonl", "log", metavar="PATH", help="Write a line of JSON about the progress each second.")
@click.option("--figure", metavar="PATH", help="Draw the counterexample into a .png or .svg file.")
@click.option(
    "-o", "outputs", multiple=True, metavar="FORMAT=PATH", help="Also write json, text, graphml or dot; repeatable."
)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What goes to standard output."
)
def check(**options: Any) -> None:
    """Explore every reachable state of SPEC and decide its properties.

    SPEC is a protocol of the library (`indoubt list`), a file `my_protocol.py::Ring`, or a module
    `package.module:Ring`. Without a class, it is the only spec there, the one that the file is named after, as
    MyProtocol in my_protocol.py, or the only one with actions. Sizes, parameters and bounds follow as NAME=VALUE, a set
    as NAME=A,B or NAME={}: `indoubt check three_phase_commit Participant=3 --partitions 1`.

    Exit status: 0 holds, 1 violated, 2 wrong usage or a wrong spec, 3 inconclusive, 4 a fault of indoubt, 5 no property
    to check, 130 interrupted.
    """
    sys.exit(commands.check(**options))


@cli.command()
@click.argument("spec")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--seed", callback=whole(0, 1), metavar="N", help="The same seed gives the same walks; else a new one.")
@click.option("--runs", callback=whole(1, 10_000), metavar="N", help="Walk N times: 10000, or until --timeout.")
@click.option("--depth", callback=whole(1, 100), metavar="N", help="A walk has up to N states: 100.")
@click.option("--timeout", callback=seconds, metavar="SECONDS", help="Stop after this time.")
@click.option("--crashes", callback=whole(0, 1), metavar="K", help="How many crashes may happen.")
@click.option("--restarts", callback=whole(0, 1), metavar="K", help="How many crashed nodes may come back.")
@click.option("--partitions", callback=whole(0, 1), metavar="K", help="How many times the network may split.")
@environment_options
@click.option("-k", "properties", multiple=True, metavar="PROPERTY", help="Judge this property only; repeatable.")
@click.option(
    "--constraint", "constraints", multiple=True, metavar="NAME", help="A walk ends where this is not true; repeatable."
)
@click.option("--deadlock", is_flag=True, help="A state in which no step is enabled is a violation.")
@click.option(
    "--engine",
    type=click.Choice(["native", "reference"]),
    default="native",
    help="native: compiled code, the default; reference: an interpreter, some hundred times slower.",
)
@click.option("--workers", callback=whole(1, 2), default="1", metavar="N", help="How many threads walk: 1.")
@click.option("--allow-inconclusive", is_flag=True, help="Exit with 0 instead of 3 where nothing is violated.")
@click.option("--coverage", is_flag=True, help="Also print the steps of each action and the lengths of the walks.")
@click.option("--figure", metavar="PATH", help="Draw the counterexample into a .png or .svg file.")
@click.option(
    "-o", "outputs", multiple=True, metavar="FORMAT=PATH", help="Also write json, text, graphml or dot; repeatable."
)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What goes to standard output."
)
def simulate(**options: Any) -> None:
    """Walk through SPEC at random, again and again, until a property is violated.

    For specs with more states than can be explored. SPEC and NAME=VALUE are as in `indoubt check`; a walk takes one
    random enabled step after the other. What no walk violates is not thereby true: without a violation the verdict is
    inconclusive. Properties of whole runs are left out.

    Exit status: 1 violated, 3 nothing violated, 2 wrong usage or a wrong spec, 4 a fault of indoubt, 5 no property to
    judge, 130 interrupted.
    """
    from indoubt.command_line import simulation_command  # noqa: PLC0415 - for this command alone

    sys.exit(simulation_command.simulate(**options))


@cli.command()
@click.argument("path")
@click.option("--workers", callback=whole(1, 2), metavar="N", help="Threads.")
@click.option("--memory", metavar="SIZE", help="What the search may use, as 4G; nine tenths of what there is.")
@click.option("--disk", metavar="FOLDER", help="Where states go that do not fit --memory; else to temporary files.")
@click.option(
    "--checkpoint-every", callback=seconds, metavar="SECONDS", help="How often the checkpoint is written: 600."
)
@click.option("--max-states", callback=whole(1, 100_000), metavar="N", help="Stop after N distinct states.")
@click.option("--max-depth", callback=whole(1, 20), metavar="N", help="Stop at paths of N states.")
@click.option("--timeout", callback=seconds, metavar="SECONDS", help="Stop after this time, from now.")
@click.option("--allow-inconclusive", is_flag=True, help="Exit with 0 instead of 3 where a limit was reached.")
@click.option("--coverage", is_flag=True, help="Also print the steps of each action and the states at each depth.")
@click.option("--log-jsonl", "log", metavar="PATH", help="Write a line of JSON about the progress each second.")
@click.option("--figure", metavar="PATH", help="Draw the counterexample into a .png or .svg file.")
@click.option(
    "-o", "outputs", multiple=True, metavar="FORMAT=PATH", help="Also write json, text, graphml or dot; repeatable."
)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What goes to standard output."
)
def resume(**options: Any) -> None:
    """Go on with a check from the checkpoint PATH, with the limits that it had or with new ones.

    A run that is interrupted, or that a limit ends, prints the line to go on with. The verdict is that of a run that
    was never stopped. The exit status is that of `indoubt check`.
    """
    sys.exit(commands.resume(**options))


cli.add_command(frontier)
cli.add_command(ablate)


@cli.command("list")
def list_() -> None:
    """List the protocols of the library with their sizes and parameters."""
    with printing():
        commands.list_specs()


@cli.command()
@click.argument("spec")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--after", metavar="PASS", help="Show the machine after this pass; `lower` is before all of them.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["machine", "source"]),
    default="machine",
    help="machine: the variables and actions that a spec, or a system of nodes, is translated into; "
    "source: the same as the Python source of a spec.",
)
@click.option("--crashes", callback=whole(0, 1), metavar="K", help="How many crashes may happen.")
@click.option("--restarts", callback=whole(0, 1), metavar="K", help="How many crashed nodes may come back.")
@click.option("--partitions", callback=whole(0, 1), metavar="K", help="How many times the network may split.")
@environment_options
def show(**options: Any) -> None:
    """Print the typed machine that SPEC is lowered to."""
    with printing():
        commands.show(**options)


@cli.command()
@click.argument("name", required=False)
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--list", "listing", is_flag=True, help="List the theorems about quorums.")
@click.option("-k", "properties", multiple=True, metavar="PROPERTY", help="Of a spec: prove this alone; repeatable.")
@click.option("--bmc", callback=whole(1, 12), metavar="K", help="Of a spec: look for a violation within K steps.")
@click.option("--induction", callback=whole(1, 3), metavar="K", help="Of a spec: prove its invariants by K-induction.")
@click.option(
    "--timeout",
    callback=seconds,
    default="60",
    metavar="SECONDS",
    help="Give up a query after this time: 60. A proof asks many.",
)
@click.option("--allow-inconclusive", is_flag=True, help="Exit with 0 instead of 3 where something is not decided.")
@click.option("--figure", metavar="PATH", help="Draw the sets that refute a theorem into a .png or .svg file.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What goes to standard output."
)
def prove(**options: Any) -> None:
    """Prove with Z3 a theorem about quorums, or a spec: `indoubt prove majority`.

    NAME is a theorem (`--list`), a row of the table of theorems (Q9), one of a row (Q9::single-server), `all` of them,
    a file with theorems of yours (`my_theorems.py::name`), or a spec as `indoubt check` takes it.

    Exit status: 0 proved, 1 refuted or violated, 2 wrong usage, a wrong theorem or a wrong spec, 3 inconclusive, 4 a
    fault of indoubt, 5 no property to prove, 130 interrupted. Of several theorems, a broken variant counts as it should
    if it is refuted.
    """
    from indoubt.command_line import proof_command  # noqa: PLC0415 - Z3 is for this command alone

    sys.exit(proof_command.prove_command(**options))


@cli.command()
@click.argument("system", required=False)
@click.option("--nodes", callback=whole(1, 5), metavar="N", help="How many nodes, where the system is for any number.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="What goes to standard output."
)
def quorums(**options: Any) -> None:
    """Tell the quorums of SYSTEM, what they share, how many crashes it survives, and which sets of crashes kill it.

    SYSTEM is written as in `indoubt quorums 'grid(rows=3, columns=3)'`; without one, all are listed.

    Exit status: 0 its quorums share what they have to, 1 they do not, or there is none, 2 wrong usage.
    """
    from indoubt.command_line import quorums_command  # noqa: PLC0415 - for this command alone

    sys.exit(quorums_command.quorums_command(**options))


@cli.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain the mistake with this CODE, as in `indoubt explain S201`; without a code, list all."""
    from indoubt.command_line import explaining  # noqa: PLC0415 - for this command alone

    with printing():
        click.echo(explaining.listed() if code is None else explaining.explained(code))


@cli.command()
@click.argument("spec")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
def doctor(spec: str, settings: tuple[str, ...]) -> None:
    """Look for mistakes in SPEC, then for smells: what is never used, never happens, or is true of everything.

    Where sizes are given, a small part of the states is explored as well.
    """
    from indoubt.command_line import diagnosing  # noqa: PLC0415 - for this command alone

    with printing():
        sys.exit(diagnosing.doctor(spec, settings))


def main() -> NoReturn:
    """Run the command line and leave with its exit status."""
    status = run(sys.argv[1:])
    gc.freeze()  # Python looks through all that is left for cycles as it ends, which takes a sixth of a short check
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """The exit status of a command line; every error is told in the user's words."""
    open_streams()
    try:
        return _guarded(lambda: _invoked(arguments))
    except BrokenPipeError:
        # The reader has gone, as in `indoubt list | head -1`: nobody is left to tell.
        discard()
        return 0


def _invoked(arguments: list[str]) -> Any:
    if not arguments:
        with click.Context(cli, info_name="indoubt", **cli.context_settings) as context:
            return _told(cli.get_help(context), USAGE)
    # Not `cli.main`, which takes a reader who has gone for a failure.
    with cli.make_context("indoubt", arguments.copy()) as context:
        try:
            return cli.invoke(context)
        except MissingSettings as error:
            line = shlex.join(["indoubt", *arguments, *error.missing])
            raise UsageError(f"{error.needs}; for example {line}") from None


def _guarded(command: Callable[[], Any]) -> int:
    try:
        outcome = command()
        sys.stdout.flush()
    except SystemExit as left:
        sys.stdout.flush()
        return left.code if isinstance(left.code, int) else USAGE
    except click.exceptions.Exit as left:
        sys.stdout.flush()
        return left.exit_code
    except click.ClickException as error:
        return _told(told(error), USAGE)
    except (SpecError, SettingError, UsageError) as error:
        return _told(str(error) if isinstance(error, SpecError) else f"error: {error}", USAGE)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _told(f"error: {where}{error.strerror or error}", USAGE)
    except SpecFailed as error:
        return _told(error.told(), USAGE)
    except ReplayMismatch as error:
        return _told(str(error), FAULT)
    except (KeyboardInterrupt, click.exceptions.Abort):
        return _told("interrupted", INTERRUPTED)
    except Exception:  # noqa: BLE001 - the last resort: our own defect, which says so
        return _told(
            f"internal error: a defect of indoubt; please report it with the spec\n\n{traceback.format_exc()}", FAULT
        )
    return outcome if isinstance(outcome, int) else 0


def _told(text: str, status: int) -> int:
    print(text, file=sys.stderr)
    return status
