"""`indoubt prove` and `indoubt quorums`: theorems by name, by row, all, and of a user."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

import indoubt
from indoubt import SpecError
from indoubt.cli import run
from indoubt.invariants.quorums import (
    Nodes,
    PositiveWeights,
    Theorem,
    Weights,
    proof as proofs,
    require,
    second_opinion,
    theorem,
)
from indoubt.invariants.quorums.results import Proof, Proofs, Verdict
from indoubt.invariants.quorums.theorems import THEOREMS, find
from indoubt.proofs.proving import prove

MINE = '''
from indoubt.invariants.quorums import Nodes, Weights, require, theorem

SPARE = 1


def enough(q: int, n: int) -> bool:
    return 2 * q > n + SPARE


@theorem
def meet_in_two(N: int, A: Nodes, B: Nodes) -> bool:
    """Quorums with one node more than a majority share two."""
    require(enough(len(A), N) and enough(len(B), N))
    return len(A & B) >= 2


@theorem(breaks="meet-in-two", source="a lower threshold")
def meet_in_two_anyway(N: int, A: Nodes, B: Nodes) -> bool:
    """Majorities share two nodes."""
    least = N // 2 + 1
    require(len(A) >= least and len(B) >= least)
    return len(A & B) >= 2


@theorem
def heavy_sets_meet(N: int, w: Weights, A: Nodes, B: Nodes, C: Nodes) -> bool:
    """Three sets of more than two thirds of all weight share a node."""
    require(3 * w(A) > 2 * w() and 3 * w(B) > 2 * w() and 3 * w(C) > 2 * w())
    return not len(A & B & C) < 1
'''


@pytest.fixture(autouse=True)
def one_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where cvc5 is not installed."""
    monkeypatch.setattr(second_opinion, "installed", lambda: None)


def test_a_refutation_is_told_as_sets_and_as_a_picture(capsys: pytest.CaptureFixture[str]) -> None:
    """The smallest counterexample first, then what was asked of whom."""
    assert run(["prove", "replace_one"]) == 1
    printed = capsys.readouterr().out
    assert "refuted: it does not hold for N = 4\n" in printed
    assert "    C = {n0, n1, n2}   D = {n0, n1, n3}   A = {n0, n2}   B = {n1, n3}\n" in printed
    assert (
        "       n0 n1 n2 n3\n    C   ●  ●  ●  ·\n    D   ●  ●  ·  ●\n    A   ●  ·  ●  ·\n    B   ·  ●  ·  ●\n"
        in printed
    )
    assert "  they meet what is assumed, and it is not true that |A & B| >= 1\n" in printed
    assert "they exist, first at N = 4 (Venn regions, N unbounded)" in printed


def test_a_row_is_proved_and_its_variants_refuted(capsys: pytest.CaptureFixture[str]) -> None:
    """Of several theorems each has a line; a broken variant that is refuted is as it should be."""
    assert run(["prove", "q10b"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Q10b", "dissemination", "proved", "for", "every", "N", ">=", "1"]
    assert lines[-1] == "2 of 2 theorems proved, 2 of 2 broken variants refuted"


def test_json_has_every_theorem_with_its_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`prove all` is the whole table; here of a few, since each is proved elsewhere."""
    from indoubt.command_line import proof_command  # noqa: PLC0415 - to shorten the table
    from indoubt.finding import theorems as theorem_finding  # noqa: PLC0415 - to shorten the table

    few = tuple(one for one in THEOREMS if one.name in ("majority", "half", "grid-rows"))
    monkeypatch.setattr(proof_command, "THEOREMS", few)
    monkeypatch.setattr(theorem_finding, "THEOREMS", few)
    assert run(["prove", "all", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["schema"], data["exit_status"]) == ("indoubt/proofs/1", 0)
    assert [(one["theorem"]["name"], one["verdict"]) for one in data["proofs"]] == [
        ("majority", "proved"),
        ("half", "refuted"),
        ("grid-rows", "refuted"),
    ]
    grid = data["proofs"][2]
    assert grid["counterexample"] == {
        "nodes": 2,
        "quorums": {"A": [0], "B": [1]},
        "numbers": {},
        "weights": [],
        "shape": "2 rows of 1 node",
        "lacks": "the two share no node",
    }
    majority = data["proofs"][0]
    assert majority["encodings"] == ["cardinality arithmetic", "Venn regions", "bit-vectors"]
    asked = [(one["encoding"], one["nodes"]) for one in majority["queries"] if one["sought"] == "a counterexample"]
    unbounded = [(name, nodes) for name in majority["encodings"][:2] for nodes in (*range(1, 10), None)]
    assert asked == [*unbounded, *(("bit-vectors", nodes) for nodes in range(1, 10))]
    assert {one["answer"] for one in majority["queries"][1:]} == {"unsatisfiable"}
    assert all(one["elapsed_s"] >= 0 for one in (*majority["queries"], *data["proofs"], data))
    assert majority["solver"]["name"] == "z3"
    assert majority["solver"]["version"].count(".") >= 2
    assert (majority["as_expected"], majority["exit_status"], majority["second_opinion"]) == (True, 0, None)
    assert grid["theorem"]["breaks"] == "grid"
    assert run(["prove", "--list", "--format", "json"]) == 0
    assert [one["row"] for one in json.loads(capsys.readouterr().out)] == ["Q1", "Q1", "Q6"]


def test_one_open_theorem_leaves_all_open_and_one_wrong_makes_them_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 3 where a query ran out of time, 1 where a theorem is refuted or a variant proved."""
    from indoubt.proofs import proving  # noqa: PLC0415 - to answer in the place of solvers

    real = proofs.decide(find("smallest-majority"))

    def answers(verdict: Verdict) -> None:
        def decided(one: Theorem, **_: object) -> Proof:
            return dataclasses.replace(real, verdict=verdict, breaks=one.breaks)

        monkeypatch.setattr(proving, "decide", decided)

    answers(Verdict.UNKNOWN)
    assert run(["prove", "Q13"]) == 3
    told = capsys.readouterr().out
    assert "0 of 1 theorem proved, 0 of 1 broken variant refuted, 2 unknown" in told
    assert "UNEXPECTED" not in told
    assert told.count("inconclusive: ") == 2
    assert run(["prove", "Q13", "--allow-inconclusive"]) == 0
    capsys.readouterr()
    assert run(["prove", "Q13", "--format", "json"]) == 3
    assert [one["as_expected"] for one in json.loads(capsys.readouterr().out)["proofs"]] == [None, None]
    answers(Verdict.PROVED)
    assert run(["prove", "Q13"]) == 1
    assert "UNEXPECTED" in capsys.readouterr().out
    assert run(["prove", "Q2f"]) == 0


def test_theorems_of_a_user_get_the_same_service(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All of a file, one of it, from Python; helpers, constants of the module and weights included."""
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(MINE, encoding="utf-8")
    assert run(["prove", "mine.py"]) == 0
    assert capsys.readouterr().out.endswith("2 of 2 theorems proved, 1 of 1 broken variant refuted\n")
    assert run(["prove", "mine.py::meet_in_two_anyway"]) == 1
    assert "smallest counterexample: N = 1" in capsys.readouterr().out
    assert prove("mine.py::meet-in-two").verdict is Verdict.PROVED
    assert run(["prove", "mine.py::meet_in_too"]) == 2
    assert "did you mean mine.py::meet_in_two?" in capsys.readouterr().err
    every = prove("mine.py")
    assert isinstance(every, Proofs)
    assert [one.name for one in every] == ["meet-in-two", "meet-in-two-anyway", "heavy-sets-meet"]
    assert (len(every), every["heavy_sets_meet"].exit_status, every.exit_status) == (3, 0, 0)
    with pytest.raises(KeyError, match="there are: meet-in-two, "):
        every["meet"]
    assert run(["prove", "mine:meet_in_two"]) == 0
    assert run(["prove", "mine.py", "--list"]) == 0
    assert "heavy-sets-meet" in capsys.readouterr().out


@theorem
def light_and_heavy(N: int, w: PositiveWeights, A: Nodes, B: Nodes) -> bool:
    """A set with a third of the weight meets every set with two thirds."""
    require(3 * w(A) >= w() and 3 * w(B) >= 2 * w())
    require(N >= 2 and A != B)
    return not A.isdisjoint(B)


def test_a_theorem_is_an_object_that_runs_as_plain_python() -> None:
    """It can be called on sets, and proved by the function `prove` of the package."""
    assert isinstance(light_and_heavy, Theorem)
    assert light_and_heavy.is_true(2, Weights({0: 1, 1: 2}), Nodes({0}), Nodes({1})) is False
    assert light_and_heavy.is_true(2, Weights({0: 1, 1: 2}), Nodes({0}), Nodes({0})) is None
    asked: list[str] = []
    proof = indoubt.prove(light_and_heavy, progress=asked.append)
    assert proof.counterexample is not None
    assert proof.counterexample.sets == (("A", (0,)), ("B", (1,)))
    assert proof.counterexample.weights == (1, 2)
    assert asked[-1] == "second opinion"


@pytest.mark.parametrize(
    "name", ["Q2d::three-tolerate-one", "q2d", "Q2d", "three_tolerate_one", "Q2d::Three_Tolerate_One"]
)
def test_what_the_list_shows_is_a_name(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """A theorem by its name, by its row, and by both, on the command line and in Python."""
    assert run(["prove", name]) == 0
    assert capsys.readouterr().out.startswith("three-tolerate-one: ")
    proof = indoubt.prove(name)
    assert isinstance(proof, Proof)
    assert proof.verdict is Verdict.PROVED


def test_a_row_gives_all_of_its_theorems() -> None:
    """In Python as on the command line, and each by its name."""
    proofs = indoubt.prove("Q2g")
    assert isinstance(proofs, Proofs)
    assert [(one.name, one.is_as_expected) for one in proofs] == [
        ("odd-beats-its-neighbours", True),
        ("odd-beats-every-even", True),
    ]
    assert repr(proofs) == "<Proofs 1 of 1 theorem proved, 1 of 1 broken variant refuted>"


def test_a_name_with_two_meanings_is_the_theorem_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A theorem wins over a spec of the library, and over specs of its file."""
    from indoubt.finding import theorems as theorem_finding  # noqa: PLC0415 - to add a spec to the library

    monkeypatch.setattr(theorem_finding, "library", lambda: {"three_tolerate_one": "indoubt.specs.commit.two_phase"})

    def found(_: str) -> object:
        return indoubt.find_spec("two_phase")

    monkeypatch.setattr(theorem_finding, "find_spec", found)
    assert run(["prove", "three-tolerate-one"]) == 0
    assert "for that write three_tolerate_one::TwoPhase" in capsys.readouterr().err
    with pytest.warns(UserWarning, match="three-tolerate-one is a theorem, and a spec of the library"):
        indoubt.prove("three-tolerate-one")
    monkeypatch.chdir(tmp_path)
    spec = "\nfrom indoubt.specs.language import Spec, action, invariant\n\nclass Bit(Spec):\n    x: bool = False\n\n"
    method = "    {}\n    def {}(self):\n        {}\n\n"
    body = method.format("@action", "flip", "self.x = not self.x") + method.format("@invariant", "two", "return True")
    Path("both.py").write_text(MINE.partition("@theorem(breaks")[0] + spec + body, encoding="utf-8")
    assert run(["prove", "both.py"]) == 0
    told = capsys.readouterr()
    assert "meet-in-two" in told.out
    assert "both.py has theorems, which are meant, and specs: for these write both.py::Bit" in told.err


def test_a_contradiction_proves_nothing() -> None:
    """What is assumed has to be possible."""

    def empty(N: int, A: Nodes) -> bool:
        """Sets larger than all nodes are empty."""
        require(len(A) > N)
        return len(A) == 0

    with pytest.raises(SpecError, match=r"nothing meets what `empty` assumes"):
        prove(Theorem(empty, some=()))


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_the_sets_of_a_counterexample_are_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    """The same bytes each time; a row for each set, a column for each node."""
    files = [tmp_path / f"{name}.{suffix}" for name in ("one", "two")]
    for file in files:
        assert run(["prove", "weighted-half-of-five", "--figure", str(file)]) == 1
    assert files[0].read_bytes() == files[1].read_bytes()
    if suffix == "svg":
        assert "       n0 n1 n2 n3 n4\n    w   1  1  1  1  4\n    A   ●  ●  ●  ●  ·\n" in capsys.readouterr().out
        drawn = files[0].read_text(encoding="utf-8")
        assert all(f">{text}<" in drawn for text in ("n0", "n4", "w 4", "A", "B"))
    assert run(["prove", "threshold", "--figure", str(tmp_path / "none.png")]) == 0
    assert "there are no sets of threshold to draw, for it is not refuted" in capsys.readouterr().err
    assert run(["prove", "odd-beats-every-even", "--figure", str(tmp_path / "none.png")]) == 1
    assert "for it is about numbers alone" in capsys.readouterr().err
    assert not (tmp_path / "none.png").exists()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("prove", "say what to prove"),
        ("prove majority N=3", "N=3 is for proofs of specs; majority is about every number of nodes"),
        ("prove majority --bmc 3", "--bmc is for proofs of specs"),
        ("prove majority -k agreement", "-k is for proofs of specs"),
        ("prove Q99", "no row 'Q99'; the table has Q1, Q2, "),
        ("prove Q9::majority", "majority is not in row Q9; write Q1::majority, or majority alone"),
        ("prove Q9::single-servr", "did you mean Q9::single-server?"),
        ("prove majorty", "did you mean majority?"),
        ("prove majority --timeout 0", "--timeout 0 is not possible"),
        ("quorums --nodes 3", "name one, as in indoubt quorums majority --nodes 3"),
        ("quorums majority --nodes 5000", "take 1,000 or fewer"),
        ("prove Q8 --figure q8.png", "--figure draws one theorem, and Q8 has 6"),
        ("prove half --figure half.txt", "the name of a figure ends in .png or .svg"),
        ("quorums grid(2,2) --nodes 5", "is for 4 members, and the set has 5"),
        ("quorums threshold(3)", "is for any number of nodes; say how many: --nodes 5"),
        ("quorums gird(2,2)", "did you mean grid(rows=2, columns=3)?"),
    ],
)
def test_wrong_usage_is_told_with_the_edit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, told: str
) -> None:
    """Exit status 2, one message, no frame of ours."""
    monkeypatch.chdir(tmp_path)
    assert run(command.split()) == 2
    printed = capsys.readouterr()
    assert told in printed.err
    assert printed.out == ""
    assert "Traceback" not in printed.err


def test_the_fault_tolerance_of_a_system_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """How many crashes it survives, and which minimal sets of crashes leave no quorum."""
    assert run(["quorums", "weighted((1, 1, 1, 1, 4))"]) == 0
    printed = capsys.readouterr().out
    assert "survives any 0 crashes; 2 minimal sets of crashes leave no quorum:\n    {n4} {n0,n1,n2,n3}\n" in printed
    assert run(["quorums", "flexible(q1=2, q2=2)", "--nodes", "4"]) == 1
    assert "NOT so, for {n0,n1} and {n2,n3} share nothing" in capsys.readouterr().out
    assert run(["quorums", "flexiblegrid(2, 3)", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["schema"], data["survives"], data["nodes"]) == ("indoubt/quorums/1", 1, 6)
    rows, columns = data["tolerance"]
    assert (rows["phase"], rows["survives"], rows["deadly"]) == (1, 1, 9)
    assert (columns["survives"], columns["sets"][0]) == (2, [0, 1, 2])
    assert run(["quorums"]) == 0
    assert "  epaxos   " in capsys.readouterr().out


def test_z3_is_not_loaded_before_a_proof_is_asked_for() -> None:
    """Naming the theorems, and running with quorum systems, costs no solver."""
    program = (
        "import sys\n"
        "from indoubt.proofs import proving\n"
        "from indoubt.invariants.quorums import Flexible\n"
        "assert 'z3' not in sys.modules\n"
        "proving.prove('threshold')\n"
        "assert 'z3' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
