"""Kernels in threads: the main thread looks at the clock, takes an interruption, and reports.

A kernel runs without holding up other threads of Python, and returns soon after the word STOP of its context is set.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence

LOOK_EVERY_S = 0.05
REPORT_EVERY_S = 0.2


class Clock:
    """Says when a run is over: its time is up, or its user broke it off."""

    class Over(Exception):
        """Raised by `look`."""

    def __init__(self, timeout_s: float | None) -> None:
        """The time limit counts from now on."""
        self._deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self.started = self._reported = time.monotonic()
        self._has_begun = False
        self.is_interrupted = False

    def begin(self) -> None:
        """Count the time that walks take; what is begun again counts from where it was begun first."""
        if not self._has_begun:
            self._has_begun = True
            self.started = self._reported = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """The time since the start."""
        return time.monotonic() - self.started

    @property
    def is_over(self) -> bool:
        """Whether the run is to end."""
        return self.is_interrupted or (self._deadline is not None and time.monotonic() > self._deadline)

    def look(self) -> None:
        """Raise Over when the run is to end."""
        if self.is_over:
            raise Clock.Over

    def is_to_report(self) -> bool:
        """Whether the last report is some time ago; asking counts as a report."""
        now = time.monotonic()
        if now - self._reported < REPORT_EVERY_S:
            return False
        self._reported = now
        return True


class Threads:
    """One kernel at work for several contexts."""

    def __init__(self, kernel: Callable[[int], int], contexts: Sequence[int], look: Callable[[], None]) -> None:
        """`look` is called now and then; it has to make the kernels return when the run is over."""
        self._kernel, self._contexts, self._look = kernel, contexts, look
        self._results: queue.SimpleQueue[int | BaseException] = queue.SimpleQueue()

    def run(self) -> None:
        """Run the kernel for each context until all have returned; raises what one of them raised."""
        for context in self._contexts:
            threading.Thread(target=self._work, args=(context,), name="indoubt walks", daemon=True).start()
        failure: BaseException | None = None
        returned = 0
        while returned < len(self._contexts):
            try:
                result = self._results.get(timeout=LOOK_EVERY_S)
            except queue.Empty:
                self._look()
                continue
            returned += 1
            if isinstance(result, BaseException):
                failure = result
        self._look()
        if failure is not None:
            raise failure

    def _work(self, context: int) -> None:
        try:
            self._results.put(self._kernel(context))
        except BaseException as failure:  # noqa: BLE001 - raised again in the main thread
            self._results.put(failure)
