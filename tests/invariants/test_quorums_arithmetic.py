"""Conditions on sizes of sets, and what each encoding of them can be asked."""

import pytest
from hypothesis import given, strategies as st

from indoubt.invariants.quorums import solver as smt
from indoubt.invariants.quorums.arithmetic import NODES, Encoding, Quantity, Size, holds, number, size
from indoubt.invariants.quorums.theorems import A, B


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
