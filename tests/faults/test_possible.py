"""`indoubt frontier`: ranges that no run can spend are refused, and what is survived is said of what was possible."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from examples.nodes_talking import Peers

from indoubt import frontier
from indoubt.cli import run
from indoubt.faults.frontier_figure import picture_of
from indoubt.faults.frontier_report import lines_of, plain
from indoubt.finding.specs import UsageError
from indoubt.specs.language.models import fail_silent

REFERENCE: dict[str, Any] = {"engine": "reference"}
NODES = Path(__file__).parents[1] / "examples" / "nodes_two_phase.py"
TALKING = NODES.with_name("nodes_talking.py")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--crashes", "0..9"], "3 nodes may crash (3 in peers), with restarts=0; write --crashes 0..3"),
        (["--crashes", "0..9", "--restarts", "0..1"], "crashes=9 is not possible: 3 nodes may crash (3 in peers)"),
        (["--crashes", "0..9", "--restarts", "0..1"], "; write --crashes 0..4"),
        (["--crashes", "7..9"], "crashes=7 is not possible: 3 nodes may crash"),
        (["--crashes", "0..1", "--restarts", "0..2"], "restarts=2 is not possible with crashes=1"),
        (["--crashes", "0..1", "--restarts", "0..2"], "; write --restarts 0..1"),
        (["--restarts", "0..1"], "restarts=1 is not possible with crashes=0: a node that is up does not restart; ask"),
        (["--losses", "0..2", "--network", "soup"], "leave losses out, or ask for a bag or a fifo"),
        (["--byzantine", "0..1", "--detector", "P", "--crashes", "0..1"], "byzantine=1 is not possible with the det"),
    ],
)
def test_a_range_that_no_run_can_spend_is_refused(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a check refuses its largest value, with the range that is possible; nothing is run."""
    assert run(["frontier", f"{TALKING}::Peers", "Peer=3", *arguments, "--engine", "reference"]) == 2
    shown = capsys.readouterr()
    assert told in shown.err
    assert not shown.out


def test_cells_without_a_run_are_not_said_to_be_survived(capsys: pytest.CaptureFixture[str]) -> None:
    """A restart needs a crash, so not all cells of the grid are there; without that axis they are."""
    asked = ["RM=1", "-k", "consistent", "--engine", "reference", "--crashes", "0..1"]
    assert run(["frontier", str(NODES), *asked]) == 0
    assert "consistent  none of these  all of these\n" in capsys.readouterr().out
    assert run(["frontier", str(NODES), *asked, "--restarts", "0..1", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["properties"][0]["survives_all_that_are_possible"]
    assert [one["cell"] for one in data["impossible"]] == [{"crashes": 0, "restarts": 1}]
    shown = frontier(str(NODES), RM=1, crashes=range(2), restarts=range(2), properties=["consistent"], **REFERENCE)
    assert "consistent  none of these  all that are possible\n" in plain(lines_of(shown, "x.py"))
    assert "Hold in every cell that is possible: " in picture_of(shown).remarks[-1]


def test_what_is_impossible_is_left_out_of_the_defaults() -> None:
    """Two crashes of a single node, and messages that a soup loses anyway: the table says so."""
    none: dict[str, Any] = dict.fromkeys(("torn", "amnesias", "pauses", "partitions", "restarts"), 0)
    shown = frontier(str(NODES), RM=1, properties=["consistent"], **none, **REFERENCE)
    assert [(axis.name, axis.values) for axis in shown.axes] == [("crashes", (0, 1))]
    assert [(one.name, one.values) for one in shown.left_out] == [
        ("losses", (1,)),
        ("duplicates", (1,)),
        ("crashes", (2,)),
    ]
    told = plain(lines_of(shown, "x.py"))
    assert "left out    losses=1 is not possible: a soup loses and repeats every message as often as it likes\n" in told
    assert "left out    crashes=2 is not possible: 1 node may crash (1 in tm), with restarts=0" in told
    assert "all of these" in told


def test_a_budget_that_cannot_be_spent_is_named() -> None:
    """Where the largest cell holds and could not spend it, not "all of these" were survived."""
    shown = frontier("three_phase_commit", Participant=1, heals=range(2), properties=["agreement"], **REFERENCE)
    assert "(heals=1 cannot happen)" in plain(lines_of(shown, "three_phase_commit"))


def test_budgets_of_a_model_are_asked_for() -> None:
    """They are refused as ranges are."""
    with pytest.raises(UsageError, match=r"crashes=5 is not possible: 2 nodes .*; write --crashes 0\.\.2"):
        frontier(Peers, Peer=2, model=fail_silent(crashes=5), **REFERENCE)
