"""The standard streams when nobody reads them: closed, full, or a pipe whose reader has left."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from indoubt.finding.specs import UsageError


def open_streams() -> None:
    """Give a closed stream somewhere to go, and let no character stop the output."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - it lives as long as we do
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def printing() -> Generator[None]:
    """What is printed inside may lose its reader, as in `indoubt list | head -1`: the rest goes nowhere.

    Whatever the command found out stays found, and so does its exit status. Raises UsageError where the output cannot
    be written for another reason.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        discard()
    except OSError as error:
        discard()
        raise UsageError(
            f"standard output cannot be written: {error.strerror or error}; send it to a place with room"
        ) from None


def discard() -> None:
    """Send what is still to be printed nowhere, so that the interpreter does not complain at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
