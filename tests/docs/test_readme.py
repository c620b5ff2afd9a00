"""The first screen of README.md: what it shows is what its first command prints and draws, and the table is true.

`pytest --update-golden` writes the output, docs/figures/split.png and the table anew.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from counts.row import Row
from counts.table import ROWS
from pictures import ALIKE, difference, is_kept

from indoubt.cli import run
from indoubt.finding.specs import find_spec

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "figures" / "split.png"
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OUTPUT = re.compile(r"(?<=^```text\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(?<=<!-- protocols -->\n)(.*?)(?=<!-- end -->)", re.DOTALL)
TIME = re.compile(r"^( +time +)\d+\.\d\d s, after \d+\.\d\d s to compile$", re.MULTILINE)

PROTOCOLS = (
    ("Transaction commit, abstract", "tcommit RM=3"),
    ("", "tcommit::HastyCommit RM=2"),
    ("Two-phase commit", "two_phase RM=3"),
    ("", "two_phase RM=4"),
    ("", "two_phase::ImpatientTwoPhase RM=2 -k consistent"),
    ("Two-phase commit as nodes", "two_phase_nodes RM=3"),
    (
        "Two-phase commit with logs and crashes",
        "two_phase_commit Participant=2 coordinator_crashes=1 participant_crashes=1",
    ),
    ("", "two_phase_commit Participant=2 coordinator_crashes=1 force_decision=false -k agreement"),
    ("", "two_phase_commit::NonblockingTwoPhaseCommit Participant=2 coordinator_crashes=1"),
    ("Three-phase commit", "three_phase_commit Participant=2 detector=perfect --crashes 1"),
    ("", "three_phase_commit Participant=2 --partitions 1"),
    ("", "three_phase_commit Participant=2 rule=textbook --crashes 1"),
    ("Paxos Commit", "paxos_commit RM=2 Acceptor=1 Ballot=2"),
    ("", "paxos_commit::PaxosCommitIgnoringVotes RM=2 Acceptor=1 Ballot=2 -k consistent"),
    ("Broadcast among Byzantine processes", "consistent_broadcast Process=4 --byzantine 1"),
    ("", "consistent_broadcast Process=3 faulty=0 --byzantine 1 -k consistency"),
    ("A replicated counter, as nodes", "replicated_counter Client=2 Replica=2 Epoch=2"),
    ("", "replicated_counter Client=2 Replica=3 Epoch=2 wait_for_copies=false -k distinct"),
    ("Consensus, abstract", "consensus Value=3"),
    ("Voting, which Paxos refines", "voting Acceptor=3 Ballot=2 Value=2"),
    ("", "voting::VotingIgnoringVotes Acceptor=3 Ballot=2 Value=2 -k agreement"),
    ("Paxos, one decree", "paxos Acceptor=3 Ballot=2 Value=2"),
    ("", "paxos_with_faults Acceptor=2 Ballot=2 Value=2 phase_1_quorum=1 phase_2_quorum=1"),
    ("Paxos as nodes", "paxos_nodes Acceptor=3 Ballot=2 Value=2"),
)
"""The rows of the table: a protocol, and what to check of it."""


@dataclass(frozen=True)
class Screen:
    """What the first command leaves behind."""

    status: int
    verdict: str
    trace: str
    picture: Path


def command_lines() -> list[str]:
    """The lines of the first `sh` block."""
    block = COMMANDS.search(README.read_text(encoding="utf-8"))
    assert block is not None
    return block[1].splitlines()


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Screen:
    """What the README's first command prints and draws now."""
    folder = tmp_path_factory.mktemp("readme")
    arguments = shlex.split(command_lines()[0].partition(".venv/bin/indoubt ")[2])
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        status = run(arguments)
    verdict, heading, trace = printed.getvalue().partition("A shortest counterexample")
    return Screen(status, verdict.rstrip("\n") + "\n", heading + trace, folder / "split.png")


@pytest.fixture
def updating(request: pytest.FixtureRequest) -> bool:
    """Whether expected output is written instead of compared."""
    return bool(request.config.getoption("--update-golden"))


def test_the_first_block_has_the_two_commands_that_a_newcomer_copies() -> None:
    """The first installs and checks, the second installs what the tests need and runs them."""
    first, second = command_lines()
    assert first.startswith("python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/indoubt check ")
    assert second == ".venv/bin/pip install '.[test]' && .venv/bin/pytest"


def test_the_readme_shows_what_its_first_command_prints(screen: Screen, *, updating: bool) -> None:
    """Verdict and trace in the README are complete and equal to the output; only the time may differ."""
    text = README.read_text(encoding="utf-8")
    assert screen.status == 1
    shown = OUTPUT.findall(text)
    now = [screen.verdict, screen.trace]
    if updating and [TIME.sub("", one) for one in shown] != [TIME.sub("", one) for one in now]:
        fresh = iter(now)
        README.write_text(OUTPUT.sub(lambda _: next(fresh), text), encoding="utf-8")
        return
    assert [TIME.sub(r"\1", one) for one in shown] == [TIME.sub(r"\1", one) for one in now]


def test_the_picture_in_the_readme_is_the_one_drawn_now(screen: Screen, *, updating: bool) -> None:
    """Up to the rendering of letters by different versions of matplotlib, the pixels are the same."""
    assert is_kept(PICTURE, screen.picture, updating=updating)


def test_pictures_of_different_traces_are_told_apart(screen: Screen, tmp_path: Path) -> None:
    """The comparison of pictures is not so lenient that a missing step would pass."""
    other = tmp_path / "other.png"
    settings = ["Participant=3", "--partitions", "1", "-k", "everybody_commits"]
    assert run(["check", "three_phase_commit", *settings, "--figure", str(other)]) == 0
    with pytest.raises(AssertionError):
        assert difference(screen.picture, other) < ALIKE


def checked(command: str) -> dict[str, Any]:
    """The result of `indoubt check` as data."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        run(["check", *shlex.split(command), "--format", "json"])
    data: dict[str, Any] = json.loads(printed.getvalue())
    return data


def rows() -> Iterator[str]:
    """The table of protocols, line by line."""
    yield "| protocol | `indoubt check` | verdict | distinct | generated | depth |"
    yield "|---|---|---|--:|--:|--:|"
    for name, command in PROTOCOLS:
        result = checked(command)
        counts = result["counts"]
        violated = [one for one in result["properties"] if one["verdict"] == "violated"]
        verdict = f"{violated[0]['name']} violated, {violated[0]['states']} states" if violated else result["verdict"]
        numbers = [f"{counts[count]:,}" for count in ("distinct", "generated", "depth")]
        yield f"| {' | '.join([name, f'`{command}`', verdict, *numbers])} |"


def words(row: Row) -> set[str]:
    """What a row of the count table sets."""
    return set(row.words.replace("--byzantine ", "--byzantine=").split())


@pytest.mark.parametrize("command", [command for _, command in PROTOCOLS])
def test_a_row_of_the_table_is_a_row_of_the_count_table(command: str) -> None:
    """The README shows nothing that the tests and docs/counts.md do not know."""
    named = command.replace("--crashes ", "crashes=").replace("--partitions ", "partitions=")
    target, *options = shlex.split(named.replace("--byzantine ", "--byzantine="))
    settings = {option for option in options if "=" in option}
    found = find_spec(target)
    spec = getattr(found, "__system__", None) or found  # of a system, its class as it was written
    about = options[options.index("-k") + 1] if "-k" in options else None
    same = [row for row in ROWS if row.spec is spec and words(row) == settings]
    assert same, f"no row of tests/counts is {command}"
    assert about is None or about in [row.about for row in same]


def test_the_table_of_protocols_is_true(*, updating: bool) -> None:
    """Every verdict and every number of the table is what the checker finds."""
    text = README.read_text(encoding="utf-8")
    table = "".join(f"{line}\n" for line in rows())
    shown = TABLE.search(text)
    assert shown is not None
    if updating and shown[1] != table:
        README.write_text(TABLE.sub(lambda _: table, text), encoding="utf-8")
        return
    assert shown[1] == table
