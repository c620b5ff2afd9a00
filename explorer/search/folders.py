"""Folders for what does not fit memory, and how much room they have."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
IN_MEMORY = frozenset({"tmpfs", "ramfs", "devtmpfs"})
"""Kinds of file systems that keep their files in memory."""
DISKS = (Path("/var/tmp"),)  # a file without a name is put there
"""Where temporary files are on a disk, where the folder for them is kept in memory."""


def disk_folder() -> Path | None:
    """A folder for temporary files that is on a disk; None where none is known."""
    for folder in (Path(tempfile.gettempdir()), *DISKS):
        if folder.is_dir() and not is_in_memory(folder):
            return folder
    return None


def is_in_memory(folder: Path) -> bool:
    """Whether the files of a folder are kept in memory, as far as the system tells."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    kinds: dict[str, str] = {}
    for line in lines:
        _, place, kind, *_ = line.split()
        kinds[place.replace("\\\\040", " ")] = kind
    where = folder.resolve()
    nearest = next((str(one) for one in (where, *where.parents) if str(one) in kinds), None)
    return nearest is not None and kinds[nearest] in IN_MEMORY


def free_text(folder: Path) -> str:
    """How much room there is, as the end of a sentence: `, 12 MiB are free`."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""
    return f", {bytes_text(free)} are free"


def bytes_text(size: int) -> str:
    """A size in a unit: `12 MiB`, `3.5 GiB`."""
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}" if size < 10 * unit else f"{size / unit:,.0f} {name}"
    return f"{size} bytes"
