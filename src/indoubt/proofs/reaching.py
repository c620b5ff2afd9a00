"""Whether the explorer reaches given states, and whether it finds a violation on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from indoubt.explorer.backends.backend import State
from indoubt.explorer.ir.expressions import And, Equal, Literal, Load, Span
from indoubt.explorer.ir.machine import Action, Machine, Property
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import NO_STATES, Answer, Exploration, Limits, Verdict
from indoubt.finding.specs import UsageError
from indoubt.proofs.results import sizes_text
from indoubt.runs.engines import Asked, engine_of
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.settings import Settings

MOST_STATES = 200_000
MOST_S = 20.0
Found = TypeVar("Found")
Other = TypeVar("Other")
FEW_STATES, FEW_S = 300, 1.0
"""So many states the reference interpreter has seen before native code would be compiled."""
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


class Patience:
    """Whether somebody has pressed Ctrl-C: then the explorer is asked no more."""

    def __init__(self) -> None:
        self.is_interrupted = False

    def at(self, look: Callable[[], Found], otherwise: Other) -> Found | Other:
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
    sizes = sizes_text(settings.sizes)
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
        elif _is_empty(found):
            told[state] = f"is not reachable{at}, where there is no initial state"
        else:
            count = f"{found.counts.distinct:,}"
            told[state] = f"is not among the {count} reachable ones that the explorer has seen{at}"
    return Reached(told)


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of a machine the explorer has seen: whether every state, and whether there is none."""

    is_whole: bool
    is_empty: bool = False


def violations(machine: Machine, names: Collection[str]) -> tuple[list[Answer], Seen]:
    """What the explorer finds to be violated among some properties, within limits: each by a shortest path."""
    left, shown = set(names), list[Answer]()
    while left:
        found = explored(dataclasses.replace(machine, temporal=(), actions=_quiet(machine)), frozenset(left))
        if found is None:
            return shown, Seen(is_whole=False)
        new = [one for one in found.answers if one.property in left and one.verdict is Verdict.VIOLATED and one.path]
        if not new:
            return shown, Seen(_is_whole(found), _is_empty(found))
        shown += new
        left -= {one.property for one in new}
    return shown, Seen(is_whole=True)


def _is_whole(found: Exploration) -> bool:
    """Whether every state was seen; a violation of something else ends a search early."""
    return found.stopped is None and not any(map(_is_found, found.answers))


def _is_empty(found: Exploration) -> bool:
    return found.stopped is not None and found.stopped.limit == NO_STATES


def _quiet(machine: Machine) -> tuple[Action, ...]:
    """The actions without fairness: nothing is owed where only states are looked for."""
    return tuple(dataclasses.replace(action, fairness=None) for action in machine.actions)


def explored(machine: Machine, properties: frozenset[str] | None = None) -> Exploration | None:
    """Explore a machine within limits; None where it cannot be explored. Raises KeyboardInterrupt after Ctrl-C."""
    limits = Limits(max_states=MOST_STATES, timeout_s=MOST_S)
    asked = Asked(limits, deadlock=False, properties=properties, constraints=frozenset(), refining=None, viewing=None)
    few = dataclasses.replace(asked, limits=Limits(max_states=FEW_STATES, timeout_s=FEW_S))
    for engine, how in (("reference", few), ("native", asked), ("reference", asked)):
        try:
            found = unbroken(engine_of(engine, 1, None).explore(machine, how, None))
        except SearchFailed:
            return None
        except UsageError:
            continue  # native code does not know all of the language
        is_known = found.stopped is None or _is_empty(found) or any(map(_is_found, found.answers))
        if how is asked or is_known:
            return found
    return None


def unbroken(found: Exploration) -> Exploration:
    """An exploration, unless somebody broke it off: raises KeyboardInterrupt."""
    if found.stopped is not None and found.stopped.is_interruption:
        raise KeyboardInterrupt
    return found


def _is_found(one: Answer) -> bool:
    return one.path is not None and one.verdict is Verdict.VIOLATED


def _mark(machine: Machine, number: int, state: State) -> Property:
    parts = tuple(
        Equal(Load(one.name, one.type), Literal(value, one.type))
        for one, value in zip(machine.variables, state, strict=True)
    )
    return Property(f"sought{number}", "reachable", And(parts), "", HERE)
