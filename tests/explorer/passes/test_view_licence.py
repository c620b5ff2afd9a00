"""A licensed view changes no verdict, on random specs and for random variables left out."""

from __future__ import annotations

import dataclasses

from hypothesis import HealthCheck, assume, event, given, reject, settings, strategies as st
from random_specs import specs
from test_agreement import spec_of

from indoubt import SpecError
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.expressions import Load, Span
from indoubt.explorer.ir.machine import Machine, View
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.passes.view_licence import first_reading, hidden_by
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Exploration, Limits, Verdict
from indoubt.explorer.search.seen import Seen
from indoubt.specs.language.declarations import capacities

MOST = 3000  # distinct states; larger machines are left out


@given(text=specs(), kept=st.sets(st.integers(0, 5)))
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_a_licensed_view_changes_no_verdict(text: str, kept: set[int]) -> None:
    """Verdicts, lengths of counterexamples, bounds that are reached and actions that are taken stay the same."""
    spec = spec_of(text)
    try:
        machine = prepared(lower(spec, settle(spec, {"Node": 2, "Rank": 3, **dict.fromkeys(capacities(spec), 2)})))
    except SpecError:
        reject()
    machine = _with_view(machine, kept)
    view = machine.views[0]
    conditions = {
        one.name for one in machine.properties if first_reading(_alone(machine, one.name), view, {one.name}) is None
    }
    licensed = first_reading(machine, view, conditions) is None
    event(f"licensed: {licensed}, hides something: {bool(hidden_by(machine, view))}")
    assume(licensed)
    assert _said(machine, conditions, None) == _said(machine, conditions, Seen(0, is_licensed=True))


def _with_view(machine: Machine, kept: set[int]) -> Machine:
    parts = tuple(Load(one.name, one.type) for place, one in enumerate(machine.variables) if place in kept)
    return dataclasses.replace(machine, views=(View("seen", parts, "", Span("", 1, 0, 1, 0)),))


def _alone(machine: Machine, name: str) -> Machine:
    """The machine without its actions, to judge one property."""
    return dataclasses.replace(machine, actions=())


def _said(machine: Machine, conditions: set[str], view: Seen | None) -> object:
    try:
        found = explore(
            Reference(machine), Limits(max_states=MOST), deadlock=True, properties=frozenset(conditions), view=view
        )
    except SearchFailed as failed:
        return failed.failure.name, None if failed.path is None else len(failed.path.steps)
    assume(found.stopped is None or found.stopped.limit.startswith("an empty set"))
    return _summary(found)


def _summary(found: Exploration) -> object:
    answers = {
        answer.property: (answer.verdict, None if answer.path is None else len(answer.path.steps))
        for answer in found.answers
    }
    if found.verdict is Verdict.VIOLATED:
        return answers
    return answers, set(found.bounds), {name for name, count in found.taken.items() if count}
