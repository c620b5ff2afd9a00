"""Whether the explorer reaches given states, and whether it finds a violation on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from indoubt.explorer.backends.backend import State
from indoubt.explorer.ir.expressions import And, Equal, Literal, Load, Span
from indoubt.explorer.ir.machine import Action, Machine, Property
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Answer, Exploration, Limits, Verdict
from indoubt.finding.specs import UsageError
from indoubt.runs.engines import Asked, engine_of
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.settings import Settings

MOST_STATES = 200_000
MOST_S = 20.0
Seen = TypeVar("Seen")
Other = TypeVar("Other")
HERE = Span("", 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Reached:
    """What the explorer says of some states."""

    told: Mapping[State, str]

    def told_of(self, state: State) -> str:
        """Whether a state is reachable: what follows `the state`."""
        return self.told[state]


NOT_LOOKED_FOR = "was not looked for, since the proof was interrupted,"
"""What is said of the reachability of a state then."""


class Looking:
    """Whether somebody has pressed Ctrl-C: then the explorer is asked no more."""

    def __init__(self) -> None:
        self.is_interrupted = False

    def at(self, look: Callable[[], Seen], otherwise: Other) -> Seen | Other:
        """What is found by looking; `otherwise` where an interruption came before or meanwhile."""
        if not self.is_interrupted:
            try:
                return look()
            except KeyboardInterrupt:
                self.is_interrupted = True
        return otherwise


def reachability(machine: Machine, settings: Settings, states: Sequence[State]) -> Reached:
    """Look for states among the reachable ones of a machine, within limits of time and states."""
    sought = list(dict.fromkeys(states))
    marks = [_mark(machine, number, state) for number, state in enumerate(sought)]
    found = explored(dataclasses.replace(machine, properties=tuple(marks), temporal=(), actions=_quiet(machine)))
    sizes = " ".join(f"{name}={size}" for name, size in settings.sizes.items())
    at = f" at {sizes}" if sizes else ""
    if found is None:
        unknown = f"may be reachable{at}, which the explorer cannot say,"
        return Reached(dict.fromkeys(sought, unknown))
    told: dict[State, str] = {}
    for state, mark in zip(sought, marks, strict=True):
        answer = next(one for one in found.answers if one.property == mark.name)
        if answer.path is not None:
            steps = len(answer.path.steps)
            way = f"is reachable{at}, in {steps} step{'s' * (steps != 1)},"
            told[state] = way if steps else f"is an initial state{at}"
        elif answer.verdict is Verdict.VIOLATED:
            told[state] = f"is not reachable{at}"
        else:
            count = f"{found.counts.distinct:,}"
            told[state] = f"is not among the {count} reachable ones that the explorer has seen{at}"
    return Reached(told)


def violations(machine: Machine, names: Collection[str]) -> list[Answer]:
    """What the explorer finds to be violated among some properties, within limits: each by a shortest path."""
    left, shown = set(names), list[Answer]()
    while left:
        found = explored(dataclasses.replace(machine, temporal=()), frozenset(left))
        if found is None:
            break
        new = [one for one in found.answers if one.property in left and one.verdict is Verdict.VIOLATED and one.path]
        if not new:
            break
        shown += new
        left -= {one.property for one in new}
    return shown


def _quiet(machine: Machine) -> tuple[Action, ...]:
    """The actions without fairness: nothing is owed where only states are looked for."""
    return tuple(dataclasses.replace(action, fairness=None) for action in machine.actions)


def explored(machine: Machine, properties: frozenset[str] | None = None) -> Exploration | None:
    """Explore a machine within limits; None where it cannot be explored. Raises KeyboardInterrupt after Ctrl-C."""
    limits = Limits(max_states=MOST_STATES, timeout_s=MOST_S)
    asked = Asked(limits, deadlock=False, properties=properties, constraints=frozenset(), refining=None, viewing=None)
    for engine in ("native", "reference"):
        try:
            return unbroken(engine_of(engine, 1, None).explore(machine, asked, None))
        except SearchFailed:
            return None
        except UsageError:
            continue  # native code does not know all of the language
    return None


def unbroken(found: Exploration) -> Exploration:
    """An exploration, unless somebody broke it off: raises KeyboardInterrupt."""
    if found.stopped is not None and found.stopped.is_interruption:
        raise KeyboardInterrupt
    return found


def _mark(machine: Machine, number: int, state: State) -> Property:
    parts = tuple(
        Equal(Load(one.name, one.type), Literal(value, one.type))
        for one, value in zip(machine.variables, state, strict=True)
    )
    return Property(f"sought{number}", "reachable", And(parts), "", HERE)
