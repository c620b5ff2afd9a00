"""`--refines` and `--mapping`: a refinement from the command line."""

from __future__ import annotations

import pytest

from indoubt.cli import run


def checked(spec: str, arguments: str, *more: str) -> int:
    """The exit status of a check with one acceptor, two values and two ballots."""
    return run(["check", spec, "Acceptor=1", "Value=2", "Ballot=2", *arguments.split(), *more])


def test_a_refinement_that_holds_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict says what was compared, and under which mapping."""
    assert checked("paxos", "--refines consensus --mapping chosen=chosen_values") == 0
    printed = capsys.readouterr().out
    assert "every step is a step of Consensus, or changes nothing there, with chosen = chosen_values" in printed


def test_a_broken_refinement_exits_with_1_and_shows_the_step(capsys: pytest.CaptureFixture[str]) -> None:
    """`-k` asks for it alone, by the name under which the verdict lists it."""
    assert checked("paxos::PaxosIgnoringVotes", "--refines voting -k", "refines Voting") == 1
    lines = capsys.readouterr().out.rstrip().splitlines()
    assert "  8  phase_2b(Acceptor0, Propose(Vote(Ballot1, Value1)))   by Acceptor0" in lines
    assert lines[-1] == (
        "refines Voting is violated by step 8: the last step changes "
        "votes from {Acceptor0: {Vote(Ballot0, Value0)}} "
        "to {Acceptor0: {Vote(Ballot0, Value0), Vote(Ballot1, Value1)}}, and no action of Voting does that"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--refines consensus", "--mapping chosen=NAME"),
        ("--refines consensus --mapping chosn=votes", "Consensus has no variable chosn to map; it has: chosen"),
        ("--refines consensus --mapping chosen", "write VARIABLE=NAME"),
        ("--refines consensus --mapping chosen=votes", "which is a Set[Value]"),
        ("--refines consensus --mapping chosen=nothing", "Paxos has no variable or method nothing"),
        ("--refines tcommit", "TCommit needs a size for RM; TCommit takes its settings from Paxos, by name"),
        ("--refines consensis", "no spec 'consensis'"),
        ("--mapping chosen=chosen_values", "name that spec as well, with refines (--refines)"),
        ("--refines voting -k agreemnt", "refines Voting"),
    ],
)
def test_a_wrong_refinement_exits_with_2_and_one_message(
    arguments: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is explored, and nothing goes to standard output."""
    assert checked("paxos", arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err
