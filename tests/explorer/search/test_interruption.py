"""No Ctrl-C is lost, not even one that is raised where Python ignores exceptions."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOST = """
import os, signal, sys
from indoubt import cli
from indoubt.explorer.search.interruption import note_interruptions

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):  # the handler runs between two instructions: here
            pass

note_interruptions()
sys.unraisablehook = lambda one: print("lost", one.exc_type.__name__, flush=True)
Finalized()
sys.exit(cli.run(sys.argv[1:]))
"""


@pytest.mark.parametrize("engine", ["native", "reference"])
@pytest.mark.parametrize("command", ["check", "simulate"])
def test_an_interrupt_that_python_ignores_ends_the_run_all_the_same(command: str, engine: str) -> None:
    """The run ends at once with what it has learnt, which is next to nothing, and with 130."""
    arguments = [command, "two_phase", "RM=6", "--engine", engine]
    arguments += ["--seed", "1", "--timeout", "600"] if command == "simulate" else []
    done = subprocess.run([sys.executable, "-c", LOST, *arguments], capture_output=True, text=True, check=False)
    assert "lost KeyboardInterrupt" in done.stdout
    assert done.returncode == 130
    assert "Traceback" not in done.stderr


def test_an_interrupt_that_is_ignored_stays_ignored() -> None:
    """A command in the background of a script is not to be ended by what is meant for another one."""
    text = LOST.replace(
        "note_interruptions()\nsys", "signal.signal(signal.SIGINT, signal.SIG_IGN)\nnote_interruptions()\nsys"
    )
    done = subprocess.run(
        [sys.executable, "-c", text, "check", "two_phase", "RM=2"], capture_output=True, text=True, check=False
    )
    assert "lost" not in done.stdout
    assert done.returncode == 0
