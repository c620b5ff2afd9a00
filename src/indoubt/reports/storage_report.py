"""What a result says of memory, and of the checkpoint from which its run can go on."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from indoubt.explorer.search.folders import bytes_text
from indoubt.explorer.search.result import Stopped, Storage
from indoubt.runs.result import Result
from indoubt.runs.storing import BITS, omission

MANY_STATES = 100_000
"""With fewer, what a state takes is hidden behind what every run does."""


def rows(result: Result) -> Iterator[tuple[str, str]]:
    """The lines of the text."""
    storage, distinct = result.storage, result.counts.distinct
    if storage is None:
        return
    if distinct >= MANY_STATES or storage.is_on_disk:
        disk = ", states and parents on disk" if storage.is_on_disk else ""
        yield "memory", f"{bytes_text(storage.memory_bytes)}, {storage.memory_bytes / distinct:.1f} bytes a state{disk}"
    if storage.checkpoint is not None:
        yield "go on with", resume_line(storage.checkpoint, result.stopped)
    if storage.not_kept:
        yield "not kept", f"there is no checkpoint of the end: {storage.not_kept}"


def data(storage: Storage | None, distinct: int, stopped: Stopped | None) -> dict[str, Any]:
    """The fields of the JSON; null where there is nothing to say."""
    if storage is None:
        return {"memory": None, "omission": None, "checkpoint": None}
    memory = {
        "bytes": storage.memory_bytes,
        "bytes_per_state": round(storage.memory_bytes / distinct, 2) if distinct else None,
        "logs_on_disk": storage.is_on_disk,
    }
    doubt = None
    if storage.seed is not None:
        doubt = {
            "probability_at_most": 0.0 if storage.is_exact else omission(distinct),
            "formula": f"distinct^2 / 2^{BITS + 1}",
            "seed": f"{storage.seed:#x}",
            "exact": storage.is_exact,
        }
    kept = None
    if storage.checkpoint is not None:
        kept = {"path": storage.checkpoint, "resume": resume_line(storage.checkpoint, stopped)}
    return {"memory": memory, "omission": doubt, "checkpoint": kept}


def resume_line(folder: str, stopped: Stopped | None) -> str:
    """The command that goes on with a run; where a limit has ended it that would end it again, with a larger one."""
    option, _, most = ("" if stopped is None else stopped.limit).partition(" ")
    more = f" {option} {10 * int(most)}" if option in ("--max-states", "--max-depth") else ""
    if option == "--memory" and most:
        digits = most.rstrip("KMG")
        more = f" {option} {4 * int(digits)}{most[len(digits) :]}"
    return f"indoubt resume {shlex.quote(folder)}{more}"
