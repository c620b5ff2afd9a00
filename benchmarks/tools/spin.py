"""Spin: `spin -a`, a C compiler, and the verifier `pan`.

Flags: safety only and full space (no partial order reduction, so that all states are compared); depth-first, since
`-DBFS` takes a third longer; Hsieh's hash, since the default takes a tenth longer; no `-DCOLLAPSE`, which doubles the
time. The hash table has a slot for each state, to the next power of two: four times as many take as much time and more
memory. GCC and Clang make equally fast code of it.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.instances import MODELS, Instance
from benchmarks.processes import found, run
from benchmarks.tools.tool import Prepared, Unreadable

C_FLAGS = ("-O3", "-march=native", "-w")
PAN_FLAGS = ("-DSAFETY", "-DNOREDUCE", "-DSFH", "-DNOFAIR", "-DNOCLAIM", "-DNOBOUNDCHECK", "-DNOSTUTTER")
DEPTH = 100_000
"""The longest path that the depth-first search may take; more makes its stack larger."""


class Spin:
    """Spin with its models in Promela."""

    name = "Spin"
    most_runs = None

    def missing(self) -> str | None:
        """Why it cannot run here."""
        if found("spin") is None:
            return "`spin` is not on the PATH (Debian: apt-get install spin)"
        return None if found("gcc", "clang", "cc") else "there is no C compiler on the PATH"

    def lacks(self, instance: Instance) -> str | None:
        """Why it cannot run an instance."""
        return None if (MODELS / f"{instance.model}.pml").exists() else f"there is no models/{instance.model}.pml"

    def prepare(self, instance: Instance, folder: Path) -> Prepared:
        """Translate the model and compile the verifier."""
        macros = [f"-D{name}={value}" for name, value in instance.sizes.items()]
        translated = run(["spin", *macros, "-o3", "-a", str(MODELS / f"{instance.model}.pml")], folder)
        compiler = found("gcc", "clang", "cc") or "cc"
        compiled = run([compiler, *C_FLAGS, *PAN_FLAGS, "-o", "pan", "pan.c"], folder)
        slots = max(16, (instance.distinct - 1).bit_length())
        command = ("./pan", f"-w{slots}", f"-m{DEPTH}")
        return Prepared(command, folder, translated.cpu_s + compiled.cpu_s)

    def distinct(self, output: str) -> int:
        """The states that were stored: steps are `d_step`s, so that there are none within a step."""
        stored = re.search(r"^ *([0-9.e+]+) states, stored", output, re.MULTILINE)
        if stored is None or "errors: 0" not in output or "max search depth too small" in output:
            raise Unreadable(f"Spin found an error, or did not see all states:\n{output[-1500:]}")
        return int(stored[1])

    def version(self) -> str:
        """Its version and compiler."""
        compiler = found("gcc", "clang", "cc") or "cc"
        spin = run(["spin", "-V"], MODELS).output.strip()
        return f"{spin}; {run([compiler, '--version'], MODELS).output.splitlines()[0]}"
