"""What a search went through: the lines of the verdict, the tables, and the progress that is logged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indoubt import check
from indoubt.cli import run
from indoubt.command_line.progress import data_of, text_of
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Counts
from indoubt.reports.coverage import WIDTH, bar, details, summary
from indoubt.specs.commit.two_phase import TwoPhase
from indoubt.specs.commit.two_phase_commit import TwoPhaseCommit


def test_the_summary_tells_the_widest_level_and_what_was_never_taken() -> None:
    """Faults have a line of their own."""
    assert dict(summary(check(TwoPhase, RM=3))) == {
        "depths": "11, the widest with 54 states at depth 6",
        "actions": "each of 7 taken at least once",
    }
    actions = dict(summary(check(TwoPhaseCommit, Participant=2)))["actions"]
    assert actions.startswith("10 of 16 taken; never: flush_decision, forget,")
    assert "crash" not in actions
    stopped = check(TwoPhase, RM=3, max_depth=2, properties=["consistent"])
    assert "never so far: " in dict(summary(stopped))["actions"]


def test_the_tables_add_up() -> None:
    """Every step and every state is in one row."""
    result = check(TwoPhase, RM=3)
    lines = details(result)
    assert "  steps of each action, 1,145 in all" in lines
    assert "  states at each depth, 288 in all" in lines
    rows = [line.split() for line in lines if line.startswith("    ")]
    actions, depths = rows[: len(result.envelope.taken)], rows[len(result.envelope.taken) :]
    assert sum(int(row[1]) for row in actions) == result.counts.generated - result.counts.initial
    assert [int(row[1]) for row in depths] == list(result.levels)


def test_a_bar_is_as_long_as_its_share() -> None:
    """Nothing is drawn for nothing, and something for the least."""
    assert bar(0, 10) == ""
    assert bar(10, 10) == "█" * WIDTH
    assert bar(5, 10) == "█" * (WIDTH // 2)
    assert bar(1, 1_000_000) == "▏"


def test_the_command_prints_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """After the verdict."""
    assert run(["check", "two_phase", "RM=2", "--coverage"]) == 0
    printed = capsys.readouterr().out
    assert "  steps of each action, " in printed
    assert printed.index("sizes") < printed.index("steps of each action")


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_progress_is_logged_a_line_at_a_time(engine: str, tmp_path: Path) -> None:
    """Each is JSON with a schema; the actions have their names."""
    log = tmp_path / "progress.jsonl"
    assert run(["check", "two_phase", "RM=6", "--engine", engine, "--log-jsonl", str(log)]) == 0
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert all(line["schema"] == "indoubt/progress/1" for line in lines)
    *looks, end = lines
    assert all(sum(line["taken"].values()) <= line["generated"] for line in looks)
    assert engine == "native" or looks, "the reference interpreter tells where it begins"
    assert (end["event"], end["verdict"], end["distinct"]) == ("verdict", "holds", 50_816)


def test_what_is_judged_is_told() -> None:
    """Once all states are known there is no rate any more."""
    place = Progress(Counts(1, 2_000, 1_000, 7, 0), 1_000, 3.0, judging="served")
    assert "judging served, 3 s" in text_of(place)
    assert "states/s" not in text_of(place)
    assert data_of(place)["judging"] == "served"


def test_a_log_that_cannot_be_written_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is explored."""
    assert run(["check", "two_phase", "RM=2", "--log-jsonl", str(tmp_path / "no" / "log")]) == 2
    assert "log-jsonl" in capsys.readouterr().err


def test_progress_tells_what_is_known() -> None:
    """The actions taken most come first; what nobody knows is left out."""
    counts = Counts(1, 2_000, 1_000, 7, 400)
    plain = Progress(counts, 600, 2.0)
    assert text_of(plain) == "depth 7: 1,000 distinct, 400 to expand, 2,000 generated, 500 states/s, 2 s"
    full = Progress(counts, 600, 2.0, {"a": 5, "b": 1_994, "c": 0}, 0.5, 3 << 20)
    assert text_of(full).splitlines() == [
        "depth 7: 1,000 distinct, 400 to expand, 2,000 generated, 500 states/s, 2 s, 3 MiB, table 50% full",
        "  taken b 1,994, a 5, c 0; 1 of 3 actions not yet",
    ]
    assert data_of(full)["taken"] == {"a": 5, "b": 1_994, "c": 0}
    assert data_of(plain)["load"] is None
