"""`indoubt frontier` on the command line: its table, data and figure, bad input, and Ctrl-C."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from budgeted import Mast

from indoubt import frontier
from indoubt.cli import run
from indoubt.faults.frontier_report import lines_of, plain
from indoubt.finding.specs import UsageError

REFERENCE: dict[str, Any] = {"engine": "reference"}
NODES = Path(__file__).parents[1] / "examples" / "nodes_two_phase.py"


def test_byzantine_nodes_have_a_range_and_the_way_in_which_they_lie(capsys: pytest.CaptureFixture[str]) -> None:
    """The cell without any does not ask how they lie, and the command that shows a counterexample does."""
    arguments = ["--byzantine", "0..1", "--no-equivocation", "-k", "consistent", "--engine", "reference"]
    assert run(["frontier", str(NODES), "RM=1", "--crashes", "0..1", *arguments]) == 0
    assert "RM=1 network=soup equivocation=false  FRONTIER  of crashes 0..1, byzantine 0..1" in capsys.readouterr().out
    assert run(["frontier", str(NODES), "RM=2", *arguments]) == 1
    assert "RM=2 --no-equivocation --byzantine 1 --engine reference -k consistent" in capsys.readouterr().out


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Smallest and largest budgets, a grid, the commands, and how much was run."""
    assert run(["frontier", "three_phase_commit", "Participant=2", "--crashes", "0..2", "partitions=0..1"]) == 1
    told = capsys.readouterr().out
    assert "agreement           partitions=1: 12 states  crashes=2\n" in told
    assert "partitions=0  partitions=1" in told
    assert "(breaks)" in told
    assert "    indoubt check three_phase_commit Participant=2 partitions=1 -k agreement\n" in told


def test_a_command_of_the_table_shows_the_counterexample(capsys: pytest.CaptureFixture[str]) -> None:
    """It runs as it is printed, and breaks what it says."""
    assert run(["frontier", "two_phase_commit", "Participant=2", "force_prepared=false", "--crashes", "0..1"]) == 1
    lines = capsys.readouterr().out.splitlines()
    commands = [line.strip() for line in lines if line.strip().startswith("indoubt check")]
    assert commands
    for command in commands:
        assert run(command.split()[1:]) == 1
        assert f"to {command.split()[-1]}:" in capsys.readouterr().out


def test_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    """Every cell says how it is known."""
    command = ["frontier", "three_phase_commit", "Participant=2", "partitions=0..2", "-k", "agreement"]
    assert run([*command, "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == "indoubt/frontier/1"
    (agreement,) = data["properties"]
    assert agreement["breaks_with"] == [{"partitions": 1}]
    cells = {cell["budgets"]["partitions"]: cell for cell in agreement["cells"]}
    assert cells[0]["verdict"] == "holds"
    assert cells[1]["states"] == 12
    assert {cells[1]["inferred_from"] is None, cells[2]["inferred_from"] is None} <= {True, False}
    assert all(cells[n]["command"].startswith("indoubt check three_phase_commit") for n in (1, 2))


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_figure(tmp_path: Path, suffix: str) -> None:
    """The same bytes each time, with every verdict in words."""
    paths = [tmp_path / f"{number}.{suffix}" for number in range(2)]
    for path in paths:
        command = ["frontier", "three_phase_commit", "Participant=1", "crashes=0..1", "--figure", str(path)]
        run([*command, "rule=textbook", "detector=unreliable", "--engine", "reference"])
    assert paths[0].read_bytes() == paths[1].read_bytes()
    if suffix == "svg":
        assert "which budgets of faults break what" in paths[0].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--crashes", "2..1"], "the range 2..1 is empty; the smaller number comes first: 1..2"),
        (["--crashes", "one"], "--crashes one is not possible: it takes a range, or a number"),
        (["crashes=0..2", "--crashes", "0..2"], "crashes is given twice"),
        (["rule=0..2"], "rule=0 is not possible: rule is one of textbook, skeen"),
        (["crashes=0..12"], "crashes=12 is not possible: crashes is a whole number from 0 to 3; write --crashes 0..3"),
        (["colour=0..2"], "has no size, parameter or bound colour"),
        (["-k", "agreemen"], "unknown property 'agreemen'; there are: agreement"),
        (["--crashes", "0..2", "--network", "bag"], "leave --network out"),
        (["--losses", "0..2"], "has no size, parameter or bound losses"),
    ],
)
def test_bad_input(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Says what was asked, what there is, and what to write."""
    assert run(["frontier", "three_phase_commit", "Participant=2", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_an_interruption_leaves_what_is_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C prints the cells that were run, and the exit status says so."""
    cells: list[object] = []

    def interrupt(*_: object) -> None:
        cells.append(_)
        if len(cells) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("indoubt.command_line.frontier_command._tell", interrupt)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert run(["frontier", "three_phase_commit", "Participant=1", "crashes=0..2", "--engine", "reference"]) == 130
    assert "interrupted: this is what was known then" in capsys.readouterr().out


def test_a_table_that_is_too_wide_goes_on_below(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every column is there, under its head."""
    monkeypatch.setattr("indoubt.faults.frontier_table.WIDEST", 40)
    shown = frontier(Mast, Node=3, cuts=range(5), **REFERENCE)
    table = [
        line for line in plain(lines_of(shown, "mast.py")).splitlines() if "cuts=" in line and "reached" not in line
    ]
    heads = [word for line in table for word in line.split() if re.fullmatch(r"cuts=\d", word)]
    assert sorted(set(heads)) == [f"cuts={number}" for number in range(5)]
    rows = [line for line in table if line.split()[0].startswith("cuts=")]
    assert max(map(len, rows)) <= 40
    assert sum(line.split()[0] != "cuts=0" for line in rows) >= 3


def test_how_faults_happen_is_asked_for_as_by_check(capsys: pytest.CaptureFixture[str]) -> None:
    """`--who`, `--sync` and the rest are in the title and in the commands that show a counterexample."""
    arguments = ["RM=3", "--crashes", "0..1", "--who", "one", "--engine", "reference", "-k", "consistent"]
    assert run(["frontier", str(NODES), *arguments]) == 0
    assert "RM=3 network=soup who=one  FRONTIER  of crashes 0..1" in capsys.readouterr().out
    with pytest.raises(UsageError, match="who=one says how faults happen, and no run has one that it is about"):
        frontier(str(NODES), RM=2, network="bag", losses=range(2), who="one", **REFERENCE)
    shown = frontier(str(NODES), RM=2, crashes=range(2), restarts=range(2), sync="late", **REFERENCE)
    assert shown.asking.command({"crashes": 1, "restarts": 1}, "consistent", "x.py").startswith(
        "indoubt check x.py RM=2 --sync late --crashes 1 --restarts 1"
    )
    assert run(["frontier", "three_phase_commit", "Participant=1", "--who", "one"]) == 2
    assert "ThreePhaseCommit is a state machine" in capsys.readouterr().err
