"""Random machines mean the same to everybody: before and after each pass, as plain Python, and lowered again."""

from __future__ import annotations

import dataclasses
from typing import Any, get_args

import pytest
from agreement import agree, spec_of
from hypothesis import HealthCheck, Phase, event, given, settings
from random_machines import machines
from unparse import source_of

from indoubt import SpecError
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.backends.source import Source
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.expressions import Expr
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.sequences import Capped
from indoubt.explorer.ir.show import shown
from indoubt.explorer.ir.statements import Statement
from indoubt.explorer.ir.walk import walk
from indoubt.explorer.passes.pipeline import PIPELINE
from indoubt.specs.language.declarations import capacities, sorts_of
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings

MOST_STATES = 40
REFUSED = {"S214", "S216", "S301", "S303", "S322"}
"""What the generator writes and the frontend is right to refuse: an element that a loop changes while it is there, a
loop whose last turn decides, an integer that never fits, a comparison that is always the same, an empty collection of
nobody knows what. Any other refusal is a defect."""
examples = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def settled(spec: type[Spec], machine: Machine) -> Settings:
    """The sizes and capacities of a machine for the spec that was written from it."""
    sizes = {sort.__name__: machine.sizes[sort.__name__] for sort in sorts_of(spec) if sort.fixed_size is None}
    bounds = dict.fromkeys(capacities(spec), 2)
    for part in walk_all(machine):
        if isinstance(part, Capped) and part.bound in bounds:
            bounds[part.bound] = part.capacity
    return settle(spec, {**sizes, **bounds})


def walk_all(machine: Machine) -> list[Any]:
    """Every node of a machine."""
    bodies = [[choice.among for choice in one.choices] + [one.body] for one in (*machine.initial, *machine.actions)]
    conditions = [one.condition for one in (*machine.properties, *machine.constraints)]
    roots = [*(part for body in bodies for part in body), *conditions, *(view.parts for view in machine.views)]
    return [part for root in roots for part in walk(root)]


@given(machine=machines())
@examples
def test_passes_keep_the_meaning(machine: Machine) -> None:
    """A rewriting of a machine changes no state, step, bound or property."""
    stages = [machine]
    for rewriting in PIPELINE:
        stages.append(rewriting(stages[-1]))
    first, *others = map(Reference, stages)
    event(f"states: {agree(machine, first, *others, most_states=MOST_STATES) // 10 * 10}")


def is_shared(spec: type[Spec], chosen: Settings) -> bool:
    """Whether a name shares a part of the state that is changed in place, which the frontend refuses."""
    try:
        lower(spec, chosen)
    except SpecError as error:
        return any(mistake.code == "S214" for mistake in error.diagnostics)
    return False


@given(machine=machines())
@examples
def test_the_source_of_a_machine_does_the_same(machine: Machine) -> None:
    """Plain Python, which knows nothing of the machine but its types, is a second opinion on every node."""
    spec = spec_of(source_of(machine), "Random")
    chosen = dataclasses.replace(settled(spec, machine), sizes=machine.sizes)  # of sorts that no annotation names, too
    if is_shared(spec, chosen):
        event("refused, since Python changes an element that a loop has in hand")
        return
    agree(machine, Reference(machine), Source(spec, chosen, machine), most_states=MOST_STATES)


@given(machine=machines(spoken=True))
@examples
def test_the_source_of_a_machine_is_lowered_to_the_same(machine: Machine) -> None:
    """The frontend understands a source as Python does."""
    spec = spec_of(source_of(machine), "Random")
    # Of sorts, too, that are named only in what Python leaves out of a method, as in `False and ...`.
    chosen = dataclasses.replace(settled(spec, machine), sizes=machine.sizes)
    try:
        again = lower(spec, chosen)
    except SpecError as error:
        if not {mistake.code for mistake in error.diagnostics} <= REFUSED:
            raise
        event("refused: " + ", ".join(sorted({mistake.code for mistake in error.diagnostics})))
        return
    event("lowered")
    agree(machine, Reference(machine), Reference(again), Source(spec, chosen, machine), most_states=MOST_STATES)


@pytest.mark.slow
def test_every_node_is_generated() -> None:
    """A node that no random machine has is a node of which nothing here speaks."""
    found: set[type] = set()

    @settings(examples, max_examples=800, derandomize=True, database=None, phases=[Phase.generate])
    @given(machine=machines())
    def collect(machine: Machine) -> None:
        found.update(map(type, walk_all(machine)))

    collect()
    assert {*get_args(Expr), *get_args(Statement)} - found == set()


@given(machine=machines())
@examples
def test_every_machine_can_be_shown(machine: Machine) -> None:
    """The printed form is there for whatever a pass may leave."""
    text = shown(machine)
    parts = (machine.actions, machine.properties, machine.constraints, machine.views)
    assert all(name in text for name in [one.name for some in parts for one in some])
