"""Specs that tests have as text, as files that Python imports: the frontend reads the source of what it lowers."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from indoubt import find_spec
from indoubt.specs.language import Spec

FOLDER = tempfile.TemporaryDirectory(prefix="indoubt-specs-")


def spec_of(text: str, name: str = "Machine") -> type[Spec]:
    """The spec of this name in a module with this text, imported from a file of its own."""
    path = Path(FOLDER.name) / f"spec_{hashlib.sha256(text.encode()).hexdigest()[:16]}.py"
    path.write_text(text, encoding="utf-8")
    return find_spec(f"{path}::{name}")
