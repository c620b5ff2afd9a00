"""How a question that is too hard is made easier: by its cases, and with what matters at small sizes alone."""

from __future__ import annotations

from itertools import product

import pytest

from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.finding.specs import find_spec
from indoubt.invariants.unbounded.logic import Formula, Holds, both, either, negation
from indoubt.invariants.unbounded.obligations import OFTEN
from indoubt.invariants.unbounded.queries import MOST_CASES, by_cases
from indoubt.invariants.unbounded.solver import Outcome, satisfy
from indoubt.invariants.unbounded.theory import Assumption, Theory
from indoubt.proofs.small import SmallSizes
from indoubt.specs.language.quorum_systems import MAJORITY

A, B, C, D, E = (Holds(name, ()) for name in "ABCDE")
MANY = either(*(Holds(f"F{number}", ()) for number in range(MOST_CASES + 1)))


def truth(formula: Formula, true: set[str]) -> bool:
    """What a formula without quantifiers means where some propositions are true."""
    match formula:
        case bool():
            return formula
        case Holds(name):
            return name in true
        case _:
            parts = getattr(formula, "operands", None)
            if parts is None:
                return not truth(formula.operand, true)  # type: ignore[union-attr]
            return (all if formula.is_all else any)(truth(one, true) for one in parts)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("formula", "count"),
    [
        (both(A, either(B, C), either(D, negation(E))), 4),
        (either(A, both(B, C), D), 3),
        (both(A, B), 1),
        (both(MANY, either(A, B)), 2),
        (A, 1),
    ],
    ids=str,
)
def test_cases_are_all_there_is(formula: Formula, count: int) -> None:
    """One of the cases holds where the whole does, and nowhere else; what else is given stays."""
    other = Assumption("other", A)
    cases = by_cases([other, Assumption("step", formula)], ["step"])
    assert len(cases) == count
    assert all(len(case) == 2 and case[0] == other for case in cases)
    for values in product((False, True), repeat=5):
        true = {name for name, value in zip("ABCDE", values, strict=True) if value}
        assert any(truth(case[1].formula, true) for case in cases) is truth(formula, true)
    assert by_cases([other], ["step"]) == [[other]]
    twice = by_cases([Assumption("step", either(A, B)), Assumption("goal", negation(both(C, D)))], ["step", "goal"])
    assert [[one.formula for one in case] for case in twice] == [[x, negation(y)] for x in (A, B) for y in (C, D)]


def test_paxos_is_inductive_without_the_invariant_that_helps_a_solver() -> None:
    """What a quorum reports follows from six others, which are found at three members, in either case of the guard."""
    spec = find_spec("paxos_proved")
    machines = (prepared(lower(spec, settle(spec, dict.fromkeys(("Acceptor", "Value", "Ballot"), n)))) for n in (4, 5))
    theory = Theory(*machines)
    held = {one.name: one for one in theory.invariants if one.name != "quorums_report_what_is_choosable"}
    small = SmallSizes(spec, {}, {"Acceptor": MAJORITY}, None)
    needed = small.needed("proposals_are_safe", "phase_2a", tuple(held))
    assert needed is not None
    assert set(needed) == {
        "one_proposal_per_ballot",
        "accepted_was_proposed",
        "promises_are_kept",
        "reported_votes_were_cast",
        "reported_votes_are_the_last",
        "proposals_are_safe",
    }
    (step,) = (one for one in theory.steps if one.action.name == "phase_2a")
    given = [*theory.axioms, *theory.parameter_axioms(step)]
    given += [Assumption(name, theory.says(held[name], theory.state)) for name in needed]
    goal = Assumption("goal", negation(theory.says(held["proposals_are_safe"], step.after)))
    cases = by_cases([*given, Assumption("phase_2a", step.enabled), goal], ["phase_2a", "goal"])
    assert len(cases) == 4
    for case in cases:
        formulas = [one.formula for one in case]
        assert satisfy(formulas, theory.ordered, 60, wants_model=False, rounds=OFTEN).outcome is Outcome.IMPOSSIBLE
