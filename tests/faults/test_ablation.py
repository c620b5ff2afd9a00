"""`indoubt ablate`: what falls without which assumption, of two-phase commit and of small systems."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from budgeted import Mast
from counting import Add, Client, Counter, Done, Keeping
from examples.nodes_casting import Casting
from nodes_with_logs import Chain, Replica

from indoubt import Ablation, Verdict, ablate, find_spec
from indoubt.cli import run
from indoubt.counterexamples.trace import Trace
from indoubt.faults.ablation_report import lines_of
from indoubt.faults.assumptions import said_of
from indoubt.faults.frontier_report import plain
from indoubt.finding.specs import UsageError
from indoubt.specs.commit.three_phase_commit import Detector
from indoubt.specs.language import (
    Detector as Perfect,
    Durable,
    Map,
    Message,
    Node,
    Set,
    System,
    empty,
    invariant,
    on_message,
    on_timeout,
    reachable,
    require,
)


class Suspected(Message):
    """Somebody is suspected."""


class Watching(Node[Replica]):
    """It notes whom it suspects."""

    suspected: Durable[Set[Replica]] = empty()

    @on_timeout
    def suspect(self, other: Replica) -> None:
        require(self.suspects(other))
        self.suspected.add(other)
        self.broadcast(Suspected(), to=Replica)

    @on_message
    def on_suspected(self, suspected: Suspected, sender: Replica) -> None:
        """It is told, and has nothing to do."""


class Trusting(System):
    replicas: Map[Replica, Watching]
    detector = Perfect.perfect()

    @invariant
    def alive(self) -> bool:
        """Who is suspected has crashed."""
        return all(not self.replicas[other].is_up for replica in Replica for other in self.replicas[replica].suspected)


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


def fallen(shown: Ablation, name: str) -> dict[str, tuple[int, int]]:
    """Without what a property falls, with the states and faults of its counterexample."""
    found: dict[str, tuple[int, int]] = {}
    for row in shown.rows:
        if name in row.fallen:
            one = row.fallen[name].found
            assert one is not None
            assert one.trace is not None
            found[row.assumption.off] = (len(one.trace), one.faults)
    return found


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


class Syncing(Keeping, sync="explicit"):
    """It writes to its disk before it answers."""

    @on_message
    def on_add(self, add: Add, sender: Client) -> None:
        """Counts to the number, and waits for the disk."""
        self.total = add.number
        self.sync()
        self.send(Done(add.number), to=sender)


class Synced(Counter):
    """A count that is kept on a disk whose writes are waited for."""

    server: Syncing  # pyright: ignore[reportIncompatibleVariableOverride]


def test_a_field_on_a_disk_that_is_waited_for_is_forgotten_too() -> None:
    """What is on the disk is not read again: the property falls as it does where nobody waits."""
    assert fallen(ablate(Synced), "kept")["server.total volatile"] == (6, 2)


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


CHAIN: dict[str, Any] = {"Replica": 2, "Writer": 1, "replicas.log": 1}


def test_a_log_is_written_in_time() -> None:
    """What is on disk of a sequence asks for no bound, so that late disks are tried."""
    shown = ablate(Chain, crashes=1, restarts=1, **CHAIN)
    assert {"replicas.log volatile", "sync=late"} <= set(fallen(shown, "kept"))
    assert not shown.row("replicas.heard_of volatile").fallen


def test_what_a_detector_does_not_allow_is_listed() -> None:
    """Each assumption that cannot be tried has a row, with the reason of the refusal."""
    shown = ablate(Trusting, crashes=1, Replica=2)
    skipped = {row.assumption.off: row.skipped for row in shown.rows if row.skipped}
    faults = ["restarts=1", "amnesias=1", "byzantine=1", "losses=1", "duplicates=1"]
    assert list(skipped) == [*faults, "replicas.suspected volatile", "sync=late"]
    beside = "is not possible with the detector P: its class is defined for nodes that crash"
    assert skipped["restarts=1"] == f"restarts=1 {beside} for good"
    assert skipped["sync=late"] == f"restarts=1 {beside} for good"
    assert skipped["byzantine=1"].startswith(f"byzantine=1 {beside}")
    assert shown.given == {}
    assert shown.exit_status == 0


def test_a_refused_row_in_the_text_and_in_data(capsys: pytest.CaptureFixture[str]) -> None:
    """It is told as `not tried`, and is none of the changes that are counted."""
    command = ["ablate", f"{__file__}::Trusting", "Replica=2", "--crashes", "1"]
    assert run(command) == 0
    told = capsys.readouterr().out
    assert "ABLATION  1 of 4 changes breaks something, 7 not tried" in told
    assert re.search(r"sync=late +fsync before send +not tried +restarts=1 is not possible with the detector P", told)
    assert run([*command, "--format", "json"]) == 0
    rows = {row["changed"]: row for row in json.loads(capsys.readouterr().out)["changes"]}
    assert rows["byzantine=1"]["not_tried"].startswith("byzantine=1 is not possible")
    assert rows["torn=1"]["not_tried"] is None


def test_what_cannot_happen_is_not_chosen() -> None:
    """A fault that was refused is not allowed in the rows below it."""
    shown = ablate(Chain, network="soup", properties=["kept"], **CHAIN)
    assert shown.row("losses=1").skipped.endswith("a soup loses and repeats every message as often as it likes")
    assert "losses" not in shown.given


def test_a_field_is_forgotten_under_a_detector_of_the_run() -> None:
    """The run without the durable field has the detector that was asked for, and forgets the field all the same."""
    shown = ablate(Chain, detector="P", crashes=1, restarts=1, **CHAIN)
    assert "replicas.log volatile" in fallen(shown, "kept")


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


def test_links_that_promise_less_are_tried() -> None:
    """The eager broadcast needs no link that delivers once, and falls where a message that is sent once may be lost."""
    asked: dict[str, Any] = {"Peer": 2, "relay": True, "crashes": 1, "properties": ["agreement"]}
    found = ablate(Casting, links="perfect", engine="reference", **asked)
    assert not found.row("links=stubborn").fallen
    assert list(found.row("links=fair_loss").fallen) == ["agreement"]
    assert list(found.row("relay=false").fallen) == ["agreement"]


class Hurt(System):
    """Nodes that notice nobody, and a claim that one of them goes down."""

    replicas: Map[Replica, Watching]
    detector = Perfect.perfect()

    @invariant
    def quiet(self) -> bool:
        """Nothing is wrong with a node that is up."""
        return all(self.replicas[one].is_up or not self.replicas[one].is_up for one in Replica)

    @reachable
    def somebody_is_down(self) -> bool:
        """A node crashes."""
        return any(not self.replicas[one].is_up for one in Replica)


def test_what_needs_a_fault_to_be_reached_says_so() -> None:
    """It is no violation of the protocol as it is, and is watched from the first fault on that reaches it."""
    shown = ablate(Hurt, Replica=2, engine="reference")
    assert shown.whole.answers["somebody_is_down"].verdict is Verdict.VIOLATED
    assert shown.reached_with == {"somebody_is_down": "crashes=1"}
    told = plain(lines_of(shown, "hurt.py"))
    assert "somebody_is_down needs a fault: it is reached with crashes=1, not without" in told
    assert "is violated already" not in told
    assert shown.exit_status in (0, 3)
    assert not any("somebody_is_down" in row.fallen for row in shown.rows)


def test_a_row_that_is_too_large_is_not_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says within how many states, and what allows more; a limit of the run is taken as it is."""
    monkeypatch.setattr("indoubt.faults.turning_off.MOST_STATES", {"native": 30, "reference": 30})
    monkeypatch.setattr("indoubt.faults.turning_off.GROWTH", 1)
    few = ablate(Hurt, Replica=2, engine="reference", properties=["quiet"])
    told = " ".join(plain(lines_of(few, "hurt.py")).split())
    assert few.exit_status == 3
    assert re.search(r"quiet\? open: not decided within \d+ states; --max-states N allows more", told)
    asked = ablate(Hurt, Replica=2, engine="reference", properties=["quiet"], max_states=100_000)
    assert "not decided within" not in plain(lines_of(asked, "hurt.py"))
    assert asked.exit_status == 0


def test_what_falls_to_a_crash_alone_does_not_fall_to_a_restart(capsys: pytest.CaptureFixture[str]) -> None:
    """A restart takes a crash; a row in which nothing can fall says so."""
    command = ["ablate", "tests/faults/test_ablation.py::Alive", "Replica=2", "--engine", "reference"]
    assert run([*command, "-k", "all_up"]) == 0
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in capsys.readouterr().out.splitlines() if "=" in line}
    assert rows["crashes=1"].startswith("no crash all_up 2 states, 1 fault")
    assert rows["restarts=1"] == "crash-stop - all_up falls with crashes=1 alone"
    assert rows["amnesias=1"] == "stable storage - all_up falls with crashes=1 alone"
    assert run([*command, "-k", "never"]) == 1
    assert "crashes=1 no crash - nothing is left that could fall" in " ".join(capsys.readouterr().out.split())


class Standing(Node[Replica]):
    """It has nothing to do but to be there."""

    seen: bool = False

    @on_timeout
    def look(self) -> None:
        require(not self.seen)
        self.seen = True


class Alive(System):
    replicas: Map[Replica, Standing]

    @invariant
    def all_up(self) -> bool:
        """Nobody is down."""
        return all(one.is_up for one in self.replicas.values())

    @invariant
    def never(self) -> bool:
        """Nobody has looked, and nobody is there."""
        return not any(one.is_up for one in self.replicas.values())


def test_the_command_of_a_parameter_that_a_row_changes_back() -> None:
    """The run has another value than the spec; without it, the spec's own value has to be said."""
    shown = ablate("two_phase_commit", Participant=1, timeout_abort=True, properties=["unanimous"], engine="reference")
    row = shown.row("timeout_abort=false")
    told = row.assumption.asking.command(row.assumption.values, "unanimous", "two_phase_commit")
    assert "timeout_abort=false" in told
    assert "timeout_abort=true" not in told
