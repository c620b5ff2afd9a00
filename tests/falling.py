"""What falls in an ablation, in few words."""

from __future__ import annotations

from indoubt import Ablation


def fallen(shown: Ablation, name: str) -> dict[str, tuple[int, int]]:
    """Without what a property falls, with the states and faults of its counterexample."""
    found: dict[str, tuple[int, int]] = {}
    for row in shown.rows:
        if name in row.fallen:
            one = row.fallen[name].found
            assert one is not None
            assert one.trace is not None
            found[row.assumption.off] = (len(one.trace), one.faults)
    return found
