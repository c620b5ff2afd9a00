"""Proving: theorems about quorums are proved here, specs in `indoubt.proofs`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, overload

from indoubt.finding import UsageError, did_you_mean, find_spec, imported_file, library
from indoubt.invariants.quorums import report
from indoubt.invariants.quorums.proof import Proof, Verdict, decide
from indoubt.invariants.quorums.stated import Theorem
from indoubt.invariants.quorums.theorems import THEOREMS, Provable, find, of_row
from indoubt.specs.language.machine import Spec
from indoubt.streams import printing
from indoubt.writing import destinations

if TYPE_CHECKING:
    from indoubt.proofs.results import SpecProof

TIMEOUT_S = 60.0
ALL = "all"


@overload
def prove(
    theorem: str | Provable, /, *, timeout: float = TIMEOUT_S, progress: Callable[[str], None] | None = None
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


def prove(
    theorem: str | Provable | type[Spec],
    /,
    *,
    timeout: float = TIMEOUT_S,
    progress: Callable[[str], None] | None = None,
    **asked: Any,
) -> Proof | SpecProof:
    """Prove or refute a theorem about quorums, or the invariants of a spec, for every number of nodes.

    `theorem` is the name of one that ships (`indoubt prove --list`), a function of yours with `@theorem`, or
    `file.py::name`. A query that takes longer than `timeout` seconds makes the verdict unknown. `progress` is called
    with what is asked next. Raises ValueError where there is no such theorem, SpecError for a mistake in its source.

    Of a spec, given as its class, the invariants are proved for every size of its sorts; with `bmc=12` a violation is
    looked for within 12 steps, with `induction=3` invariants are proved at every depth, both at the sizes given
    (`RM=3`). `properties` names those to prove. See `indoubt.proofs.prove_spec`.
    """
    if isinstance(theorem, type):
        from indoubt.proofs import prove_spec  # noqa: PLC0415 - a theorem needs no spec

        return prove_spec(theorem, timeout=timeout, progress=progress, **asked)
    if isinstance(theorem, str) and theorem.partition("::")[0] in library():
        raise UsageError(f"{theorem} is a spec: give its class, as in `prove({find_spec(theorem).__name__})`")
    if not isinstance(theorem, str | Provable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{theorem!r} is no theorem and no spec; give the name of a theorem, or the class of a spec")
    if asked:
        raise TypeError(f"{next(iter(asked))} is for proofs of specs, and {theorem} is a theorem: leave it out")
    if isinstance(theorem, str):
        found = _found(theorem)
        if found is None:
            return decide(find(theorem), timeout_s=timeout, progress=progress)
        if len(found) != 1:
            names = ", ".join(f"{theorem}::{one.name}" for one in found)
            raise UsageError(f"{theorem} has {len(found)} theorems; say which: {names}")
        theorem = found[0]
    return decide(theorem, timeout_s=timeout, progress=progress)


def prove_command(
    *,
    name: str | None,
    settings: tuple[str, ...],
    listing: bool,
    timeout: float,
    bmc: int | None,
    induction: int | None,
    figure: str | None,
    format_: str,
) -> int:
    """Prove what has a name, print the proof; the exit status."""
    if listing:
        return _list(name, format_)
    if name is None:
        example = "a theorem, as in `indoubt prove majority`, or a spec; `indoubt prove --list` has the theorems"
        raise UsageError(f"say what to prove: {example}")
    theorems = _found(name)
    if theorems is None:
        from indoubt.proofs import run_proof  # noqa: PLC0415 - a theorem needs no spec

        if figure is not None:
            raise UsageError(f"--figure draws the sets that refute a theorem, and {name} is none; leave it out")
        with _shown() as progress:
            return run_proof(
                name, settings, timeout=timeout, bmc=bmc, induction=induction, format_=format_, progress=progress
            )
    if settings or bmc is not None or induction is not None:
        given = settings[0] if settings else f"--{'induction' if bmc is None else 'bmc'}"
        raise UsageError(f"{given} is for proofs of specs; {name} is about every number of nodes: leave it out")
    if figure is not None and len(theorems) > 1:
        raise UsageError(f"--figure draws one theorem, and {name} has {len(theorems)}; name one of them")
    files = destinations((), figure)
    with _shown() as progress:
        if len(theorems) == 1:
            proof = decide(theorems[0], timeout_s=timeout, progress=progress)
            status = proof.exit_status
            with printing():
                print(json.dumps(report.to_json(proof), indent=2) if format_ == "json" else report.text(proof))
            for file in files:
                draw(proof, file.path)
            return status
        return _several(theorems, timeout, format_, progress)


def _several(theorems: Sequence[Provable], timeout: float, format_: str, progress: Callable[[str], None] | None) -> int:
    """Prove theorems one after the other, each with a line as soon as it is known; the exit status."""
    width = max(len(one.name) for one in theorems)
    proofs: list[Proof] = []
    for number, one in enumerate(theorems, start=1):

        def told(asked: str, where: str = f"{number} of {len(theorems)}: {one.name}") -> None:
            if progress is not None:
                progress(f"{where}, {asked}")

        proofs.append(decide(one, timeout_s=timeout, progress=told))
        if format_ == "text":
            with printing():
                print(report.line(proofs[-1], width))
    status = _status(proofs)
    with printing():
        if format_ == "json":
            print(json.dumps(report.several_to_json(proofs, status), indent=2))
        else:
            print("", report.summary(proofs), sep="\n")
    return status


def _status(proofs: Sequence[Proof]) -> int:
    """1 where a theorem is refuted or a broken variant proved, else 3 where one is unknown, else 0."""
    if any(not one.is_as_expected and one.verdict is not Verdict.UNKNOWN for one in proofs):
        return 1
    return 3 if any(one.verdict is Verdict.UNKNOWN for one in proofs) else 0


def draw(proof: Proof, path: Path) -> None:
    """Draw the sets of a counterexample into a PNG or SVG file; a theorem that is proved has none, and is told so."""
    if proof.counterexample is None:
        print(f"no figure: {proof.name} is not refuted, so there are no sets to draw", file=sys.stderr)
        return
    from indoubt.counterexamples.figure.membership import save_sets  # noqa: PLC0415 - matplotlib is for figures alone

    found = proof.counterexample
    values = ", ".join(f"{name} = {value}" for name, value in (("N", found.nodes), *found.numbers))
    save_sets(
        path,
        title=f"{proof.name}: {proof.statement}",
        caption=f"refuted with {values}: {proof.missing}",
        nodes=found.nodes,
        sets=found.sets,
        weights=found.weights,
    )


def _list(name: str | None, format_: str) -> int:
    theorems = THEOREMS if name is None else _found(name)
    if theorems is None:
        raise UsageError(f"--list has theorems, and {name!r} is none; write `indoubt prove --list`")
    with printing():
        if format_ == "json":
            print(json.dumps([report.theorem_to_json(one) for one in theorems], indent=2))
        else:
            print(*report.listing(theorems), sep="\n")
    return 0


def _found(name: str) -> tuple[Provable, ...] | None:
    """The theorems that a name stands for: one that ships, a row, all, or those of a file; None for anything else."""
    if name == ALL:
        return THEOREMS
    shipped = [one for one in THEOREMS if one.name == name.lower().replace("_", "-")]
    if shipped:
        return tuple(shipped)
    if row := of_row(name):
        return row
    place, _, chosen = name.partition("::")
    if not place.endswith(".py") or not Path(place).is_file():
        return None
    theorems = theorems_in(imported_file(place))
    if not theorems:
        return None
    if not chosen:
        return tuple(theorems.values())
    wanted = chosen.replace("-", "_")
    if wanted in theorems:
        return (theorems[wanted],)
    if chosen[:1].isupper():
        return None  # the class of a spec in the same file
    raise UsageError(
        f"no theorem {chosen!r} in {place}; it has {', '.join(theorems)}{did_you_mean(chosen, theorems, f'{place}::')}"
    )


def theorems_in(module: ModuleType) -> dict[str, Theorem]:
    """The theorems that a module states itself, by the names of their functions."""
    found = [value for value in vars(module).values() if isinstance(value, Theorem)]
    own = [one for one in found if one.function.__module__ == module.__name__]
    return {one.function.__name__: one for one in own}


@contextmanager
def _shown() -> Generator[Callable[[str], None] | None]:
    """A function that shows what is asked next, on standard error; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - a proof in a pipe does without

    with Console(stderr=True).status("") as status:
        yield status.update
