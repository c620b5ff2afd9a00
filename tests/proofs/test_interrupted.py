"""Ctrl-C while something is proved: what was learnt until then is told, and the exit status is 130."""

from __future__ import annotations

import json
from typing import Any

import pytest

from indoubt import Verdict, prove
from indoubt.cli import run
from indoubt.invariants.quorums.solver import z3
from indoubt.proofs import Status, prove_spec, reaching, telling

BY_PYTHON, BY_Z3 = "Python raises it", "Z3 takes it for itself"


class Key:
    """Presses Ctrl-C when something is about to be asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: str, how: str) -> None:
        self._monkeypatch, self._at, self._how = monkeypatch, at, how

    def progress(self, asked: str) -> None:
        """Called with what is asked next."""
        if self._at not in asked:
            return
        if self._how == BY_PYTHON:
            raise KeyboardInterrupt

        def check(solver: Any, *given: Any) -> Any:
            return z3.unknown

        def reason_unknown(solver: Any) -> str:
            return "interrupted from keyboard"

        self._monkeypatch.setattr(z3.Solver, "check", check)
        self._monkeypatch.setattr(z3.Solver, "reason_unknown", reason_unknown)


@pytest.mark.parametrize("how", [BY_PYTHON, BY_Z3])
def test_a_bounded_search_says_how_far_it_came(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No violation within the steps that were looked at as a whole; what was reached stays reached."""
    key = Key(monkeypatch, "8 of 9", how)
    proof = prove_spec("paxos", Acceptor=2, Value=1, Ballot=1, bmc=9, progress=key.progress)
    assert proof.is_interrupted
    assert proof.verdict is Verdict.INCONCLUSIVE
    assert proof.why == "interrupted; no violation within 7 steps"
    assert proof.property("agreement").remark == "not decided: interrupted; not violated within 7 steps"
    assert proof.property("something_is_chosen").status is Status.REACHED


@pytest.mark.parametrize("how", [BY_PYTHON, BY_Z3])
@pytest.mark.parametrize("induction", [1, None])
def test_what_was_not_shown_is_not_decided(how: str, induction: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An induction has proved nothing before all of it is shown, for some size or for all."""
    key = Key(monkeypatch, "irrevocable" if induction else "unanimous, ", how)
    given: dict[str, Any] = {} if induction is None else {"RM": 2}
    proof = prove_spec("two_phase_proved", induction=induction, progress=key.progress, **given)
    assert proof.is_interrupted
    assert proof.verdict is Verdict.INCONCLUSIVE
    assert proof.why.startswith("interrupted; not ")
    remarks = {one.remark for one in proof.properties if one.result.kind.endswith("invariant")}
    assert remarks == {"not decided: interrupted"}


def test_invariants_that_follow_from_each_other_stay_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what comes after them is open: a step invariant."""
    key = Key(monkeypatch, "irrevocable", BY_Z3)
    proof = prove_spec("two_phase_proved", progress=key.progress)
    status = {one.name: one.status for one in proof.properties}
    assert status["consistent"] is Status.PROVED
    assert status["irrevocable"] is Status.UNKNOWN
    assert (proof.is_interrupted, proof.why) == (True, "interrupted; not proved: irrevocable")


@pytest.mark.parametrize("how", [BY_PYTHON, BY_Z3])
def test_theorems_that_were_decided_are_kept(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was asked about is not decided, and neither are those after it."""
    proofs = prove("Q4", progress=Key(monkeypatch, "2 of 2: write-write, Venn", how).progress)
    assert [one.verdict.value for one in proofs] == ["proved", "unknown"]
    assert proofs[1].method[-1].answered == "interrupted"
    assert proofs.summary == "1 of 1 theorem proved, 0 of 1 broken variant refuted, 1 unknown; interrupted"


def test_the_command_tells_it_with_status_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As text and as JSON, of theorems and of specs."""
    Key(monkeypatch, "", BY_Z3).progress("")
    assert run(["prove", "Q4"]) == 130
    table = capsys.readouterr().out
    assert "read-write   not decided: interrupted" in table
    assert table.endswith("0 of 1 theorem proved, 0 of 1 broken variant refuted, 2 unknown; interrupted\n")
    assert run(["prove", "majority"]) == 130
    assert "inconclusive: interrupted" in capsys.readouterr().out
    for arguments in (["majority"], ["Q4"], ["two_phase_proved"], ["two_phase_proved", "RM=2", "--bmc", "3"]):
        assert run(["prove", *arguments, "--format", "json", "--allow-inconclusive"]) == 130
        assert json.loads(capsys.readouterr().out)["interrupted"] is True


def test_the_explorer_is_asked_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the state of a counterexample is looked for: the counterexample is told all the same."""
    proof = prove_spec("two_phase", induction=1, RM=2, progress=None)
    open_ = [one for one in proof.properties if one.status is Status.NOT_INDUCTIVE]
    assert open_
    looked: list[object] = []

    def explored(*asked: object) -> None:
        looked.append(asked)
        raise KeyboardInterrupt

    monkeypatch.setattr(reaching, "explored", explored)
    monkeypatch.setattr(telling, "explored", explored)
    broken_off = prove_spec("two_phase", induction=1, RM=2)
    assert broken_off.is_interrupted
    assert broken_off.why == f"interrupted; {proof.why}"
    assert len(looked) == 1
    for one in open_:
        told = broken_off.property(one.name)
        assert told.status is Status.NOT_INDUCTIVE
        assert "a state that was not looked for, since the proof was interrupted, break" in told.remark
