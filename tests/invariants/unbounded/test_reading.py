"""The formulas of a machine say at every size what the reference interpreter says there."""

from __future__ import annotations

import contextlib
import dataclasses
from itertools import islice, product
from typing import Any

import pytest
from finite_structures import Finite
from hypothesis import HealthCheck, given, settings, strategies as st
from random_machines import machines

from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.values import encoded_members
from indoubt.explorer.ir.walk import types_of
from indoubt.explorer.passes.pipeline import prepared
from indoubt.finding.specs import find_spec
from indoubt.invariants.unbounded.execution import LocatedRefusal, parameter_symbol
from indoubt.invariants.unbounded.logic import pushed
from indoubt.invariants.unbounded.theory import Theory
from indoubt.specs.language.types import MapType, QuorumType, SetType, Type
from indoubt.specs.language.universe import Universe, within

SPECS = (
    ("paxos_proved", {"Acceptor": 3, "Value": 2, "Ballot": 2}),
    ("two_phase_proved", {"RM": 2}),
    ("lock_server", {"Client": 2, "Server": 2}),
    ("toy_consensus", {"Node": 3, "Value": 2}),
    ("voting", {"Acceptor": 3, "Value": 2, "Ballot": 3}),
)
slowly = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def drawn(data: Any, type_: Type) -> Any:
    """A random encoded value of a type; sets have few elements, as they do in runs."""
    match type_:
        case SetType(element):
            return frozenset(drawn(data, element) for _ in range(data.draw(st.integers(0, 4))))
        case MapType(key, element):
            return tuple(drawn(data, element) for _ in encoded_members(key))
        case _:
            every = encoded_members(type_)
            return data.draw(st.sampled_from(every))


def compare(theory: Theory, machine: Machine, state: State) -> int:
    """Compare properties and steps of one state; the number of steps. Needs the universe of the machine."""
    reference = Reference(machine)
    quorums = list(
        dict.fromkeys(t for t in types_of((machine.actions, machine.properties)) if isinstance(t, QuorumType))
    )
    finite = Finite(machine.sizes, quorums)
    for variable, value in zip(machine.variables, state, strict=True):
        finite.put(variable.type, value, variable.name)
    assert all(finite.true(one.formula) for one in theory.axioms)
    for position, one in enumerate(machine.properties):
        if one.kind != "step_invariant":
            with contextlib.suppress(LocatedRefusal):
                formula = theory.says(one, theory.state)
                expected = reference.holds(position, state)
                assert finite.true(formula) == expected, one.name
                assert finite.true(pushed(formula, is_true=False)) != expected, one.name
    count = 0
    for step in theory.steps:
        action = next(one for one in machine.actions if one.name == step.action.name)
        taken = _taken(machine, action, state)
        for arguments in _choices(action):
            here = Finite(machine.sizes, quorums)
            here.relations |= finite.relations
            here.functions |= finite.functions
            for choice, value in zip(action.choices, arguments, strict=True):
                here.put(choice.range, value, parameter_symbol(action, choice))
            assert all(here.true(one.formula) for one in theory.parameter_axioms(step))
            assert here.true(step.enabled) == (arguments in taken), (action.name, arguments)
            if arguments not in taken:
                continue
            count += 1
            for position, one in enumerate(machine.properties):
                with contextlib.suppress(LocatedRefusal):
                    if one.kind == "step_invariant":
                        formula = theory.says(one, theory.state, step.after)
                        assert here.true(formula) == reference.holds(position, state, taken[arguments]), one.name
                    else:
                        formula = theory.says(one, step.after)
                        assert here.true(formula) == reference.holds(position, taken[arguments]), one.name
    return count


def _taken(machine: Machine, action: Action, state: State) -> dict[tuple[Any, ...], State]:
    """The states after an action, by its arguments."""
    only = dataclasses.replace(machine, actions=(action,))
    outcomes = [one for one in Reference(only).steps(state) if isinstance(one, tuple)]
    return {taken.arguments: after for taken, after in outcomes}


def _choices(action: Action) -> list[tuple[Any, ...]]:
    return list(islice(product(*(encoded_members(choice.range) for choice in action.choices)), 60))


@pytest.mark.parametrize(("name", "sizes"), SPECS, ids=[name for name, _ in SPECS])
@given(data=st.data())
@slowly
def test_formulas_of_the_library_say_what_the_reference_says(name: str, sizes: dict[str, int], data: Any) -> None:
    """In random states, reachable or not: properties, guards, and properties after every step."""
    spec = find_spec(name)
    one = prepared(lower(spec, settle(spec, sizes)))
    other = prepared(lower(spec, settle(spec, {size: number + 1 for size, number in sizes.items()})))
    with within(Universe(one.sizes)):
        theory = Theory(one, other)
        compare(theory, one, tuple(drawn(data, variable.type) for variable in one.variables))


@given(machine=machines(), data=st.data())
@slowly
def test_formulas_of_random_machines_say_what_the_reference_says(machine: Machine, data: Any) -> None:
    """Whatever has a counterpart in the logic means the same there; the rest is refused."""
    small = dataclasses.replace(machine, temporal=(), views=(), constraints=())
    parts = [dataclasses.replace(small, initial=(), actions=(), properties=(one,)) for one in small.properties]
    parts += [dataclasses.replace(small, initial=(), actions=(one,)) for one in small.actions]
    with within(Universe(machine.sizes)):
        try:
            state = tuple(drawn(data, variable.type) for variable in machine.variables)
        except TypeError:
            return  # sequences and bags have no list of values
        for part in parts:
            try:
                theory = Theory(part, part)
                compare(theory, part, state)
            except (LocatedRefusal, StepFailed):
                continue  # no counterpart in the logic, or no value in this state
