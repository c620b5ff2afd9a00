"""The engines that explore a machine: native code, and the reference interpreter, which knows all of the language."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.checkpoint import CheckpointError, Keeping
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Exploration, Limits
from indoubt.finding.specs import UsageError, did_you_mean
from indoubt.runs.storing import Storing
from indoubt.specs.language.frozen import dataclass

if TYPE_CHECKING:
    from indoubt.runs.refining import Refining
    from indoubt.runs.symmetric import Symmetric
    from indoubt.runs.viewing import Viewing

ENGINES = ("native", "reference")
DEFAULT = "native"
LEAST_BYTES = 1 << 20
MOST_WORKERS = 1024
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run checks, apart from the engine."""

    limits: Limits
    deadlock: bool
    properties: frozenset[str] | None
    constraints: frozenset[str]
    refining: Refining | None
    viewing: Viewing | None
    symmetric: Symmetric | None = None
    keeping: Keeping | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine with its settings; `workers` and `memory_bytes` are for native code."""

    name: str = DEFAULT
    workers: int = 1
    memory_bytes: int | None = None
    storing: Storing = field(default_factory=Storing)

    @property
    def told(self) -> str:
        """The engine in a verdict."""
        if self.name == "reference":
            return "reference interpreter"
        return told_of_native(self.workers)

    def explore(self, machine: Machine, asked: Asked, progress: Callable[[Progress], None] | None) -> Exploration:
        """Explore a machine. Raises SearchFailed, UsageError where native code does not know what is asked."""
        if self.name == "native":
            return self._native(machine, asked, progress)
        return explore(
            Reference(machine),
            asked.limits,
            deadlock=asked.deadlock,
            properties=asked.properties,
            constraints=asked.constraints,
            refinement=None if asked.refining is None else asked.refining.refinement,
            view=None if asked.viewing is None else asked.viewing.seen,
            orbits=None if asked.symmetric is None else asked.symmetric.orbits,
            report=progress,
        )

    def _native(self, machine: Machine, asked: Asked, progress: Callable[[Progress], None] | None) -> Exploration:
        # It takes its time to load, and who runs the reference interpreter has no use for it.
        from indoubt.explorer.search import native_exploration as native  # noqa: PLC0415

        if asked.viewing is not None and asked.viewing.reading is not None and self.workers > 1:
            raise UsageError(
                f"the view {asked.viewing.view.name} is not shown to be sound, and several workers may merge other "
                "states than one does; leave out --workers"
            )
        wanted = native.Asked(
            asked.limits,
            asked.deadlock,
            asked.properties,
            asked.constraints,
            self.workers,
            self.storing.fingerprints,
            self.storing.disk,
            self.storing.huge_pages,
            asked.keeping,
            None if asked.symmetric is None else asked.symmetric.orbits,
            None if asked.refining is None else asked.refining.refinement,
            None if asked.viewing is None else asked.viewing.seen,
        )
        try:
            with refusals_told(machine):
                return native.explore_natively(machine, wanted, progress)
        except (CheckpointError, native.NotTogether) as error:
            raise UsageError(str(error)) from None


def told_of_native(workers: int) -> str:
    """Native code as a verdict names it."""
    return "native code" if workers == 1 else f"native code, {workers} workers"


@contextmanager
def refusals_told(machine: Machine) -> Generator[None]:
    """Tell with the edit why native code cannot run a machine: never does the other engine take its place unasked.

    Raises UsageError.
    """
    from indoubt.explorer.backends.native.packing import Unsupported  # noqa: PLC0415 - as above

    try:
        yield
    except Unsupported as reason:
        told = f"native code cannot run {machine.name}: it does not know {reason} yet"
        raise UsageError(f"{told}; run it with --engine reference") from None
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "llvmlite":
            raise
        told = f"native code needs llvmlite, which cannot be loaded here ({error})"
        raise UsageError(f"{told}; run with --engine reference, or install it") from None


def known_engine(name: str) -> str:
    """The name of an engine. Raises UsageError where there is none."""
    if name not in ENGINES:
        raise UsageError(f"unknown engine {name!r}; there are: {', '.join(ENGINES)}{did_you_mean(name, ENGINES)}")
    return name


def only_native(option: str) -> UsageError:
    """What is said of an option that the reference interpreter does not have."""
    return UsageError(f"{option} is for native code; leave it out, or leave out --engine reference")


def engine_of(name: str, workers: int, memory: str | int | None, storing: Storing | None = None) -> Engine:
    """The engine that a run asks for. Raises UsageError."""
    known_engine(name)
    if isinstance(workers, bool) or not isinstance(workers, int):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"workers={workers!r} is not possible; give a whole number from 1 up")
    if workers < 1:
        raise UsageError(f"workers={workers} is not possible; give 1 or more")
    if workers > MOST_WORKERS:
        raise UsageError(f"workers={workers} is not possible; give {MOST_WORKERS} or fewer")
    if name == "reference" and (workers != 1 or memory is not None):
        raise only_native("--workers" if workers != 1 else "--memory")
    storing = storing or Storing()
    if name == "reference" and storing.asked:
        raise only_native(storing.asked[0])
    return Engine(name, workers, None if memory is None else _bytes(memory), storing)


def _bytes(given: str | int) -> int:
    """A size as text, or a number of bytes."""
    found = SIZE.fullmatch(f"{given}".strip())
    size = 0 if found is None else int(float(found[1]) * UNITS[found[2].upper()])
    if isinstance(given, int):
        size = max(0, given)
    if not size:
        raise UsageError(f"--memory {given} is no size; write a number with a unit, as in 4G or 512M")
    if size < LEAST_BYTES:
        raise UsageError(f"--memory {given} is too little to search in; the least is --memory {LEAST_BYTES >> 20}M")
    return size
