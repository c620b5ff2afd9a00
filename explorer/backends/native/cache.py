"""Compiled code on disk, by the content of what it was compiled from.

The cache is a convenience: where it cannot be read or written, or a file in it is damaged, the code is compiled again
and nothing is said. Files that nobody has used for longest go when it holds more than `LARGEST`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from pathlib import Path

DIGEST_BYTES = 32
LARGEST = 256 << 20
"""Bytes that the cache may hold."""


def folder() -> Path:
    """Where compiled code is kept: $INDOUBT_CACHE, or what the platform has for such files."""
    own = os.environ.get("INDOUBT_CACHE")
    if own:
        return Path(own)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        return Path(base) / "indoubt" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "indoubt"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "indoubt"


def cached(name: str) -> bytes | None:
    """A file as it was written; None if there is none or it is damaged."""
    path = _folder() / name
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, kept = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    if hashlib.sha256(kept).digest() != digest:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # it was used now
    return kept


def keep(name: str, content: bytes) -> None:
    """Write a file, at once or not at all: two runs may do so at the same time."""
    with contextlib.suppress(OSError):
        path = _folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(content).digest() + content)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink()
            raise
        _prune(path.parent)


def _prune(place: Path) -> None:
    """Remove the files that were not used for longest while there is too much."""
    with os.scandir(place) as entries:
        files = [(one.stat(), one.path) for one in entries if one.is_file(follow_symlinks=False)]
    size = sum(found.st_size for found, _ in files)
    for found, path in sorted(files, key=lambda one: one[0].st_mtime):
        if size <= LARGEST:
            return
        Path(path).unlink(missing_ok=True)
        size -= found.st_size


def _folder() -> Path:
    try:
        return folder()
    except RuntimeError:  # nobody's home is known
        return Path(tempfile.gettempdir()) / "indoubt"
