"""The encodings of random conditions on two or three sets against each other, and against all sets that there are."""

from __future__ import annotations

from itertools import combinations, product
from types import SimpleNamespace

import pytest
from hypothesis import given, settings, strategies as st

from indoubt.invariants.quorums import second_opinion
from indoubt.invariants.quorums.arithmetic import (
    All,
    Condition,
    Formula,
    Linear,
    Number,
    Quantity,
    Relation,
    Size,
    Some,
    holds,
    linear,
    sizes,
)
from indoubt.invariants.quorums.lowering import Claim
from indoubt.invariants.quorums.regions import counts, regions
from indoubt.invariants.quorums.solver import Answer, Encoding, Outcome, Question, fits
from indoubt.specs.language.quorum_systems import common_part

MOST = 3
"""Nodes of the largest sets that are listed."""


def sums(sets: tuple[str, ...]) -> st.SearchStrategy[Linear]:
    """Sums of up to three sizes with small coefficients, some of them halved and rounded down."""
    every: list[Quantity] = [Size(), *sizes(sets), Number("q")]
    quantity = st.sampled_from(every)
    term = st.tuples(st.integers(-3, 3), quantity).map(lambda one: one[0] * Linear(((1, (one[1],)),)))
    total = st.tuples(st.lists(term, min_size=1, max_size=3), st.integers(-2, 2)).map(
        lambda one: sum(one[0], start=linear(one[1]))
    )
    return st.one_of(total, total.map(lambda one: one // 2))


def conditions(sets: tuple[str, ...]) -> st.SearchStrategy[Formula]:
    """Comparisons, and some of them joined."""
    one = st.builds(Condition, sums(sets), st.sampled_from(Relation), sums(sets))
    both = st.tuples(one, one)
    return st.one_of(one, one, both.map(All), both.map(Some), both.map(All).map(lambda formula: formula.negated))


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Two or three sets and a number, which some conditions are assumed of and one is claimed of."""
    sets = draw(st.sampled_from([("A", "B"), ("A", "B", "C")]))
    given_ = draw(st.lists(conditions(sets), min_size=1, max_size=2))
    # A bound on the number lets plain Python try all of them.
    bounded = Condition(Linear(((1, (Number("q"),)),)), Relation.AT_MOST, Linear(((1, (Size(),)),)))
    return Claim("random", sets, ("q",), (bounded, *given_), draw(conditions(sets)))


def measured(claim: Claim, members: tuple[frozenset[int], ...], nodes: int, q: int) -> dict[Quantity, int]:
    """The sizes of concrete sets and of their intersections."""
    held = dict(zip(claim.sets, members, strict=True))
    values: dict[Quantity, int] = {Size(): nodes, Number("q"): q}
    for one in sizes(claim.sets):
        values[one] = len(common_part([held[name] for name in one.sets]))
    return values


def refuted(claim: Claim, nodes: int) -> bool:
    """Whether plain Python finds sets of so many nodes that meet what is assumed, and not what is claimed."""
    subsets = [frozenset(one) for count in range(nodes + 1) for one in combinations(range(nodes), count)]
    formulas = (*claim.given, claim.goal.negated)
    return any(
        all(holds(one, measured(claim, members, nodes, q)) for one in formulas)
        for members in product(subsets, repeat=len(claim.sets))
        for q in range(nodes + 1)
    )


@settings(max_examples=15, deadline=None)
@given(claims())
def test_all_encodings_say_what_plain_python_finds(claim: Claim) -> None:
    """At each small number of nodes, and for the smallest counterexample of all."""
    formulas = (*claim.given, claim.goal.negated)
    listed = [refuted(claim, nodes) for nodes in range(1, MOST + 1)]
    found: dict[Encoding, Answer] = {}
    for encoding in Encoding:
        if not fits(encoding, claim):
            continue
        for nodes in range(1, MOST + 1):
            fixed = nodes if encoding is Encoding.BIT_VECTORS else None
            answer = Question(claim, formulas, encoding, timeout_s=60, nodes=fixed).answer(nodes=nodes)
            assert (answer.outcome is Outcome.SATISFIABLE) == listed[nodes - 1], (encoding, nodes)
            assert answer.outcome is not Outcome.UNKNOWN
        if encoding is not Encoding.BIT_VECTORS:
            found[encoding] = Question(claim, formulas, encoding, timeout_s=60).smallest()
    first, *others = found.values()
    assert all((one.outcome, one.values) == (first.outcome, first.values) for one in others)
    if first.outcome is Outcome.UNSATISFIABLE:
        assert not any(listed)
    else:
        least = first.values[Size()]
        assert listed[: least - 1] == [False] * min(least - 1, MOST)
        assert all(holds(one, first.values) for one in formulas)
        assert min(counts(first.values, claim.sets, Size).values()) >= 0


@given(st.data())
def test_a_formula_and_its_negation_are_never_both_true(data: st.DataObject) -> None:
    """Exactly one of the two holds, whatever the sets are."""
    sets = ("A", "B")
    formula = data.draw(conditions(sets))
    members = data.draw(st.tuples(*[st.frozensets(st.integers(0, 3))] * 2))
    claim = Claim("one", sets, ("q",), (), formula)
    values = measured(claim, members, 4, data.draw(st.integers(0, 4)))
    assert holds(formula, values) is not holds(formula.negated, values)
    assert holds(formula.negated.negated, values) is holds(formula, values)


def test_regions_count_every_node_once() -> None:
    """The sizes of regions follow from those of intersections."""
    claim = Claim("three", ("A", "B", "C"), ("q",), (), All(()))
    members = (frozenset({0, 1, 2}), frozenset({1, 2, 3}), frozenset({2, 5}))
    found = counts(measured(claim, members, 7, 0), claim.sets, Size)
    assert sum(found.values()) == 7
    for region in regions(3):
        inside = [all((node in of) is is_in for of, is_in in zip(members, region, strict=True)) for node in range(7)]
        assert found[region] == sum(inside)


def test_an_encoding_refuses_what_it_cannot_say() -> None:
    """Cardinalities of three sets do not determine whether the sets exist; a mask has a width."""
    claim = Claim("three", ("A", "B", "C"), (), (), All(()))
    with pytest.raises(ValueError, match="complete for two sets; asked for 3: A, B, C"):
        Question(claim, (), Encoding.CARDINALITIES, timeout_s=1)
    with pytest.raises(ValueError, match="need a number of nodes, 1 or more; asked for None"):
        Question(claim, (), Encoding.BIT_VECTORS, timeout_s=1)


def test_a_second_solver_that_is_not_installed_has_no_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof does without; so does one whose theorem the second solver cannot say."""
    claim = Claim("two", ("A", "B"), (), (), All(()))
    monkeypatch.setattr(second_opinion, "installed", lambda: None)
    assert second_opinion.asked(claim, timeout_s=1) is None
    monkeypatch.setattr(second_opinion, "installed", SimpleNamespace)
    weighted = Claim("w", ("A", "B"), (), (), All(()), weights="w")
    assert second_opinion.asked(weighted, timeout_s=1) is None


def test_cvc5_agrees_with_z3_where_it_is_installed() -> None:
    """Its sets with cardinalities decide what regions do; install the extra `cvc5` to run this."""
    pytest.importorskip("cvc5", reason="cvc5 is not installed; pip install 'indoubt[cvc5]'")
    from indoubt.invariants.quorums.lowering import lowered  # noqa: PLC0415 - only here
    from indoubt.invariants.quorums.stated import Theorem  # noqa: PLC0415 - only here
    from indoubt.invariants.quorums.theorems import find  # noqa: PLC0415 - only here

    for name in (
        "majority",
        "half",
        "majority-rounded-down",
        "min-insync",
        "dissemination",
    ):
        theorem = find(name)
        assert isinstance(theorem, Theorem)
        opinion = second_opinion.asked(lowered(theorem), timeout_s=60)
        assert opinion is not None
        assert opinion.solver.startswith("cvc5 ")
        if opinion.refutable is not None:  # no answer in time is no opinion
            assert opinion.refutable == bool(theorem.breaks)
