"""What a search answers: a verdict for each property, the counts, and what limits and bounds it met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import Any

from indoubt.explorer.backends.backend import State, Taken
from indoubt.explorer.ir.machine import Machine
from indoubt.specs.language.frozen import dataclass


class Verdict(Enum):
    """The answer to a property, or to all of them; `exit_status` is that of the command line."""

    HOLDS = "holds"
    VIOLATED = "violated"
    INCONCLUSIVE = "inconclusive"

    @property
    def exit_status(self) -> int:
        """0 holds, 1 violated, 3 inconclusive."""
        return {Verdict.HOLDS: 0, Verdict.VIOLATED: 1, Verdict.INCONCLUSIVE: 3}[self]


@dataclass(frozen=True, slots=True)
class Counts:
    """States as TLC counts them.

    `generated` has the initial states and one for each enabled choice of action and parameters; `depth` is the number
    of states on the longest shortest path, so an initial state has depth 1. `frontier` states were found, not expanded.
    """

    initial: int
    generated: int
    distinct: int
    depth: int
    frontier: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a search stops before it has seen everything; None is no limit."""

    max_states: int | None = None
    max_depth: int | None = None
    timeout_s: float | None = None
    memory_bytes: int | None = None

    @property
    def of_memory(self) -> str:
        """The limit that ends a search which gets no more memory."""
        return "--memory" if self.memory_bytes is None else f"--memory {size_text(self.memory_bytes)}"


UNITS = (("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10))

INTERRUPTED = "interrupted"
"""What ended a search that its user broke off."""


NO_STATES = "an empty set of initial states"
"""The limit of a search that has nowhere to begin."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a search ended early: which limit, or an interruption, and where it was then."""

    limit: str
    where: str
    remark: str = ""
    """Why the limit could not be kept off, where there is more to say."""

    @property
    def is_interruption(self) -> bool:
        """Whether the user broke it off."""
        return self.limit == INTERRUPTED

    @property
    def told(self) -> str:
        """The same as a part of a sentence."""
        return str(self) if self.is_interruption else f"stopped by {self}"

    def __str__(self) -> str:
        remark = f"; {self.remark}" if self.remark else ""
        return f"{self.limit}, {self.where}{remark}"


@dataclass(frozen=True, slots=True)
class Path:
    """A shortest way through the machine: an initial state, then a step and its successor for each entry."""

    choice: Taken | None
    initial: State
    steps: tuple[tuple[Taken, State], ...]
    back_to: int | None = None
    """The state, counted from 0, from which on everything repeats for ever; the last one where it stands still."""


def number_text(value: float | None) -> str:
    """A limit as it is, no digit of it left out."""
    assert value is not None
    short = f"{value:g}"
    return short if float(short) == value and "e" not in short else f"{value!r}"


def size_text(size: int) -> str:
    """A number of bytes as an option takes it: `4G`, `1536M`."""
    return next((f"{size // unit}{name}" for name, unit in UNITS if size and size % unit == 0), str(size))


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on one property; `path` is the counterexample, or the witness of a reachable one.

    An `assert` that does not hold is a property too; `failing` is the step in which it breaks, after the last state.
    """

    property: str
    kind: str
    claim: str
    verdict: Verdict
    path: Path | None = None
    failing: Taken | None = None
    arguments: tuple[Any, ...] = ()
    """The values of the parameters of a temporal property for which it is broken."""


@dataclass(frozen=True, slots=True)
class Storage:
    """What native code kept of the states, and where.

    `memory_bytes` were in use when it was most; `seed` is that of the fingerprints, None where none were asked for.
    """

    memory_bytes: int
    is_on_disk: bool
    """Whether states and parents moved to disk."""
    is_exact: bool = True
    """Whether no state can be taken for another one."""
    seed: int | None = None
    checkpoint: str | None = None
    """The folder from which the run can go on, where it ended early."""
    not_kept: str = ""
    """Why there is no such folder, where there should be one."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """Everything that a search found out.

    `taken` counts the enabled choices of each action, `bounds` names each bound that a step would have left with the
    action that reached it, `levels` has the number of new states at each depth.
    """

    machine: Machine
    answers: tuple[Answer, ...]
    counts: Counts
    limits: Limits
    stopped: Stopped | None
    bounds: tuple[tuple[str, str], ...]
    taken: Mapping[str, int]
    levels: tuple[int, ...]
    elapsed_s: float
    compile_s: float = 0.0
    """Seconds before the search that native code took to be compiled, or read from the disk."""
    storage: Storage | None = None
    """What native code says of its memory; None for the reference interpreter."""
    enabled: Mapping[str, int] = field(default_factory=dict[str, int])
    """In how many of the states that were expanded each fault was enabled."""
    dropped: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    """How many steps dropped a message on each class of links that are full, and in how many states there are such."""

    @property
    def verdict(self) -> Verdict:
        """Violated if any property is; else inconclusive if any is undecided; else holds."""
        verdicts = {answer.verdict for answer in self.answers}
        for verdict in (Verdict.VIOLATED, Verdict.INCONCLUSIVE):
            if verdict in verdicts:
                return verdict
        return Verdict.HOLDS
