"""The command `indoubt prove`: theorems and specs by name, the proof, and a picture of what refutes it."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from indoubt.command_line.commands import INTERRUPTED
from indoubt.command_line.streams import printing
from indoubt.command_line.terminal import print_result
from indoubt.command_line.writing import destinations
from indoubt.finding.specs import UsageError
from indoubt.finding.theorems import other_meaning, theorems_named
from indoubt.invariants.quorums import report
from indoubt.invariants.quorums.proof import MOST_NODES
from indoubt.invariants.quorums.results import Proof
from indoubt.invariants.quorums.theorems import THEOREMS, Provable
from indoubt.proofs import prove_spec
from indoubt.proofs.proving import proved, refuse_settings, spec_named
from indoubt.runs.settings_text import parsed
from indoubt.specs.language.machine import Spec

if TYPE_CHECKING:
    from rich.status import Status


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
        spec = spec_named(name)
        if figure is not None:
            raise UsageError(f"--figure draws the sets that refute a theorem, and {name} is none; leave it out")
        status = run_proof(
            spec, settings, timeout=timeout, bmc=bmc, induction=induction, format_=format_, properties=properties
        )
    else:
        options = {"-k": properties or None, "--bmc": bmc, "--induction": induction}
        refuse_settings(name, {**dict.fromkeys(settings, True), **options})
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

    with _shown() as shown:

        def show(proof: Proof) -> None:
            shown.stop()
            with printing():
                print(report.line(proof, theorems))

        proofs = proved(theorems, timeout_s, shown.update, show if is_text and not is_single else None)
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
    if proofs.is_interrupted:
        return INTERRUPTED
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


class _Shown:
    """What is asked next, on standard error where that is a terminal.

    While a line is there, rich sends what is printed to standard output there as well, so it is stopped before that.
    """

    def __init__(self, status: Status | None) -> None:
        self._status = status

    def update(self, asked: str) -> None:
        """Show what is asked."""
        if self._status is not None:
            self._status.start()
            self._status.update(asked)

    def stop(self) -> None:
        """Show nothing, until something is asked again."""
        if self._status is not None:
            self._status.stop()


@contextmanager
def _shown() -> Generator[_Shown]:
    """A line that says what is asked next, as long as a `with` block runs; print what came out after it."""
    if not sys.stderr.isatty():
        yield _Shown(None)
        return
    from rich.console import Console  # noqa: PLC0415 - a proof in a pipe does without

    with Console(stderr=True).status("") as status:
        yield _Shown(status)


def run_proof(
    spec: type[Spec],
    settings: tuple[str, ...],
    *,
    timeout: float,
    bmc: int | None,
    induction: int | None,
    format_: str,
    properties: tuple[str, ...] = (),
) -> int:
    """Prove a spec, print the proof; the exit status. `timeout` is the seconds that a query may take."""
    given = parsed(spec, settings, {})
    asked: Collection[str] | None = properties or None
    with _shown() as shown:
        proof = prove_spec(
            spec, bmc=bmc, induction=induction, timeout=timeout, properties=asked, progress=shown.update, **given
        )
    from indoubt.proofs import report as of_specs  # noqa: PLC0415 - after the work

    subject, kind = of_specs.subject_of(proof, properties)
    with printing():
        if format_ == "json":
            print(of_specs.to_json(proof))
        else:
            print_result(of_specs.lines_of(proof), subject, kind)
    return INTERRUPTED if proof.is_interrupted else proof.exit_status
