"""What a small check costs: `import indoubt`, and `indoubt check two_phase RM=3` with everything cached.

Both are given in processor time and as ratios to `python -c pass`, which is the same machine's measure of itself.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable

from benchmarks.instances import ROOT
from benchmarks.processes import run

TARGETS_S = {"import indoubt": 0.1, "indoubt check two_phase RM=3": 0.25}
CHECK = (sys.executable, "-m", "indoubt", "check", "two_phase", "RM=3")
COMMANDS = {
    "python -c pass": (sys.executable, "-c", "pass"),
    "import indoubt": (sys.executable, "-c", "import indoubt"),
    "from indoubt import check": (sys.executable, "-c", "from indoubt import check"),
    "indoubt check two_phase RM=3": CHECK,
    "... --engine native": (*CHECK, "--engine", "native"),
    "... --engine reference": (*CHECK, "--engine", "reference"),
}


def measure(runs: int, told: Callable[[str], None]) -> dict[str, list[float]]:
    """Processor times of each command, which take turns; the first turn fills the caches and is not counted."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory(prefix="indoubt-benchmarks-") as folder:
        for turn in range(runs + 1):
            told(f"turn {turn} of {runs}")
            for name, command in COMMANDS.items():
                one = run(command, ROOT, {"INDOUBT_CACHE": folder})
                if turn > 0:
                    times[name].append(one.cpu_s)
    return times


def table(times: dict[str, list[float]]) -> str:
    """Medians in milliseconds, and how many times Python's own start each is."""
    base = statistics.median(times["python -c pass"])
    lines = ["| command | median ms | fastest ms | times python -c pass | target ms |", "|---|--:|--:|--:|--:|"]
    for name, seconds in times.items():
        median = statistics.median(seconds)
        target = f"{1000 * TARGETS_S[name]:.0f}" if name in TARGETS_S else ""
        lines.append(f"| `{name}` | {1000 * median:.0f} | {1000 * min(seconds):.0f} | {median / base:.1f} | {target} |")
    return "\n".join(lines) + "\n"
