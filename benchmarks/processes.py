"""Processes with what they used: processor time of them and their children, and the most memory at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KIB = 1024


class Failed(Exception):
    """A command did not do what was asked; the end of what it printed is part of the message."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process used and printed; times in seconds."""

    cpu_s: float
    """User and system time, with the children that it waited for."""
    wall_s: float
    peak_bytes: int
    """Resident memory, of the largest of these processes."""
    output: str


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    allowed: Sequence[int] = (0,),
) -> Run:
    """Run a command to its end. Raises Failed unless its exit status is one of those `allowed`."""
    changed = {**os.environ, **(environment or {})}
    # A file instead of a pipe: nobody has to read while the process runs.
    with tempfile.TemporaryFile() as printed:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, env=changed, stdout=printed, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        output = printed.read().decode(errors="replace")
    if process.returncode not in allowed:
        end = "\n".join(output.strip().splitlines()[-12:])
        raise Failed(f"exit status {process.returncode} from: {' '.join(command)}\n{end}")
    return Run(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss * KIB, output)


def found(*names: str) -> str | None:
    """The first of these programs that is on the PATH."""
    return next((path for name in names if (path := shutil.which(name)) is not None), None)
