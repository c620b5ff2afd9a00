"""`indoubt show --as source`: a spec that can be saved, and has the states of what it was printed from."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from indoubt import check, find_spec
from indoubt.cli import run
from indoubt.runs.settings_text import parsed

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPLORER = Path(__file__).parents[1] / "explorer"
LOGS, SAVED = "Replica=2 Writer=1 replicas.log=1", "Replica=1 Writer=2 nodes.log=2"
LATE = "--crashes 1 --restarts 1 --sync late"
NODES = f"{EXAMPLES / 'nodes_two_phase.py'} RM=2"
CASES = [
    ("two_phase RM=2", 56, 8),
    ("two_phase_commit Participant=2 coordinator_crashes=1", 189, 12),
    ("three_phase_commit Participant=2 --crashes 1", 458, 16),
    ("paxos_commit RM=1 Acceptor=1 Ballot=2", 45, 9),
    ("paxos Acceptor=2 Ballot=1 Value=2", None, None),
    ("voting Acceptor=2 Ballot=2 Value=2", None, None),
    (f"{EXAMPLES / 'ewd840.py'} Node=2", None, None),
    (f"{EXAMPLES / 'raft_log.py'} Server=2 Term=2 log=1", None, None),
    (f"{EXAMPLES / 'snapshot.py'} Process=2 channel=1 in_transit=1", 42, 9),
    (f"{NODES} --network bag --crashes 1 --restarts 1", 759, 11),
    (f"{NODES} --network fifo --capacity 1 --full drop --losses 1", None, None),
    (f"{NODES} --network bag --capacity 1 --partitions 1", None, None),
    (f"{EXAMPLES / 'nodes_talking.py'}::Peers Peer=4 --partition split", 594, 7),
    (f"{EXAMPLES / 'nodes_talking.py'}::Peers Peer=3 --partition '0,1|2'", 60, 6),
    (f"{NODES} --crashes 1 --restarts 1 --sync late", None, None),
    (f"{NODES} --torn 1 --restarts 1 --sync late", 715, 10),
    (f"{NODES} --torn 1 --network bag --capacity 1 --full drop", 748, 9),
    (f"{EXPLORER / 'mixed_nodes.py'} Server=1 Client=1 --torn 1 --restarts 1", None, None),
    (f"{EXPLORER / 'nodes_with_logs.py'}::Chain {LOGS} --crashes 1 --restarts 1 --sync late", 32, 5),
    (f"{EXPLORER / 'nodes_with_logs.py'}::Saved {SAVED} --torn 1 --restarts 1 --sync late", 19, 5),
    ("replicated_counter Client=1 Replica=2 Epoch=1 --torn 1 --restarts 1 --network fifo", None, None),
    ("three_phase_nodes Participant=1 --torn 1 --detector eventually-P", None, None),
    ("three_phase_nodes Participant=1 --detector eventually-P --crashes 1", None, None),
    ("replicated_counter Client=1 Replica=2 Epoch=2", None, None),
    (f"{EXPLORER / 'nodes_with_logs.py'}::Counted Replica=1 Writer=2 nodes.kept=2 {LATE}", None, None),
    (f"{EXPLORER / 'watched_nodes.py'}::Peers P=2 --links perfect --crashes 1", None, None),
    ("voting Acceptor=2 Ballot=2 Value=2 quorums=threshold(q=1)", None, None),
    ("paxos Acceptor=2 Ballot=2 Value=2 'quorums=flexible(q1=2, q2=1)'", None, None),
    ("paxos_nodes Acceptor=2 Ballot=2 Value=2 quorums=threshold(q=1) ignore_votes=true", None, None),
]


def printed(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `show --as source` says."""
    assert run(["show", *shlex.split(command), "--as", "source"]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("command", "distinct", "depth"), CASES, ids=[case[0].rpartition("/")[2] for case in CASES])
def test_the_source_has_the_same_states(
    command: str, distinct: int | None, depth: int | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As many initial, generated and distinct states, the same depth, and the same answer to each property."""
    path = tmp_path / "printed.py"
    path.write_text(printed(command, capsys), encoding="utf-8")
    capacities = re.search(r"`indoubt check FILE([^`]*)`", path.read_text(encoding="utf-8"))
    assert capacities is not None
    spec = find_spec(str(path))
    again = check(spec, engine="reference", **parsed(spec, shlex.split(capacities[1]), {}))
    whole = ["--engine", "reference", "--keep-dead", "--allow-inconclusive"]
    assert run(["check", *shlex.split(command), *whole]) in (0, 1)
    told = capsys.readouterr().out
    counts = again.counts
    assert f"{counts.initial:,} initial, {counts.generated:,} generated, {counts.distinct:,} distinct" in told
    assert f"distinct, depth {counts.depth}\n" in told
    if distinct is not None:
        assert (counts.distinct, counts.depth) == (distinct, depth)
    words = {"holds": "holds|reached", "violated": "violated|not reached", "inconclusive": "undecided"}
    for one in again.properties:
        says = words[one.verdict.value]
        assert re.search(rf"^  {one.name} +({says})", told, re.MULTILINE), one.name


NAMESAKES = """
from __future__ import annotations

from enum import Enum

import other_phase
from indoubt.specs.language import *

Other = other_phase.Phase


class Phase(Enum):
    IDLE, BUSY = range(2)


class Both(Spec):
    own: Phase = Phase.IDLE
    other: Other = Other.IDLE

    @action
    def work(self) -> None:
        self.own = Phase.BUSY

    @invariant
    def fine(self) -> bool:
        return self.own is Phase.IDLE
"""


def test_what_has_no_source_is_refused_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name in a text has one meaning."""
    (tmp_path / "other_phase.py").write_text("from enum import Enum\nPhase = Enum('Phase', 'IDLE BUSY')\n")
    (tmp_path / "namesakes.py").write_text(NAMESAKES)
    assert run(["show", f"{tmp_path / 'namesakes.py'}::Both", "--as", "source"]) == 2
    told = capsys.readouterr().err
    assert "Both cannot be written as the source of a state machine: two classes are called Phase, of " in told
    assert "; --as machine prints everything" in told


def test_a_source_has_the_views_of_what_it_was_printed_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By which as many states count as one."""
    path = tmp_path / "printed.py"
    path.write_text(printed("tests/explorer/search/test_views.py::Lock Node=2 order=1", capsys), encoding="utf-8")
    for name in ("holder_and_order", "without_order"):
        own = check(f"{EXPLORER / 'search' / 'test_views.py'}::Lock", Node=2, order=1, view=name, engine="reference")
        assert check(str(path), order=1, view=name, engine="reference").counts == own.counts


def test_the_command_names_what_the_run_has_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    """Parameters that are not as they are declared, quorums, the mistakes of a detector."""
    text = printed("paxos_nodes Acceptor=2 Ballot=2 Value=2 quorums=threshold(q=1) ignore_votes=true", capsys)
    assert "Acceptor=2 ignore_votes=true 'quorums=threshold(q=1)' --network soup --as source" in text
    text = printed(f"{EXPLORER / 'watched_nodes.py'}::Peers P=2 --network bag --detector S --mistakes 1", capsys)
    assert "--capacity 2 --full block --detector S --mistakes 1" in text


def test_a_source_is_before_all_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """There is none after one of them."""
    assert run(["show", "two_phase", "RM=2", "--as", "source", "--after", "lower"]) == 2
    assert "leave --after out" in capsys.readouterr().err
