"""The options of the command line that choose the environment of a system: network, links, faults and detector."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

from indoubt.command_line.usage import values_or_range, whole
from indoubt.runs.environment import BUDGETS
from indoubt.specs.language.delivery import NAMES as LINKS
from indoubt.specs.language.detectors import CLASSES
from indoubt.specs.language.faults import SYNCS, WHO
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.network import FULL, KINDS
from indoubt.specs.language.partition import IN_FLIGHT, SHAPES

NO_EQUIVOCATION = click.option(
    "--no-equivocation", is_flag=True, help="A Byzantine node says the same to all nodes of a class."
)
WHO_FAILS = click.option(
    "--who", metavar="|".join(WHO), help="Who may fail, pause or be isolated; or a helper of nodes that says it."
)
SYNC = click.option("--sync", metavar="|".join(SYNCS), help="late: a crash takes what a node wrote in its last step.")
DETECTOR = (
    click.option(
        "--detector", metavar="CLASS", help=f"Whom nodes suspect or trust: {', '.join(CLASSES)}, none; else its own."
    ),
    click.option("--mistakes", callback=whole(0, 1), metavar="K", help="How often nodes may suspect one that is up."),
)
NETWORK = (
    click.option("--links", metavar="|".join(LINKS), help="What its links promise to whole runs; else its own."),
    click.option("--network", metavar="|".join(KINDS), help="The network of a system of nodes; else its own."),
    click.option("--capacity", callback=whole(1, 2), metavar="N", help="How many messages a link of it holds."),
    click.option("--full", metavar="|".join(FULL), help="What a full link does with one more message."),
    click.option(
        "--partition",
        metavar="SHAPE",
        help=f"How the network is cut: {', '.join(SHAPES)}, or between the nodes named, as 0|1,2; else split.",
    ),
    click.option("--in-flight", metavar="|".join(IN_FLIGHT), help="What becomes of messages on links that are cut."),
)
MODEL = click.option("--model", metavar="NAME", help="A model of the textbook, as fail_silent: its network and faults.")
OPTIONS = (
    click.option("--torn", callback=whole(0, 1), metavar="K", help="How many crashes may happen inside a handler."),
    click.option("--amnesias", callback=whole(0, 1), metavar="K", help="How many nodes may come back with nothing."),
    WHO_FAILS,
    SYNC,
    MODEL,
    click.option("--pauses", callback=whole(0, 1), metavar="K", help="How many times a node may stop for a while."),
    click.option("--byzantine", callback=whole(0, 1), metavar="K", help="How many nodes may say whatever they like."),
    NO_EQUIVOCATION,
    click.option("--losses", callback=whole(0, 1), metavar="K", help="How many messages a system of nodes may lose."),
    click.option("--duplicates", callback=whole(0, 1), metavar="K", help="How many messages may arrive once more."),
    *DETECTOR,
    *NETWORK,
)


@dataclass(frozen=True, slots=True)
class MoreFaults:
    """The faults that only systems of nodes have, as the command line asks for them."""

    torn: int | None = None
    amnesias: int | None = None
    pauses: int | None = None
    byzantine: int | None = None
    no_equivocation: bool = False
    who: str | None = None
    sync: str | None = None
    model: str | None = None
    detector: str | None = None
    mistakes: int | None = None
    links: str | None = None
    partition: str | None = None
    in_flight: str | None = None

    def asked(self) -> dict[str, int | str]:
        """Those that are asked for, whom they befall, and how the network is cut."""
        names = ("torn", "amnesias", "pauses", "byzantine", "who", "sync", "partition", "in_flight")
        named = {name: getattr(self, name) for name in names}
        asked: dict[str, int | str] = {name: budget for name, budget in named.items() if budget is not None}
        return asked | ({"equivocation": False} if self.no_equivocation else {})

    @property
    def of_systems(self) -> list[str]:
        """The options that are given and mean nothing to a state machine, in the order in which they are told."""
        names = ("detector", "mistakes", "links", "who", "sync", "model", "no_equivocation", "partition", "in_flight")
        return [f"--{name.replace('_', '-')}" for name in names if getattr(self, name) not in (None, False)]


def environment_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of the command line that choose a network and the faults of it."""

    @functools.wraps(command)
    def bundled(**options: Any) -> Any:
        more = {field.name: options.pop(field.name) for field in fields(MoreFaults)}
        return command(**options, more=MoreFaults(**more))

    chosen_: Callable[..., Any] = bundled
    for option in reversed(OPTIONS):
        chosen_ = option(chosen_)
    return chosen_


def manner_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose a network, its links and a detector, or a model, and how faults happen; no budgets."""
    for option in reversed((WHO_FAILS, SYNC, MODEL, NO_EQUIVOCATION, *DETECTOR, *NETWORK)):
        command = option(command)
    return command


def budget_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each fault of a system that takes a range of budgets."""
    for name in reversed(BUDGETS):
        text = f"How many {name}, as a range; or one number for all runs."
        command = click.option(f"--{name}", callback=values_or_range, metavar="K..K", help=text)(command)
    return command


def one_budget_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each fault of a system that takes one budget."""
    for name in reversed(BUDGETS):
        command = click.option(f"--{name}", callback=whole(0, 1), metavar="K", help=f"How many {name}.")(command)
    return command
