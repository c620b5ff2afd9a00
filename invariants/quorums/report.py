"""A proof as text that an engineer reads without a manual, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from indoubt.explorer.frontend.diagnostics import SpecError
from indoubt.invariants.quorums.catalogue.structures import Structure
from indoubt.invariants.quorums.lowering import lowered, stated
from indoubt.invariants.quorums.results import Counterexample, Opinion, Proof, Proofs, Query, Verdict
from indoubt.invariants.quorums.theorems import Provable

SCHEMA, SEVERAL = "indoubt/proof/1", "indoubt/proofs/1"
WIDEST, FEW = 40, 12
"""Nodes of the largest picture in text, and of the largest set that is written out."""


def text(proof: Proof) -> str:
    """The statement, the verdict, the smallest counterexample and what was asked of solvers; no final newline."""
    lines = [f"{proof.name}: {proof.statement}", _verdict(proof), ""]
    if proof.counterexample:
        lines += [*_counterexample(proof, proof.counterexample), ""]
    rows = [(step.asked, step.answered) for step in proof.method]
    rows += [("source", proof.source)] * bool(proof.source)
    width = max(len(label) for label, _ in rows)
    lines += [f"  {label:<{width}}  {line}" for label, line in rows]
    solvers = [f"Z3 {proof.z3_version}", *([] if proof.opinion is None else [_second(proof.opinion)])]
    lines += ["", f"{', '.join(solvers)}, {proof.elapsed_s:.2f} s"]
    return "\n".join(lines)


def _second(opinion: Opinion) -> str:
    if opinion.refutable is None:
        return f"{opinion.solver} does not say ({opinion.reason})"
    return f"{opinion.solver} agrees"


def line(proof: Proof, theorems: Sequence[Provable]) -> str:
    """A proof among those of `theorems` in one line, in columns."""
    match proof.verdict:
        case Verdict.PROVED:
            told = f"proved for {proof.scope}"
        case Verdict.REFUTED:
            told = f"refuted: {_short(proof.counterexample)}" if proof.counterexample else "refuted"
        case Verdict.UNKNOWN:
            told = f"{'not decided' if proof.is_interrupted else 'inconclusive'}: {proof.method[-1].answered}"
    note = "   UNEXPECTED" if proof.breaks and proof.is_as_expected is False else ""
    return f"{_placed(proof.row, proof.name, theorems)}{told}{note}"


def _placed(row: str, name: str, theorems: Sequence[Provable]) -> str:
    """The first columns of a table of theorems: their rows, if they have any, and their names."""
    rows = max(len(one.row) for one in theorems)
    width = max(len(one.name) for one in theorems)
    return f"  {f'{row:<{rows + 1}} ' if rows else ''}{name:<{width}}  "


def listing(theorems: Sequence[Provable]) -> Iterator[str]:
    """A line for each theorem: its place, its name, what it says."""
    for one in theorems:
        note = f"; broken: a variant of {one.breaks}" if one.breaks else ""
        yield f"{_placed(one.row, one.name, theorems)}{statement(one)}{note}"


def statement(theorem: Provable) -> str:
    """What a theorem says: in the words of its docstring, or in formulas where it has none."""
    if theorem.statement or isinstance(theorem, Structure):
        return theorem.statement
    try:
        return stated(lowered(theorem))
    except SpecError:
        return "(has mistakes, which its proof tells)"


def _verdict(proof: Proof) -> str:
    match proof.verdict:
        case Verdict.PROVED:
            return f"proved for {proof.scope}"
        case Verdict.REFUTED:
            return f"refuted: it does not hold for {proof.scope}"
        case Verdict.UNKNOWN:
            return f"inconclusive: {'interrupted' if proof.is_interrupted else 'neither proved nor refuted'}"


def _values(found: Counterexample) -> list[str]:
    named = [f"N = {found.nodes}", *(f"{name} = {value}" for name, value in found.numbers)]
    named += [f"w = ({', '.join(map(str, found.weights))})"] * bool(found.weights)
    return [*named, *([found.shape] * bool(found.shape))]


def _short(found: Counterexample) -> str:
    return ", ".join([*_values(found), *(f"{name} = {_nodes(nodes)}" for name, nodes in found.sets)])


def _counterexample(proof: Proof, found: Counterexample) -> list[str]:
    lines = [f"  smallest counterexample: {', '.join(_values(found))}"]
    if found.sets:
        lines.append(f"    {'   '.join(f'{name} = {_nodes(nodes)}' for name, nodes in found.sets)}")
    if found.sets and found.nodes <= WIDEST:
        lines += ["", *(f"    {row}" for row in picture(found)), ""]
    return [*lines, f"  {proof.missing}"]


def picture(found: Counterexample) -> list[str]:
    """The sets as rows and the nodes as columns: a dot for each member; above them their weights, if they have any."""
    names = [f"n{node}" for node in range(found.nodes)]
    label = max(len(name) for name, _ in found.sets)
    width = max(len(text) for text in (*names, *map(str, found.weights)))
    rows = [" " * label + "  " + " ".join(f"{name:>{width}}" for name in names)]
    if found.weights:
        rows.append(f"{'w':<{label}}  " + " ".join(f"{weight:>{width}}" for weight in found.weights))
    for name, nodes in found.sets:
        marks = ["●" if node in nodes else "·" for node in range(found.nodes)]
        rows.append(f"{name:<{label}}  " + " ".join(f"{mark:>{width}}" for mark in marks))
    return rows


def _nodes(numbers: Sequence[int]) -> str:
    """A set of nodes; of a large one, what follows each other as `n0..n9`."""
    if len(numbers) <= FEW:
        return "{" + ", ".join(f"n{node}" for node in numbers) + "}"
    runs: list[list[int]] = []
    for node in numbers:
        if runs and node == runs[-1][-1] + 1:
            runs[-1].append(node)
        else:
            runs.append([node])
    shown = [f"n{one[0]}..n{one[-1]}" if len(one) > 2 else ", ".join(f"n{node}" for node in one) for one in runs]
    return "{" + ", ".join(shown) + "}"


def to_json(proof: Proof) -> dict[str, Any]:
    """The same facts as plain lists and dicts, in the schema `indoubt/proof/1`.

    Nodes are numbered from 0, times are in seconds. Fields may be added under the same version; none is renamed or
    removed.
    """
    found, opinion = proof.counterexample, proof.opinion
    return {
        "schema": SCHEMA,
        "theorem": {
            "name": proof.name,
            "row": proof.row or None,
            "statement": proof.statement,
            "source": proof.source or None,
            "breaks": proof.breaks or None,
        },
        "verdict": proof.verdict.value,
        "exit_status": proof.exit_status,
        "as_expected": proof.is_as_expected,
        "scope": proof.scope,
        "method": [{"asked": step.asked, "answered": step.answered} for step in proof.method],
        "encodings": list(dict.fromkeys(one.encoding for one in proof.queries)),
        "queries": list(map(_query, proof.queries)),
        "counterexample": None
        if found is None
        else {
            "nodes": found.nodes,
            "quorums": {name: list(nodes) for name, nodes in found.sets},
            "numbers": dict(found.numbers),
            "weights": list(found.weights),
            "shape": found.shape or None,
            "lacks": proof.missing,
        },
        "solver": {"name": "z3", "version": proof.z3_version},
        "second_opinion": None
        if opinion is None
        else {
            "solver": opinion.solver,
            "answer": {True: "satisfiable", False: "unsatisfiable", None: "unknown"}[opinion.refutable],
            "reason": opinion.reason or None,
        },
        "interrupted": proof.is_interrupted,
        "elapsed_s": round(proof.elapsed_s, 4),
    }


def _query(query: Query) -> dict[str, Any]:
    return {
        "sought": query.sought,
        "encoding": query.encoding,
        "nodes": query.nodes,
        "answer": query.answer,
        "reason": query.reason or None,
        "elapsed_s": round(query.elapsed_s, 4),
    }


def several_to_json(proofs: Proofs) -> dict[str, Any]:
    """Several proofs, in the schema `indoubt/proofs/1`."""
    return {
        "schema": SEVERAL,
        "exit_status": proofs.exit_status,
        "summary": proofs.summary,
        "interrupted": proofs.is_interrupted,
        "proofs": list(map(to_json, proofs)),
        "elapsed_s": round(sum(one.elapsed_s for one in proofs), 4),
    }


def theorem_to_json(theorem: Provable) -> dict[str, Any]:
    """What a list of theorems has of each."""
    kind = "first-order logic" if isinstance(theorem, Structure) else "sizes of sets"
    return {
        "name": theorem.name,
        "row": theorem.row or None,
        "statement": statement(theorem),
        "source": theorem.source or None,
        "breaks": theorem.breaks or None,
        "stated_in": kind,
    }
