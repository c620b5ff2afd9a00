"""Bounded model checking and the explorer agree on verdict and depth; induction proves nothing that is violated."""

from __future__ import annotations

import pytest
from counts.row import Row, When
from counts.table import ROWS
from hypothesis import HealthCheck, given, settings
from random_machines import machines

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Exploration, Limits
from indoubt.invariants.bounded import algebra, unknown
from indoubt.invariants.bounded.induction import COMPUTABLE, induct
from indoubt.invariants.bounded.model import CannotEncode, Model
from indoubt.invariants.bounded.search import search
from indoubt.specs.commit.two_phase import TwoPhase
from indoubt.specs.language.systems import System
from indoubt.specs.language.universe import Universe, within

SHORT = 9
"""States in a counterexample of the table that is looked for here."""
STEPS = 2
MOST_CHOICES = 40


def short_rows() -> list[Row]:
    """One row of the table for each spec that has a short counterexample or witness there: the shortest."""
    found: dict[type, Row] = {}
    for row in ROWS:
        length = row.expected.length
        if row.when is not When.ALWAYS or row.symmetry or row.constraints or length is None or length > SHORT:
            continue
        if row.spec.__name__ in LARGE or row.about is None or issubclass(row.spec, System):
            continue  # the rows of systems have networks and faults, which are options of a check
        known = found.get(row.spec)
        if known is None or length < (known.expected.length or 0):
            found[row.spec] = row
    return list(found.values())


LARGE = {"ABD", "NoConsistencyCheck", "Overtaking", "OvertakingMarkers", "RaftLite", "Reconf", "ThreePC"} | {
    "ThreePhaseCommit",
    "WithoutAcks",
    "WithoutTies",
    "PaxosWithFaults",
    "PaxosCommitIgnoringVotes",
}
"""Specs that take the solver more than a second."""
MOST_GATES = 600
KINDS = {"invariant", "step_invariant", "assertion"}
"""What can be violated by a path; the rest is of whole runs, or is a witness."""


@pytest.mark.parametrize("row", short_rows(), ids=lambda row: row.name)
def test_the_depths_of_the_table_are_found_by_the_solver(row: Row) -> None:
    """The same property is violated, or reached, at the same depth, and at no lesser one."""
    settled = settle(row.spec, dict(row.settings))
    machine = prepared(lower(row.spec, settled))
    if row.about not in {one.name for one in machine.properties}:
        return  # a property of whole runs, or an assert
    with within(settled.universe):
        model = Model(machine)
    assert row.expected.length is not None
    found = search(model, row.expected.length + 1, properties=[row.about])
    assert [len(one.way.steps) + 1 for one in (*found.violated, *found.reached)] == [row.expected.length]


@given(machine=machines())
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_random_machines_are_judged_as_by_the_explorer(machine: Machine) -> None:
    """What is violated first, with its depth, the witnesses, the bounds, and whether something cannot be computed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(algebra, "MOST_CASES", 128)
        patch.setattr(algebra, "MOST_EVALUATIONS", 6_000)
        patch.setattr(unknown, "MOST_ELEMENTS", 32)
        try:
            with within(Universe(machine.sizes)):
                model = Model(prepared(machine))
        except CannotEncode:
            return
    if len(model.circuit.gates) > MOST_GATES or len(model.written) > MOST_CHOICES:
        return
    found = search(model, STEPS)
    assert not found.undecided
    expected = explored(machine)
    if expected is None:
        # The explorer goes through a level state by state; a failure in it ends the run, as it does here.
        assert found.failure is not None
        return
    violated = {
        one.property: len(one.path.steps)
        for one in expected.answers
        if one.kind in KINDS and one.path is not None and len(one.path.steps) <= STEPS
    }
    if found.failure is None:
        assert {one.name: len(one.way.steps) for one in found.violated} == violated
        reached = {
            one.property: len(one.path.steps) for one in expected.answers if one.kind == "reachable" and one.path
        }
        assert {one.name: len(one.way.steps) for one in found.reached} == reached
    proof = induct(model, 1)
    if COMPUTABLE in proof.proved:
        assert not set(proof.proved) & violated.keys()


def explored(machine: Machine) -> Exploration | None:
    """What the explorer says of as many levels; None where something cannot be computed."""
    try:
        return explore(Reference(machine), Limits(max_depth=STEPS + 1, max_states=2000))
    except SearchFailed:
        return None


def test_the_path_that_is_shown_is_the_first_one() -> None:
    """Of all shortest paths, the one whose instances come first, whatever the solver was asked before."""
    settled = settle(TwoPhase, {"RM": 2})
    machine = prepared(lower(TwoPhase, settled))
    with within(settled.universe):
        model = Model(machine)
    (found,) = search(model, 9, properties=["everybody_commits"]).reached
    (claim,) = [one for one in model.claims if one.property.name == "everybody_commits"]
    dead: set[tuple[tuple[bool, ...], int]] = set()

    def first(state: tuple[bool, ...], left: int) -> list[int] | None:
        truths = model.circuit.evaluated({one >> 1: bit for one, bit in zip(model.before, state, strict=True)})
        if truths[claim.holds]:
            return []
        if left == 0 or (state, left) in dead:
            return None
        for number, (instance, written) in enumerate(zip(model.steps.instances, model.written, strict=True)):
            if truths[instance.enabled]:
                rest = first(tuple(truths[literal] for literal in written), left - 1)
                if rest is not None:
                    return [number, *rest]
        dead.add((state, left))
        return None

    expected = first(model.bits(found.way.start), len(found.way.steps))
    assert [model.steps.instances.index(instance) for instance, _ in found.way.steps] == expected
