"""Where a running search is, as it tells now and then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from indoubt.explorer.search.result import Counts
from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """A look at a running search; `elapsed_s` is in seconds since it began."""

    counts: Counts
    expanded: int
    elapsed_s: float
    taken: Mapping[str, int] = field(default_factory=dict[str, int])
    """How often each action was taken."""
    load: float | None = None
    """How full the table of known states is, from 0 to 1; None where there is none."""
    memory_bytes: int | None = None
    """What states and table take; None where nobody knows."""
    judging: str = ""
    """What is done once all states are known: of whole runs, which steps or which property; empty before."""
