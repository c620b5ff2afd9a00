"""`indoubt prove` with standard error at a terminal, and standard output elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from indoubt.cli import run


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Standard error is a terminal; within a test, since pytest changes the streams between its phases."""
    ours, theirs = os.openpty()

    def read_on() -> None:
        with suppress(OSError):  # which is how the end of a terminal shows
            while os.read(ours, 4096):
                pass

    reader = Thread(target=read_on)
    reader.start()
    with open(theirs, "w", encoding="utf-8") as stream, monkeypatch.context() as patched:  # noqa: PTH123 - no path
        patched.setenv("TERM", "xterm")
        patched.setattr("sys.stderr", stream)
        yield
    reader.join()
    os.close(ours)


COMMANDS = (
    ["Q4"],
    ["two_phase_proved", "-k", "consistent"],
    ["two_phase_proved", "RM=2", "--bmc", "2"],
    ["two_phase_proved", "RM=2", "--induction", "1"],
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_the_report_goes_to_standard_output(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text and JSON, of theorems and of specs: a file or a pipe gets the same as without a terminal."""
    with terminal(monkeypatch):
        first = run(["prove", *arguments])
        assert len(capsys.readouterr().out.splitlines()) > 2
        assert run(["prove", *arguments, "--format", "json"]) == first
        assert json.loads(capsys.readouterr().out)["exit_status"] == first
