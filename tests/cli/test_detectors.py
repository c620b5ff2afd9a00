"""Failure detectors on the command line: what is chosen is told, what is impossible is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indoubt import check, resume
from indoubt.cli import run
from indoubt.specs.commit.three_phase_nodes import ThreePhaseNodes
from indoubt.specs.language import Detector, Faults

TWO_PHASE = str(Path(__file__).parents[1] / "examples" / "nodes_two_phase.py")
TALKING = Path(__file__).parents[1] / "examples" / "nodes_talking.py"
SPEC = ["check", "three_phase_nodes", "Participant=2"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("P", "P"),
        ("perfect", "P"),
        ("timeout", "timeout"),
        ("strong", "S"),
        ("eventually-perfect", "eventually-P"),
        ("eventually-S", "eventually-S"),
    ],
)
def test_the_verdict_names_the_detector(name: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In the first line, in the table and in JSON, by the name of its class."""
    run([*SPEC, "--detector", name, "-k", "irrevocable"])
    printed = capsys.readouterr().out
    assert f"network=soup detector={shown}" in printed.splitlines()[0]
    assert f"\n  detector    {shown}: " in printed
    run([*SPEC, "--detector", name, "-k", "irrevocable", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["envelope"]["detector"].startswith(f"{shown}: ")


def test_the_command_line_and_python_ask_for_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """A detector by its name, or as a value."""
    run([*SPEC, "--detector", "S", "--mistakes", "1", "--crashes", "1", "--format", "json"])
    told = json.loads(capsys.readouterr().out)["envelope"]
    given = Detector.strong(mistakes=1)
    result = check(ThreePhaseNodes, Participant=2, detector=given, faults=Faults(crashes=1))
    assert told["taken"] == dict(result.envelope.taken)
    assert told["detector"] == result.envelope.detector
    assert check(ThreePhaseNodes, Participant=2, detector="perfect").envelope.detector is not None


def test_mistakes_bound_the_detector_of_the_system(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--mistakes` alone keeps the class that the system has."""
    text = Path(ThreePhaseNodes.__module__.replace(".", "/")).name
    spec = tmp_path / "unsure.py"
    spec.write_text(
        "from __future__ import annotations\n"
        f"from indoubt.specs.commit.{text} import ThreePhaseNodes\n"
        "from indoubt.specs.language import Detector\n\n\n"
        "class Unsure(ThreePhaseNodes):\n    detector = Detector.eventually_perfect()\n"
    )
    assert run(["check", str(spec), "Participant=2", "--mistakes", "1", "-k", "agreement"]) == 0
    assert "nodes suspect one that is up 1 time at most" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--detector Q", "unknown detector 'Q'; there are: P, eventually-P, S, eventually-S, Omega, timeout"),
        ("--detector P --mistakes 1", "mistakes=1 is not possible with P: it makes none; leave mistakes out"),
        ("--mistakes 1", "mistakes=1 is not possible with timeout: a partition is its budget; leave mistakes out"),
        ("--detector S --mistakes 65", "mistakes=65 is not possible: a budget is a whole number from 0 to 64"),
        ("--detector P --crashes 1 --restarts 1", "its class is defined for nodes that crash for good; leave one out"),
        (
            "--detector S --crashes 3",
            "one of the nodes that it watches never crashes; the most is crashes=2",
        ),
        (
            "--detector Omega",
            "error[S511]: `self.suspects` asks a failure detector, and this run has the detector Omega",
        ),
    ],
)
def test_what_is_not_possible_is_refused(arguments: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What was asked, and what there is."""
    assert run([*SPEC, *arguments.split()]) == 2
    assert told in capsys.readouterr().err


def test_a_state_machine_has_no_detector_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """Unless one of its parameters has that name, which is given like any other."""
    assert run(["check", "two_phase", "RM=2", "--detector", "P"]) == 2
    assert "leave --detector out" in capsys.readouterr().err
    assert run(["check", "three_phase_commit", "Participant=1", "detector=perfect"]) == 0


def test_a_detector_that_nobody_asks_makes_a_run_inconclusive(capsys: pytest.CaptureFixture[str]) -> None:
    """The run would say nothing about it."""
    assert run(["check", TWO_PHASE, "RM=2", "--detector", "P"]) == 3
    assert "no handler asks `self.suspects(...)`: the run says nothing about it" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--detector P", "--model fail_stop"])
def test_a_detector_that_nobody_asks_is_told_whatever_the_verdict(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a run is inconclusive for other reasons, or a property violated: the title and the line `detector`."""
    assert run(["check", f"{TALKING}::Peers", "Peer=2", *option.split(), "-k", "all_greeted", "--max-states", "2"]) == 3
    printed = capsys.readouterr().out
    assert " detector=P " in printed.splitlines()[0]
    assert "\n  detector    P: no handler asks `self.suspects(...)`, so it changes nothing\n" in printed


def test_a_checkpoint_keeps_the_detector(tmp_path: Path) -> None:
    """What is resumed has the class and the budget that were asked for."""
    given = Detector.eventually_perfect(mistakes=1)
    folder = tmp_path / "kept"
    stopped = check(ThreePhaseNodes, Participant=2, detector=given, max_states=40, checkpoint=folder)
    assert stopped.verdict.value == "inconclusive"
    whole = check(ThreePhaseNodes, Participant=2, detector=given)
    assert resume(folder, max_states=10_000_000).counts == whole.counts


def test_a_trace_tells_suspicions_and_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    """A suspicion is a step of the node, and a wrong one is marked."""
    run([*SPEC, "--detector", "P", "--crashes", "1", "rule=textbook"])
    assert "participants[Participant1].suspect(Coordinator0)   by Participant1" in capsys.readouterr().out
    run([*SPEC, "--detector", "eventually-P", "-k", "agreement"])
    assert "!! MISTAKE: Participant1 takes Coordinator0 for crashed" in capsys.readouterr().out


@pytest.mark.parametrize(("model", "detector", "verdict"), [("fail_stop", "P", 0), ("fail_noisy", "eventually-P", 1)])
def test_a_model_of_the_textbook_brings_its_detector(
    model: str, detector: str, verdict: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a perfect one three-phase commit survives; with an eventually perfect one it does not."""
    assert run([*SPEC, "--model", model, "-k", "agreement"]) == verdict
    assert f"network=bag links=perfect detector={detector} crashes=1" in capsys.readouterr().out.splitlines()[0]
