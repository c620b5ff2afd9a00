"""rumur, a Murphi compiler: `rumur`, a C compiler, and the verifier.

Flags: one thread, no symmetry reduction, no check for deadlocks, no traces to be kept for counterexamples; the set has
room for all states. Clang where there is one: its code is nearly three times faster than that of GCC.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.instances import MODELS, Instance
from benchmarks.processes import found, run
from benchmarks.tools.tool import Prepared, Unreadable

FLAGS = (
    *("--threads", "1", "--deadlock-detection", "off", "--symmetry-reduction", "off"),
    *("--counterexample-trace", "off", "--colour", "off", "--quiet"),
)
C_FLAGS = ("-std=c11", "-O3", "-march=native", "-w")
SLOT_BYTES = 8
LEAST_BYTES = 8 << 20
"""Its default; with a few kilobytes its verifier crashes."""


class UnknownConstant(Exception):
    """A model does not define a constant that an instance sets."""


class Rumur:
    """rumur with its models in Murphi."""

    name = "rumur"
    most_runs = None

    def missing(self) -> str | None:
        """Why it cannot run here."""
        if found("rumur") is None:
            return "`rumur` is not on the PATH (Debian: apt-get install rumur)"
        return None if found("clang", "gcc", "cc") else "there is no C compiler on the PATH"

    def lacks(self, instance: Instance) -> str | None:
        """Why it cannot run an instance."""
        return None if (MODELS / f"{instance.model}.m").exists() else f"there is no models/{instance.model}.m"

    def prepare(self, instance: Instance, folder: Path) -> Prepared:
        """Translate the model with the constants of the instance and compile the verifier."""
        (folder / "model.m").write_text(with_constants((MODELS / f"{instance.model}.m").read_text(), instance))
        # The set grows at three quarters: then this is the size at which it does not.
        capacity = max(LEAST_BYTES, SLOT_BYTES * (1 << (instance.distinct * 4 // 3).bit_length()))
        translated = run(["rumur", *FLAGS, "--set-capacity", str(capacity), "--output", "model.c", "model.m"], folder)
        compiled = run([*compiler(), "-o", "verifier", "model.c", "-lpthread", "-latomic"], folder)
        return Prepared(("./verifier",), folder, translated.cpu_s + compiled.cpu_s)

    def distinct(self, output: str) -> int:
        """The states that were explored."""
        explored = re.search(r"^\s*([0-9]+) states, [0-9]+ rules fired in", output, re.MULTILINE)
        if explored is None or "No error found" not in output:
            raise Unreadable(f"rumur found an error, or did not see all states:\n{output[-1500:]}")
        return int(explored[1])

    def version(self) -> str:
        """Its version and compiler."""
        rumur = run(["rumur", "--version"], MODELS).output.strip()
        return f"{rumur}; {run([compiler()[0], '--version'], MODELS).output.splitlines()[0]}"


def compiler() -> list[str]:
    """The C compiler with its flags; without -mcx16 every access to the set is a call into libatomic."""
    path = found("clang", "gcc", "cc") or "cc"
    return [path, *C_FLAGS, "-mcx16"]


def with_constants(text: str, instance: Instance) -> str:
    """A Murphi model with the constants of an instance. Raises UnknownConstant."""
    for name, value in instance.constants.items():
        text, count = re.subn(rf"^(\s*{name}): [0-9]+;", rf"\g<1>: {value};", text, count=1, flags=re.MULTILINE)
        if count == 0:
            raise UnknownConstant(f"models/{instance.model}.m has no constant {name}")
    return text
