"""`indoubt ablate`: what falls without which assumption, of two-phase commit and of small systems."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from budgeted import Mast
from counting import Counter
from falling import fallen

from indoubt import Ablation, Verdict, ablate, find_spec
from indoubt.cli import run
from indoubt.counterexamples.trace import Trace
from indoubt.faults.assumptions import said_of
from indoubt.finding.specs import UsageError
from indoubt.specs.commit.three_phase_commit import Detector

AGREEMENT = {
    "force_decision=false": (13, 2),
    "force_prepared=false": (11, 2),
    "timeout_abort=true": (10, 0),
    "timeout_commit=true": (5, 0),
    "heuristic_decisions=true": (6, 1),
    "presume_commit=true": (8, 2),
    "early_forget=true": (12, 0),
}
"""The switches of two-phase commit that break agreement, with the states and faults of the counterexample.

A crash that somebody recovers from counts twice. Everything else is safe with two participants.
"""


@pytest.fixture(scope="module")
def two_phase_commit() -> Ablation:
    """The table of two-phase commit, whose faults are those that it survives."""
    return ablate("two_phase_commit", Participant=2, properties=["agreement", "unanimous"])


def test_the_table_of_two_phase_commit(two_phase_commit: Ablation) -> None:
    """Every switch has the counterexample of the table in the literature, and the safe ones have none."""
    assert fallen(two_phase_commit, "agreement") == AGREEMENT
    assert two_phase_commit.given == {"coordinator_crashes": 1, "participant_crashes": 1, "crashes": 1}
    assert two_phase_commit.exit_status == 0
    names = {row.assumption.off for row in two_phase_commit.rows}
    assert {"lose_log=true", "cooperative=true", "commit_on_majority=true", "coordinator_recovers=false"} <= names
    assert not two_phase_commit.row("lose_log=true").fallen


def test_a_majority_is_not_enough_for_three() -> None:
    """Two votes of three break unanimity, which two participants cannot show."""
    shown = ablate("two_phase_commit", Participant=3, crashes=0, properties=["agreement", "unanimous"])
    assert fallen(shown, "agreement")["commit_on_majority=true"] == (10, 0)
    assert fallen(shown, "unanimous")["commit_on_majority=true"] == (9, 0)


def test_what_three_phase_commit_rests_on() -> None:
    """A whole network, a detector that is not wrong, the termination protocol."""
    shown = ablate("three_phase_commit", Participant=2, properties=["agreement"])
    assert fallen(shown, "agreement") == {
        "partitions=1": (12, 1),
        "rule=textbook": (11, 1),
        "detector=unreliable": (14, 0),
    }
    assert shown.row("heals=1").decided.idle == ("heals",)
    perfect = ablate("three_phase_commit", Participant=1, detector=Detector.PERFECT, properties=["agreement"])
    assert "partitions=1" not in fallen(perfect, "agreement")


def test_quorums_that_need_not_meet() -> None:
    """A size of a quorum that is one smaller breaks Paxos, one that is larger does not."""
    sizes = {"Acceptor": 2, "Value": 2, "Ballot": 2, "phase_1_quorum": 2, "phase_2_quorum": 1}
    shown = ablate("paxos_with_faults", properties=["agreement"], **sizes)  # type: ignore[arg-type]  # sizes are settings
    falls = fallen(shown, "agreement")
    assert "phase_1_quorum=1" in falls
    assert "phase_2_quorum=2" not in falls
    assert "ignore_votes=true" in falls


def test_faults_of_the_run_are_taken_as_they_are() -> None:
    """Nothing is chosen where the run names a fault."""
    shown = ablate("two_phase_commit", Participant=2, participant_crashes=1, properties=["agreement"])
    assert shown.given == {}
    assert "force_prepared=false" in fallen(shown, "agreement")
    assert "force_decision=false" not in fallen(shown, "agreement")


def test_a_system_of_nodes() -> None:
    """Order, delivery once, a field that a crash does not take, and a server that says what it likes."""
    shown = ablate(Counter)
    assert fallen(shown, "kept") == {
        "network=bag": (6, 0),
        "network=soup": (6, 0),
        "server.total volatile": (6, 2),
        "amnesias=1": (6, 2),
        "sync=late": (6, 2),
        "byzantine=1": (3, 1),
    }
    assert shown.given["crashes"] == shown.given["restarts"] == 1
    names = [step.action for step in _trace(shown, "server.total volatile").steps if step.fault]
    assert names == ["server.crash", "server.restart"]


def test_a_property_keeps_the_faults_that_it_survives(capsys: pytest.CaptureFixture[str]) -> None:
    """A crash blocks two-phase commit, and agreement is asked about with crashes and restarts, which it survives."""
    shown = ablate("two_phase_nodes", RM=2)
    assert set(shown.row("crashes=1").fallen) == {"nonblocking"}
    assert (
        set(shown.row("tm.state volatile").fallen)
        == set(shown.row("sync=late").fallen)
        == {"consistent", "irrevocable"}
    )
    assert shown.survived["consistent"] == {"crashes": 1, "restarts": 1, "pauses": 1, "partitions": 1}
    assert shown.survived["nonblocking"] == {"pauses": 1, "byzantine": 1, "partitions": 1}
    assert shown.survived["everybody_commits"] == {}
    assert shown.given == {"pauses": 1, "partitions": 1}
    falls = shown.row("sync=late")
    assert falls.asked["consistent"].asking.faults["restarts"] == 1
    command = falls.asked["consistent"].asking.command(
        falls.asked["consistent"].values, "consistent", "two_phase_nodes"
    )
    assert run(command.split()[1:]) == 1
    assert "the fewest faults, 2, to consistent: 11 states" in capsys.readouterr().out


def test_what_is_lost_only_with_a_fault_that_nothing_survives_is_not_tried() -> None:
    """The reason names the faults."""
    shown = ablate("two_phase_nodes", RM=2, properties=["nonblocking"])
    told = "it takes crashes=1 and restarts=1, which no property survives"
    assert shown.row("tm.state volatile").skipped == shown.row("sync=late").skipped == told


def _trace(shown: Ablation, off: str) -> Trace:
    found = shown.row(off).fallen["kept"].found
    assert found is not None
    assert found.trace is not None
    return found.trace


def test_a_field_is_not_forgotten_without_a_crash() -> None:
    """What takes a fault is not tried where the run has none of it."""
    shown = ablate(Counter, losses=1)
    assert (
        shown.row("server.total volatile").skipped == "it takes crashes=1 and restarts=1, which the run does not have"
    )


def test_what_is_violated_already_cannot_fall() -> None:
    """Nor does anything else make the table say so."""
    shown = ablate(Mast, Node=3, cuts=2, engine="reference")
    assert shown.whole.answers["few_were_cut"].verdict is Verdict.VIOLATED
    assert shown.exit_status == 1
    assert all("few_were_cut" not in row.fallen for row in shown.rows)


def test_the_words_of_the_author() -> None:
    """What stands below the declaration of a parameter says what it is about."""
    spec = find_spec("two_phase_commit")
    assert said_of(spec, "timeout_abort") == "A participant in doubt may abort on its own."
    assert said_of(spec, "coordinator_recovers") == ""


def test_the_text_and_the_traces(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table, and a file for each counterexample that the table names."""
    folder = tmp_path / "traces"
    command = ["ablate", "two_phase_commit", "Participant=2", "-k", "agreement", "--traces", str(folder)]
    assert run(command) == 0
    told = capsys.readouterr().out
    found = [line.split() for line in told.splitlines()]
    assert [
        "force_decision=false",
        "agreement",
        *["13", "states,", "2", "faults:", "crash_coordinator,", "recover_coordinator"],
    ] in found
    assert ["lose_log=true", "nothing"] in found
    files = sorted(path.name for path in folder.iterdir())
    assert files == sorted(f"{off}.agreement.txt" for off in AGREEMENT)
    written = (folder / "timeout_commit=true.agreement.txt").read_text(encoding="utf-8")
    assert "--minimal faults -k agreement" in written
    assert "agreement is violated after 4 steps" in written


def test_a_command_shows_what_falls(capsys: pytest.CaptureFixture[str]) -> None:
    """It runs as it is printed."""
    assert run(["ablate", "two_phase_commit", "Participant=2", "-k", "agreement", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == "indoubt/ablation/1"
    rows = {row["changed"]: row for row in data["changes"]}
    command = rows["heuristic_decisions=true"]["falls"][0]["command"]
    assert run(command.split()[1:]) == 1
    assert "the fewest faults, 1, to agreement: 6 states" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-k", "agreemen"], "unknown property 'agreemen'; there are: agreement"),
        (["--network", "bag"], "leave --network out"),
        (["--crashes", "0..2"], "--crashes 0..2 is not possible"),
        (["--losses", "1"], "declares no parameter losses"),
    ],
)
def test_bad_input(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Says what was asked and what there is."""
    assert run(["ablate", "two_phase_commit", "Participant=2", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_there_has_to_be_such_a_row(two_phase_commit: Ablation) -> None:
    """Or else the rows there are, are named."""
    with pytest.raises(ValueError, match="no row 'fsync'; there are: coordinator_crashes=1"):
        two_phase_commit.row("fsync")
    with pytest.raises(UsageError, match="unknown property"):
        ablate("two_phase_commit", Participant=2, properties=["atomicity"])
