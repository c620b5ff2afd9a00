"""Checkpoints: a folder from which a search goes on where it was.

The states and their parents are in files that are only added to, and `control.json` says how much of each belongs to
the checkpoint, with a checksum, and has everything else. It is written last, under another name, and then takes the
place of the one before in one step: whenever a run is killed, the folder has the new checkpoint or the one before. The
files of a run that numbers its states in another way have names of their own.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from indoubt.explorer.search.folders import free_text
from indoubt.explorer.search.log import Log
from indoubt.explorer.search.snapshot import Snapshot
from indoubt.specs.language.frozen import dataclass

FORMAT = "indoubt/checkpoint/1"
CONTROL, LOCK, IGNORED = "control.json", "lock", ".gitignore"
COPIED_AT_ONCE = 1 << 24


class CheckpointError(ValueError):
    """A folder is no checkpoint that a run can go on from, or be written to; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """When and where a run writes checkpoints, and what `indoubt resume` has to know of it."""

    folder: Path
    about: Callable[[], Mapping[str, Any]]
    """Everything but the search: what was asked, by which version; made when it is written, which is seldom."""
    every_s: float | None = None
    """How often; None for only when the run ends early."""
    after_s: float = 0.0
    """A run that was shorter is not worth one."""
    saved: Saved | None = None
    """The checkpoint that the run goes on from."""
    only_interrupted: bool = False
    """Whether a limit that ends the run is no reason for a checkpoint."""


@dataclass(slots=True)
class Written:
    """How much of a file belongs to the checkpoint."""

    records: int = 0
    crc: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint that was read."""

    folder: Path
    about: Mapping[str, Any]
    snapshot: Snapshot
    generation: int
    files: Mapping[str, Written]

    def name(self, log: str, number: int) -> str:
        """The file of a log of a worker."""
        return file_name(log, self.generation, number)


@dataclass(slots=True)
class Writer:
    """Writes the checkpoints of one run."""

    folder: Path
    about: Callable[[], Mapping[str, Any]]
    generation: int = 1
    files: dict[str, Written] = field(default_factory=dict)
    lock: int | None = None

    def hold(self) -> None:
        """Keep the folder for this run from now on, if that is possible."""
        with contextlib.suppress(OSError, CheckpointError):  # told where a checkpoint is written
            self._lock()

    def write(self, snapshot: Snapshot, logs: Mapping[str, Log]) -> None:
        """Write a checkpoint. Raises CheckpointError; then the one before is what there is."""
        try:
            self._lock()
            self._write(snapshot, logs)
        except OSError as failure:
            told = failure.strerror or failure
            raise CheckpointError(f"{self.folder}: {told}{free_text(self.folder.parent)}") from None

    def close(self) -> None:
        """Let other runs write to the folder."""
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None
            if not (self.folder / CONTROL).exists():  # there was nothing to be kept
                with contextlib.suppress(OSError):
                    (self.folder / LOCK).unlink()
                    self.folder.rmdir()

    def _lock(self) -> None:
        if self.lock is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.lock = locked(self.folder)
            if not self.files:  # not the checkpoint that this run goes on from
                names = [one.name for one in self.folder.iterdir() if is_log(one.name)]
                self.generation = 1 + max((int(name.split(".")[1]) for name in names), default=0)

    def _write(self, snapshot: Snapshot, logs: Mapping[str, Log]) -> None:
        for log_name, log in logs.items():
            for number, (start, end) in enumerate(snapshot.parts):
                name = file_name(log_name, self.generation, number)
                written = self.files.setdefault(name, Written())
                self._add(self.folder / name, written, log, start, end)
        body = json.dumps(
            {
                "format": FORMAT,
                "about": dict(self.about()),
                "generation": self.generation,
                "files": {name: [written.records, written.crc] for name, written in self.files.items()},
                "search": snapshot.data(),
            }
        )
        new = self.folder / f"{CONTROL}.new"
        with new.open("w", encoding="utf-8") as file:
            file.write(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / CONTROL)
        self._tidy()

    def _add(self, path: Path, written: Written, log: Log, start: int, end: int) -> None:
        """Add to a file what it lacks of the records from `start` to `end`."""
        size = log.record_bytes
        with path.open("r+b" if written.records else "wb", buffering=0) as file:
            file.truncate(written.records * size)
            file.seek(written.records * size)
            place, left = log.address + (start + written.records) * size, (end - start - written.records) * size
            crc = written.crc
            while left:
                part = (ctypes.c_char * min(left, COPIED_AT_ONCE)).from_address(place)
                done = file.write(memoryview(part))
                crc = zlib.crc32(memoryview(part)[:done], crc)
                place, left = place + done, left - done
            os.fsync(file.fileno())
        written.records, written.crc = end - start, crc

    def _tidy(self) -> None:
        """Remove the files of other generations, and have version control leave the folder alone."""
        for path in self.folder.iterdir():
            if is_log(path.name) and path.name not in self.files:
                path.unlink()
        with contextlib.suppress(OSError):  # a convenience
            (self.folder / IGNORED).write_text("*\n", encoding="ascii")


def file_name(log: str, generation: int, number: int) -> str:
    """The file of a log of a worker."""
    return f"{log}.{generation}.{number}"


def locked(folder: Path) -> int:
    """Keep other runs from writing to a folder as long as this one lives. Raises CheckpointError where one does."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    if sys.platform == "win32":
        return descriptor
    import fcntl  # noqa: PLC0415 - not everywhere

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise CheckpointError(f"{folder} is in use by another run; wait for it, or write to another folder") from None
    return descriptor


def fit_to_write(folder: Path) -> None:
    """See that checkpoints can be written to a folder. Raises CheckpointError."""
    if folder.exists() and not folder.is_dir():
        raise CheckpointError(f"{folder} is a file, and a checkpoint is a folder; name another one")
    if (folder / CONTROL).exists():
        there = f"{folder} has the checkpoint of another run; go on with that by `indoubt resume {folder}`"
        raise CheckpointError(f"{there}, remove the folder, or name another one")
    if (folder / LOCK).exists():
        os.close(locked(folder))
    if folder.is_dir() and any(folder.iterdir()):
        known = {CONTROL, f"{CONTROL}.new", LOCK, IGNORED}
        others = [one.name for one in folder.iterdir() if one.name not in known and not is_log(one.name)]
        if others:
            raise CheckpointError(f"{folder} has other files, {min(others)} for one; name a folder of its own")
    nearest = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not os.access(nearest, os.W_OK):
        raise CheckpointError(f"{nearest} cannot be written to; name another folder")


def is_log(name: str) -> bool:
    """Whether a file is a log of a checkpoint."""
    return re.fullmatch(r"(states|parents)\.[0-9]+\.[0-9]+", name) is not None


def read_control(folder: Path) -> dict[str, Any]:
    """What `control.json` says. Raises CheckpointError."""
    try:
        digest, _, body = (folder / CONTROL).read_text(encoding="utf-8").partition("\n")
    except FileNotFoundError:
        raise CheckpointError(f"{folder} is no checkpoint: it has no {CONTROL}") from None
    except (OSError, UnicodeDecodeError) as failure:
        raise CheckpointError(f"{folder / CONTROL} cannot be read: {failure}") from None
    if hashlib.sha256(body.removesuffix("\n").encode()).hexdigest() != digest:
        raise CheckpointError(f"{folder / CONTROL} is damaged; the run has to start again, with `indoubt check`")
    data: dict[str, Any] = json.loads(body)
    if data.get("format") != FORMAT:
        raise CheckpointError(
            f"{folder} is a checkpoint of another version: {data.get('format')}, and this one reads {FORMAT}; "
            "go on with the version that wrote it, or start again"
        )
    return data


def read(folder: Path) -> Saved:
    """A checkpoint, whose logs are whole. Raises CheckpointError."""
    if not folder.is_dir():
        raise CheckpointError(f"there is no checkpoint {folder}")
    data = read_control(folder)
    try:
        files = {name: Written(int(records), int(crc)) for name, (records, crc) in data["files"].items()}
        snapshot = Snapshot.of(data["search"])
        return Saved(folder, data["about"], snapshot, int(data["generation"]), files)
    except (KeyError, TypeError, ValueError) as failure:
        raise CheckpointError(f"{folder / CONTROL} is damaged: {failure!r}; the run has to start again") from None


def verify(saved: Saved, sizes: Mapping[str, int]) -> None:
    """See that the logs are what was written; `sizes` are those of their records. Raises CheckpointError."""
    for log, size in sizes.items():
        for number, (start, end) in enumerate(saved.snapshot.parts):
            name = saved.name(log, number)
            written = saved.files.get(name)
            if written is None or written.records != end - start:
                raise CheckpointError(f"{saved.folder / CONTROL} does not fit {name}; the run has to start again")
            crc, length = 0, 0
            for part in parts_of(saved.folder / name, 0, written.records * size):
                crc, length = zlib.crc32(part, crc), length + len(part)
            if length < written.records * size:
                what = f"{length:,} bytes of {written.records * size:,}"
                raise CheckpointError(f"{saved.folder / name} is cut off: it has {what}; the run has to start again")
            if crc != written.crc:
                raise CheckpointError(f"{saved.folder / name} is damaged; the run has to start again")


def parts_of(path: Path, start: int, end: int) -> Iterator[bytes]:
    """A part of a file, piece by piece; less where the file is shorter. Raises CheckpointError."""
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(start)
            while start < end and (part := file.read(min(end - start, COPIED_AT_ONCE))):
                yield part
                start += len(part)
    except OSError as failure:
        raise CheckpointError(f"{path} cannot be read: {failure.strerror}; the run has to start again") from None
