"""`indoubt simulate`, through the function behind the command and, where the process matters, as a process."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import indoubt
from indoubt.cli import run
from indoubt.command_line.progress import walks_text
from indoubt.explorer.search.walks import Walking
from indoubt.finding.specs import UsageError
from indoubt.specs.commit.two_phase import TwoPhase

IMPATIENT = ["simulate", "two_phase::ImpatientTwoPhase", "RM=3", "-k", "consistent", "--seed", "7"]
LAMP = """
from indoubt.specs.language import {imported}, Spec, action, require


class Lamp(Spec):
    lit: bool = False
    flips: Annotated[int, Between(0, 9)] = 0

    @action
    def flip(self) -> None:
        require(self.flips < 6)
        self.lit = not self.lit
        self.flips += 1
{more}
"""


def output(capsys: pytest.CaptureFixture[str], *arguments: str, status: int) -> str:
    """What a command prints, given that it exits with `status`."""
    assert run(list(arguments)) == status
    return capsys.readouterr().out


def lamp(folder: Path, imported: str, more: str) -> str:
    """A file with a lamp that is flipped six times."""
    path = folder / "lamp.py"
    head = "from __future__ import annotations\nfrom typing import Annotated\n"
    names = ", ".join(sorted({"Between", *imported.split(", ")} - {""}))
    path.write_text(head + LAMP.format(imported=names, more=more), encoding="utf-8")
    return str(path)


def normalised(text: str) -> str:
    """Output without the time."""
    text = re.sub(r"\d+\.\d\d s, [\d,]+ steps/s(, after \d+\.\d\d s to compile)?", "0.00 s, 0 steps/s", text)
    return re.sub(r'"(elapsed_s|compile_s)": [\d.e-]+', r'"\1": 0.0', text)


def test_the_text(capsys: pytest.CaptureFixture[str], golden: Callable[[str, str], None]) -> None:
    """Verdict, walks, envelope, the command that finds it again, and the counterexample."""
    golden(normalised(output(capsys, *IMPATIENT, "--coverage", status=1)), "simulation.txt")


def test_the_json(capsys: pytest.CaptureFixture[str], golden: Callable[[str, str], None]) -> None:
    """The same as data, in the schema `indoubt/simulation/1`."""
    told = output(capsys, *IMPATIENT, "--format", "json", status=1)
    assert json.loads(told)["schema"] == "indoubt/simulation/1"
    golden(normalised(told), "simulation.json")


@pytest.mark.parametrize("more", [["--engine", "native"], ["--engine", "native", "--workers", "2"]])
def test_engines_and_workers_tell_the_same(capsys: pytest.CaptureFixture[str], more: list[str]) -> None:
    """All but the name of the engine, and the time."""

    def told(*options: str) -> str:
        text = normalised(output(capsys, *IMPATIENT, *options, status=1))
        return re.sub(r"native code, \d workers|native code|reference interpreter|--engine \w+ ", "", text)

    assert told(*more) == told("--engine", "reference")


def test_the_command_that_is_told_finds_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    """It is complete: its output is the same."""
    first = normalised(output(capsys, *IMPATIENT, "--deadlock", status=1))
    again = re.search(r"^  again +indoubt (.*)$", first, re.MULTILINE)
    assert again is not None
    assert normalised(output(capsys, *shlex.split(again[1]), status=1)) == first


def test_nothing_found_is_no_proof(capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict is inconclusive, says what was seen, and can be allowed."""
    command = ["simulate", "two_phase", "RM=3", "--seed", "1", "--runs", "50"]
    told = output(capsys, *command, status=3)
    sentence = "50 runs of up to 100 states: no violation; this decides nothing about states that were not visited"
    assert told.splitlines()[0] == f"TwoPhase RM=3  INCONCLUSIVE  {sentence}"
    assert output(capsys, *command, "--allow-inconclusive", status=0)


def test_what_is_never_taken_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each action of them, however many."""
    more = """
    @action
    def smash(self) -> None:
        require(self.flips > 8)
        self.lit = False

    @invariant
    def fine(self) -> bool:
        return True
"""
    told = output(capsys, "simulate", lamp(tmp_path, "invariant", more), "--seed", "1", "--runs", "9", status=3)
    assert "1 of 2 taken; never so far: smash\n" in told
    assert "9 end where no step is enabled\n" in told
    assert "7 to 7 states, half of them at most 7\n" in told


def test_a_deadlock_is_a_violation_on_request(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Else the walk ends there, and is counted."""
    told = output(capsys, "simulate", lamp(tmp_path, "", ""), "--seed", "1", "--deadlock", status=1)
    assert "deadlock  violated     a counterexample, not necessarily a shortest, has 7 states" in told
    assert run(["simulate", lamp(tmp_path, "", ""), "--seed", "1"]) == 5


def test_a_broken_assertion_is_found(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With the call that breaks it."""
    more = """
    @action
    def look(self) -> None:
        assert self.flips < 3, "too many flips"
        self.lit = self.lit
"""
    told = output(capsys, "simulate", lamp(tmp_path, "", more), "--seed", "1", status=1)
    assert "look() breaks it in the last state: too many flips" in told
    assert "a counterexample, not necessarily a shortest, has 4 states" in told


def test_a_step_invariant_is_judged(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The step that breaks it is the last one."""
    more = """
    @step_invariant
    def few(self, after: Lamp) -> bool:
        return after.flips != 4
"""
    told = output(capsys, "simulate", lamp(tmp_path, "step_invariant", more), "--seed", "1", status=1)
    assert "few  violated     a counterexample, not necessarily a shortest, has 5 states" in told


def test_a_walk_ends_outside_of_a_constraint(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The state outside is judged, and not left."""
    more = """
    @constraint
    def small(self) -> bool:
        return self.flips <= 2

    @reachable
    def lit_at_three(self) -> bool:
        return self.flips == 3
"""
    path = lamp(tmp_path, "constraint, reachable", more)
    told = output(capsys, "simulate", path, "--seed", "1", "--runs", "5", "--constraint", "small", status=3)
    assert "5 end outside of a constraint\n" in told
    assert "lit_at_three  not yet      not reached by any walk" in told
    told = output(capsys, "simulate", path, "--seed", "1", "--runs", "5", "-k", "lit_at_three", status=3)
    assert "A way, not necessarily a shortest, to lit_at_three: 4 states, 3 steps" in told


def test_a_spec_that_fails_is_told_with_the_way_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """As by `check`."""
    more = """
    @invariant
    def fine(self) -> bool:
        return max(n for n in range(0, 5) if n >= self.flips) >= 0
"""
    assert run(["simulate", lamp(tmp_path, "invariant", more), "--seed", "1"]) == 2
    told = capsys.readouterr().err
    assert "Lamp.fine" in told
    assert "The state in which it fails, after step 5, flip():" in told


def test_properties_of_whole_runs_are_left_out_by_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """And refused where they are asked for."""
    more = """
    @invariant
    def fine(self) -> bool:
        return True

    @eventually
    def dark(self) -> bool:
        return not self.lit
"""
    path = lamp(tmp_path, "eventually, invariant", more)
    told = output(capsys, "simulate", path, "--seed", "1", "--runs", "5", status=3)
    assert "left out    properties not checked: dark\n" in told
    assert "whole runs  not judged by walks: dark; `indoubt check` decides them\n" in told
    assert run(["simulate", path, "-k", "dark"]) == 2
    error = capsys.readouterr().err
    assert "dark is a property of whole runs, and no walk decides it; leave it out here" in error


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--seed", "-1"], "--seed -1 is not possible: it takes a whole number from 0 up; for example --seed 1"),
        (["--runs", "0"], "--runs 0 is not possible: it takes a whole number from 1 up; for example --runs 10000"),
        (
            ["--depth", "9999999999"],
            "depth=9999999999 is not possible; give a number of states from 1 up to",
        ),
        (
            ["--engine", "reference", "--workers", "2"],
            "--workers is for native code; leave it out, or leave out --engine",
        ),
        (["-k", "consistnt"], "did you mean consistent?"),
        (["--constraint", "small"], "unknown constraint 'small' of TwoPhase; it has: none"),
        (["--max-depth", "4"], "indoubt simulate has no option --max-depth; did you mean --depth?"),
    ],
)
def test_wrong_options_are_told(capsys: pytest.CaptureFixture[str], options: list[str], message: str) -> None:
    """What was asked, what there is, and the edit."""
    assert run(["simulate", "two_phase", "RM=2", *options]) == 2
    assert message in capsys.readouterr().err


def test_the_counterexample_is_written_and_drawn(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """As text, as data and as a figure."""
    paths = {name: tmp_path / f"run.{name}" for name in ("json", "text", "dot")}
    outputs = [part for name, path in paths.items() for part in ("-o", f"{name}={path}")]
    output(capsys, *IMPATIENT, *outputs, "--figure", str(tmp_path / "run.svg"), status=1)
    assert json.loads(paths["json"].read_text(encoding="utf-8"))["violation"]["again"].startswith("indoubt simulate")
    assert "again" in paths["text"].read_text(encoding="utf-8")
    assert paths["dot"].read_text(encoding="utf-8").startswith("digraph")
    assert (tmp_path / "run.svg").exists()


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_an_interrupt_prints_what_was_learnt(engine: str) -> None:
    """And exits with 130."""
    spec = ["paxos", "Acceptor=3", "Ballot=3", "Value=2"]
    command = [sys.executable, "-m", "indoubt", "simulate", *spec, "--seed", "1", "--timeout", "600"]
    told = ""
    for seconds in (2, 10, 40):  # a busy machine takes its time until the first walk
        with subprocess.Popen(
            [*command, "--engine", engine], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            time.sleep(seconds)
            process.send_signal(signal.SIGINT)
            told, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in errors
        if told:
            break
    assert "INCONCLUSIVE  interrupted, after " in told.splitlines()[0]
    assert "agreement" in told


def test_python_gets_the_same() -> None:
    """`indoubt.simulate` returns everything that the terminal shows."""
    result = indoubt.simulate("two_phase::ImpatientTwoPhase", RM=3, seed=7, properties=["consistent"])
    assert result.verdict is indoubt.Verdict.VIOLATED
    assert result.exit_status == 1
    assert result.violating_run == result.runs - 1
    trace = result.property("consistent").trace
    assert trace is not None
    assert len(trace) == 6
    assert sum(count for *_, count in result.lengths) == result.runs
    assert sum(result.envelope.taken.values()) == result.steps
    assert indoubt.simulate(TwoPhase, RM=2, runs=3).seed < 1 << 32
    with pytest.raises(UsageError, match="seed=-1 is not possible; give a whole number from 0 up"):
        indoubt.simulate(TwoPhase, RM=2, seed=-1)


def test_the_time_ends_a_simulation() -> None:
    """Without a number of runs it goes on until then; the limit is named."""
    result = indoubt.simulate(TwoPhase, RM=3, seed=1, timeout=0.2)
    assert result.stopped is not None
    assert result.stopped.limit == "--timeout 0.2"
    assert result.most_runs is None
    assert result.reasons[0].startswith("stopped by --timeout 0.2, after ")


def test_progress_is_told() -> None:
    """Runs, steps and the rate, while the walks go on."""
    seen: list[Walking] = []
    indoubt.simulate(TwoPhase, RM=3, seed=1, runs=200, engine="reference", progress=seen.append)
    assert [one.runs for one in seen] == sorted({one.runs for one in seen})
    assert len(seen) > 1
    assert walks_text(Walking(2000, 30_000, 2.0)) == "2,000 runs, 30,000 steps, 15,000 steps/s, 2 s"
