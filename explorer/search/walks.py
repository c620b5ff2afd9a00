"""What a simulation is asked, what it counts, and what it answers, whichever engine walks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field

from indoubt.explorer.backends.backend import State
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.walk import drops_in
from indoubt.explorer.search.kernels import walk_context as at
from indoubt.explorer.search.result import Answer, Stopped
from indoubt.specs.language.frozen import dataclass

MOST_PARTS = 1000
"""Into how many equal parts the lengths of walks are sorted at most; up to this depth the counts are exact."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a simulation: `runs` walks (None: until the time is up) of at most `depth` states each.

    `properties` are names, None for all of those that a walk can judge; those of whole runs are none of them.
    """

    seed: int
    depth: int
    runs: int | None
    timeout_s: float | None = None
    deadlock: bool = False
    properties: frozenset[str] | None = None
    constraints: frozenset[str] = frozenset()
    workers: int = 1

    @property
    def parts(self) -> int:
        """Into how many parts the lengths are sorted."""
        return min(self.depth, MOST_PARTS)

    def chosen(self, machine: Machine, *kinds: str) -> tuple[int, ...]:
        """The positions of the chosen properties of some kinds."""
        return tuple(
            position
            for position, one in enumerate(machine.properties)
            if one.kind in kinds and (self.properties is None or one.name in self.properties)
        )


@dataclass(frozen=True, slots=True)
class Walk:
    """One run: its states, and how it ended (an end of `kernels.walk_context`)."""

    states: tuple[State, ...]
    end: int


@dataclass
class Tally:
    """What walks have added up to; properties by their positions in the machine.

    `lengths` sorts the walks by their length into equal parts of the depth, `registers` are those of HyperLogLog.
    `reached` has for each property that was reached the first run and its length then; `deciding` is the first run that
    ends all, and how it ends.
    """

    taken: list[int]
    lengths: list[int]
    runs: int = 0
    ends: list[int] = field(default_factory=lambda: [0] * at.END_COUNT)
    registers: bytearray = field(default_factory=lambda: bytearray(at.REGISTER_COUNT))
    bounds: set[tuple[str, str]] = field(default_factory=set)
    reached: dict[int, tuple[int, int]] = field(default_factory=dict)
    deciding: tuple[int, int] | None = None
    dropped: dict[str, int] = field(default_factory=dict)
    """How many steps have dropped a message, by the links that were full."""

    @classmethod
    def empty(cls, machine: Machine, plan: Plan) -> Tally:
        """Before the first walk."""
        drops = dict.fromkeys(drops_in(tuple(action.body for action in machine.actions)), 0)
        return cls([0] * len(machine.actions), [0] * plan.parts, dropped=drops)

    @property
    def steps(self) -> int:
        """How many steps were taken, those of a walk that was broken off included."""
        return sum(self.taken)

    @property
    def distinct(self) -> int:
        """About how many different states were visited, within some 2 % most of the time."""
        return estimated(self.registers)

    def add(self, other: Tally) -> None:
        """Add the walks of another worker, or of later runs."""
        self.runs += other.runs
        self.taken = [a + b for a, b in zip(self.taken, other.taken, strict=True)]
        self.lengths = [a + b for a, b in zip(self.lengths, other.lengths, strict=True)]
        self.ends = [a + b for a, b in zip(self.ends, other.ends, strict=True)]
        self.registers = bytearray(map(max, self.registers, other.registers))
        self.bounds |= other.bounds
        for position, where in other.reached.items():
            self.reached[position] = min(where, self.reached.get(position, where))
        for link, count in other.dropped.items():
            self.dropped[link] = self.dropped.get(link, 0) + count
        if other.deciding is not None:
            self.deciding = other.deciding if self.deciding is None else min(self.deciding, other.deciding)


@dataclass(frozen=True, slots=True)
class Walking:
    """Where a running simulation is."""

    runs: int
    steps: int
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Simulation:
    """Everything that random walks found out."""

    machine: Machine
    plan: Plan
    answers: tuple[Answer, ...]
    runs: int
    steps: int
    distinct: int
    """About how many different states were visited."""
    ends: tuple[int, ...]
    """How many walks ended in each way; the positions are the ends of `kernels.walk_context`."""
    lengths: tuple[int, ...]
    """How many walks had each length, sorted into equal parts of the depth."""
    taken: Mapping[str, int]
    """How often a walk took each action."""
    bounds: tuple[tuple[str, str], ...]
    deciding_run: int | None
    """The first run that violates a property."""
    walked: int | None
    """How many states it had."""
    stopped: Stopped | None
    elapsed_s: float
    """How long the walks took."""
    compile_s: float = 0.0
    dropped: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many steps have dropped a message, by the class of links that were full."""


def estimated(registers: bytes | bytearray) -> int:
    """About how many different things the registers have seen.

    Source: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog" (AofA 2007), figure 3; with hashes of 64 bits the
    correction for large numbers is not needed.
    """
    count = len(registers)
    empty = registers.count(0)
    raw = 0.7213 / (1 + 1.079 / count) * count * count / sum(2.0**-one for one in registers)
    return round(count * math.log(count / empty) if raw <= 2.5 * count and empty else raw)
