"""Proofs of specs, for every number of members and at fixed sizes."""

from __future__ import annotations

from indoubt.finding import UsageError, did_you_mean
from indoubt.invariants.quorums import theorems as quorums


def run_proof(
    name: str, settings: tuple[str, ...], *, timeout: float, bmc: int | None, induction: int | None, format_: str
) -> int:
    """Prove a spec, print the proof; the exit status.

    `timeout` is the seconds that a query may take. Raises UsageError for what is no spec.
    """
    known = [theorem.name for theorem in quorums.THEOREMS]
    there_is = f"there are: {', '.join(known)}"
    raise UsageError(f"unknown theorem {name!r}; {there_is}{did_you_mean(name, known)}")
