"""A guard that is dropped is found out by a single step at small sizes, unless nothing rests on it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.statements import Require
from indoubt.explorer.passes.pipeline import prepared
from indoubt.invariants.bounded.model import Model
from indoubt.invariants.bounded.single_step import SingleSteps
from indoubt.specs.commit.two_phase_proved import TwoPhaseProved
from indoubt.specs.consensus.paxos_proved import PaxosProved
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.universe import within

SPECS: list[tuple[type[Spec], dict[str, int], set[str]]] = [
    # Nobody can be heard twice with another outcome, and a promise without a request promises no less.
    (TwoPhaseProved, {"RM": 2}, {"tm_rcv_prepared 0"}),
    (PaxosProved, {"Acceptor": 2, "Value": 2, "Ballot": 2}, {"phase_1b 0"}),
]
"""Specs whose invariants are inductive, sizes, and the guards on which none of them rests, by action and number."""


def without_a_guard(machine: Machine) -> Iterator[tuple[str, str, Machine]]:
    """The machines in which one action lacks one guard: its name and number, the action, and the machine."""
    for place, action in enumerate(machine.actions):
        guards = [one for one in action.body if isinstance(one, Require)]
        for number, guard in enumerate(guards):
            body = tuple(one for one in action.body if one is not guard)
            actions = list(machine.actions)
            actions[place] = dataclasses.replace(action, body=body)
            yield f"{action.name} {number}", action.name, dataclasses.replace(machine, actions=tuple(actions))


def of_kind(machine: Machine, kind: str) -> list[str]:
    """The names of the properties of a kind."""
    return [one.name for one in machine.properties if one.kind == kind]


def steps_of(machine: Machine, settings: Settings) -> SingleSteps:
    """Single steps of a machine."""
    with within(settings.universe):
        return SingleSteps(Model(prepared(machine)), 60)


@pytest.mark.parametrize(("spec", "sizes", "redundant"), SPECS, ids=lambda one: getattr(one, "__name__", ""))
def test_every_guard_that_matters_is_missed(spec: type[Spec], sizes: dict[str, int], redundant: set[str]) -> None:
    """Without it some property is broken by that action; with all guards none is broken by any."""
    settings = settle(spec, sizes)
    machine = lower(spec, settings)
    held = of_kind(machine, "invariant")
    names = [*held, *of_kind(machine, "step_invariant")]
    whole = steps_of(machine, settings)
    for action in machine.actions:
        for name in names:
            assert whole.breaking(name, action.name, held) is None
    unmissed: set[str] = set()
    for label, changed, mutant in without_a_guard(machine):
        steps = steps_of(mutant, settings)
        found = {name: steps.breaking(name, changed, held) for name in names}
        if not any(found.values()):
            unmissed.add(label)
        for name, breaking in found.items():
            if breaking is not None:
                confirm(prepared(mutant), settings, name, changed, breaking.before)
    assert unmissed == redundant


def confirm(machine: Machine, settings: Settings, name: str, action: str, before: tuple[object, ...]) -> None:
    """All invariants hold in the state, and some step of the action leads to one where the named one does not."""
    reference = Reference(machine)
    places = {one.name: place for place, one in enumerate(machine.properties)}
    with within(settings.universe):
        assert all(reference.holds(places[one], before) for one in of_kind(machine, "invariant"))
        steps = [one for one in reference.steps(before) if isinstance(one, tuple) and one[0].action.name == action]
        if name in of_kind(machine, "step_invariant"):
            assert any(not reference.holds(places[name], before, state) for _, state in steps)
        else:
            assert any(not reference.holds(places[name], state) for _, state in steps)


def test_what_is_needed_is_enough_and_none_of_it_can_be_left_out() -> None:
    """Of all that is assumed before a step, those without which it breaks a property; nobody knows of what is false."""
    settings = settle(TwoPhaseProved, {"RM": 2})
    machine = lower(TwoPhaseProved, settings)
    held = of_kind(machine, "invariant")
    steps = steps_of(machine, settings)
    several = 0
    with within(settings.universe):
        for name in [*held, *of_kind(machine, "step_invariant")]:
            for action in machine.actions:
                needed = steps.needed(name, action.name, held)
                assert needed is not None
                assert steps.breaking(name, action.name, needed) is None
                several += len(needed) > 1
                for one in needed:
                    fewer = [other for other in needed if other != one]
                    assert steps.breaking(name, action.name, fewer) is not None, (name, action.name, one)
        assert several
        assert steps.needed("consistent", "rm_rcv_commit", ["consistent"]) is None
