"""What systems of nodes rest on: disks, detectors, links, and faults that something is reached with."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from counting import Add, Client, Counter, Done, Keeping
from examples.nodes_casting import Casting
from falling import fallen
from nodes_with_logs import Chain, Replica

from indoubt import Verdict, ablate
from indoubt.cli import run
from indoubt.faults.ablation_report import lines_of
from indoubt.faults.frontier_report import plain
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
    command = ["ablate", f"{__file__}::Alive", "Replica=2", "--engine", "reference"]
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
