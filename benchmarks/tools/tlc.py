"""TLC, where there is a `tlc` on the PATH, or java with the jar that $TLA2TOOLS_JAR names.

One worker and the serial collector, which for one worker is the fastest; processor time includes the compiler of the
JVM.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from benchmarks.instances import MODELS, Instance
from benchmarks.processes import found, run
from benchmarks.tools.tool import Prepared, Unreadable

COUNTS = re.compile(r"([0-9]+) states generated, ([0-9]+) distinct states found, 0 states left on queue")
INVARIANTS = {
    "two_phase": ("Consistent",),
    "paxos_m": ("Agreement",),
    "raft_lite": (
        *("OneLeaderPerTerm", "StateMachineSafety", "ComInLog"),
        *("LogMatching", "LeaderCompleteness"),
    ),
}


class Tlc:
    """TLC with modules in TLA+."""

    name = "TLC"
    most_runs = 1

    def missing(self) -> str | None:
        """Why it cannot run here."""
        if found("tlc") is not None:
            return None
        jar = os.environ.get("TLA2TOOLS_JAR")
        if jar is None or found("java") is None:
            return "there is no `tlc` on the PATH, and no java with a jar that $TLA2TOOLS_JAR names"
        return None if Path(jar).exists() else f"TLA2TOOLS_JAR={jar} is no file"

    def lacks(self, instance: Instance) -> str | None:
        """Why it cannot run an instance."""
        is_there = instance.tlc and (MODELS / f"{instance.model}.tla").exists()
        return None if is_there else f"there is no models/{instance.model}.tla"

    def prepare(self, instance: Instance, folder: Path) -> Prepared:
        """Write the module and the configuration; there is nothing to compile."""
        text = (MODELS / f"{instance.model}.tla").read_text()
        (folder / f"{instance.model}.tla").write_text(text)
        (folder / "model.cfg").write_text(configuration(instance.tlc, INVARIANTS[instance.model]))
        options = ("-workers", "1", "-deadlock", "-metadir", str(folder / "states"), "-config", "model.cfg")
        return Prepared((*start(), *options, f"{instance.model}.tla"), folder, 0.0)

    def distinct(self, output: str) -> int:
        """The distinct states of a complete run."""
        counts = COUNTS.search(output)
        if counts is None or "No error has been found" not in output:
            raise Unreadable(f"TLC found an error, or did not see all states:\n{output[-1500:]}")
        return int(counts[2])

    def version(self) -> str:
        """Its version."""
        told = run([*start(), "-h"], MODELS, allowed=range(256)).output
        version = re.search(r"TLC2? [Vv]ersion ([^\n]+)", told)
        return f"TLC {version[1].strip()}" if version else "TLC"


def start() -> tuple[str, ...]:
    """What runs TLC."""
    if (tlc := found("tlc")) is not None:
        return (tlc,)
    return (found("java") or "java", "-XX:+UseSerialGC", "-cp", os.environ["TLA2TOOLS_JAR"], "tlc2.TLC")


def configuration(constants: Mapping[str, str], invariants: tuple[str, ...]) -> str:
    """A configuration file; members of sets are model values."""
    lines = ["INIT Init", "NEXT Next", "CONSTANTS"]
    lines += [f"  {name} = {value}" for name, value in constants.items()]
    return "\n".join([*lines, f"INVARIANTS {' '.join(invariants)}", ""])
