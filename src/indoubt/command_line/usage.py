"""The words of the command line itself: numbers, names of commands and options, and what is told where one is wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import click

from indoubt.finding.specs import UsageError, did_you_mean

LARGEST = 1 << 64
"""Whole numbers are below this one."""
HELP_NAMES = ("-h", "--help")
RANGE = re.compile(r"([0-9]{1,9})\.\.([0-9]{1,9})")


def whole(least: int, example: int) -> Callable[[click.Context, click.Parameter, str | None], int | None]:
    """The callback of an option that takes a whole number from `least` up; `1_000` and `1e3` are none."""

    def convert(_: click.Context, param: click.Parameter, text: str | None) -> int | None:
        if text is None:
            return None
        if re.fullmatch(r"[+-]?[0-9]{1,4000}", text) is None or int(text) < least:
            raise _no_value(param, text, f"a whole number from {least} up", str(example))
        if int(text) >= LARGEST:
            raise _no_value(param, text, f"at most {LARGEST - 1}", str(example))
        return int(text)

    return convert


def values_or_range(_: click.Context, param: click.Parameter, text: str | None) -> range | int | None:
    """The callback of an option that takes a number or a range, as in `0..2`."""
    if text is None:
        return None
    found = as_range(text)
    if found is not None:
        return found
    if not re.fullmatch(r"[0-9]{1,9}", text):
        option = param.opts[0]
        raise UsageError(f"{option} {text} is not possible: it takes a range, or a number; for example {option} 0..2")
    return int(text)


def as_range(text: str) -> range | None:
    """`0..2` as a range with both ends; None where a text is none. Raises UsageError where it is empty."""
    found = RANGE.fullmatch(text)
    if found is None:
        return None
    low, high = int(found[1]), int(found[2])
    if low > high:
        raise UsageError(f"the range {text} is empty; the smaller number comes first: {high}..{low}")
    return range(low, high + 1)


def seconds(_: click.Context, param: click.Parameter, text: str | None) -> float | None:
    """The callback of an option that takes a time above 0; `nan`, `inf` and `10s` are none."""
    if text is None:
        return None
    try:
        time = float(text)
    except ValueError:
        time = math.nan
    if not 0 < time < math.inf:
        raise _no_value(param, text, "a number of seconds above 0", "60")
    return time


def _no_value(param: click.Parameter, text: str, what: str, example: str) -> UsageError:
    option = param.opts[0]
    return UsageError(f"{option} {text} is not possible: it takes {what}; for example {option} {example}")


class Optional(click.Option):
    """An option that may stand alone, or have names behind it: `--symmetry`, `--symmetry=RM` and `--symmetry RM,TM`.

    The next word belongs to it only where it looks like names of classes: it may be the spec, or a setting.
    """

    NAMES = re.compile(r"[A-Z]\w*(,[A-Z]\w*)*")

    def joined(self, args: list[str]) -> list[str]:
        """The arguments with this option and its value as one word; the value is empty where there is none."""
        words: list[str] = []
        waiting = False
        for place, word in enumerate(args):
            if word == "--":
                return [*words, *args[place:]]
            if waiting and self.NAMES.fullmatch(word):
                words[-1] += word
                waiting = False
            else:
                waiting = word in self.opts
                words.append(f"{word}=" if waiting else word)
        return words


class Verb(click.Command):
    """A command whose options are given once each, unless they may be repeated."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse an option that is given twice: the first of two values would be forgotten without a word."""
        for param in self.params:
            if isinstance(param, Optional):
                args = param.joined(args)
        try:
            _, _, order = self.make_parser(ctx).parse_args(list(args))
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        for param in order:
            once = isinstance(param, click.Option) and not param.multiple and not param.is_flag
            if once and order.count(param) > 1:
                raise UsageError(f"{param.opts[0]} is given {order.count(param)} times; leave all but one of them out")
        return super().parse_args(ctx, args)


class Verbs(click.Group):
    """The commands of `indoubt`."""

    command_class = Verb

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for. Raises UsageError naming those there are."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            looks_like_a_spec = "." in args[0] or "::" in args[0] or any("=" in one for one in args[1:])
            hint = did_you_mean(args[0], known)
            if args[0] in ("help", "version"):
                hint = f"; write indoubt --{args[0]}"
            elif not hint and looks_like_a_spec:
                hint = f"; to check a spec, write indoubt check {' '.join(args)}"
            raise UsageError(f"no command {args[0]!r}; there are {', '.join(known)}{hint}")
        return super().resolve_command(ctx, args)


def told(error: click.ClickException) -> str:
    """What click finds wrong with a command line, in our words: what was asked, what there is, what to write."""
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if isinstance(ctx, click.Context) else "indoubt"
    match error:
        case click.NoSuchOption():
            return f"error: {_no_option(error, command)}"
        case click.MissingParameter(param=click.Parameter(human_readable_name=name)):
            return f"error: {command} needs a {name.upper()}; {_usage(ctx)}"
        case click.BadOptionUsage(option_name=name):
            return f"error: {_no_argument(ctx, name)}"
        case click.BadParameter(param=click.Option(type=click.Choice(choices=choices), opts=[name, *_])):
            said = error.message.rstrip(".")
            return f"error: {name}: {said}; for example {name} {choices[-1]}"
        case _:
            message = error.format_message().rstrip(".").replace("Error: ", "")
            return f"error: {message[:1].lower()}{message[1:]}; {_usage(ctx)}"


def _no_option(error: click.NoSuchOption, command: str) -> str:
    """An option that there is not: a misspelt one, or a setting with dashes before it."""
    ctx, asked = error.ctx, error.option_name
    known = [one for param in _options(ctx) for one in param.opts]
    meant = did_you_mean(asked, known, cutoff=0.7)
    if meant:
        return f"{command} has no option {asked}{meant}"
    there_is = ", ".join(sorted(one for one in known if one not in HELP_NAMES)) or "none but --help"
    takes_settings = ctx is not None and any(param.name == "settings" for param in ctx.command.params)
    hint = "; a size or parameter is written NAME=VALUE, without dashes, for example RM=3" if takes_settings else ""
    return f"{command} has no option {asked}; it has {there_is}{hint}"


def _no_argument(ctx: click.Context | None, name: str) -> str:
    """An option without the value that it needs, or a flag with one."""
    option = next((one for one in _options(ctx) if name in one.opts), None)
    if option is not None and option.is_flag:
        return f"{name} takes no value; write {name} alone"
    metavar = option.metavar if option is not None and option.metavar else "VALUE"
    return f"{name} needs a value; write {name} {metavar}"


def _options(ctx: click.Context | None) -> list[click.Option]:
    return [] if ctx is None else [one for one in ctx.command.get_params(ctx) if isinstance(one, click.Option)]


def _usage(ctx: click.Context | None) -> str:
    if ctx is None:
        return "`indoubt --help` tells more"
    words = " ".join(ctx.command.collect_usage_pieces(ctx))
    return f"write {ctx.command_path} {words}; `{ctx.command_path} --help` tells more"
