"""The commands: counts, compare, growth, startup, memory, pieces."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import compare as comparing, growth as growing, startup as starting, timing
from benchmarks.comparison import CountsDiffer
from benchmarks.instances import SMALL, TWO_PHASE
from benchmarks.processes import Failed
from benchmarks.report import read, table
from benchmarks.tools.tool import Unreadable

FOLDER = Path("build") / "benchmarks"
GROWTH = (5, 6, 7, 8, 9, 10)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; exit status 1 where counts are wrong or a tool fails, 2 for a wrong command line."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["counts"]:
        # It has options of its own.
        timing.main(given[1:])
        return
    options = _parser().parse_args(given)
    try:
        options.command(options)
    except (CountsDiffer, Failed, Unreadable) as error:
        sys.exit(f"no times are printed: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("counts", help="time rows of the count table with the engine of every check")
    compare = commands.add_parser("compare", help="the same models with indoubt, Spin, rumur, TLC and Stateright")
    compare.add_argument("words", nargs="*", metavar="WORD", help="instances whose names contain every WORD")
    compare.add_argument("--quick", action="store_true", help="small instances, a minute or two")
    compare.add_argument("--redraw", type=Path, metavar="JSON", help="run nothing; table and chart of this report")
    compare.add_argument("--without", action="append", default=[], metavar="TOOL", help="leave out; repeatable")
    compare.set_defaults(command=_compare)
    growth = commands.add_parser("growth", help="time and memory of TwoPhase with 5 to 10 resource managers")
    growth.add_argument("sizes", nargs="*", type=int, metavar="N", help="these numbers only")
    growth.set_defaults(command=_growth)
    startup = commands.add_parser("startup", help="what `import indoubt` and a small check cost")
    startup.set_defaults(command=_startup)
    memory = commands.add_parser("memory", help="what an access to a large table costs: the limit of every search")
    memory.set_defaults(command=_memory)
    pieces = commands.add_parser("pieces", help="what the time of a search goes to, measured part by part")
    pieces.add_argument("words", nargs="*", metavar="WORD", help="instances whose names contain every WORD")
    pieces.set_defaults(command=_pieces)
    for one in (compare, growth, startup):
        one.add_argument("--runs", type=_at_least_one, default=3, metavar="N", help="runs of each (3)")
    for one in (compare, growth):
        one.add_argument("--to", type=Path, default=FOLDER, metavar="FOLDER", help=f"where files go ({FOLDER})")
    return parser


def _compare(options: argparse.Namespace) -> None:
    _writable(options.to)
    if options.redraw is not None:
        try:
            report = read(options.redraw)
        except (OSError, ValueError) as error:
            sys.exit(f"--redraw {options.redraw}: {error}")
    else:
        instances = comparing.chosen(options.words, quick=options.quick)
        if not instances:
            sys.exit(f"no instance has {' and '.join(options.words)} in its name")
        left_out = {name.lower() for name in options.without}
        there_are = {tool.name.lower(): tool for tool in comparing.tools()}
        if unknown := left_out - there_are.keys():
            names = ", ".join(tool.name for tool in there_are.values())
            sys.exit(f"--without {min(unknown)} is no tool that is compared; there are: {names}")
        tools = [tool for name, tool in there_are.items() if name not in left_out]
        report = comparing.compare(instances, tools, options.runs, _told)
    comparing.save(report, options.to)
    print(table(report))


def _growth(options: argparse.Namespace) -> None:
    unknown = [size for size in options.sizes if size not in TWO_PHASE]
    if unknown:
        sys.exit(f"TwoPhase RM={unknown[0]} is not known; there are: {', '.join(map(str, TWO_PHASE))}")
    _writable(options.to)
    growing.save(growing.measure(options.sizes or GROWTH, options.runs, _told), options.to)


def _startup(options: argparse.Namespace) -> None:
    print(starting.table(starting.measure(options.runs, _told)))


def _memory(_options: argparse.Namespace) -> None:
    # It loads the compiler, which the other commands leave to their children.
    from benchmarks import memory  # noqa: PLC0415

    print(memory.table(memory.measure(memory.SIZES, _told)))


def _pieces(options: argparse.Namespace) -> None:
    # As above.
    from benchmarks import pieces  # noqa: PLC0415

    instances = [one for one in comparing.chosen(options.words, quick=False) if one is not SMALL]
    if not instances:
        sys.exit(f"no instance has {' and '.join(options.words)} in its name")
    print(pieces.table(pieces.measure(instances, _told)))


def _told(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _writable(folder: Path) -> None:
    """End the command, before anything is measured, where its files cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"--to {folder}: {error.strerror}")


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of runs; give 1 or more")
    return int(text)
