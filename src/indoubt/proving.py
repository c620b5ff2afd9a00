"""Proving: theorems about quorums are proved here, specs in `indoubt.proofs`."""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from indoubt.arguments import of_their_kinds
from indoubt.asking import query_limit
from indoubt.finding import UnknownSpec, UsageError, find_spec
from indoubt.invariants.quorums import report
from indoubt.invariants.quorums.proof import MOST_NODES, decide
from indoubt.invariants.quorums.results import Proof, Proofs
from indoubt.invariants.quorums.theorems import THEOREMS, Provable
from indoubt.specs.language.machine import Spec
from indoubt.streams import printing
from indoubt.theorem_finding import nearest, other_meaning, theorems_named
from indoubt.writing import destinations

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
            theorem = _spec_named(theorem)
        else:
            _refuse_settings(theorem, of_spec)
            if told := other_meaning(theorem):
                warnings.warn(told, stacklevel=3)
            proofs = _proved(found, limit, progress)
            return proofs[0] if len(proofs) == 1 else proofs
    if isinstance(theorem, type):
        from indoubt.proofs import prove_spec  # noqa: PLC0415 - a theorem needs no spec

        return prove_spec(
            theorem, bmc=bmc, induction=induction, timeout=limit, properties=properties, progress=progress, **settings
        )
    if not isinstance(theorem, Provable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{theorem!r} is no theorem and no spec; give the name of a theorem, or the class of a spec")
    _refuse_settings(theorem.name, of_spec)
    return decide(theorem, timeout_s=limit, progress=progress)


def _refuse_settings(name: str, of_spec: Mapping[str, Any]) -> None:
    """Raise UsageError for what is given with a theorem, and is for specs."""
    given = [one for one, value in of_spec.items() if value is not None]
    if given:
        raise UsageError(f"{given[0]} is for proofs of specs; {name} is about every number of nodes: leave it out")


def _spec_named(name: str) -> type[Spec]:
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


def _proved(
    theorems: Sequence[Provable],
    timeout_s: float,
    progress: Report | None,
    shown: Callable[[Proof], None] | None = None,
) -> Proofs:
    """Prove theorems one after the other; `shown` is called with each proof as soon as it is there."""
    proofs: list[Proof] = []
    for number, one in enumerate(theorems, start=1):

        def told(asked: str, where: str = f"{number} of {len(theorems)}: {one.name}") -> None:
            if progress is not None:
                progress(f"{where}, {asked}" if len(theorems) > 1 else asked)

        proofs.append(decide(one, timeout_s=timeout_s, progress=told))
        if shown is not None:
            shown(proofs[-1])
    return Proofs(tuple(proofs))


def prove_command(
    *,
    name: str | None,
    settings: tuple[str, ...],
    properties: tuple[str, ...],
    listing: bool,
    timeout: float,
    bmc: int | None,
    induction: int | None,
    figure: str | None,
    allow_inconclusive: bool,
    format_: str,
) -> int:
    """Prove what has a name, print the proof; the exit status."""
    if listing:
        return _list(name, format_)
    if name is None:
        example = "a theorem, as in `indoubt prove majority`, or a spec; `indoubt prove --list` has the theorems"
        raise UsageError(f"say what to prove: {example}")
    theorems = theorems_named(name)
    if theorems is None:
        from indoubt.proofs import run_proof  # noqa: PLC0415 - a theorem needs no spec

        spec = _spec_named(name)
        if figure is not None:
            raise UsageError(f"--figure draws the sets that refute a theorem, and {name} is none; leave it out")
        with _shown() as progress:
            status = run_proof(
                spec,
                settings,
                timeout=timeout,
                bmc=bmc,
                induction=induction,
                format_=format_,
                properties=properties,
                progress=progress,
            )
    else:
        options = {"-k": properties or None, "--bmc": bmc, "--induction": induction}
        _refuse_settings(name, {**dict.fromkeys(settings, True), **options})
        if told := other_meaning(name):
            print(f"note: {told}", file=sys.stderr)
        status = _prove_theorems(name, theorems, timeout, figure, format_)
    return 0 if status == INCONCLUSIVE and allow_inconclusive else status


INCONCLUSIVE = 3


def _prove_theorems(name: str, theorems: Sequence[Provable], timeout_s: float, figure: str | None, format_: str) -> int:
    if figure is not None and len(theorems) > 1:
        raise UsageError(f"--figure draws one theorem, and {name} has {len(theorems)}; name one of them")
    files = destinations((), figure)
    is_text, is_single = format_ == "text", len(theorems) == 1

    def show(proof: Proof) -> None:
        with printing():
            print(report.line(proof, theorems))

    with _shown() as progress:
        proofs = _proved(theorems, timeout_s, progress, show if is_text and not is_single else None)
    first = proofs.proofs[0]
    with printing():
        if not is_text:
            print(json.dumps(report.to_json(first) if is_single else report.several_to_json(proofs), indent=2))
        elif is_single:
            print(report.text(first))
        else:
            print("", proofs.summary, sep="\n")
    for file in files:
        draw(first, file.path)
    return first.exit_status if is_single else proofs.exit_status


def draw(proof: Proof, path: Path) -> None:
    """Draw the sets of a counterexample into a PNG or SVG file; where a proof has none, that is told."""
    found = proof.counterexample
    if found is None or not found.sets:
        why = "it is not refuted" if found is None else "it is about numbers alone"
        if found is not None and found.nodes > MOST_NODES:
            why = "they have too many nodes"
        print(f"no figure: there are no sets of {proof.name} to draw, for {why}", file=sys.stderr)
        return
    from indoubt.counterexamples.figure import membership  # noqa: PLC0415 - matplotlib is for figures alone

    if found.nodes > membership.MOST_NODES:
        most = f"a picture shows up to {membership.MOST_NODES}"
        print(f"no figure: the counterexample of {proof.name} has {found.nodes} nodes, and {most}", file=sys.stderr)
        return

    values = ", ".join(f"{name} = {value}" for name, value in (("N", found.nodes), *found.numbers))
    membership.save_sets(
        path,
        title=f"{proof.name}: {proof.statement}",
        caption=f"refuted with {values}{found.shape and f', {found.shape}'}: {proof.missing}",
        nodes=found.nodes,
        sets=found.sets,
        weights=found.weights,
    )


def _list(name: str | None, format_: str) -> int:
    theorems = THEOREMS if name is None else theorems_named(name)
    if theorems is None:
        raise UsageError(f"--list has theorems, and {name!r} is none; write `indoubt prove --list`")
    with printing():
        if format_ == "json":
            print(json.dumps([report.theorem_to_json(one) for one in theorems], indent=2))
        else:
            print(*report.listing(theorems), sep="\n")
    return 0


@contextmanager
def _shown() -> Generator[Report | None]:
    """A function that shows what is asked next, on standard error; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - a proof in a pipe does without

    with Console(stderr=True).status("") as status:
        yield status.update
