"""`indoubt check`, through the function behind the command and, where the process matters, as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from indoubt.cli import run

BROKEN = ["check", "two_phase::ImpatientTwoPhase", "RM=2", "-k", "consistent"]
LIVELY = """
from indoubt.specs.language import Spec, action


class Lamp(Spec):
    lit: bool = False

    @action
    def flip(self) -> None:
        self.lit = not self.lit
"""
ENDING = """
from indoubt.specs.language import Spec, action, invariant, require


class Fuse(Spec):
    blown: bool = False

    @action
    def blow(self) -> None:
        require(not self.blown)
        self.blown = True

    @invariant
    def always(self) -> bool:
        return True
"""


def output(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    """What a command prints, given that it exits with `status`."""
    assert run(list(arguments)) == status
    return capsys.readouterr().out


def as_process(*arguments: str, **more: Any) -> subprocess.Popen[str]:
    """The command in a process of its own, both streams captured."""
    command = [sys.executable, "-m", "indoubt", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def test_two_phase_commit_holds_with_the_published_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """Three resource managers have the 288 states that Stateright's example and TLC report."""
    told = output(capsys, "check", "two_phase", "RM=3")
    assert told.startswith("TwoPhase RM=3  HOLDS  within the bounds below\n")
    assert "1 initial, 1,146 generated, 288 distinct, depth 11\n" in told
    assert "all reachable states, every one expanded" in told


def test_a_violation_exits_with_1_and_shows_the_shortest_trace(capsys: pytest.CaptureFixture[str]) -> None:
    """The trace has as few states as the broken variant allows, and its steps are named with their parameters."""
    told = output(capsys, *BROKEN, status=1)
    assert "VIOLATED" in told.splitlines()[0]
    assert "A shortest counterexample to consistent: 6 states, 5 steps" in told
    assert told.splitlines()[-1].strip().endswith("ABORTED")


def test_the_envelope_names_what_the_verdict_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Sizes, parameters, faults, bounds, limits, deadlock and the search are all there."""
    told = output(capsys, "check", "three_phase_commit", "Participant=2", "detector=perfect", "--crashes", "1")
    labels = [line.split()[0] for line in told.splitlines() if line.startswith("  ") and line.strip()]
    for label in ("sizes", "parameters", "faults", "bounds", "limits", "deadlock", "search"):
        assert label in labels
    assert "crashes=1" in told


def test_the_textbook_three_phase_commit_breaks_under_a_partition(capsys: pytest.CaptureFixture[str]) -> None:
    """One participant commits and another aborts although nobody has crashed."""
    told = output(capsys, "check", "three_phase_commit", "Participant=3", "--partitions", "1", status=1)
    assert "cut possible in 112 states; never possible: crash_coordinator, crash, rejoin, heal\n" in told
    envelope = told[: told.index("  confirmed ")].splitlines()
    assert max(map(len, envelope)) <= 120, "what lists much goes on in a further line"
    assert "agreement" in told.splitlines()[0]
    conclusion = told[told.rindex("agreement is violated") :]
    assert "COMMITTED" in conclusion
    assert "ABORTED" in conclusion


@pytest.mark.parametrize(
    ("limit", "named"),
    [
        (["--max-states", "100"], "stopped by --max-states 100, at depth"),
        (["--max-depth", "4"], "stopped by --max-depth 4, at depth"),
        (["--timeout", "0.000001"], "stopped by --timeout 1e-06, at depth"),
    ],
)
def test_a_limit_is_named_and_makes_the_verdict_inconclusive(
    capsys: pytest.CaptureFixture[str], limit: list[str], named: str
) -> None:
    """A search that ended early never passes: exit status 3, or 0 where the caller says that this is fine."""
    command = ["check", "two_phase", "RM=4", *limit, "-k", "consistent"]
    told = output(capsys, *command, status=3)
    assert "INCONCLUSIVE" in told.splitlines()[0]
    assert named in told
    assert "undecided" in told
    assert "INCONCLUSIVE" in output(capsys, *command, "--allow-inconclusive", status=0)


NOWHERE = """
from indoubt.specs.language import Between, Bound, Spec, action, initial, reachable, require
from typing import Annotated

MOST = Bound(default=1)


class Counter(Spec):
    n: Annotated[int, Between(0, MOST)]

    @action
    def count(self) -> None:
        self.n += 1

    @reachable
    def at_one(self) -> bool:
        return self.n == 1


class Guarded(Counter):
    @initial
    def start(self) -> None:
        require(MOST == 2)
        self.n = 0


class Chosen(Counter):
    @initial
    def start(self, n: Annotated[int, Between(0, MOST)]) -> None:
        require(n == 2)
        self.n = n


class Outside(Counter):
    @initial
    def start(self) -> None:
        self.n = MOST + 1


class Either(Counter):
    @initial
    def start(self, n: Annotated[int, Between(1, MOST)]) -> None:
        require(n != 2)
        self.n = n + MOST
"""


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("Guarded", "a `require` of the `@initial` method `start` fails"),
        ("Chosen", "every choice of the `@initial` method `start` fails a `require`"),
        ("Outside", "the `@initial` method `start` leaves a bound"),
        ("Either", "every choice of the `@initial` method `start` fails a `require` or leaves a bound"),
    ],
)
def test_what_refuses_every_initial_state_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, spec: str, reason: str
) -> None:
    """A run without a state says which method is to blame, and why."""
    file = tmp_path / "nowhere.py"
    file.write_text(NOWHERE, encoding="utf-8")
    told = output(capsys, "check", f"{file}::{spec}", status=3).splitlines()[0]
    assert "stopped by an empty set of initial states" in told
    assert told.partition(";")[2].startswith(f" {reason}")
    assert told.endswith(reason) or "bound" in reason


def test_a_violation_below_a_limit_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """What was found before a limit is reached is a counterexample all the same."""
    assert "VIOLATED" in output(capsys, *BROKEN, "--max-depth", "6", status=1)


def test_only_the_chosen_properties_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    """`-k` may be repeated, and what it leaves out is said."""
    told = output(capsys, "check", "two_phase", "RM=2", "-k", "consistent", "-k", "irrevocable")
    assert "left out    properties not checked: unanimous, everybody_commits, everybody_aborts" in told


def test_the_way_to_a_chosen_reachable_state_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """A witness is printed like a counterexample."""
    told = output(capsys, "check", "two_phase", "RM=2", "-k", "everybody_aborts")
    assert "A shortest way to everybody_aborts: 3 states, 2 steps" in told


def test_deadlock_is_a_violation_on_request(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A state without a step is fine, unless `--deadlock` says that it is not."""
    file = tmp_path / "fuse.py"
    file.write_text(ENDING, encoding="utf-8")
    assert "deadlock    not checked" in output(capsys, "check", str(file))
    told = output(capsys, "check", str(file), "--deadlock", status=1)
    assert "VIOLATED  deadlock" in told.splitlines()[0]
    assert "blow()" in told


def test_a_spec_without_properties_exits_with_5(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nothing was decided, which is neither a pass nor a failure."""
    file = tmp_path / "lamp.py"
    file.write_text(LIVELY, encoding="utf-8")
    told = output(capsys, "check", str(file), status=5)
    assert "there is no property to check" in told


def test_json_goes_to_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """The schema is versioned, and the data says what the text says."""
    data = json.loads(output(capsys, *BROKEN, "--format", "json", status=1))
    assert data["schema"] == "indoubt/verdict/1"
    assert (data["spec"], data["verdict"], data["exit_status"]) == ("ImpatientTwoPhase", "violated", 1)
    (found,) = data["properties"]
    assert (found["name"], found["verdict"], found["states"]) == ("consistent", "violated", 6)
    assert found["trace"]["schema"] == "indoubt/trace/1"
    assert len(found["trace"]["states"]) == 6
    assert data["counts"].keys() >= {"initial", "generated", "distinct", "depth", "frontier"}
    assert data["envelope"]["sizes"] == {"RM": 2}
    assert data["stopped"] is None
    assert sum(data["levels"]) == data["counts"]["distinct"]


def test_every_output_format_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One run writes them all; each is what its name says."""
    names = {"json": "run.json", "text": "run.txt", "graphml": "run.graphml", "dot": "run.dot"}
    outputs = [part for format_, name in names.items() for part in ("-o", f"{format_}={tmp_path / name}")]
    output(capsys, *BROKEN, *outputs, "--figure", str(tmp_path / "run.svg"), status=1)
    assert json.loads((tmp_path / "run.json").read_text("utf-8"))["verdict"] == "violated"
    assert "6 states" in (tmp_path / "run.txt").read_text("utf-8")
    assert ET.parse(tmp_path / "run.graphml").getroot().tag.endswith("graphml")
    assert (tmp_path / "run.dot").read_text("utf-8").startswith("digraph")
    assert ET.parse(tmp_path / "run.svg").getroot().tag.endswith("svg")


def test_without_a_counterexample_no_figure_is_drawn_and_the_reason_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The message says how to draw the way to a reachable state instead."""
    picture = tmp_path / "run.png"
    assert run(["check", "two_phase", "RM=2", "--figure", str(picture)]) == 0
    assert "there is no counterexample; to draw a way to what is reachable, add -k" in capsys.readouterr().err
    assert not picture.exists()


def test_a_process_prints_no_colours_into_a_pipe() -> None:
    """`python -m indoubt` is the command, and a pipe gets plain text."""
    process = as_process("check", "two_phase", "RM=2", env={**os.environ, "FORCE_COLOR": "", "TERM": "xterm"})
    told, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert "\x1b" not in told


def test_an_interrupt_prints_what_was_learnt(tmp_path: Path) -> None:
    """Ctrl-C ends the search, not the report: counts so far, exit status 130, no traceback."""
    log = tmp_path / "log"
    process = as_process("check", "two_phase", "RM=11", "--log-jsonl", str(log), start_new_session=True)
    while not (log.exists() and log.read_text(encoding="utf-8")) and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    told, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "INCONCLUSIVE  interrupted, at depth" in told
    assert "distinct" in told
    assert "Traceback" not in errors


SETS = """
from __future__ import annotations

from enum import Enum

from indoubt.specs.language import *


class Node(Sort):
    pass


class Colour(Enum):
    RED, GREEN = range(2)


class Wave(Spec):
    initiators: Parameter[Set[Node]]
    colours: Parameter[Set[Colour]] = Set({Colour.RED})
    awake: Set[Node] = empty()
    queue: Seq[Node] = Seq()

    @action
    def wake(self, n: Node) -> None:
        require(n in self.initiators and n not in self.awake)
        self.awake.add(n)
        self.queue.append(n)

    @reachable
    def two(self) -> bool:
        return len(self.awake) == 2
"""


def test_a_set_is_set_from_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With and without braces, in any order; a run writes it as the command line takes it."""
    file = tmp_path / "wave.py"
    file.write_text(SETS, encoding="utf-8")
    for text in ("initiators=Node2,Node0", "initiators={Node0, Node2}"):
        told = output(capsys, "check", str(file), "Node=3", "queue=2", text, "colours=green,red")
        assert told.startswith("Wave Node=3 queue=2 initiators=Node0,Node2 colours=red,green  HOLDS")
        assert "reached      after 2 steps" in told
    output(capsys, "check", str(file), "Node=3", "queue=2", "initiators={}", status=1)
    wrong = {
        "Node3": "Node3 does not exist; Node=3 has Node0 to Node2",
        "": "the empty set is written {}",
        "Node0,Node0": "stands in it twice",
        "all": "'all' is none of them",
    }
    for text, reason in wrong.items():
        assert run(["check", str(file), "Node=3", "queue=2", f"initiators={text}"]) == 2
        assert reason in capsys.readouterr().err


def test_the_first_line_names_a_bound_that_was_reached(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What is not reached may be out of reach for want of room alone, and a pass has its bound in sight."""
    file = tmp_path / "wave.py"
    file.write_text(SETS, encoding="utf-8")
    held = output(capsys, "check", str(file), "Node=3", "queue=2", "initiators=Node0,Node1,Node2")
    assert "HOLDS  within the bounds below; reached: queue=2, in wake" in held.splitlines()[0]
    failed = output(capsys, "check", str(file), "Node=3", "queue=1", "initiators=Node0,Node1", status=1)
    assert "two: never reached; this may be due to a bound that was reached: queue=1, in wake" in failed


def test_a_reader_who_leaves_early_changes_no_exit_status() -> None:
    """A violation is one, however much of it is read."""
    process = as_process(*BROKEN)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=60) == 1


def test_a_reader_who_leaves_early_is_no_error() -> None:
    """`indoubt list | head -1` ends quietly."""
    process = as_process("list")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.wait(timeout=60)
    assert process.stderr is not None
    assert process.stderr.read() == ""
