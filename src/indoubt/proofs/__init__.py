"""Proofs of specs, for every number of members and at fixed sizes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from indoubt.explorer.search.interruption import raise_noted
from indoubt.finding.specs import UsageError
from indoubt.proofs.results import SpecProof, Status
from indoubt.runs.arguments import of_their_kinds
from indoubt.runs.asking import query_limit
from indoubt.specs.language.machine import Spec


@of_their_kinds
def prove_spec(
    spec: type[Spec] | str,
    /,
    *,
    bmc: int | None = None,
    induction: int | None = None,
    timeout: float = 60.0,
    properties: Collection[str] | None = None,
    progress: Callable[[str], None] | None = None,
    **settings: Any,
) -> SpecProof:
    """Prove the invariants of a spec for every size of its sorts; with `bmc` or `induction`, at those in `settings`.

    `bmc` looks for a violation within so many steps, `induction` proves invariants at every depth from so many levels.
    `timeout` is the seconds that a query may take. Raises UsageError for a wrong argument, SpecError for a wrong spec
    and for one that has no counterpart in the logic.
    """
    timeout = query_limit(timeout)

    def told(text: str) -> None:
        raise_noted()
        if progress is not None:
            progress(text)

    if bmc is not None and induction is not None:
        raise UsageError("--bmc looks for violations and --induction proves that there are none; leave one of them out")
    for name, number in (("bmc", bmc), ("induction", induction)):
        if number is not None and number < 1:
            raise UsageError(f"{name}={number} is not possible; give a whole number from 1 up")
    if bmc is None and induction is None:
        from indoubt.proofs.everywhere import for_all_sizes  # noqa: PLC0415 - Z3 is loaded when it is used

        return for_all_sizes(spec, timeout=timeout, properties=properties, progress=told, **settings)
    from indoubt.proofs.fixed import bounded  # noqa: PLC0415 - as above

    return bounded(
        spec, steps=bmc, induction=induction, timeout=timeout, properties=properties, progress=told, **settings
    )


__all__ = ["SpecProof", "Status", "prove_spec"]
