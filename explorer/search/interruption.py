"""Ctrl-C: the first one is noted, so that a run ends in good order, and none is lost.

Python raises KeyboardInterrupt wherever it is just then. That may be where it ignores exceptions, in a finalizer or a
callback of its import system, and then nothing would come of it; so a command notes it as well.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol


class Interruptible(Protocol):
    """What looks now and then at whether it is to end."""

    is_interrupted: bool


STATUS = 130
"""The exit status of a command that was interrupted, that of shells."""
ONE_S = 1.0
"""Interruptions in so many seconds are one: a key is pressed twice, or a script tells a process and its group."""


class _Noted:
    is_there = False
    at: float | None = None
    """When the last one was noted that counts."""


def interrupted() -> int:
    """Tell that nothing was learnt; the exit status."""
    print("interrupted", file=sys.stderr)
    return STATUS


def _is_another() -> bool:
    """Whether an interruption is not the last one again."""
    now = time.monotonic()
    if _Noted.at is not None and now - _Noted.at < ONE_S:
        return False
    _Noted.at = now
    return True


def note_interruptions() -> None:
    """Have every Ctrl-C of this process noted when it is raised, unless somebody else takes or ignores them."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _note_and_raise)


def _note_and_raise(number: int, frame: FrameType | None) -> None:
    if _is_another():
        _Noted.is_there = True
        raise KeyboardInterrupt


def raise_noted() -> None:
    """Raise KeyboardInterrupt if there was one, though nobody may have seen it."""
    if _Noted.is_there:
        raise KeyboardInterrupt


@contextmanager
def interruptible(run: Interruptible) -> Generator[None]:
    """Note the first Ctrl-C in a run that goes on inside; another one ends it at once, with KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is told
        return
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        yield  # as in a job in the background, to which Ctrl-C is not addressed
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        if not _is_another():
            return
        if run.is_interrupted:
            raise KeyboardInterrupt
        run.is_interrupted = True

    signal.signal(signal.SIGINT, interrupt)
    if _Noted.is_there:
        run.is_interrupted = True
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
