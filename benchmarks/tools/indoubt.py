"""indoubt itself: native code, whole processes, as a user runs it.

What is compared is the processor time of the whole process with compiled code in the cache, so that Python's start
counts and the compiler does not, as with the compiled verifiers of the others. A run that stops at its first state
shows how much of that is start.
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import indoubt
from benchmarks.instances import ROOT, Instance
from benchmarks.processes import run
from benchmarks.tools.tool import Prepared, Unreadable

INCONCLUSIVE = 3


class Indoubt:
    """indoubt with so many workers."""

    most_runs = None

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self.name = "indoubt" if workers == 1 else f"indoubt, {workers} workers"

    def missing(self) -> str | None:
        """It is always here."""
        return None

    def lacks(self, instance: Instance) -> str | None:
        """Why native code does not run an instance, in its own words."""
        tried = run([*command(instance, self.workers), "--max-states", "1"], ROOT, allowed=range(256))
        known = INCONCLUSIVE if instance.distinct > 1 else 0
        return None if f'"exit_status": {known}' in tried.output else tried.output.strip().splitlines()[-1]

    def prepare(self, instance: Instance, folder: Path) -> Prepared:
        """Fill a cache of its own; the compile time is what the cache saves."""
        full = command(instance, self.workers)
        idle = (*full, "--max-states", "1")
        cache = {"INDOUBT_CACHE": str(folder / "cache")}
        cold = run(idle, ROOT, cache, allowed=(0, INCONCLUSIVE))
        warm = run(idle, ROOT, cache, allowed=(0, INCONCLUSIVE))
        first = run(full, ROOT, {"INDOUBT_CACHE": str(folder / "first")})
        self.distinct(first.output)
        run(full, ROOT, cache)  # has everything in the cache that is compiled with care
        return Prepared(
            full, ROOT, max(0.0, cold.cpu_s - warm.cpu_s), first.cpu_s, cache, idle, allowed=(0, INCONCLUSIVE)
        )

    def distinct(self, output: str) -> int:
        """The distinct states of a verdict `holds`."""
        return self.counts(output)["distinct"]

    def counts(self, output: str) -> dict[str, int]:
        """The counts of a verdict `holds`. Raises Unreadable."""
        try:
            verdict, _ = json.JSONDecoder().raw_decode(output, output.index("{"))
        except ValueError:
            raise Unreadable(f"indoubt printed no verdict:\n{output[-1500:]}") from None
        if verdict["verdict"] != "holds":
            raise Unreadable(f"indoubt: {verdict['verdict']}, {'; '.join(verdict['reasons'])}")
        return {name: int(verdict["counts"][name]) for name in ("distinct", "generated")}

    def version(self) -> str:
        """Its version and Python's."""
        return f"indoubt {indoubt.__version__}; Python {platform.python_version()}"


def command(instance: Instance, workers: int) -> tuple[str, ...]:
    """The command line of a check."""
    settings = [f"{name}={value}" for name, value in instance.settings.items()]
    properties = [option for name in PROPERTIES.get(instance.model, ()) for option in ("-k", name)]
    start = (sys.executable, "-m", "indoubt", "check", instance.spec, *settings, *properties)
    return (*start, "--engine", "native", "--workers", str(workers), "--format", "json")


PROPERTIES = {
    "two_phase": ("consistent", "unanimous"),
    "paxos_m": ("agreement",),
    "raft_lite": (
        "one_leader_per_term",
        "state_machine_safety",
        "com_in_log",
        "log_matching",
        "leader_completeness",
    ),
}
"""The properties that the models of the other tools check as well; all of them where none are named."""
