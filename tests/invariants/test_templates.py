"""The property templates, on small sets: what each allows and what it forbids."""

import pytest

from indoubt.invariants.templates import (
    ac1_agreement,
    ac2_irrevocable,
    ac3_unanimity,
    ac4_no_needless_abort,
    ac5_nonblocking,
    integrity,
    skeen_nonblocking,
    uniform_agreement,
    validity,
)

NOBODY: frozenset[str] = frozenset()
P, Q = frozenset("p"), frozenset("q")


@pytest.mark.parametrize(
    ("committed", "aborted", "agree"), [(NOBODY, NOBODY, True), (P, NOBODY, True), (NOBODY, Q, True), (P, Q, False)]
)
def test_agreement_is_broken_by_two_decisions(committed: frozenset[str], aborted: frozenset[str], agree: bool) -> None:
    """AC1 fails exactly where both outcomes occur."""
    assert ac1_agreement(committed, aborted) is agree


def test_a_decision_may_be_joined_but_not_reversed() -> None:
    """AC2 lets the sets grow."""
    assert ac2_irrevocable(P, NOBODY, P | Q, NOBODY)
    assert not ac2_irrevocable(P, NOBODY, NOBODY, P)
    assert not ac2_irrevocable(NOBODY, Q, NOBODY, NOBODY)


def test_a_commit_needs_every_vote() -> None:
    """AC3 speaks of commits only."""
    assert ac3_unanimity(NOBODY, Q)
    assert ac3_unanimity(P, NOBODY)
    assert not ac3_unanimity(P, Q)


def test_an_abort_needs_a_no_or_an_excuse() -> None:
    """AC4 forbids only an abort for no reason."""
    assert ac4_no_needless_abort(P, Q, excused=False)
    assert ac4_no_needless_abort(P, NOBODY, excused=True)
    assert ac4_no_needless_abort(NOBODY, NOBODY, excused=False)
    assert not ac4_no_needless_abort(P, NOBODY, excused=False)


def test_doubt_needs_somebody_who_may_decide() -> None:
    """AC5 forbids doubt with nobody to resolve it."""
    assert ac5_nonblocking(NOBODY, NOBODY)
    assert ac5_nonblocking(P, Q)
    assert not ac5_nonblocking(P, NOBODY)


def test_nobody_waits_beside_a_commit() -> None:
    """Skeen's condition forbids a commit next to a state that cannot commit."""
    assert skeen_nonblocking(P, NOBODY)
    assert skeen_nonblocking(NOBODY, Q)
    assert not skeen_nonblocking(P, Q)


def test_consensus_decides_once_one_proposed_value() -> None:
    """Uniform agreement, integrity and validity of consensus."""
    assert uniform_agreement(P)
    assert not uniform_agreement(P | Q)
    assert integrity(NOBODY, P)
    assert integrity(P, P)
    assert not integrity(P, Q)
    assert not integrity(P, P | Q)
    assert validity(P, P | Q)
    assert not validity(P | Q, Q)
