"""What a proof says when the solver gives up, runs out of time, lies, or answers far from the small numbers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from indoubt.invariants.quorums import (
    proof as quorums_proof,
    report as quorums_report,
    solver as smt,
    theorems as quorums,
)
from indoubt.invariants.quorums.arithmetic import NODES, Encoding, Size
from indoubt.invariants.quorums.proof import Verdict
from indoubt.invariants.quorums.theorems import A, B

THEOREMS = [theorem.name for theorem in quorums.THEOREMS]
TWO_THIRDS_AND_A_QUARTER = replace(quorums.find("half"), given=(3 * A > 2 * NODES, 4 * B > NODES))
TWO_THIRDS_AND_THREE_TENTHS = replace(quorums.find("half"), given=(3 * A > 2 * NODES, 10 * B > 3 * NODES))


def answers_of(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[int, smt.Answer], smt.Answer]
) -> list[tuple[Encoding, int | None]]:
    """Put `change` between the solver and its user; the list fills with the questions asked."""
    asked: list[tuple[Encoding, int | None]] = []
    honest = smt.satisfy

    def satisfy(
        conditions: Any, sets: Any, encoding: Encoding, *, nodes: int | None = None, **options: Any
    ) -> smt.Answer:
        answer = honest(conditions, sets, encoding, nodes=nodes, **options)
        asked.append((encoding, nodes))
        return change(len(asked) - 1, answer)

    monkeypatch.setattr(smt, "satisfy", satisfy)
    return asked


def test_a_counterexample_beyond_two_nodes_is_minimised_too() -> None:
    """More than two thirds and more than a quarter first miss each other at seven nodes, five against two."""
    first = min(
        (n, a + b, a, b)
        for n in range(1, 30)
        for a in range(n + 1)
        for b in range(n + 1)
        if 3 * a > 2 * n and 4 * b > n and a + b <= n
    )
    assert first == (7, 7, 5, 2)
    found = quorums_proof.decide(TWO_THIRDS_AND_A_QUARTER).counterexample
    assert found == quorums_proof.Counterexample(nodes=7, quorums=((1, 2, 3, 4, 5), (6, 7)))


def test_a_counterexample_may_have_more_nodes_than_the_cross_check() -> None:
    """Up to nine nodes this threshold is safe; the unbounded encoding finds thirteen, nine against four."""
    proof = quorums_proof.decide(TWO_THIRDS_AND_THREE_TENTHS)
    assert (proof.verdict, proof.scope) == (Verdict.REFUTED, "N = 13")
    assert "there are none" in proof.method[2].answered
    assert proof.counterexample is not None
    assert proof.counterexample.quorums == (tuple(range(1, 10)), tuple(range(10, 14)))


def test_a_solver_that_loses_its_solution_while_minimising_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third question is for the smallest solution; denying it must not turn a refutation into a proof."""
    answers_of(
        monkeypatch,
        lambda count, answer: smt.Answer(smt.Outcome.UNSATISFIABLE) if count == 2 else answer,
    )
    with pytest.raises(quorums_proof.Disagreement, match="only with, or only without, minimising"):
        quorums_proof.decide(TWO_THIRDS_AND_THREE_TENTHS)


@pytest.mark.parametrize("name", THEOREMS)
@pytest.mark.parametrize("solver", ["Solver", "Optimize"])
def test_a_solver_that_gives_up_proves_and_refutes_nothing(
    name: str, solver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever question stays unanswered, the verdict is unknown and says so."""

    def check(_: object) -> object:
        return smt.z3.unknown

    monkeypatch.setattr(getattr(smt.z3, solver), "check", check)
    proof = quorums_proof.prove(name)
    assert (proof.verdict, proof.exit_status, proof.counterexample) == (Verdict.UNKNOWN, 3, None)
    assert "unknown: neither proved nor refuted" in quorums_report.text(proof)
    assert "Z3 answered unknown" in quorums_report.text(proof)


@pytest.mark.parametrize("silent", range(21))
def test_one_missing_answer_is_enough_to_leave_a_proof_unknown(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof takes twenty-one questions; without the answer to any one of them there is none."""
    answered = answers_of(
        monkeypatch, lambda count, answer: smt.Answer(smt.Outcome.UNKNOWN) if count == silent else answer
    )
    assert quorums_proof.prove("majority").verdict is Verdict.UNKNOWN
    assert len(answered) == silent + 1


def test_a_proof_that_runs_out_of_time_is_unknown() -> None:
    """No time at all is the shortest of timeouts."""
    proof = quorums_proof.prove("majority", timeout_s=0)
    assert proof.verdict is Verdict.UNKNOWN
    assert proof.method[-1].answered.endswith("no time left")


@pytest.mark.parametrize("liar", Encoding)
def test_encodings_that_disagree_give_no_verdict(liar: Encoding, monkeypatch: pytest.MonkeyPatch) -> None:
    """If one encoding denies every counterexample, `half` must not be proved: the disagreement is reported."""
    asked: list[tuple[Encoding, int | None]] = []

    def deny(count: int, answer: smt.Answer) -> smt.Answer:
        # The first question is whether there are quorums at all.
        return smt.Answer(smt.Outcome.UNSATISFIABLE) if count and asked[count][0] is liar else answer

    asked = answers_of(monkeypatch, deny)
    with pytest.raises(quorums_proof.Disagreement, match="theorem 'half', N = 2: is there a counterexample"):
        quorums_proof.prove("half")


def test_a_proof_asks_both_encodings_about_each_small_number_of_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three questions with N unbounded, then two for each N from 1 to 9."""
    asked = answers_of(monkeypatch, lambda _, answer: answer)
    quorums_proof.prove("majority")
    small = [(encoding, n) for n in range(1, 10) for encoding in Encoding]
    assert asked == [(Encoding.CARDINALITIES, None)] * 3 + small


def test_time_without_limit_is_a_timeout_too() -> None:
    """An infinite number of seconds is more than the solver can count."""
    assert quorums_proof.prove("majority", timeout_s=float("inf")).verdict is Verdict.PROVED


def test_a_counterexample_that_python_counts_otherwise_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets that do meet are no counterexample, whatever the solver says of their sizes."""
    answers_of(
        monkeypatch,
        lambda _, answer: replace(answer, members={"A": (1,), "B": (1,)}) if answer.members else answer,
    )
    with pytest.raises(quorums_proof.Disagreement, match=r"`\|A & B\| < 1` is false of the counterexample"):
        quorums_proof.prove("half")


def test_a_smallest_counterexample_must_be_the_smallest_for_both_encodings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Different sizes at the same number of nodes are a disagreement."""
    answers_of(
        monkeypatch,
        lambda _, answer: replace(answer, values={**answer.values, Size(("A",)): 2}) if answer.members else answer,
    )
    with pytest.raises(quorums_proof.Disagreement, match="the smallest counterexample depends on who is asked"):
        quorums_proof.prove("half")
