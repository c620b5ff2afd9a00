"""The quorum theorems: proofs, refutations, and what plain Python finds by listing every pair of sets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from indoubt.invariants.quorums import proof as quorums_proof, solver as smt, theorems as quorums
from indoubt.invariants.quorums.arithmetic import NODES, Condition, Encoding, Linear
from indoubt.invariants.quorums.proof import Verdict
from indoubt.invariants.quorums.theorems import A, B

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
