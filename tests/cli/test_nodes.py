"""Networks and faults of a system on the command line: what is chosen is told, what is impossible is refused."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from indoubt import Result, check, resume
from indoubt.cli import run
from indoubt.specs.language import Faults, Network, Partition, models

EXAMPLES = Path(__file__).parents[1] / "examples"
SPEC = str(EXAMPLES / "nodes_two_phase.py")


def envelope(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    """The envelope of a run as JSON."""
    run(["check", SPEC, "RM=2", "--format", "json", *arguments])
    data: dict[str, object] = json.loads(capsys.readouterr().out)["envelope"]
    return data


def test_the_verdict_names_the_network_and_the_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """In the first line and in the table; a system has its own network unless the run has another."""
    assert run(["check", SPEC, "RM=2"]) == 0
    assert "network=soup" in capsys.readouterr().out.splitlines()[0]
    assert run(["check", SPEC, "RM=2", "--network", "bag", "--capacity", "3", "--crashes", "1"]) == 0
    printed = capsys.readouterr().out
    assert "network=bag capacity=3 crashes=1" in printed.splitlines()[0]
    assert "a link holds 3 messages" in printed
    assert "faults      crashes=1; tm.crash possible" in printed


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ("", "network=soup"),
        ("--network bag --capacity 2 --full block", "network=bag"),
        ("--network fifo --capacity 1 --full drop", "network=fifo capacity=1 full=drop"),
        ("--partitions 1", "network=soup partitions=1"),
        ("--partition one_way", "network=soup partitions=1 partition=one_way"),
        (
            "--network bag --partition isolate --in-flight kept",
            "network=bag partitions=1 partition=isolate in_flight=kept",
        ),
        ("--network bag --partitions 1 --in-flight lost", "network=bag partitions=1"),
        ("--partition TM|RM0", "network=soup partitions=1 partition=TM|RM0"),
        ("--links perfect --crashes 1 --who one", "network=bag links=perfect crashes=1 who=one"),
        ("--crashes 1 --restarts 1 --sync late", "network=soup crashes=1 restarts=1 sync=late"),
        ("--byzantine 1 --no-equivocation", "network=soup byzantine=1 equivocation=false"),
    ],
)
def test_the_title_has_all_that_is_not_as_always(capsys: pytest.CaptureFixture[str], options: str, title: str) -> None:
    """And nothing else; walks have the same title."""
    for command in (["check"], ["simulate", "--seed", "1", "--runs", "1"]):
        run([command[0], SPEC, "RM=1", "-k", "consistent", "--engine", "reference", *command[1:], *options.split()])
        first, _, _ = capsys.readouterr().out.partition("\n")
        assert first.startswith(f"TwoPhaseCommit RM=1 TM=1 {title}  ")


def test_walks_that_lie_are_found_again(capsys: pytest.CaptureFixture[str]) -> None:
    """The command that is told has every option, and groups of nodes in quotes."""
    lies = ["--byzantine", "1", "--no-equivocation", "--partition", "TM,RM0|RM1", "-k", "consistent"]
    asked = ["simulate", SPEC, "RM=2", *lies, "--seed", "1", "--runs", "3000", "--engine", "reference"]
    assert run(asked) == 1
    again = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("  again "))
    assert "--no-equivocation" in again
    assert "--partition 'TM,RM0|RM1'" in again
    assert run(shlex.split(again)[2:]) == 1


def test_the_command_line_and_python_ask_for_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Every option has its argument of `check`, and the counts are the same."""
    told = envelope(
        capsys, "--network", "fifo", "--capacity", "1", "--full", "drop", "--losses", "1", "--partitions", "1"
    )
    faults = Faults(losses=1, partitions=Partition.split(times=1))
    result = check(SPEC, RM=2, network=Network.fifo(capacity=1, full="drop"), faults=faults)
    assert told["taken"] == dict(result.envelope.taken)
    assert told["network"] == result.envelope.network
    assert told["budgets"] == {"losses": 1, "partitions": 1}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--network tcp", "unknown network 'tcp'; there are: soup, bag, fifo"),
        ("--capacity 3", "--capacity is not possible: a soup holds every message for ever; add --network bag"),
        ("--network soup --full drop", "full='drop' is not possible: a soup is never full"),
        ("--network bag --full wait", "full='wait' is not possible; a full link can: block, drop"),
        ("--network bag --capacity 65", "a link holds from 1 to 64 messages"),
        ("--crashes 2", "1 node may crash (1 in tm), with restarts=0; the most is crashes=1"),
        ("--restarts 1", "restarts=1 is not possible with crashes=0"),
        ("--torn 2", "torn=2 is not possible: 1 node may crash (1 in tm), with restarts=0; the most is torn=1"),
        ("--crashes 1 --torn 1", "crashes=1 and torn=1 are not possible: 1 node may crash"),
        ("--crashes 1 --restarts 1 --amnesias 1", "restarts=1 and amnesias=1 are not possible with crashes=1"),
        ("--amnesias 1", "amnesias=1 is not possible with crashes=0: a node that is up does not restart"),
        ("--partitions 65", "partitions=65 is not possible: a network is cut from 0 to 64 times; how often"),
        ("--sync late", 'sync="late" is not possible with restarts=0: a disk is read when a node comes back'),
        ("--sync never", "sync='never' is not possible; there are: prompt, late"),
        ("--pauses 65", "pauses=65 is not possible: a budget is a whole number from 0 to 64; what is left of it"),
        ("--torn -1", "--torn -1 is not possible"),
        (
            "--crashes 1 --who minority",
            "TwoPhaseCommit has no minority of nodes that may crash (1 in tm); with who=any each of them may",
        ),
        ("--who one", "who=one is not possible without crashes"),
        (
            "--crashes 1 --who leader",
            "who='leader' is neither a group of nodes nor a helper of theirs; there are: any, one",
        ),
        (
            "--model fail_safe",
            "unknown model 'fail_safe'; there are: fail_stop, fail_noisy, fail_silent, fail_recovery",
        ),
        (
            "--model fail_arbitrary --crashes 1",
            "crashes=1 is not possible in the model fail_arbitrary, whose budgets are: byzantine",
        ),
        ("--byzantine 4", "3 nodes may be Byzantine (1 in tm, 2 in rms); the most is byzantine=3"),
        ("--byzantine 1 --detector P", "byzantine=1 is not possible with the detector P"),
        ("--byzantine 1 --torn 1", "byzantine=1 is not possible with torn=1"),
        ("--no-equivocation", "equivocation=False is not possible without Byzantine nodes"),
        (
            "--model fail_silent --losses 1",
            "losses=1 is not possible in the model fail_silent, whose budgets are: crashes",
        ),
        ("--model fail_silent --network bag", "the model fail_silent has a network of its own; leave network out"),
        ("--model fail_stop --links perfect", "the model fail_stop has links of its own; leave links out"),
        ("--model fail_silent --detector P", "the model fail_silent has no failure detector; leave detector out"),
        ("--model fail_stop --detector P", "the model fail_stop has a failure detector of its own; leave detector"),
        ("--model fail_silent --mistakes 1", "the model fail_silent has no failure detector; leave mistakes out"),
        ("--model fail_recovery --capacity 3", "a soup has no capacity"),
        ("--model fail_stop --full drop", 'full="drop" is not possible with links=perfect, which lose nothing'),
        (
            "--partition tree",
            "unknown partition 'tree'; there are: split, one_way, isolate, partial, bridge, majorities_r",
        ),
        ("--in-flight kept", "in_flight=kept is not possible without a partition"),
        (
            "--partition isolate --partitions 0",
            "partition=isolate is not possible with partitions=0: it says how links",
        ),
        (
            "--in-flight kept --partitions 0",
            "in_flight=kept is not possible with partitions=0: it says what becomes of",
        ),
        (
            "--partition split --in-flight gone",
            "in_flight='gone' is not possible; messages on a link that is cut are: l",
        ),
        ("--links tcp", "unknown links 'tcp'; there are: fair_loss, stubborn, perfect"),
        ("--links stubborn --network bag", "network=bag is not possible with links=stubborn"),
        ("--duplicates 1", "a soup loses and repeats every message as often as it likes"),
        (
            "crashes=1",
            "crashes is no parameter of the system TwoPhaseCommit, but a fault of the run; write --crashes 1",
        ),
    ],
)
def test_what_is_impossible_is_refused(capsys: pytest.CaptureFixture[str], options: str, told: str) -> None:
    """With what was asked, and what is possible; nothing is explored."""
    assert run(["check", SPEC, "RM=2", *options.split()]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err


@pytest.mark.parametrize(
    "option",
    [
        "--network bag",
        "--capacity 2",
        "--full drop",
        "--losses 1",
        "--torn 1",
        "--who one",
        "--sync late",
        "--no-equivocation",
        "--partition bridge",
        "--in-flight kept",
        "--links perfect",
    ],
)
def test_a_state_machine_has_a_network_of_its_own(capsys: pytest.CaptureFixture[str], option: str) -> None:
    """What is for systems of nodes means nothing to it."""
    assert run(["check", "two_phase", "RM=2", *option.split()]) == 2
    assert f"leave {option.split(maxsplit=1)[0]} out" in capsys.readouterr().err


def test_a_state_machine_may_call_a_bound_network() -> None:
    """`network=4` is the capacity of its variable, and `Network.bag()` is not for it."""
    mutex = str(EXAMPLES / "lamport_mutex.py::LamportMutex")
    sizes: dict[str, Any] = {"Proc": 2, "Time": 2, "network": 4}
    assert check(mutex, **sizes).envelope.settled_bounds["network"] == 4
    assert run(["check", mutex, "Proc=2", "Time=2", "network=4"]) == 0
    with pytest.raises(ValueError, match="LamportMutex is a state machine, whose network and faults are"):
        check(mutex, Proc=2, Time=2, bounds={"network": 4}, network=Network.bag())


def test_a_fault_that_never_happens_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A duplicate needs room for a second copy: with links of one message there is none."""
    assert (
        run(["check", SPEC, "RM=1", "--network", "bag", "--capacity", "1", "--full", "drop", "--duplicates", "1"]) == 3
    )
    assert "duplicates=1 was allowed, but no state enables" in capsys.readouterr().out


def test_show_prints_the_translation(capsys: pytest.CaptureFixture[str]) -> None:
    """The machine that a system means, under the network and the faults that are asked for."""
    assert (
        run(["show", SPEC, "RM=2", "--as", "machine", "--after", "lower", "--network", "fifo", "--crashes", "1"]) == 0
    )
    printed = capsys.readouterr().out
    assert "var network.tm.rms: Map[TM, Map[RM, Seq[Prepare | Decided]]]" in printed
    assert "action tm.crash():" in printed


def test_walks_have_networks_and_faults_too(capsys: pytest.CaptureFixture[str]) -> None:
    """`indoubt simulate` takes the same options."""
    assert run(["simulate", SPEC, "RM=2", "--seed", "1", "--runs", "5", "--network", "bag", "--losses", "1"]) == 3
    assert "network=bag losses=1" in capsys.readouterr().out


def test_a_checkpoint_keeps_the_network_and_the_faults(tmp_path: Path) -> None:
    """A run that goes on has the environment that it began with."""
    asked: dict[str, Any] = {
        "network": Network.bag(capacity=3),
        "faults": Faults(crashes=1, partitions=Partition.one_way()),
    }
    whole = check(SPEC, RM=2, **asked)
    first = check(SPEC, RM=2, max_states=200, checkpoint=tmp_path / "kept", **asked)
    assert first.stopped is not None
    again = resume(tmp_path / "kept", max_states=10**6)
    assert again.counts == whole.counts
    assert again.envelope.network == whole.envelope.network


def test_byzantine_nodes_are_asked_for_by_both(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Those that do not equivocate, on the command line and in Python; a checkpoint keeps that."""
    told = envelope(capsys, "--byzantine", "1", "--no-equivocation")
    asked: dict[str, Any] = {"faults": Faults(byzantine=1, equivocation=False)}
    result = check(SPEC, RM=2, **asked)
    assert told["taken"] == dict(result.envelope.taken)
    assert told["budgets"] == {"byzantine": 1}
    assert told["network"] == result.envelope.network
    assert "a Byzantine node says the same to all nodes of a class" in str(told["network"])
    first = check(SPEC, RM=2, max_states=50, checkpoint=tmp_path / "kept", **asked)
    assert first.stopped is not None
    assert resume(tmp_path / "kept", max_states=10**6).counts == result.counts


def test_a_model_is_its_network_and_its_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for by its name or one by one, the same steps are taken."""
    told = envelope(capsys, "--model", "fail_recovery", "--crashes", "1")
    model = models.fail_recovery(crashes=1)
    result = check(SPEC, RM=2, network=model.network, faults=model.faults)
    assert told["taken"] == dict(result.envelope.taken)
    assert told["budgets"] == {"crashes": 1, "restarts": 1}
    assert envelope(capsys, "--model", "fail_silent")["network"] == result_of_silent().envelope.network


def result_of_silent() -> Result:
    """The example in the model in which nobody is told of crashes."""
    return check(SPEC, RM=2, network=Network.bag(), faults=Faults(crashes=1))


@pytest.mark.parametrize(
    ("peers", "shape", "told"),
    [
        (
            2,
            "bridge",
            "it takes three nodes that send or receive, and there are 2; with 2 there are: split",
        ),
        (2, "partial", "it takes three nodes"),
        (2, "majorities_ring", "it takes three nodes"),
        (
            8,
            "majorities_ring",
            "a ring has at most 7 nodes, and there are 8 that send or receive; with 8",
        ),
        (1, "split", "it takes two nodes that send or receive, and there is 1; with 1 there are: none"),
    ],
)
def test_a_partition_that_needs_other_nodes_is_refused(
    capsys: pytest.CaptureFixture[str], peers: int, shape: str, told: str
) -> None:
    """By a check and by the searches among faults: with what was asked, what there is and what is possible."""
    spec = str(EXAMPLES / "nodes_talking.py::Peers")
    for verb in ("check", "ablate"):
        assert run([verb, spec, f"Peer={peers}", "--partition", shape]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert f"partition={shape} is not possible in Peers (Peer={peers}): {told}" in printed.err


def test_partitions_of_every_shape_are_asked_for_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """`--partition` is one partition, `--partitions` more; Python and a checkpoint have the same."""
    told = envelope(capsys, "--network", "bag", "--partition", "bridge", "--partitions", "2", "--in-flight", "kept")
    faults = Faults(partitions=Partition.bridge(times=2, in_flight="kept"))
    result = check(SPEC, RM=2, network=Network.bag(), faults=faults)
    assert told["taken"] == dict(result.envelope.taken)
    assert told["network"] == result.envelope.network
    assert envelope(capsys, "--partition", "partial")["budgets"] == {"partitions": 1}


def test_a_checkpoint_keeps_the_links_and_the_partition(tmp_path: Path) -> None:
    """A run that goes on promises what it did when it began."""
    asked: dict[str, Any] = {"links": "perfect", "faults": Faults(partitions=Partition.partial(["TM"], ["RM1"]))}
    whole = check(SPEC, RM=2, **asked)
    first = check(SPEC, RM=2, max_states=200, checkpoint=tmp_path / "kept", **asked)
    assert first.stopped is not None
    again = resume(tmp_path / "kept", max_states=10**6)
    assert again.counts == whole.counts
    assert (again.envelope.links, again.envelope.network) == (whole.envelope.links, whole.envelope.network)


def test_a_model_without_a_detector_takes_that_of_the_system_away(capsys: pytest.CaptureFixture[str]) -> None:
    """A handler that asks it is located: such a protocol is none of that model."""
    for options in (["--model", "fail_silent"], ["--detector", "none"]):
        assert run(["check", "three_phase_nodes", "Participant=2", *options]) == 2
        told = capsys.readouterr().err
        assert "error[S511]: `self.suspects` asks a failure detector, and this run has no failure detector" in told
        assert "three_phase_nodes.py:" in told
    assert run(["check", SPEC, "RM=1", "--model", "fail_silent", "-k", "consistent"]) == 0


def test_a_missing_size_is_asked_for_before_a_field_without_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    """Where a node that comes back would have no value for a field, both are told, one after the other."""
    spec, faults = str(EXAMPLES.parent / "explorer" / "appending_nodes.py"), ["--crashes", "1", "--restarts", "1"]
    assert run(["check", spec, *faults]) == 2
    assert "Appending needs sizes for Server, Term and Client" in capsys.readouterr().err
    sizes = ["Server=2", "Term=2", "Client=1", "servers.log=2", "network.servers.servers=2", "network.users.servers=2"]
    assert run(["check", spec, *sizes, *faults]) == 2
    assert "`term` of Replica is lost in a crash and has no value to go back to" in capsys.readouterr().err
    again = ["--crashes", "1", "--amnesias", "1"]
    assert run(["check", spec, *sizes, *again]) == 2
    assert capsys.readouterr().err.endswith("declare it with one, `term: ... = ...`\n")  # an amnesia takes the disk too


def test_perfect_links_and_a_handler_of_a_quorum_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    """What is told is what was asked for, and leaving it out mends it; the bag is not of the author."""
    asked = ["check", "paxos_nodes", "Acceptor=2", "Ballot=1", "Value=1", "--engine", "reference"]
    assert run([*asked, "--links", "perfect"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: links=perfect is not possible")
    assert "the bag that such links need gives them out one by one; leave links out" in told


def test_who_is_nobody_counts_all_who_may(capsys: pytest.CaptureFixture[str]) -> None:
    """The classes of one node as well, for those may with who=any."""
    assert run(["check", SPEC, "RM=2", "--pauses", "1", "--who", "minority"]) == 2
    assert "(1 in tm, 2 in rms); with who=any each of them may" in capsys.readouterr().err
