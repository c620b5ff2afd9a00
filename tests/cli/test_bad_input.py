"""Wrong usage and wrong specs: one clear message that says what was asked, what there is and what to do; exit status 2.

Wrong specs are files in tests/errors, each with its command in the first line and its message beside it in a `.err`
file; `pytest --update-golden` writes the messages anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from indoubt.cli import run

ERRORS = Path(__file__).parents[1] / "errors"
PROMPT = "# $ indoubt "
LIBRARY = "indoubt.specs.commit.two_phase"

USAGE = [
    ("check two_phse RM=3", ["no spec 'two_phse'", "the library has", "did you mean two_phase?"]),
    ("check frobnicate", ["no spec 'frobnicate'", "three_phase_commit", "file.py::Class"]),
    ("check two_phase::TwoFase RM=3", ["no spec 'TwoFase' in two_phase", "did you mean two_phase::TwoPhase?"]),
    ("check two_phase:TwoPhase RM=3", ["there is no module two_phase", "two_phase::Class"]),
    ("check nowhere.py", ["there is no file nowhere.py"]),
    ("check no.such.module:Spec", ["there is no module no.such.module"]),
    (f"check {LIBRARY}:RM RM=3", ["'RM'", "is no spec", "does not inherit from Spec", f"{LIBRARY}:TwoPhase"]),
    ("check two_phase", ["TwoPhase needs a size for RM", "for example indoubt check two_phase RM=3"]),
    (
        "check paxos -k agreement Ballot=2",
        ["sizes for Acceptor and Value", "check paxos -k agreement Ballot=2 Acceptor=3 Value=3"],
    ),
    ("check two_phase RM=0", ["RM=0 is no size", "1 to 64 members", "for example RM=3"]),
    ("check two_phase RM=-1", ["RM=-1 is no size", "1 to 64 members"]),
    ("check two_phase RM=three", ["RM=three is not possible", "a whole number, as in RM=3"]),
    ("check two_phase RM=2.5", ["RM=2.5 is not possible", "a whole number"]),
    ("check two_phase RM", ["'RM' is no setting", "write NAME=VALUE, for example RM=3"]),
    ("check two_phase RM=2 RM=3", ["RM is given twice", "RM=2 and RM=3"]),
    ("check two_phase RM=2 TM=3", ["no size, parameter or bound TM", "it has sizes RM"]),
    ("check three_phase_commit Partcipant=3", ["no size, parameter or bound Partcipant", "did you mean Participant?"]),
    ("check three_phase_commit Participant=2 rule=skeem", ["rule=skeem", "one of textbook, skeen"]),
    ("check three_phase_commit Participant=2 rank_orders=maybe", ["rank_orders=maybe", "true or false"]),
    ("check three_phase_commit Participant=2 crashes=10", ["crashes=10", "a whole number from 0 to 3"]),
    ("check three_phase_commit Participant=2 crashes=1 --crashes 2", ["crashes is given twice"]),
    ("check two_phase RM=2 --crashes 1", ["no parameter crashes", "--crashes means nothing", "no fault budgets"]),
    ("check two_phase RM=2 --partitions 1", ["no parameter partitions", "--partitions means nothing"]),
    ("check two_phase_commit Participant=2 --partitions 1", ["no parameter partitions", "it has: crashes, restarts"]),
    ("check three_phase_commit Participant=2 --crashes -1", ["--crashes"]),
    ("check paxos_with_faults Acceptor=3 Ballot=2 Value=2", ["a value for parameter phase_1_quorum", "for example"]),
    ("check two_phase RM=2 -k agreemnt", ["unknown property 'agreemnt'", "consistent, unanimous, irrevocable"]),
    ("check two_phase RM=2 --max-states 0", ["--max-states"]),
    ("check two_phase RM=2 --timeout 0", ["--timeout"]),
    ("check two_phase RM=2 --figure split.jpg", ["--figure split.jpg is not possible", ".png or .svg"]),
    ("check two_phase RM=2 --figure nowhere/split.png", ["there is no folder nowhere"]),
    ("check two_phase RM=2 -o yaml=run.yaml", ["-o yaml=run.yaml is not possible", "json, text, graphml, dot"]),
    ("check two_phase RM=2 -o json", ["-o json is not possible", "write FORMAT=PATH"]),
    ("check two_phase RM=2 -o json=nowhere/run.json", ["there is no folder nowhere"]),
    ("check two_phase RM=2 --fast", ["no option --fast"]),
    ("check two_phase --RM=2", ["no option --RM", "it has --allow-inconclusive", "without dashes"]),
    ("check two_phase RM=2 --crash 1", ["no option --crash", "did you mean --crashes?"]),
    ("check two_phase RM=2 --timeout", ["--timeout needs a value", "write --timeout SECONDS"]),
    ("check two_phase RM=2 --timeout nan", ["--timeout nan is not possible", "for example --timeout 60"]),
    ("check two_phase RM=2 --max-states 1e6", ["--max-states 1e6 is not possible", "a whole number from 1 up"]),
    ("check two_phase RM=2 --max-states 1 --max-states 2", ["--max-states is given 2 times"]),
    ("check two_phase RM=2 --format xml", ["'xml' is not one of", "for example --format json"]),
    ("check two_phase RM=2 -k consistent,unanimous", ["each has an option of its own: -k consistent -k unanimous"]),
    ("check two_phase RM=2 -k deadlock", ["to look for deadlocks, write --deadlock"]),
    ("check two_phase RM=1_0", ["RM=1_0 is not possible"]),
    ("check two_phase rm=2", ["did you mean RM?"]),
    ("check RM=3 two_phase", ["'RM=3' is a setting, and the spec comes before it"]),
    ("check two_phase:: RM=3", ["names no class after `::`"]),
    ("check .", [". is a folder"]),
    ("check two_phase RM=2 -o json=-", ["-o json=- is not possible", "--format json"]),
    ("check two_phase RM=2 -o json=a -o text=a", ["a is to be written twice"]),
    ("check two_phase RM=2 -o json=.", [". cannot be written: it is a folder"]),
    ("help", ["no command 'help'", "write indoubt --help"]),
    ("two_phase RM=3", ["to check a spec, write indoubt check two_phase RM=3"]),
    ("check", ["SPEC"]),
    ("chek two_phase", ["no command 'chek'", "did you mean check?"]),
    ("show two_phase RM=2 --after nothing", ["unknown pass 'nothing'", "there are: lower,"]),
    ("prove minority", ["no spec 'minority'", "nor is there a theorem 'minority'", "did you mean majority?"]),
]


@pytest.mark.parametrize(("command", "told"), USAGE, ids=[command for command, _ in USAGE])
def test_wrong_usage_is_told_in_one_message(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: str,
    told: list[str],
) -> None:
    """The message has what was asked and what to do; nothing is explored, and no frame of ours is shown."""
    monkeypatch.chdir(tmp_path)
    assert run(command.split()) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    for part in told:
        assert part in printed.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file", sorted(ERRORS.glob("*.py")), ids=lambda file: file.stem)
def test_a_wrong_spec_is_told_where_and_how_to_mend_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, file: Path
) -> None:
    """The message is the one kept beside the file: the author's lines, a label, a help, and no traceback."""
    monkeypatch.chdir(ERRORS)
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(PROMPT)
    assert run(first.removeprefix(PROMPT).split()) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    expected = file.with_suffix(".err")
    if request.config.getoption("--update-golden"):
        expected.write_text(printed.err, encoding="utf-8")
    assert printed.err == expected.read_text(encoding="utf-8")
    assert "Traceback" not in printed.err
    assert str(ERRORS) not in printed.err


@pytest.mark.parametrize("message", sorted(ERRORS.glob("*.err")), ids=lambda file: file.stem)
def test_every_message_belongs_to_a_spec(message: Path) -> None:
    """No message is left over from a spec that is gone, and each says what to do."""
    assert message.with_suffix(".py").exists()
    text = message.read_text(encoding="utf-8")
    assert text.count("= help: ") == text.count("error[")


def test_a_defect_of_the_checker_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody foresaw exits with 4 and asks for the spec, even one that looks like wrong usage."""

    def broken(**_: object) -> int:
        raise ValueError("zip() argument 2 is longer than argument 1")

    monkeypatch.setattr("indoubt.command_line.commands.check", broken)
    assert run(["check", "two_phase", "RM=2"]) == 4
    assert "a defect of indoubt; please report it" in capsys.readouterr().err
