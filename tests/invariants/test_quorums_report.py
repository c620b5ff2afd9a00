"""A proof as text and as JSON, and what loading the solver costs who only names theorems."""

import json
import subprocess
import sys
from dataclasses import replace

from indoubt.invariants.quorums import proof as quorums_proof, report as quorums_report


def test_the_text_of_a_proof_says_what_was_asked_and_of_whom() -> None:
    """The statement, the verdict and the two encodings, without a manual."""
    shown = quorums_report.text(replace(quorums_proof.prove("majority"), z3_version="0.0", elapsed_s=0.125))
    assert shown == (
        "majority: two quorums of more than half of the nodes intersect, for every N\n"
        "proved for every N >= 1\n"
        "\n"
        "  searched for  N, A, B with 2|A| > N, 2|B| > N, |A & B| < 1\n"
        "  every N       there are none (cardinality arithmetic, N unbounded)\n"
        "  N = 1..9      there are none (bit-vectors, node by node)\n"
        "  not empty     without |A & B| < 1 there are some: N = 1, |A| = 1, |B| = 1, |A & B| = 1\n"
        "  source        Thomas, A Majority Consensus Approach to Concurrency Control, ACM TODS 4(2), 1979\n"
        "\n"
        "Z3 0.0, 0.12 s"
    )


def test_the_text_of_a_refutation_begins_with_the_two_quorums() -> None:
    """A reader sees the counterexample before the method."""
    lines = quorums_report.text(quorums_proof.prove("half")).splitlines()
    assert lines[:6] == [
        "half: two quorums of at least half of the nodes intersect, for every N",
        "refuted: it does not hold for N = 2",
        "",
        "  smallest counterexample: N = 2",
        "    A = {n1}   B = {n2}",
        "  both contain at least half of the nodes, and they share none",
    ]


def test_the_json_of_a_proof_has_a_schema_and_survives_a_round_trip() -> None:
    """Tools read the same facts as people."""
    proof = quorums_proof.prove("flexible-at-least")
    facts = json.loads(json.dumps(quorums_report.to_json(proof)))
    assert facts == quorums_report.to_json(proof)
    assert facts["schema"] == "indoubt/proof/1"
    assert facts["verdict"] == "refuted"
    assert facts["counterexample"] == {"nodes": 2, "quorums": {"A": [1], "B": [2]}, "numbers": {"q1": 1, "q2": 1}}
    assert quorums_report.to_json(quorums_proof.prove("majority"))["counterexample"] is None


def test_z3_is_not_loaded_before_a_proof_is_asked_for() -> None:
    """Naming the theorems costs no solver."""
    program = (
        "import sys\n"
        "from indoubt.invariants.quorums import proof, report, theorems\n"
        "assert 'z3' not in sys.modules\n"
        "proof.prove('half')\n"
        "assert 'z3' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
