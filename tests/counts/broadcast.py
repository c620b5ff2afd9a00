"""Broadcast among Byzantine processes."""

from __future__ import annotations

from counts.row import OURS, Row, Source, broken_run, holds, reached, violated

from indoubt.specs.broadcast.consistent_broadcast import ConsistentBroadcast
from indoubt.specs.language import Faults

ENUMERATED = Source(
    "this checker, and a search over the book's algorithm without messages, tests/specs/broadcast, which finds the same"
)
ONE, TWO = Faults(byzantine=1), Faults(byzantine=2)
ALIKE = Faults(byzantine=1, equivocation=False)

ROWS: tuple[Row, ...] = (
    holds(ConsistentBroadcast, 1459, 14, ENUMERATED, generated=6321, Process=3),
    holds(ConsistentBroadcast, 417_873, 22, ENUMERATED, generated=2_919_253, Process=4, faults=ONE),
    holds(ConsistentBroadcast, 2516, 14, OURS, generated=9556, Process=3, faulty=0, faults=ALIKE),
    violated(ConsistentBroadcast, "consistency", 8, ENUMERATED, Process=3, faulty=0, faults=ONE),
    violated(ConsistentBroadcast, "consistency", 11, OURS, Process=4, faults=TWO),
    broken_run(ConsistentBroadcast, "validity", OURS, Process=3, faults=ONE),
    reached(ConsistentBroadcast, "everybody_delivers", 13, OURS, Process=4, faults=ONE),
)
