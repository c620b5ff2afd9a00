"""When a search writes checkpoints: now and then while it runs, and where it ends before it has seen everything."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from indoubt.explorer.search.checkpoint import CheckpointError, Keeping, Writer
from indoubt.explorer.search.crew import Crew
from indoubt.explorer.search.result import Stopped
from indoubt.explorer.search.snapshot import Range, Renumbering, taken_of
from indoubt.explorer.search.workspace import Workspace


class Keeper:
    """Writes the checkpoints of one search."""

    def __init__(self, keeping: Keeping | None, space: Workspace, crew: Crew, order: Callable[[], list[Range]]) -> None:
        """`order` has the states: those that are expanded, those of the level that are not, those of the next one."""
        self._keeping = keeping
        self._space = space
        self._crew = crew
        self._order = order
        self._writer = None if keeping is None else Writer(keeping.folder, keeping.about)
        self.problem = ""
        """Why the last checkpoint that was due could not be written."""
        if self._writer is not None and keeping is not None and keeping.saved is None and keeping.every_s is not None:
            self._writer.hold()
        self._plan()

    @property
    def elapsed_before_s(self) -> float:
        """How long the runs took that this one goes on from."""
        saved = None if self._keeping is None else self._keeping.saved
        return 0.0 if saved is None else saved.snapshot.elapsed_s

    def go_on(self) -> None:
        """Add to the checkpoint that the search was restored from, if its states have their numbers still."""
        saved = None if self._keeping is None else self._keeping.saved
        if saved is not None and self._keeping is not None and self._writer is not None:
            if Renumbering(saved.snapshot.order).changes_nothing and self._keeping.folder == saved.folder:
                self._writer.generation = saved.generation
                self._writer.files = {name: replace(written) for name, written in saved.files.items()}

    def write_if_due(self, initial: int) -> None:
        """Write one if it is time, and no worker runs or has states that wait."""
        if self._crew.is_due and self._space.is_settled:
            self._write(initial)
            self._plan()

    def wants(self, stopped: Stopped) -> bool:
        """Whether a run that ended early is to be kept."""
        if self._keeping is None or self._crew.elapsed_s < self._keeping.after_s:
            return False
        return stopped.is_interruption or not self._keeping.only_interrupted

    def write_at_the_end(self, initial: int, stopped: Stopped) -> bool:
        """Write one where a run ended early; whether there is one now."""
        if not self._space.is_settled:
            self.problem = "a state has too many steps for what memory is left"
            return False
        return self._write(initial, stopped.limit)

    def close(self) -> None:
        """The search has ended."""
        if self._writer is not None:
            self._writer.close()

    def _write(self, initial: int, stopped: str = "") -> bool:
        assert self._writer is not None
        elapsed_s = self.elapsed_before_s + self._crew.elapsed_s
        snapshot = taken_of(self._space, self._order(), initial, elapsed_s, stopped)
        try:
            self._writer.write(snapshot, self._space.logs)
        except CheckpointError as failure:
            self.problem = str(failure)
            return False
        self.problem = ""
        return True

    def _plan(self) -> None:
        if self._keeping is not None and self._keeping.every_s is not None:
            self._crew.due = time.monotonic() + self._keeping.every_s
