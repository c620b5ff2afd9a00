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
from indoubt.invariants.quorums.proof import Verdict
from indoubt.invariants.quorums.theorems import THEOREMS, find
from indoubt.proving import prove

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
    assert "    C = {n1, n2, n3}   D = {n1, n2, n4}   A = {n1, n3}   B = {n2, n4}\n" in printed
    assert (
        "       n1 n2 n3 n4\n    C   ●  ●  ●  ·\n    D   ●  ●  ·  ●\n    A   ●  ·  ●  ·\n    B   ·  ●  ·  ●\n"
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
    from indoubt import proving  # noqa: PLC0415 - to shorten the table

    few = tuple(one for one in THEOREMS if one.name in ("majority", "half", "grid-rows"))
    monkeypatch.setattr(proving, "THEOREMS", few)
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
        "quorums": {"A": [1], "B": [2]},
        "numbers": {},
        "weights": [],
        "shape": "2 rows of 1 node",
    }
    assert grid["theorem"]["breaks"] == "grid"
    assert run(["prove", "--list", "--format", "json"]) == 0
    assert [one["row"] for one in json.loads(capsys.readouterr().out)] == ["Q1", "Q1", "Q6"]


def test_one_open_theorem_leaves_all_open_and_one_wrong_makes_them_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 3 where a query ran out of time, 1 where a theorem is refuted or a variant proved."""
    from indoubt import proving  # noqa: PLC0415 - to answer in the place of solvers

    real = proofs.decide(find("threshold"))

    def answers(verdict: Verdict) -> None:
        def decided(one: Theorem, **_: object) -> proofs.Proof:
            return dataclasses.replace(real, verdict=verdict, breaks=one.breaks)

        monkeypatch.setattr(proving, "decide", decided)

    answers(Verdict.UNKNOWN)
    assert run(["prove", "Q13"]) == 3
    assert "0 of 1 theorem proved, 0 of 1 broken variant refuted, 2 unknown" in capsys.readouterr().out
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
    with pytest.raises(ValueError, match=r"mine.py has 3 theorems; say which: mine.py::meet-in-two, "):
        prove("mine.py")
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
    assert light_and_heavy.is_true(2, Weights({1: 1, 2: 2}), Nodes({1}), Nodes({2})) is False
    assert light_and_heavy.is_true(2, Weights({1: 1, 2: 2}), Nodes({1}), Nodes({1})) is None
    asked: list[str] = []
    proof = indoubt.prove(light_and_heavy, progress=asked.append)
    assert proof.counterexample is not None
    assert proof.counterexample.sets == (("A", (1,)), ("B", (2,)))
    assert proof.counterexample.weights == (1, 2)
    assert asked[-1] == "second opinion"


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
        drawn = files[0].read_text(encoding="utf-8")
        assert all(f">{text}<" in drawn for text in ("n1", "n5", "w 4", "A", "B"))
    assert run(["prove", "threshold", "--figure", str(tmp_path / "none.png")]) == 0
    assert "no figure: threshold is not refuted" in capsys.readouterr().err
    assert not (tmp_path / "none.png").exists()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("prove", "say what to prove"),
        ("prove majority N=3", "N=3 is for proofs of specs; majority is about every number of nodes"),
        ("prove majority --bmc 3", "--bmc is for proofs of specs"),
        ("prove Q8 --figure q8.png", "--figure draws one theorem, and Q8 has 6"),
        ("prove half --figure half.txt", "the name of a figure ends in .png or .svg"),
        ("quorums grid(2,2) --nodes 5", "is for 4 members, and the set has 5"),
        ("quorums threshold(3)", "is for any number of nodes; say how many: --nodes 5"),
        ("quorums gird(2,2)", "did you mean grid(rows=2, columns=2)?"),
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
    assert "epaxos()" in capsys.readouterr().out


def test_z3_is_not_loaded_before_a_proof_is_asked_for() -> None:
    """Naming the theorems, and running with quorum systems, costs no solver."""
    program = (
        "import sys\n"
        "from indoubt import proving\n"
        "from indoubt.invariants.quorums import Flexible\n"
        "assert 'z3' not in sys.modules\n"
        "proving.prove('threshold')\n"
        "assert 'z3' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
