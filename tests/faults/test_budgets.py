"""Which parameters are budgets, and what a larger one changes: small specs, and the library's own."""

from __future__ import annotations

from typing import Any

import pytest
from budgeted import Deciding, Insistent, Mast, Odd, Waiting

from indoubt import find_spec
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.budget_licence import Effect, growth
from indoubt.explorer.passes.pipeline import prepared
from indoubt.faults.budgets import budgets_of_run
from indoubt.specs.language.machine import Fault, Spec

PAXOS = {"Acceptor": 3, "Value": 2, "Ballot": 2, "phase_1_quorum": 2, "phase_2_quorum": 2}


def machine(spec: type[Spec], **settings: Any) -> Machine:
    """The machine of a spec."""
    return lower(spec, settle(spec, settings))


@pytest.mark.parametrize(
    ("spec", "settings", "budgets"),
    [
        (Mast, {"Node": 3}, {"cuts": (Fault.CRASH,), "rots": (Fault.LOSS,)}),
        (Odd, {"Node": 3}, {}),
        (Deciding, {"Node": 3}, {"cuts": (Fault.CRASH,), "rots": (Fault.LOSS,)}),
        (
            "three_phase_commit",
            {"Participant": 2},
            {
                "crashes": (Fault.CRASH,),
                "restarts": (Fault.RESTART,),
                "partitions": (Fault.PARTITION,),
                "heals": (Fault.HEAL,),
            },
        ),
        (
            "two_phase_commit",
            {"Participant": 2},
            {
                "coordinator_crashes": (Fault.CRASH,),
                "participant_crashes": (Fault.CRASH,),
                "crashes": (Fault.CRASH,),
                "restarts": (Fault.RESTART,),
            },
        ),
        ("paxos_with_faults", PAXOS, {"amnesias": (Fault.RESTART,), "lost_promises": (Fault.RESTART,)}),
        ("two_phase", {"RM": 2}, {}),
    ],
)
def test_budgets_are_found_by_what_they_do(
    spec: type[Spec] | str, settings: dict[str, Any], budgets: dict[str, tuple[Fault, ...]]
) -> None:
    """Whatever their names, and neither sizes of quorums nor switches among them."""
    found = find_spec(spec) if isinstance(spec, str) else spec
    assert budgets_of_run(found, settle(found, settings)) == budgets


def reached(shown: Machine) -> set[tuple[Any, ...]]:
    """All reachable states."""
    reference = Reference(prepared(shown))
    seen: set[tuple[Any, ...]] = set()
    waiting = [one[1] for one in reference.initial() if isinstance(one, tuple)]
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += [one[1] for one in reference.steps(state) if isinstance(one, tuple)]
    return seen


@pytest.mark.parametrize(
    ("spec", "settings", "budget", "left"),
    [
        (Mast, {"Node": 3, "rots": 1}, "cuts", "cuts_left"),
        (Mast, {"Node": 3, "cuts": 1}, "rots", None),
        ("three_phase_commit", {"Participant": 2, "restarts": 1}, "crashes", "crashes_left"),
        ("three_phase_commit", {"Participant": 2, "crashes": 1}, "restarts", None),
        ("three_phase_commit", {"Participant": 2, "crashes": 1}, "partitions", "partitions_left"),
        ("three_phase_commit", {"Participant": 2, "partitions": 1}, "heals", None),
        ("two_phase_commit", {"Participant": 2}, "crashes", "crashes_left"),
        ("two_phase_commit", {"Participant": 1, "crashes": 2}, "restarts", None),
        ("paxos_with_faults", PAXOS | {"Ballot": 1}, "amnesias", "amnesias_left"),
    ],
)
def test_a_licensed_budget_only_adds_states(
    spec: type[Spec] | str, settings: dict[str, Any], budget: str, left: str | None
) -> None:
    """With more left of it, every state is there with the larger budget as well."""
    found = find_spec(spec) if isinstance(spec, str) else spec
    small, large = (machine(found, **settings, **{budget: value}) for value in (1, 2))
    assert growth(small, large).objection is None
    names = [one.name for one in small.variables]
    shifted = {
        tuple(value + (name == left) if name == left else value for name, value in zip(names, state, strict=True))
        for state in reached(small)
    }
    assert shifted <= reached(large)


def test_what_is_not_licensed_says_why() -> None:
    """A guard that is lost, and a decision by what is left."""
    lost = growth(machine(Odd, Node=3), machine(Odd, Node=3, cuts=1))
    assert lost.objection == "a guard of `tighten` is lost with a larger budget, or may be"
    decides = growth(machine(Deciding, Node=3, cuts=1), machine(Deciding, Node=3, cuts=2))
    assert decides.objection == "`cut_rope` decides something by what is left of the budget"


def test_what_properties_say() -> None:
    """Of what is spent the same, of what is left something else."""
    grown = growth(machine(Mast, Node=3), machine(Mast, Node=3, cuts=1))
    assert set(grown.conditions.values()) == {Effect.SAME}
    odd = growth(machine(Odd, Node=3, cuts=1), machine(Odd, Node=3, cuts=2)).conditions
    assert odd["not_rotten"] is not Effect.SAME
    assert odd["spare"] in (Effect.MORE, Effect.UNKNOWN)
    assert odd["few_were_cut"] is Effect.SAME


def test_what_a_run_owes() -> None:
    """A fair run is fair with more faults, unless it owes one."""
    fair = growth(machine(Waiting), machine(Waiting, losses=1))
    assert fair.keeps_promises
    assert fair.breaks_up("comes", "eventually")
    owed = growth(machine(Insistent), machine(Insistent, losses=1))
    assert owed.objection is None
    assert not owed.breaks_up("comes", "eventually")


@pytest.mark.parametrize("kind", ["deadlock", "reachable"])
def test_kinds_that_do_not_go_up(kind: str) -> None:
    """Nothing follows for a larger budget from a deadlock, or from what is not reached."""
    grown = growth(machine(Mast, Node=3), machine(Mast, Node=3, cuts=1))
    assert not grown.breaks_up("half_cut", kind)
    assert grown.reaches_up("half_cut")
