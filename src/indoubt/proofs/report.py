"""A proof of a spec as text for people, and as data for programs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from indoubt.explorer.search.result import Verdict
from indoubt.invariants.bounded.induction import COMPUTABLE
from indoubt.proofs.results import Property, Shown, SpecProof, Status, first_violation, sizes_text
from indoubt.reports.report import STYLES, Line, table
from indoubt.runs.result import PropertyResult
from indoubt.specs.language.display import show, state_lines

SCHEMA = "indoubt/spec-proof/1"


def lines_of(proof: SpecProof) -> list[Line]:
    """The lines of the text, with styles."""
    width = max((len(one.name) for one in proof.properties), default=0)
    lines: list[Line] = [
        ((f"{proof.spec} {proof.scope}  ", "bold"), (_word(proof), STYLES[proof.verdict]), (f"  {proof.why}", "")),
        *([()] if proof.properties else []),
        *(
            (
                (f"  {one.name:<{width}}  ", ""),
                (f"{one.status.value:<14}", STYLES[one.status.verdict]),
                (one.remark, ""),
            )
            for one in proof.properties
        ),
    ]
    for one in proof.properties:
        if one.against is not None:
            lines += [(), *_against(one, one.against)]
    return [*lines, (), *table(_rows(proof))]


def subject_of(proof: SpecProof, asked: Collection[str]) -> tuple[PropertyResult | None, str]:
    """The property whose trace is shown, and what that trace is: violated, or reached and asked for by name."""
    violated = [first_violation([one for one in proof.properties if one.result.observed is not None])]
    wanted = [one for one in proof.properties if one.name in asked and one.result.observed is not None]
    subject = next((one for one in (*violated, *wanted) if one is not None), None)
    if subject is None:
        return None, ""
    at = f" at {sizes_text(subject.sizes)}" if subject.sizes else ""
    return (
        subject.result,
        "A shortest way to" if subject.result.kind == "reachable" else f"A shortest counterexample{at} to",
    )


def to_text(proof: SpecProof) -> str:
    """The proof as plain text without a final newline."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines_of(proof))


def _word(proof: SpecProof) -> str:
    return "PROVED" if proof.verdict is Verdict.HOLDS else proof.verdict.value.upper()


def _against(one: Property, shown: Shown) -> Iterator[Line]:
    sizes = sizes_text(shown.sizes)
    is_computed = one.name != COMPUTABLE
    what = (
        f"A counterexample to induction for {one.name}" if shown.steps else f"An initial state that breaks {one.name}"
    )
    if not is_computed:
        what = "What cannot be computed"
    yield ((f"{what}{f', {sizes}' if sizes else ''}:", "bold"),)
    yield ()
    yield from _state("from" if shown.steps else "in", shown.before)
    before: Mapping[str, Any] = shown.before
    for call, after in shown.steps:
        yield ((f"  {call}", "bold"),)
        if after is not None:
            changed = {name: value for name, value in after.items() if value != before[name]}
            yield from _state("to", changed or {}, nothing="nothing changes")
            before = after
    yield (
        (f"  {shown.failing}: {one.result.claim}" if is_computed else f"  It cannot be computed: {shown.failing}", ""),
    )
    if shown.steps:
        yield ((f"  The first state {shown.reachable.removesuffix(',')}.", ""),)


def _state(word: str, state: Mapping[str, Any], nothing: str = "") -> Iterator[Line]:
    for number, line in enumerate(state_lines(state) if state else [nothing]):
        yield ((f"  {word if number == 0 else '':<4}  {line.strip()}", ""),)


def _rows(proof: SpecProof) -> Iterator[tuple[str, str]]:
    for one in proof.quorums:
        yield "quorums", one.told
    for warning in proof.warnings:
        yield "warning", warning
    yield from proof.rows
    yield "time", f"{proof.elapsed_s:.2f} s, Z3 {proof.z3_version}"


def to_json(proof: SpecProof) -> str:
    """The data as JSON, without a final newline."""
    return json.dumps(to_data(proof), indent=2, ensure_ascii=False)


def to_data(proof: SpecProof) -> dict[str, Any]:
    """The proof as plain lists and dicts, in the schema `indoubt/spec-proof/1`.

    Fields may be added under the same version; none is renamed or removed. Values of a state are texts.
    """
    return {
        "schema": SCHEMA,
        "spec": proof.spec,
        "method": proof.method,
        "scope": proof.scope,
        "verdict": proof.verdict.value,
        "exit_status": proof.exit_status,
        "why": proof.why,
        "properties": [_property(one) for one in proof.properties],
        "queries": [
            {
                "property": one.property,
                "action": one.action,
                "answer": one.answer,
                "seconds": round(one.seconds, 4),
                "leaves_the_decidable_fragment": one.leaves or None,
            }
            for one in proof.queries
        ],
        "rests_on": dict(proof.rows),
        "quorums": [one.data for one in proof.quorums],
        "warnings": list(proof.warnings),
        "solver": {"name": "z3", "version": proof.z3_version},
        "interrupted": proof.is_interrupted,
        "elapsed_s": proof.elapsed_s,
    }


def _property(one: Property) -> dict[str, Any]:
    from indoubt.counterexamples import export  # noqa: PLC0415 - text does without

    shown = one.against
    return {
        "name": one.name,
        "kind": one.result.kind,
        "claim": one.result.claim,
        "status": one.status.value,
        "verdict": None if one.status is Status.NOT_ASKED else one.status.verdict.value,
        "remark": one.remark,
        "trace": None if one.result.observed is None else export.to_data(one.result.observed),
        "trace_sizes": None if one.sizes is None else dict(one.sizes),
        "counterexample_to_induction": None
        if shown is None
        else {
            "sizes": dict(shown.sizes),
            "before": _texts(shown.before),
            "steps": [{"call": call, "after": None if after is None else _texts(after)} for call, after in shown.steps],
            "failing": shown.failing,
            "reachable": shown.reachable.removesuffix(","),
        },
    }


def _texts(state: Mapping[str, Any]) -> dict[str, str]:
    return {name: show(value) for name, value in state.items()}
