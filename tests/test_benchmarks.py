"""`python -m benchmarks` times rows of the count table, and prints no time unless every count is right."""

# pyright: reportUnknownMemberType=false
# `MonkeyPatch.syspath_prepend` has a parameter without a type.

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest
from counts.table import ROWS

ROOT = Path(__file__).parents[1]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The benchmarks as somebody runs them from the root of a checkout."""
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_rows_that_are_chosen_are_timed() -> None:
    """Each has a line with the counts of the table and a time."""
    done = run("OnePhase", "RM=3", "--runs", "1")
    assert done.returncode == 0, done.stderr
    assert "| OnePhase RM=3 | 14 | 9 | 0." in done.stdout


def test_a_word_that_fits_no_row_is_told() -> None:
    """A misspelt protocol times nothing, and says where the names are."""
    done = run("TwoFase")
    assert done.returncode == 2
    assert "no row of the count table contains TwoFase; --list prints the names" in done.stderr


def test_a_wrong_count_prints_no_time(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The last of three rows is wrong, and the times of the first two are not printed either."""
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import timing  # noqa: PLC0415 - the folder is on the path only here

    right = [row for row in ROWS if row.name in ("OnePhase RM=1", "OnePhase RM=2", "OnePhase RM=3")]
    assert len(right) == 3
    wrong = dataclasses.replace(right[2], expected=dataclasses.replace(right[2].expected, distinct=10))
    monkeypatch.setattr(timing, "ROWS", (*right[:2], wrong))
    with pytest.raises(SystemExit, match="wrong count, so no times are printed: OnePhase RM=3"):
        timing.main(["OnePhase", "--runs", "1"])
    assert capsys.readouterr().out == ""


def test_every_row_that_is_timed_by_default_is_in_the_table() -> None:
    """The choice names rows by what the table calls them."""
    done = run("--list")
    assert done.stdout.split("\n")[:-1] == [row.name for row in ROWS if row.name in done.stdout.split("\n")]
    assert len(done.stdout.split("\n")[:-1]) == 5
