"""What native code is asked beyond states and steps: whole runs, refinement, views, on random machines.

The reference interpreter says what is right: verdicts, lengths, and what fails.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings, strategies as st
from random_machines import machines

from indoubt.explorer.backends.native.packing import Unsupported
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.expressions import Load
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.passes.view_licence import first_reading
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.native_exploration import Asked, explore_natively
from indoubt.explorer.search.refinement import Refinement
from indoubt.explorer.search.result import Exploration, Limits
from indoubt.explorer.search.seen import Seen
from indoubt.specs.language.fairness import Fairness
from indoubt.specs.language.machine import TEMPORAL

MOST = Limits(max_states=300)
RANDOM = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def told(explored: Callable[[], Exploration]) -> object:
    """What an exploration says, or what it fails with."""
    try:
        found = explored()
    except SearchFailed as failed:
        return failed.failure.code, None if failed.path is None else len(failed.path.steps)
    if found.stopped is not None:
        return found.stopped.limit
    answers = [
        (one.property, one.verdict, None if one.path is None else (len(one.path.steps), one.path.back_to))
        for one in found.answers
    ]
    return answers, found.counts, found.levels, dict(found.taken), set(found.bounds)


def natively(machine: Machine, **asked: Any) -> object:
    """What native code says; nothing more is tried where it does not know the machine."""
    try:
        question = Asked(MOST, deadlock=False, properties=None, constraints=frozenset(), **asked)
        return told(lambda: explore_natively(machine, question))
    except Unsupported as reason:
        event(f"not known: {str(reason)[:30]}")
        assume(condition=False)
        raise


@st.composite
def fair_machines(draw: st.DrawFn) -> Machine:
    """Machines with a property of whole runs, and fairness for some actions; nothing else is checked."""
    machine = draw(machines())
    assume(machine.temporal)
    actions = tuple(dataclasses.replace(one, fairness=draw(fairness(one))) for one in machine.actions)
    kind = draw(st.sampled_from(sorted(TEMPORAL)))
    temporal = tuple(dataclasses.replace(one, kind=kind, some=None) for one in machine.temporal)
    return dataclasses.replace(machine, actions=actions, temporal=temporal, views=(), constraints=(), properties=())


def fairness(action: Action) -> st.SearchStrategy[Fairness | None]:
    """Fairness of an action: none, or of some of its parameters, alone or in a group."""
    names = [choice.local.name.partition("#")[0] for choice in action.choices]
    known = sorted({name for name in names if names.count(name) == 1})
    some = st.lists(st.sampled_from(known), unique=True).map(tuple) if known else st.just(())
    kinds = st.sampled_from(["weak", "strong"])
    return st.none() | st.builds(Fairness, kinds, some, st.sampled_from([None, "all"]))


@pytest.mark.parametrize("workers", [1, 2])
@given(machine=fair_machines())
@RANDOM
def test_whole_runs_are_judged_alike(workers: int, machine: Machine) -> None:
    """The runs that break a property have the same length, way and cycle."""
    expected = told(lambda: explore(Reference(machine), MOST))
    assert natively(machine, workers=workers) == expected
    event(f"some run is broken: {'VIOLATED' in str(expected)}")


@pytest.mark.parametrize("workers", [1, 2])
@given(machine=machines(), data=st.data())
@RANDOM
def test_refinement_is_decided_alike(workers: int, machine: Machine, data: st.DataObject) -> None:
    """The abstract machine has fewer actions, or the same, and sees some variables or all of them."""
    left_out = data.draw(st.sampled_from(machine.actions)) if data.draw(st.booleans()) else None
    abstract = dataclasses.replace(machine, actions=tuple(one for one in machine.actions if one is not left_out))
    machine = dataclasses.replace(machine, temporal=(), views=(), constraints=(), properties=machine.properties[:1])
    mapping = tuple(Load(one.name, one.type) for one in machine.variables)

    def refinement() -> Refinement:
        return Refinement(machine, mapping, Reference(abstract))

    expected = told(lambda: explore(Reference(machine), MOST, refinement=refinement()))
    assert natively(machine, workers=workers, refinement=refinement()) == expected
    event(f"it is broken: {'VIOLATED' in str(expected)}")


@pytest.mark.parametrize("workers", [1, 2])
@given(machine=machines())
@RANDOM
def test_views_merge_the_same_states(workers: int, machine: Machine) -> None:
    """With several workers only a view that is licensed gives equal counts."""
    assume(machine.views)
    machine = dataclasses.replace(machine, temporal=(), constraints=())
    reading = first_reading(machine, machine.views[0], {one.name for one in machine.properties})
    assume(workers == 1 or reading is None)
    view = Seen(0, reading is None)
    expected = told(lambda: explore(Reference(machine), MOST, view=view))
    assert natively(machine, workers=workers, view=view) == expected
    event(f"licensed: {reading is None}")
