"""The quorum theorems: proofs, refutations, and what plain Python finds by listing every pair of sets."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from indoubt.invariants import quorums, quorums_proof, quorums_report, smt
from indoubt.invariants.quorums import A, B
from indoubt.invariants.quorums_arithmetic import (
    NODES,
    Condition,
    Encoding,
    Linear,
    Quantity,
    Size,
    holds,
    number,
    size,
)
from indoubt.invariants.quorums_proof import Verdict

LISTED = range(1, 7)

Sets = tuple[int, ...]
Quorums = Callable[[int, Sets, Sets], Iterator[tuple[int, ...]]]
"""From N and two sets, the numbers for which both are quorums; one empty tuple if a theorem has no numbers."""


def once_if(condition: bool) -> Iterator[tuple[int, ...]]:
    """One empty tuple if the condition is true, else nothing."""
    return iter([()] if condition else [])


def thresholds(n: int, a: Sets, b: Sets, lowest_sum: int) -> Iterator[tuple[int, ...]]:
    """Every q1 and q2 that both sets reach and whose sum is high enough."""
    return ((q1, q2) for q1 in range(1, len(a) + 1) for q2 in range(1, len(b) + 1) if q1 + q2 >= lowest_sum and n >= 1)


BY_HAND: dict[str, Quorums] = {
    "majority": lambda n, a, b: once_if(len(a) > n / 2 and len(b) > n / 2),
    "half": lambda n, a, b: once_if(len(a) >= n / 2 and len(b) >= n / 2),
    "flexible": lambda n, a, b: thresholds(n, a, b, n + 1),
    "flexible-at-least": lambda n, a, b: thresholds(n, a, b, n),
}
"""Each theorem's assumption, written again in plain Python."""


def subsets(n: int) -> Iterator[Sets]:
    """Every set of the nodes 1..n, as a sorted tuple."""
    return (chosen for count in range(n + 1) for chosen in combinations(range(1, n + 1), count))


def disjoint_quorums(n: int, are_quorums: Quorums) -> Iterator[tuple[int, Sets, Sets, tuple[int, ...]]]:
    """Every pair of quorums among n nodes without a common node, with its numbers."""
    return (
        (n, a, b, numbers)
        for a in subsets(n)
        for b in subsets(n)
        if not set(a) & set(b)
        for numbers in are_quorums(n, a, b)
    )


def by_size(pair: tuple[int, Sets, Sets, tuple[int, ...]]) -> tuple[Any, ...]:
    """The order in which a counterexample is called the smallest."""
    n, a, b, numbers = pair
    return (n, len(a) + len(b), len(a), len(b), numbers, sum(2**node for node in a), sum(2**node for node in b))


def test_every_theorem_is_also_written_in_plain_python() -> None:
    """A theorem without a second definition in this file would go unchecked."""
    assert [theorem.name for theorem in quorums.THEOREMS] == list(BY_HAND)


def test_two_majorities_intersect_for_every_number_of_nodes() -> None:
    """`majority` is proved with N unbounded."""
    proof = quorums_proof.prove("majority")
    assert (proof.verdict, proof.scope, proof.exit_status) == (Verdict.PROVED, "every N >= 1", 0)
    assert proof.counterexample is None


def test_two_halves_of_two_nodes_are_disjoint() -> None:
    """`half` is refuted by {n1} and {n2}."""
    proof = quorums_proof.prove("half")
    assert (proof.verdict, proof.scope, proof.exit_status) == (Verdict.REFUTED, "N = 2", 1)
    assert proof.counterexample == quorums_proof.Counterexample(nodes=2, quorums=((1,), (2,)))


@pytest.mark.parametrize("name", BY_HAND)
def test_the_verdict_and_the_smallest_counterexample_are_those_of_an_exhaustive_listing(name: str) -> None:
    """Up to six nodes, every pair of sets is listed; the least disjoint pair is the one the solver shows."""
    listed = [pair for n in LISTED for pair in disjoint_quorums(n, BY_HAND[name])]
    found = quorums_proof.prove(name).counterexample
    if found is None:
        assert listed == []
    else:
        n, a, b, numbers = min(listed, key=by_size)
        assert (found.nodes, found.quorums, tuple(value for _, value in found.numbers)) == (n, (a, b), numbers)


@pytest.mark.parametrize("name", BY_HAND)
def test_no_theorem_is_true_for_want_of_quorums(name: str) -> None:
    """At every number of nodes there are two quorums, for Python and for the solver, so that a proof speaks of some."""
    theorem = quorums.find(name)
    for n in LISTED:
        everyone = tuple(range(1, n + 1))
        assert list(BY_HAND[name](n, everyone, everyone))
        answer = smt.satisfy(theorem.given, theorem.sets, theorem.encoding, nodes=n, timeout_s=60)
        assert answer.outcome is smt.Outcome.SATISFIABLE


def test_halves_are_disjoint_at_even_numbers_of_nodes_only() -> None:
    """The cross-check of `half` says for which numbers of nodes the lower threshold is safe."""
    proof = quorums_proof.prove("half")
    broken = [n for n in range(1, 7) if any(True for _ in disjoint_quorums(n, BY_HAND["half"]))]
    assert broken == [2, 4, 6]
    assert "they exist at N = 2, 4, 6, 8; not at N = 1, 3, 5, 7, 9" in proof.method[2].answered


def threshold(quorum: Linear, at_least: bool, a: int, b: int) -> Condition:
    """The condition a*|Q| >= b*N, or a*|Q| > b*N."""
    return a * quorum >= b * NODES if at_least else a * quorum > b * NODES


def reaches(members: Sets, n: int, at_least: bool, a: int, b: int) -> bool:
    """The same condition on a concrete set."""
    return a * len(members) >= b * n if at_least else a * len(members) > b * n


linear_thresholds = st.tuples(st.booleans(), st.integers(1, 7), st.integers(0, 7))


@settings(max_examples=60, deadline=None)
@given(linear_thresholds, linear_thresholds)
def test_cardinality_arithmetic_agrees_with_listing_for_any_two_thresholds(
    first: tuple[bool, int, int], second: tuple[bool, int, int]
) -> None:
    """At each number of nodes up to five, disjoint quorums exist for the solver exactly if Python finds a pair."""
    conditions = (threshold(A, *first), threshold(B, *second), quorums.THEY_MEET.negated)

    def exists(encoding: Encoding, nodes: int | None) -> bool:
        answer = smt.satisfy(conditions, ("A", "B"), encoding, nodes=nodes, timeout_s=60)
        assert answer.outcome is not smt.Outcome.UNKNOWN
        return answer.outcome is smt.Outcome.SATISFIABLE

    def both(n: int, a: Sets, b: Sets) -> Iterator[tuple[int, ...]]:
        return once_if(reaches(a, n, *first) and reaches(b, n, *second))

    listed = [any(True for _ in disjoint_quorums(n, both)) for n in range(1, 6)]
    assert [exists(Encoding.CARDINALITIES, n) for n in range(1, 6)] == listed
    assert [exists(Encoding.BIT_VECTORS, n) for n in range(1, 6)] == listed
    assert exists(Encoding.CARDINALITIES, None) or not any(listed)


@settings(max_examples=15, deadline=None)
@given(linear_thresholds)
def test_the_smallest_counterexample_to_any_threshold_is_the_one_listed_first(
    threshold_of: tuple[bool, int, int],
) -> None:
    """A threshold that lets two quorums miss each other does so at N = 1 or 2, and the proof shows the least pair."""
    given_ = (threshold(A, *threshold_of), threshold(B, *threshold_of))
    theorem = replace(quorums.find("half"), name="any", given=given_)

    def both(n: int, a: Sets, b: Sets) -> Iterator[tuple[int, ...]]:
        return once_if(reaches(a, n, *threshold_of) and reaches(b, n, *threshold_of))

    if not any(reaches(tuple(range(n)), n, *threshold_of) for n in LISTED):
        with pytest.raises(ValueError, match="theorem 'any' is empty"):
            quorums_proof.decide(theorem)
        return
    proof = quorums_proof.decide(theorem)
    listed = [pair for n in range(1, 5) for pair in disjoint_quorums(n, both)]
    if proof.counterexample is None:
        assert listed == []
    else:
        n, a, b, _ = min(listed, key=by_size)
        assert (proof.counterexample.nodes, proof.counterexample.quorums) == (n, (a, b))


TWO_THIRDS_AND_A_QUARTER = replace(quorums.find("half"), given=(3 * A > 2 * NODES, 4 * B > NODES))
TWO_THIRDS_AND_THREE_TENTHS = replace(quorums.find("half"), given=(3 * A > 2 * NODES, 10 * B > 3 * NODES))


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


def test_an_unknown_theorem_is_answered_with_the_known_ones_and_the_closest() -> None:
    """The message says what was asked, what there is, and what was probably meant."""
    message = (
        "unknown theorem 'Majorty'; there are: majority, half, flexible, flexible-at-least; did you mean 'majority'?"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        quorums_proof.prove("Majorty")


def test_a_theorem_unlike_any_other_gets_no_guess() -> None:
    """A far-off name lists the theorems and suggests none."""
    with pytest.raises(ValueError, match=r"unknown theorem 'xyz'; there are: [a-z, -]+$"):
        quorums_proof.prove("xyz")


@pytest.mark.parametrize("name", BY_HAND)
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


def test_cardinality_arithmetic_refuses_three_sets() -> None:
    """Sizes and overlaps of pairs do not determine whether three sets exist."""
    with pytest.raises(ValueError, match="complete for two sets; asked for 3: A, B, C"):
        smt.satisfy((), ("A", "B", "C"), Encoding.CARDINALITIES, timeout_s=60)


def test_bit_vectors_refuse_an_unbounded_number_of_nodes() -> None:
    """A mask has a width."""
    with pytest.raises(ValueError, match="need a number of nodes, 1 or more; asked for None"):
        smt.satisfy((), ("A", "B"), Encoding.BIT_VECTORS, timeout_s=60)


def test_bit_vectors_count_the_overlap_of_three_sets() -> None:
    """Three pairs among three nodes can meet two by two and have no node in common."""
    pairs = (size("A", "B") >= 1, size("A", "C") >= 1, size("B", "C") >= 1, (size("A", "B", "C") >= 1).negated)
    answer = smt.satisfy(pairs, ("A", "B", "C"), Encoding.BIT_VECTORS, nodes=3, smallest=True, timeout_s=60)
    assert answer.members == {"A": (1, 2), "B": (1, 3), "C": (2, 3)}


def test_the_text_of_a_proof_says_what_was_asked_and_of_whom() -> None:
    """The statement, the verdict and the two encodings, without a manual."""
    shown = quorums_report.text(replace(quorums_proof.prove("majority"), z3_version="0.0", elapsed_s=0.125))
    assert shown == (
        "majority: two quorums of more than half of the nodes intersect, for every N\n"
        "proved for every N >= 1\n"
        "\n"
        "  searched for  N, A, B with 2|A| > N, 2|B| > N, |A & B| < 1\n"
        "  every N       there are none (cardinality arithmetic, N unbounded)\n"
        "  N = 1..9      there are none (bit-vectors, node by node)\n"
        "  not empty     without |A & B| < 1 there are some: N = 1, |A| = 1, |B| = 1, |A & B| = 1\n"
        "  source        Thomas, A Majority Consensus Approach to Concurrency Control, ACM TODS 4(2), 1979\n"
        "\n"
        "Z3 0.0, 0.12 s"
    )


def test_the_text_of_a_refutation_begins_with_the_two_quorums() -> None:
    """A reader sees the counterexample before the method."""
    lines = quorums_report.text(quorums_proof.prove("half")).splitlines()
    assert lines[:6] == [
        "half: two quorums of at least half of the nodes intersect, for every N",
        "refuted: it does not hold for N = 2",
        "",
        "  smallest counterexample: N = 2",
        "    A = {n1}   B = {n2}",
        "  both contain at least half of the nodes, and they share none",
    ]


def test_the_json_of_a_proof_has_a_schema_and_survives_a_round_trip() -> None:
    """Tools read the same facts as people."""
    proof = quorums_proof.prove("flexible-at-least")
    facts = json.loads(json.dumps(quorums_report.to_json(proof)))
    assert facts == quorums_report.to_json(proof)
    assert facts["schema"] == "indoubt/proof/1"
    assert facts["verdict"] == "refuted"
    assert facts["counterexample"] == {"nodes": 2, "quorums": {"A": [1], "B": [2]}, "numbers": {"q1": 1, "q2": 1}}
    assert quorums_report.to_json(quorums_proof.prove("majority"))["counterexample"] is None


def test_z3_is_not_loaded_before_a_proof_is_asked_for() -> None:
    """Naming the theorems costs no solver."""
    program = (
        "import sys\n"
        "from indoubt.invariants import quorums, quorums_proof, quorums_report\n"
        "assert 'z3' not in sys.modules\n"
        "quorums_proof.prove('half')\n"
        "assert 'z3' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9))
def test_a_condition_and_its_negation_are_never_both_true(left: int, right: int, constant: int) -> None:
    """Exactly one of the two holds, for each of the four relations."""
    values: dict[Quantity, int] = {Size(("A",)): left, Size(("B",)): right}
    for condition in (A + constant >= B, A + constant > B):
        for one in (condition, condition.negated):
            assert holds(one, values) is not holds(one.negated, values)
    assert holds(A + constant >= B, values) is (left + constant >= right)
    assert holds(A + constant > B, values) is (left + constant > right)


def test_a_condition_is_printed_as_it_is_written_on_paper() -> None:
    """Coefficients of one and constants of zero are left out."""
    assert str(2 * A + number("f") + -1 > 3 * NODES) == "2|A| + f - 1 > 3N"
    assert str((size("B", "A") >= 1).negated) == "|A & B| < 1"


def test_a_condition_has_no_truth_value() -> None:
    """A chained comparison, which would lose one of its halves, is refused."""
    with pytest.raises(TypeError, match=r"the condition `f >= N` has no truth value"):
        bool(number("f") >= NODES >= 1)
