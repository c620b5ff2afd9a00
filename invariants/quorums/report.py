"""A proof as text that an engineer reads without a manual, and as JSON."""

from typing import Any

from indoubt.invariants.quorums.proof import Counterexample, Proof, Verdict

SCHEMA = "indoubt/proof/1"


def text(proof: Proof) -> str:
    """The statement, the verdict, the smallest counterexample and what was asked of the solver; no final newline."""
    theorem = proof.theorem
    lines = [f"{theorem.name}: {theorem.statement}", _verdict(proof), ""]
    if proof.counterexample:
        lines += [*_counterexample(proof, proof.counterexample), ""]
    rows = [(step.asked, step.answered) for step in proof.method] + [("source", theorem.source)]
    width = max(len(label) for label, _ in rows)
    lines += [f"  {label:<{width}}  {line}" for label, line in rows]
    lines += ["", f"Z3 {proof.z3_version}, {proof.elapsed_s:.2f} s"]
    return "\n".join(lines)


def _verdict(proof: Proof) -> str:
    match proof.verdict:
        case Verdict.PROVED:
            return f"proved for {proof.scope}"
        case Verdict.REFUTED:
            return f"refuted: it does not hold for {proof.scope}"
        case Verdict.UNKNOWN:
            return "unknown: neither proved nor refuted"


def _counterexample(proof: Proof, found: Counterexample) -> list[str]:
    named = [f"N = {found.nodes}", *(f"{name} = {value}" for name, value in found.numbers)]
    sets = [f"{name} = {_nodes(nodes)}" for name, nodes in zip(proof.theorem.sets, found.quorums, strict=True)]
    return [f"  smallest counterexample: {', '.join(named)}", f"    {'   '.join(sets)}", f"  {proof.theorem.failure}"]


def _nodes(numbers: tuple[int, ...]) -> str:
    return "{" + ", ".join(f"n{node}" for node in numbers) + "}"


def to_json(proof: Proof) -> dict[str, Any]:
    """The same facts as plain lists and dicts; nodes are numbered from 1, `elapsed_s` is in seconds."""
    theorem, found = proof.theorem, proof.counterexample
    return {
        "schema": SCHEMA,
        "theorem": {"name": theorem.name, "statement": theorem.statement, "source": theorem.source},
        "verdict": proof.verdict.value,
        "scope": proof.scope,
        "method": [{"asked": step.asked, "answered": step.answered} for step in proof.method],
        "counterexample": None
        if found is None
        else {
            "nodes": found.nodes,
            "quorums": {name: list(nodes) for name, nodes in zip(theorem.sets, found.quorums, strict=True)},
            "numbers": dict(found.numbers),
        },
        "solver": {"name": "z3", "version": proof.z3_version},
        "elapsed_s": proof.elapsed_s,
    }
