"""What the comparison asks of a model checker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks.instances import Instance


class Unreadable(Exception):
    """A tool printed no counts, or a verdict other than that all holds."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A model that is ready to run."""

    command: tuple[str, ...]
    folder: Path
    compile_s: float
    """Processor time from the source of the model to what `command` runs, 0 where that is part of the run."""
    first_verdict_s: float | None = None
    """Processor time from the source to the verdict with nothing cached, where it is not compile time and run."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    idle: tuple[str, ...] | None = None
    """The command that stops before the search, where the start is worth a line of its own."""
    allowed: Sequence[int] = (0,)
    """Exit statuses that are no failure."""


class Tool(Protocol):
    """A model checker."""

    @property
    def name(self) -> str:
        """How the tables call it."""
        ...

    @property
    def most_runs(self) -> int | None:
        """How many runs are enough of one that takes many minutes; None for as many as are asked for."""
        ...

    def missing(self) -> str | None:
        """Why it cannot run here; None if it can."""
        ...

    def lacks(self, instance: Instance) -> str | None:
        """Why it cannot run an instance; None if it can."""
        ...

    def prepare(self, instance: Instance, folder: Path) -> Prepared:
        """Compile the model into an empty folder."""
        ...

    def distinct(self, output: str) -> int:
        """The distinct states of a run without error. Raises Unreadable."""
        ...

    def version(self) -> str:
        """Its version and compiler, for the report."""
        ...
