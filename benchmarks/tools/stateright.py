"""Stateright, where the folder with its compiled examples is on the PATH, or named by $STATERIGHT_EXAMPLES.

`cargo build --release --examples` in a checkout of it makes target/release/examples. Only its two-phase commit has the
states of one of our models.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from benchmarks.instances import Instance
from benchmarks.processes import found
from benchmarks.tools.tool import Prepared, Unreadable


class Stateright:
    """Stateright's own example of two-phase commit."""

    name = "Stateright"
    most_runs = None

    def missing(self) -> str | None:
        """Why it cannot run here."""
        if example("2pc") is not None:
            return None
        return "its example `2pc` is not on the PATH, nor in a folder that $STATERIGHT_EXAMPLES names"

    def lacks(self, instance: Instance) -> str | None:
        """Why it cannot run an instance."""
        return None if instance.stateright else f"it has no example with the states of {instance.model}"

    def prepare(self, instance: Instance, folder: Path) -> Prepared:
        """The examples come compiled."""
        name, *arguments = instance.stateright
        return Prepared((example(name) or name, *arguments), folder, 0.0)

    def distinct(self, output: str) -> int:
        """The unique states."""
        unique = re.search(r"Done\. states=[0-9]+, unique=([0-9]+)", output)
        if unique is None:
            raise Unreadable(f"Stateright did not see all states:\n{output[-1500:]}")
        return int(unique[1])

    def version(self) -> str:
        """It does not tell its version."""
        return "Stateright, its own example 2pc, on all processors"


def example(name: str) -> str | None:
    """An example that is compiled."""
    folder = os.environ.get("STATERIGHT_EXAMPLES")
    if folder is not None and (path := Path(folder) / name).exists():
        return str(path)
    return found(name)
