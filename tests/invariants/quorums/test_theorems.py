"""Every theorem of the table: its verdict in every encoding, and the concrete sets that refute each broken variant."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from indoubt.command_line.proof_command import draw
from indoubt.explorer.frontend.source import function_source
from indoubt.invariants.quorums import report, require, second_opinion
from indoubt.invariants.quorums.arithmetic import NODES, Linear
from indoubt.invariants.quorums.asking import Disagreement
from indoubt.invariants.quorums.catalogue.structures import STRUCTURES, Structure
from indoubt.invariants.quorums.lowering import lowered
from indoubt.invariants.quorums.proof import decide
from indoubt.invariants.quorums.results import Verdict
from indoubt.invariants.quorums.stated import Nodes, Theorem, Weights
from indoubt.invariants.quorums.theorems import THEOREMS, UnknownTheorem, find, of_row
from indoubt.invariants.quorums.written import SYSTEMS

ROWS = [
    "Q1",
    "Q2",
    "Q2a",
    "Q2b",
    "Q2c",
    "Q2d",
    "Q2e",
    "Q2f",
    "Q2g",
    "Q3",
    "Q4",
    "Q5",
    "Q6",
    "Q7",
    "Q8",
    "Q9",
    "Q9a",
    "Q10",
    "Q10a",
    "Q10b",
    "Q10c",
    "Q11",
    "Q11a",
    "Q12",
    "Q13",
    "Q14",
]
REFUTED: dict[str, tuple[int, dict[str, str], dict[str, int]]] = {
    "half": (2, {"A": "0", "B": "1"}, {}),
    "floor-half": (2, {"A": "0", "B": "1"}, {}),
    "floor-half-of-odd": (3, {"A": "0", "B": "1"}, {"k": 1}),
    "majority-rounded-down": (2, {}, {"q": 2}),
    "lower-bound-raised": (1, {}, {"q": 1}),
    "odd-beats-every-even": (3, {}, {"M": 6, "k": 1, "m": 3}),
    "flexible-at-least": (2, {"A": "0", "B": "1"}, {"q1": 1, "q2": 1}),
    "flexible-of-four": (4, {"A": "012", "B": "3"}, {"q1": 3, "q2": 1}),
    "write-write": (2, {"A": "0", "B": "1"}, {"W": 1, "R": 2}),
    "weighted-half": (2, {"A": "0", "B": "1"}, {}),
    "weighted-half-of-five": (5, {"A": "0123", "B": "4"}, {}),
    "grid-rows": (2, {"A": "0", "B": "1"}, {}),
    "hierarchical-single-members": (2, {"A": "0", "B": "1"}, {}),
    "direct": (2, {"Old": "0", "New": "1", "A": "0", "B": "1"}, {}),
    "direct-three-to-five": (5, {"Old": "012", "New": "01234", "A": "01", "B": "234"}, {}),
    "majority-of-the-union": (3, {"Old": "0", "New": "12", "A": "12", "B": "0"}, {}),
    "add-two": (3, {"C": "0", "D": "012", "A": "0", "B": "12"}, {}),
    "replace-one": (4, {"C": "012", "D": "013", "A": "02", "B": "13"}, {}),
    "two-removes-of-even": (4, {"C": "0123", "D": "012", "E": "013", "A": "02", "B": "13"}, {}),
    "add-and-remove-of-even": (5, {"C": "0123", "D": "01234", "E": "012", "A": "034", "B": "12"}, {}),
    "two-adds-of-even": (4, {"C": "01", "D": "012", "E": "013", "A": "02", "B": "13"}, {}),
    "byzantine-of-3f": (3, {"A": "01", "B": "02", "F": "0"}, {"f": 1}),
    "byzantine-few-replies": (4, {"A": "01", "B": "023", "F": "0"}, {"f": 1}),
    "dissemination-rounded-down": (1, {"A": "0", "B": "0"}, {"f": 1}),
    "masking-too-small": (2, {"A": "01", "B": "01", "F": "0"}, {"f": 1}),
    "fab-of-5f": (5, {"A": "0123", "B": "0124", "F": "0"}, {"f": 1}),
    "fast-paxos-at-least": (2, {"F1": "0", "F2": "1", "C": "01"}, {"qf": 1, "qc": 2}),
    "fast-paxos-rounded-down": (5, {"F1": "012", "F2": "013", "C": "234"}, {}),
    "epaxos-three": (3, {"F1": "01", "F2": "02", "R": "12"}, {"f": 1}),
    "hybrid-too-few": (2, {"A": "0", "B": "1"}, {"u": 1, "r": 0}),
    "below-min-insync": (2, {"S": "0", "L": "0"}, {"m": 2}),
}
"""The broken variants: N, the members of each set, and the numbers."""


@pytest.fixture(autouse=True)
def one_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Second opinions have a test of their own: they are slow, and may not be installed."""
    monkeypatch.setattr(second_opinion, "installed", lambda: None)


@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda one: one.name)
def test_every_theorem_is_proved_and_every_broken_variant_refuted(theorem: Theorem | Structure) -> None:
    """All encodings agree, or `decide` raises; a counterexample is the one that is known, node by node."""
    proof = decide(theorem)
    assert proof.verdict is (Verdict.REFUTED if theorem.name in REFUTED else Verdict.PROVED)
    assert proof.is_as_expected
    assert (theorem.breaks != "") == (theorem.name in REFUTED)
    if proof.counterexample is None:
        assert proof.scope == "every N >= 1"
    else:
        nodes, sets, numbers = REFUTED[theorem.name]
        members = {name: "".join(map(str, of)) for name, of in proof.counterexample.sets}
        assert (proof.counterexample.nodes, members, dict(proof.counterexample.numbers)) == (nodes, sets, numbers)
    if theorem.name == "weighted-half-of-five":
        assert proof.counterexample is not None
        assert proof.counterexample.weights == (1, 1, 1, 1, 4)


def test_every_row_of_the_table_is_there_and_every_variant_stands_behind_its_theorem() -> None:
    """Rows without a theorem, or variants of nothing, would show nothing."""
    assert list(dict.fromkeys(one.row for one in THEOREMS)) == ROWS
    names = [one.name for one in THEOREMS]
    assert len(set(names)) == len(names)
    for place, one in enumerate(THEOREMS):
        assert one.statement
        assert one.source
        if one.breaks:
            assert find(one.breaks).row == one.row
            assert not find(one.breaks).breaks
            assert names.index(one.breaks) < place
    assert [one.name for one in of_row("q8")] == [one.name for one in THEOREMS if one.row == "Q8"]
    assert {one.row for one in of_row("Q9")} == {"Q9", "Q9a"}
    assert of_row("Q99") == ()


def test_every_quorum_system_names_a_theorem_that_is_proved() -> None:
    """The intersection that a system requires is stated for every number of nodes."""
    for system in SYSTEMS.values():
        assert find(system.theorem).breaks == ""


def test_an_unknown_theorem_is_answered_with_the_known_ones_and_the_closest() -> None:
    """The message says what was asked, what there is, and what was probably meant; underscores are as good."""
    assert find("Flexible_at_least").name == "flexible-at-least"
    with pytest.raises(UnknownTheorem, match=r"^unknown theorem 'Majorty'; there are: majority, half, .*'majority'"):
        find("Majorty")
    with pytest.raises(UnknownTheorem, match=r"unknown theorem 'xyz'; there are: [a-z0-9, -]+$"):
        find("xyz")


SMALL = [
    one
    for one in THEOREMS
    if isinstance(one, Theorem) and not one.some and len(lowered(one).sets) <= 3
    if len(lowered(one).sets) + len(lowered(one).numbers) <= 4
]
"""Those with few enough sets and numbers for all of them to be tried."""


def listed(theorem: Theorem, nodes: int) -> bool:
    """Whether plain Python finds sets, small numbers and small weights of which a theorem is false."""
    claim = lowered(theorem)
    subsets = [Nodes(n for n in range(nodes) if mask >> n & 1) for mask in range(1 << nodes)]
    ranges: list[Any] = []
    for one in function_source(theorem.function).tree.args.args:
        if one.arg in claim.sets:
            ranges.append(subsets)
        elif one.arg == claim.weights:
            weights = product(range(claim.least_weight, 3), repeat=nodes)
            ranges.append([Weights(dict(enumerate(each))) for each in weights])
        else:
            ranges.append([nodes] if one.arg == "N" else range(2 * nodes + 2))
    return any(theorem.is_true(*each) is False for each in product(*ranges))


@pytest.mark.parametrize("theorem", SMALL, ids=lambda one: one.name)
def test_plain_python_finds_counterexamples_where_the_solvers_do(theorem: Theorem) -> None:
    """Each theorem is run on all sets of up to three nodes: its first counterexample is at the N that is known."""
    claim = lowered(theorem)
    first = REFUTED[theorem.name][0] if theorem.name in REFUTED else None
    for nodes in range(1, 4 if len(claim.sets) < 3 else 3):
        if first is None or nodes <= first:
            assert listed(theorem, nodes) == (nodes == first)


def test_a_wrong_answer_of_one_encoding_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where plain Python, or another encoding, does not confirm a counterexample, nothing is printed as one."""
    half = find("half")
    assert isinstance(half, Theorem)

    def always(*_: object) -> bool:
        return True

    with monkeypatch.context() as patched:
        patched.setattr(Theorem, "is_true", always)
        with pytest.raises(Disagreement, match="as plain Python it says True"):
            decide(half)
    from indoubt.invariants.quorums import solver  # noqa: PLC0415 - it loads Z3

    def lies(claim: Any, nodes: int | None) -> Any:
        encoded = solver.encoded_regions(claim, nodes)
        return solver.Encoded(encoded.quantities, [*encoded.axioms, encoded.free[0] > 7], encoded.free)

    monkeypatch.setitem(solver.ENCODERS, solver.Encoding.REGIONS, lies)
    with pytest.raises(Disagreement, match="theorem 'half'"):
        decide(half)


def test_no_answer_is_told_as_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that gives up leaves the verdict open, with its reason; the exit status is that of an open check."""
    from indoubt.invariants.quorums import solver  # noqa: PLC0415 - it loads Z3

    gave_up = solver.Answer(solver.Outcome.UNKNOWN, reason="no answer within 1 s")

    def open_(_: object) -> object:
        return gave_up

    monkeypatch.setattr(solver.Question, "smallest", open_)
    proof = decide(find("majority"), timeout_s=1)
    assert (proof.verdict, proof.exit_status, proof.counterexample) == (Verdict.UNKNOWN, 3, None)
    assert proof.method[-1].asked == "gave up"
    assert proof.method[-1].answered == "cardinality arithmetic, N unbounded: no answer within 1 s"
    assert proof.is_as_expected is None
    asked = [(query.encoding, query.nodes, query.answer) for query in proof.queries]
    assert asked == [("cardinality arithmetic", None, "unknown"), ("bit-vectors", 1, "unknown")]


def test_z3_gives_up_in_time() -> None:
    """A product of numbers that nobody can decide ends with the limit, and says so."""

    def fermat(a: int, b: int, c: int) -> bool:
        """No cube of four digits is the sum of two."""
        return a * a * a + b * b * b != c * c * c or a * b == 0 or c < 1000

    proof = decide(Theorem(fermat, some=()), timeout_s=0.2)
    assert proof.verdict is Verdict.UNKNOWN
    assert "no answer within 0.2 s" in proof.method[-1].answered
    assert proof.statement == "No cube of four digits is the sum of two"
    assert max(one.elapsed_s for one in proof.queries) < 20  # a query ends with its limit, give or take


def test_few_nodes_refute_what_is_too_hard_for_every_number() -> None:
    """Where Z3 gives up on every N, the least counterexample with few nodes is one all the same."""

    def odd_cubes(N: int, a: int, A: Nodes) -> bool:
        """A sum of two cubes of sizes is no cube, or one is empty."""
        require(a >= 1)
        return a * a * a + len(A) * len(A) * len(A) != N * N * N + a * a * a or len(A) == 0

    proof = decide(Theorem(odd_cubes, some=()), timeout_s=2)
    assert proof.verdict is Verdict.REFUTED
    assert proof.counterexample is not None
    assert proof.counterexample.sets == (("A", (0,)),)


def test_a_counterexample_of_very_many_nodes_is_told_by_its_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    """Node by node up to ten thousand, and drawn up to sixty; nothing is listed for ever."""

    def halves(N: int, A: Nodes, B: Nodes) -> bool:
        require(N >= 100_000_000_000 and 2 * len(A) >= N and 2 * len(B) >= N)
        return len(A & B) >= 1

    def fewer(N: int, A: Nodes, B: Nodes) -> bool:
        require(N >= 70 and 2 * len(A) >= N and 2 * len(B) >= N)
        return len(A & B) >= 1

    found = decide(Theorem(halves, some=())).counterexample
    assert found is not None
    sizes = (("|A|", 5 * 10**10), ("|B|", 5 * 10**10), ("|A & B|", 0))
    assert (found.nodes, found.sets, found.numbers) == (10**11, (), sizes)
    proof = decide(Theorem(fewer, some=()))
    assert "A = {n0..n34}   B = {n35..n69}" in report.text(proof)
    draw(proof, Path("none.png"))
    assert "has 70 nodes, and a picture shows up to 60" in capsys.readouterr().err
    assert not Path("none.png").exists()


def test_numbers_are_natural_for_solvers_and_for_plain_python() -> None:
    """No number is below 0, and there is a node; nothing else may be put to a theorem."""

    def natural(N: int, a: int, w: Weights, A: Nodes) -> bool:
        return a >= 0 and N >= 1 and w(A) >= 0

    def above(a: int) -> bool:
        return a >= 1

    stated = Theorem(natural, some=())
    proof = decide(stated)
    assert proof.verdict is Verdict.PROVED
    assert proof.statement == "a >= 0 and N >= 1 and w(A) >= 0"
    assert repr(stated) == "<Theorem natural>"
    refuted = decide(Theorem(above, some=()))
    assert refuted.counterexample is not None
    assert refuted.counterexample.numbers == (("a", 0),)
    assert stated.is_true(2, 0, Weights({0: 1, 1: 0}), Nodes({1})) is True
    for arguments, told in (
        ((2, -1, Weights({}), Nodes()), "a=-1: no theorem is about it; give whole numbers from 0 up"),
        ((0, 1, Weights({}), Nodes()), "N=0: no theorem is about it; give whole numbers from 1 up"),
        ((2, 1, Weights({0: -3}), Nodes()), r"w=\{0: -3\}: no theorem is about it"),
        ((2, 1, Weights({}), Nodes({2})), r"A is \{2\}, and N=2; the nodes are numbered from 0 to 1"),
    ):
        with pytest.raises(ValueError, match=told):
            stated.is_true(*arguments)


def test_an_interrupted_solver_is_an_interrupted_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Z3 takes Ctrl-C for itself, and says that it was interrupted."""
    from indoubt.invariants.quorums import solver  # noqa: PLC0415 - it loads Z3

    class Interrupted:
        """A solver while somebody presses Ctrl-C."""

        def check(self) -> object:
            return solver.z3.unknown

        def reason_unknown(self) -> str:
            return "interrupted from keyboard"

    claim = lowered(majority) if isinstance(majority := find("majority"), Theorem) else None
    assert claim is not None
    question = solver.Question(claim, claim.given, solver.Encoding.REGIONS, timeout_s=1)
    monkeypatch.setattr(question, "_solver", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        question.smallest()
    # Some of its procedures say of a query that is broken off what they say of one that takes too long.

    def canceled(_: object) -> str:
        return solver.CANCELED

    monkeypatch.setattr(Interrupted, "reason_unknown", canceled)
    with pytest.raises(KeyboardInterrupt):
        question.smallest()
    late = solver.Question(claim, claim.given, solver.Encoding.REGIONS, timeout_s=1e-9)
    monkeypatch.setattr(late, "_solver", Interrupted())
    assert late.smallest().reason == "no answer within 1e-09 s"


def test_what_exists_is_looked_for_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where doing without the sets that are claimed to exist takes too long, nothing is claimed of them."""
    from indoubt.invariants.quorums import solver  # noqa: PLC0415 - it loads Z3

    def given_up(_: object, milliseconds: int) -> object:
        def eliminate(_: object) -> object:
            raise solver.z3.Z3Exception(f"canceled after {milliseconds} ms")

        return eliminate

    monkeypatch.setattr(solver.z3, "TryFor", given_up)
    proof = decide(find("lower-bound"), timeout_s=1)
    assert proof.verdict is Verdict.UNKNOWN
    assert proof.method[-1].answered.endswith("no answer within 1 s to what exists")


def test_structures_are_all_in_the_table() -> None:
    """Each has shapes to be listed by plain Python, down to a single node."""
    for one in STRUCTURES:
        assert one in THEOREMS
        assert all(first and second for nodes in (1, 2, 3) for _, first, second in one.shapes(nodes))


def test_a_sum_is_printed_as_it_is_written_on_paper() -> None:
    """Coefficients of one and constants of zero are left out."""
    assert str(2 * NODES - 1 + Linear() >= NODES // 2) == "2N - 1 >= floor(N / 2)"
    with pytest.raises(TypeError, match="has no truth value of its own"):
        bool(NODES >= 1)


@pytest.mark.parametrize("name", ["half", "weighted-half", "grid-rows"])
def test_a_counterexample_is_found_however_short_the_limit_is(name: str) -> None:
    """Those with few nodes have a limit of their own, so that the least one is told in every case."""
    theorem = find(name)
    assert theorem is not None
    soon, late = (decide(theorem, timeout_s=limit) for limit in (1e-9, 60))
    assert soon.verdict is Verdict.REFUTED
    assert soon.counterexample == late.counterexample


def test_what_is_known_to_exist_is_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A counterexample of every N, which plain Python confirms, needs no second encoding; that there is none does."""
    from indoubt.invariants.quorums import solver  # noqa: PLC0415 - it loads Z3

    def undecided(claim: object, nodes: object) -> object:
        raise solver.Undecided("no answer")

    monkeypatch.setitem(solver.ENCODERS, solver.Encoding.BIT_VECTORS, undecided)
    half, majority = (decide(find(name)) for name in ("half", "majority"))
    assert half.verdict is Verdict.REFUTED
    assert half.method[-1].answered == "not compared: no answer"
    assert majority.verdict is Verdict.UNKNOWN
    told = [each.answered for each in majority.method]
    assert told[1].startswith("there are none (cardinality")
    assert told[-1] == "no answer"
