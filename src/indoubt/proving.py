"""The command `indoubt prove`: theorems about quorums are proved here, specs in `indoubt.proofs`."""

from __future__ import annotations

import json

from indoubt.finding import UsageError
from indoubt.invariants.quorums import theorems as quorums
from indoubt.streams import printing


def prove_command(
    *,
    name: str | None,
    settings: tuple[str, ...],
    listing: bool,
    timeout: float,
    bmc: int | None,
    induction: int | None,
    format_: str,
) -> int:
    """Prove what has a name, print the proof; the exit status."""
    if listing:
        with printing():
            for theorem in quorums.THEOREMS:
                print(f"{theorem.name}: {theorem.statement}")
        return 0
    if name is None:
        raise UsageError(
            "name what to prove: a theorem, as in `indoubt prove majority`; `indoubt prove --list` has all"
        )
    if name in [theorem.name for theorem in quorums.THEOREMS]:
        return _theorem(name, timeout, format_)
    from indoubt.proofs import run_proof  # noqa: PLC0415 - a theorem needs no spec

    return run_proof(name, settings, timeout=timeout, bmc=bmc, induction=induction, format_=format_)


def _theorem(name: str, timeout: float, format_: str) -> int:
    from indoubt.invariants.quorums import proof as quorums_proof, report as quorums_report  # noqa: PLC0415 - not for a list

    proof = quorums_proof.prove(name, timeout_s=timeout)
    with printing():
        if format_ == "json":
            print(json.dumps(quorums_report.to_json(proof), indent=2, ensure_ascii=False))
        else:
            print(quorums_report.text(proof))
    return proof.exit_status
