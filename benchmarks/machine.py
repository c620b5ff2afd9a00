"""The machine that figures come from, and how busy it is."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from benchmarks.processes import KIB


def described() -> dict[str, str]:
    """Processor, memory, system and load, as the reports print them."""
    one, five, fifteen = os.getloadavg()
    return {
        "processor": f"{os.cpu_count()} x {_field('/proc/cpuinfo', 'model name') or platform.processor()}",
        "memory": f"{available_bytes() / (1 << 30):.1f} GiB available",
        "system": f"{platform.system()} {platform.release()}",
        "load": f"{one:.1f}, {five:.1f}, {fifteen:.1f} (1, 5 and 15 minutes before the run)",
    }


def available_bytes() -> int:
    """The memory that processes may still take; 0 where the system does not say."""
    text = _field("/proc/meminfo", "MemAvailable")
    return 0 if text is None else int(text.split()[0]) * KIB


def _field(path: str, name: str) -> str | None:
    file = Path(path)
    if not file.exists():
        return None
    lines = (line.partition(":") for line in file.read_text().splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == name), None)
