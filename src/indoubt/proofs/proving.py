"""Proving: theorems about quorums are proved here, specs in `indoubt.proofs`."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from indoubt.explorer.search.interruption import raise_noted
from indoubt.finding.specs import UnknownSpec, UsageError, find_spec
from indoubt.finding.theorems import nearest, other_meaning, theorems_named
from indoubt.invariants.quorums.proof import decide, not_begun
from indoubt.invariants.quorums.results import Proof, Proofs, Verdict
from indoubt.invariants.quorums.theorems import Provable
from indoubt.runs.arguments import of_their_kinds
from indoubt.runs.asking import query_limit
from indoubt.specs.language.machine import Spec

if TYPE_CHECKING:
    from indoubt.proofs.results import SpecProof

TIMEOUT_S = 60.0
Report = Callable[[str], None]


@overload
def prove(
    theorem: Provable, /, *, timeout: float = TIMEOUT_S, progress: Callable[[str], None] | None = None
) -> Proof: ...


@overload
def prove(
    theorem: type[Spec],
    /,
    *,
    timeout: float = TIMEOUT_S,
    progress: Callable[[str], None] | None = None,
    bmc: int | None = None,
    induction: int | None = None,
    properties: Collection[str] | None = None,
    **settings: Any,
) -> SpecProof: ...


@overload
def prove(
    theorem: str,
    /,
    *,
    timeout: float = TIMEOUT_S,
    progress: Callable[[str], None] | None = None,
    bmc: int | None = None,
    induction: int | None = None,
    properties: Collection[str] | None = None,
    **settings: Any,
) -> Any: ...


@of_their_kinds
def prove(
    theorem: str | Provable | type[Spec],
    /,
    *,
    timeout: float = TIMEOUT_S,
    progress: Callable[[str], None] | None = None,
    bmc: int | None = None,
    induction: int | None = None,
    properties: Collection[str] | None = None,
    **settings: Any,
) -> Proof | Proofs | SpecProof:
    """Prove or refute a theorem about quorums, or the invariants of a spec, for every number of nodes.

    `theorem` is a function of yours with `@theorem`, the class of a spec, or a name as the command line takes it:
    `majority`, `Q9::single-server`, `file.py::name`, or a spec as `check` takes it. A name that is both means the
    theorem, with a warning. A row of the table (`Q9`), `all` and a file with several theorems give `Proofs`, one
    theorem a `Proof`, a spec a `SpecProof`; which it is by name, type checkers cannot know.

    Of a spec the invariants are proved for every size of its sorts; with `bmc=12` a violation is looked for within 12
    steps, with `induction=3` invariants are proved at every depth, both at the sizes given (`RM=3`). `properties` names
    those to prove. See `indoubt.proofs.prove_spec`.

    `timeout` is the seconds that each query may take; one that takes longer leaves the verdict open. `progress` is
    called with what is asked next. Raises ValueError where nothing has such a name and for a wrong argument, SpecError
    for a mistake in its source.
    """
    limit = query_limit(timeout)
    of_spec = {"bmc": bmc, "induction": induction, "properties": properties, **settings}
    if isinstance(theorem, str):
        found = theorems_named(theorem)
        if found is None:
            theorem = spec_named(theorem)
        else:
            refuse_settings(theorem, of_spec)
            if told := other_meaning(theorem):
                warnings.warn(told, stacklevel=3)
            proofs = proved(found, limit, progress)
            return proofs[0] if len(proofs) == 1 else proofs
    if isinstance(theorem, type):
        from indoubt.proofs import prove_spec  # noqa: PLC0415 - a theorem needs no spec

        return prove_spec(
            theorem, bmc=bmc, induction=induction, timeout=limit, properties=properties, progress=progress, **settings
        )
    if not isinstance(theorem, Provable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{theorem!r} is no theorem and no spec; give the name of a theorem, or the class of a spec")
    refuse_settings(theorem.name, of_spec)
    return decide(theorem, timeout_s=limit, progress=progress)


def refuse_settings(name: str, of_spec: Mapping[str, Any]) -> None:
    """Raise UsageError for what is given with a theorem, and is for specs."""
    given = [one for one, value in of_spec.items() if value is not None]
    if given:
        raise UsageError(f"{given[0]} is for proofs of specs; {name} is about every number of nodes: leave it out")


def spec_named(name: str) -> type[Spec]:
    """A spec by its name, where there is no such theorem. Raises UnknownSpec with what both might be."""
    try:
        return find_spec(name)
    except UnknownSpec as error:
        if re.fullmatch(r"[\w-]+", name):
            told = f"nor is there a theorem {name!r}{nearest(name)}; `indoubt prove --list` has them"
        elif Path(name.partition("::")[0]).is_file():
            told = "a theorem of yours is a function with `@theorem`"
        else:
            raise
        raise UsageError(f"{error}; {told}") from None


def proved(
    theorems: Sequence[Provable],
    timeout_s: float,
    progress: Report | None,
    shown: Callable[[Proof], None] | None = None,
) -> Proofs:
    """Prove theorems one after the other; `shown` is called with each proof as soon as it is there.

    After Ctrl-C no other is begun: nothing is known of those that are left.
    """
    proofs: list[Proof] = []
    for number, one in enumerate(theorems, start=1):

        def told(asked: str, where: str = f"{number} of {len(theorems)}: {one.name}") -> None:
            raise_noted()
            if progress is not None:
                progress(f"{where}, {asked}" if len(theorems) > 1 else asked)

        try:
            proofs.append(decide(one, timeout_s=timeout_s, progress=told))
            if proofs[-1].verdict is Verdict.UNKNOWN:
                raise_noted()  # Z3 may have kept it from us, and have given up
            if shown is not None:
                shown(proofs[-1])
        except KeyboardInterrupt:
            proofs = [*proofs[: number - 1], *map(not_begun, theorems[number - 1 :])]
        if proofs[-1].is_interrupted:
            proofs += map(not_begun, theorems[len(proofs) :])
            break
    return Proofs(tuple(proofs))
