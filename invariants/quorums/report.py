"""A proof as text that an engineer reads without a manual, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from indoubt.invariants.quorums.catalogue.structures import Structure
from indoubt.invariants.quorums.proof import Counterexample, Proof, Verdict
from indoubt.invariants.quorums.theorems import Provable

SCHEMA, SEVERAL = "indoubt/proof/1", "indoubt/proofs/1"
WIDEST = 40
"""Nodes of the largest picture in text."""


def text(proof: Proof) -> str:
    """The statement, the verdict, the smallest counterexample and what was asked of solvers; no final newline."""
    lines = [f"{proof.name}: {proof.statement}", _verdict(proof), ""]
    if proof.counterexample:
        lines += [*_counterexample(proof, proof.counterexample), ""]
    rows = [(step.asked, step.answered) for step in proof.method]
    rows += [("source", proof.source)] * bool(proof.source)
    width = max(len(label) for label, _ in rows)
    lines += [f"  {label:<{width}}  {line}" for label, line in rows]
    solver, *others = proof.solvers
    asked = [solver, *(f"{one} {'agrees' if proof.is_confirmed else 'gave no answer'}" for one in others)]
    lines += ["", f"{', '.join(asked)}, {proof.elapsed_s:.2f} s"]
    return "\n".join(lines)


def line(proof: Proof, width: int) -> str:
    """A proof among others in one line; names are as wide as the widest."""
    match proof.verdict:
        case Verdict.PROVED:
            told = f"proved for {proof.scope}"
        case Verdict.REFUTED:
            told = f"refuted: {_short(proof.counterexample)}" if proof.counterexample else "refuted"
        case Verdict.UNKNOWN:
            told = f"unknown: {proof.method[-1].answered}"
    note = "" if proof.is_as_expected else "   UNEXPECTED" if proof.breaks else "   !"
    return f"  {proof.row:<5}{proof.name:<{width}}  {told}{note}"


def summary(proofs: Sequence[Proof]) -> str:
    """What became of several theorems, in one line."""
    theorems = [one for one in proofs if not one.breaks]
    variants = [one for one in proofs if one.breaks]
    proved = sum(one.verdict is Verdict.PROVED for one in theorems)
    refuted = sum(one.verdict is Verdict.REFUTED for one in variants)
    told = [f"{proved} of {_counted(len(theorems), 'theorem')} proved"]
    if variants:
        told.append(f"{refuted} of {_counted(len(variants), 'broken variant')} refuted")
    unknown = sum(one.verdict is Verdict.UNKNOWN for one in proofs)
    return ", ".join(told + [f"{unknown} unknown"] * bool(unknown))


def listing(theorems: Iterable[Provable]) -> Iterator[str]:
    """A line for each theorem: its place, its name, what it says."""
    known = list(theorems)
    width = max(len(one.name) for one in known)
    for one in known:
        note = f"; broken: a variant of {one.breaks}" if one.breaks else ""
        yield f"  {one.row:<5}{one.name:<{width}}  {one.statement}{note}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _verdict(proof: Proof) -> str:
    match proof.verdict:
        case Verdict.PROVED:
            return f"proved for {proof.scope}"
        case Verdict.REFUTED:
            return f"refuted: it does not hold for {proof.scope}"
        case Verdict.UNKNOWN:
            return "unknown: neither proved nor refuted"


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
    """The sets as rows and the nodes as columns: a dot for each member."""
    names = [f"n{node}" for node in range(1, found.nodes + 1)]
    label = max(len(name) for name, _ in found.sets)
    width = max(map(len, names))
    rows = [" " * label + "  " + " ".join(f"{name:>{width}}" for name in names)]
    for name, nodes in found.sets:
        marks = ["●" if node in nodes else "·" for node in range(1, found.nodes + 1)]
        rows.append(f"{name:<{label}}  " + " ".join(f"{mark:>{width}}" for mark in marks))
    return rows


def _nodes(numbers: tuple[int, ...]) -> str:
    return "{" + ", ".join(f"n{node}" for node in numbers) + "}"


def to_json(proof: Proof) -> dict[str, Any]:
    """The same facts as plain lists and dicts; nodes are numbered from 1, `elapsed_s` is in seconds."""
    found = proof.counterexample
    return {
        "schema": SCHEMA,
        "theorem": {
            "name": proof.name,
            "row": proof.row,
            "statement": proof.statement,
            "source": proof.source,
            "breaks": proof.breaks or None,
        },
        "verdict": proof.verdict.value,
        "as_expected": proof.is_as_expected,
        "scope": proof.scope,
        "method": [{"asked": step.asked, "answered": step.answered} for step in proof.method],
        "counterexample": None
        if found is None
        else {
            "nodes": found.nodes,
            "quorums": {name: list(nodes) for name, nodes in found.sets},
            "numbers": dict(found.numbers),
            "weights": list(found.weights),
            "shape": found.shape or None,
        },
        "solvers": list(proof.solvers),
        "second_opinion": proof.is_confirmed,
        "elapsed_s": proof.elapsed_s,
    }


def several_to_json(proofs: Sequence[Proof], exit_status: int) -> dict[str, Any]:
    """Several proofs, in the schema `indoubt/proofs/1`."""
    return {
        "schema": SEVERAL,
        "exit_status": exit_status,
        "summary": summary(proofs),
        "proofs": [to_json(one) for one in proofs],
    }


def theorem_to_json(theorem: Provable) -> dict[str, Any]:
    """What a list of theorems has of each."""
    kind = "first-order logic" if isinstance(theorem, Structure) else "sizes of sets"
    named = {"name": theorem.name, "row": theorem.row, "statement": theorem.statement, "source": theorem.source}
    return {**named, "breaks": theorem.breaks or None, "stated_in": kind}
