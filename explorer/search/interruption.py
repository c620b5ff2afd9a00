"""Ctrl-C while native code runs: the first one is noted, so that the run ends in good order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol


class Interruptible(Protocol):
    """What looks now and then at whether it is to end."""

    is_interrupted: bool


@contextmanager
def interruptible(run: Interruptible) -> Generator[None]:
    """Note the first Ctrl-C in a run that goes on inside; the second one ends it at once, with KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is told
        return
    before = signal.getsignal(signal.SIGINT)

    def interrupt(number: int, frame: FrameType | None) -> None:
        if run.is_interrupted:
            raise KeyboardInterrupt
        run.is_interrupted = True

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
