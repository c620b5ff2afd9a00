"""The circuits of a machine say of every state what the reference interpreter says of it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from random_machines import machines

from indoubt.explorer.backends.backend import Broken, Refused, State
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.invariants.bounded import algebra, unknown
from indoubt.invariants.bounded.model import CannotEncode, Model
from indoubt.specs.language.universe import Universe, within

MOST_STATES = 10
Found = tuple[Counter[Any], set[str], Counter[Any], set[str]]


@given(machine=machines())
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_circuits_say_what_the_reference_says(machine: Machine) -> None:
    """Steps with their states, refused bounds, broken asserts, failures and properties, in the first states."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(algebra, "MOST_CASES", 256)
        patch.setattr(algebra, "MOST_EVALUATIONS", 10_000)
        patch.setattr(unknown, "MOST_ELEMENTS", 64)
        try:
            with within(Universe(machine.sizes)):
                model = Model(prepared(machine))
        except CannotEncode:
            return
    reference = Reference(machine)
    states = _first_states(reference)
    if states is not None:
        assert {state for _, state in model.initial} == _initial(reference)
    for state in states or ():
        assert model.read(dict(zip(model.before, model.bits(state), strict=True))) == state
        assert _by_circuit(model, state) == _by_reference(reference, state)
        _compare_properties(model, reference, state)


def _initial(reference: Reference) -> set[State]:
    return {outcome[1] for outcome in reference.initial() if not isinstance(outcome, Refused)}


def _first_states(reference: Reference) -> list[State] | None:
    """The first reachable states; None where the initial ones cannot be computed."""
    try:
        states = list(_initial(reference))
    except StepFailed:
        return None
    known = set(states)
    for state in states:
        for after in _by_reference(reference, state)[0]:
            if after[-1] not in known and len(states) < MOST_STATES:
                known.add(after[-1])
                states.append(after[-1])
    return states[:MOST_STATES]


def _by_reference(reference: Reference, state: State) -> Found:
    taken: Counter[Any] = Counter()
    broken: Counter[Any] = Counter()
    refused: set[str] = set()
    failed: set[str] = set()
    for action in reference.machine.actions:
        one = Reference(_only(reference.machine, action.name))
        steps: list[Any] = []
        try:
            for outcome in one.steps(state):
                if isinstance(outcome, Refused):
                    refused.add(f"{action.name} {outcome.bound}")
                elif isinstance(outcome, Broken):
                    broken[outcome.name, action.name, outcome.taken.arguments] += 1
                else:
                    steps.append((action.name, outcome[0].arguments, outcome[1]))
        except StepFailed:
            failed.add(action.name)
        taken.update(steps)
    # What comes after a failure of the same action is not comparable: the reference stops there.
    drop = [key for key in taken if key[0] in failed]
    broken = Counter({key: count for key, count in broken.items() if key[1] not in failed})
    for key in drop:
        del taken[key]
    return taken, {one for one in refused if one.split()[0] not in failed}, broken, failed


def _only(machine: Machine, name: str) -> Machine:
    return dataclasses.replace(machine, actions=tuple(one for one in machine.actions if one.name == name))


def _by_circuit(model: Model, state: State) -> Found:
    inputs = dict(zip(model.before, model.bits(state), strict=True))
    truths = model.circuit.evaluated({literal >> 1: value for literal, value in inputs.items()})
    assert truths[model.is_valid]
    assert not truths[model.lost]
    failed = {name for name, literal in model.steps.failed.items() if truths[literal]}
    taken: Counter[Any] = Counter()
    for instance, written in zip(model.steps.instances, model.written, strict=True):
        if truths[instance.enabled] and instance.action.name not in failed:
            after = model.read({old: truths[new] for old, new in zip(model.before, written, strict=True)})
            taken[instance.action.name, instance.arguments, after] += 1
    refused = {
        f"{action} {bound}"
        for (bound, action), literal in model.steps.refused.items()
        if truths[literal] and action not in failed
    }
    broken = Counter(
        (one.name, one.action.name, one.arguments)
        for one in model.steps.broken
        if truths[one.literal] and one.action.name not in failed
    )
    return taken, refused, broken, failed


def _compare_properties(model: Model, reference: Reference, state: State) -> None:
    inputs = dict(zip(model.before, model.bits(state), strict=True))
    truths = model.circuit.evaluated({literal >> 1: value for literal, value in inputs.items()})
    places = {one.name: place for place, one in enumerate(reference.machine.properties)}
    for claim in model.claims:
        try:
            expected = reference.holds(places[claim.property.name], state)
        except StepFailed:
            assert truths[claim.failed]
            continue
        assert not truths[claim.failed]
        assert truths[claim.holds] == expected, claim.property.name
