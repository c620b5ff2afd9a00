"""The threads in which kernels run, and the main one, which looks at the clock, reports, and takes interruptions."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

from indoubt.explorer.search.kernels import context as at
from indoubt.explorer.search.workspace import Workspace

LOOK_EVERY_S = 0.05
"""How often the main thread looks at the clock while a kernel runs."""
REPORT_EVERY_S = 0.2

Results = queue.SimpleQueue[int | BaseException]


class Crew:
    """The workers of a search, and when they have to stop."""

    def __init__(self, space: Workspace, timeout_s: float | None, report: Callable[[float], None] | None) -> None:
        """`report` is given the seconds since the beginning."""
        self._space = space
        self._timeout_s = timeout_s
        self._report = report
        self._started = self._reported = time.monotonic()
        self.is_interrupted = False
        self.is_late = False
        self.due: float | None = None
        """When a checkpoint is to be written, by `time.monotonic`."""

    @property
    def elapsed_s(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._started

    @property
    def is_due(self) -> bool:
        """Whether a checkpoint is to be written."""
        return self.due is not None and time.monotonic() >= self.due

    def begin(self) -> None:
        """Begin to count the time."""
        self._started = self._reported = time.monotonic()

    def run(self, kernel: Callable[[int], int]) -> list[int]:
        """Run a kernel for every worker, each in a thread, and look after them; STOPPED if they are not to run."""
        self.look()
        if self.is_late or self.is_interrupted:
            return [at.STOPPED]
        results: Results = queue.SimpleQueue()
        for block in self._space.blocks:
            given = (kernel, block.context, results)
            threading.Thread(target=self._work, args=given, name="indoubt search", daemon=True).start()
        try:
            return self._await(results)
        except BaseException:
            self._end()  # what still runs has nothing to run for
            raise

    def _await(self, results: Results) -> list[int]:
        """Why each worker returned, when all have; raises what one of them raised."""
        reasons: list[int] = []
        failure: BaseException | None = None
        while len(reasons) < len(self._space.blocks):
            try:
                result = results.get(timeout=LOOK_EVERY_S)
            except queue.Empty:
                self.look()
                continue
            if isinstance(result, BaseException):
                failure, result = result, at.FAILED
            if result not in (at.LEVEL_ENDS, at.COMPLETE) and len(self._space.blocks) > 1:
                self._space.write(at.STOP, 1)  # the others return too, so that memory can grow
            reasons.append(result)
        self.look()
        if failure is not None:
            raise failure
        return reasons

    def _work(self, kernel: Callable[[int], int], context: int, results: Results) -> None:
        """Run a kernel. As a method it keeps the memory of the search alive, even when nobody waits for it any more."""
        try:
            results.put(kernel(context))
        except BaseException as failure:  # noqa: BLE001 - raised again in the main thread
            results.put(failure)

    def look(self) -> None:
        """Look at the clock, and have the workers stop where it is time to."""
        now = time.monotonic()
        if self._timeout_s is not None and now - self._started > self._timeout_s:
            self.is_late = True
        if self.is_late or self.is_interrupted:
            self._end()
        elif self.is_due:
            self._space.write(at.STOP, 1)
        self._space.trim()
        if self._report is not None and now - self._reported >= REPORT_EVERY_S:
            self._reported = now
            self._report(now - self._started)

    def _end(self) -> None:
        """Have the workers stop for good, in the middle of a state where it takes long."""
        self._space.write(at.STOP, 1)
        self._space.write(at.OVER, 1)
