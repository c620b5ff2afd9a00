"""What ends a search where the spec cannot be computed."""

from __future__ import annotations

from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.search.result import Path


class SearchFailed(Exception):
    """The spec cannot be computed in a reachable state; carries the way there, None where no state is there yet.

    Where it is a step invariant that cannot be computed, its step is the last one of the way.
    """

    def __init__(self, failure: StepFailed, path: Path | None) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.path = path
