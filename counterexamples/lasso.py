"""Traces that end in a cycle: the plain source confirms that they break a property of whole runs, and are fair."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from indoubt.counterexamples.changes import changes_between
from indoubt.counterexamples.shape import Shape, parameter_types
from indoubt.counterexamples.trace import State, Trace
from indoubt.specs.language.domains import members
from indoubt.specs.language.failures import is_owed
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec, methods_of, role_of, state_of
from indoubt.specs.language.steps import Plan
from indoubt.specs.language.systems import System


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the source does not confirm a cycle: what the checker said, and what the source says."""

    where: str
    checker: str
    source: str


@dataclass(frozen=True, slots=True)
class Enabled:
    """A step that the source can take: the action, its arguments, and the state after it."""

    action: str
    arguments: Mapping[str, Any]
    after: State


def differences(trace: Trace, shape: Shape, states: list[Spec], enabled: list[list[Enabled]]) -> Iterator[Difference]:
    """Everything that speaks against a trace; `enabled` are the steps from each state of its cycle."""
    assert trace.back_to is not None
    end = "the end of the cycle"
    for change in changes_between(trace.states[trace.back_to], trace.last):
        yield Difference(end, f"{change.place} is as in state {trace.back_to}", "says that it differs")
    family = [{**trace.arguments, name: value} for name, value in _some(trace, shape)] or [dict(trace.arguments)]
    said = [promised(trace, state, family[0]) for state in states]
    cycle = range(trace.back_to, len(states))
    fails = [not goal for _, goal in said]
    match trace.kind:
        case "eventually":
            is_broken = all(fails)
        case "leads_to":
            is_broken = any(said[state][0] and all(fails[state:]) for state in range(len(states)))
        case "infinitely_often":
            is_broken = all(fails[state] for state in cycle)
        case _:
            is_broken = all(any(not promised(trace, states[at], one)[1] for at in cycle) for one in family)
    if not is_broken:
        yield Difference(end, f"{trace.property} is violated", "says that it holds")
    for name in _unfair(trace, shape, enabled):
        yield Difference("the cycle", "every promise of fairness is kept", f"says that {name} is put off for ever")


def _some(trace: Trace, shape: Shape) -> list[tuple[str, Any]]:
    """The parameter that means "there is", with each of its values."""
    role = role_of(methods_of(trace.spec, trace.kind)[trace.property])
    if role is None or role.some is None:
        return []
    types = parameter_types(trace.spec, shape.settings, trace.property, trace.kind)
    return [(role.some, value) for value in members(types[role.some])]


def promised(trace: Trace, state: Spec, arguments: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether trigger and goal of the property of a trace hold in a state, as its source says."""
    said = getattr(state, trace.property)(**arguments)
    return (bool(said[0]), bool(said[1])) if trace.kind == "leads_to" else (True, bool(said))


def steps_from(shape: Shape, state: Spec, calls: Iterator[tuple[str, dict[str, Any]]]) -> list[Enabled]:
    """The steps from a state that some promise of fairness is about; those that change nothing keep few of them."""
    fair = {name for name in shape.parameters if _fairness_of(shape, name) is not None}
    before, found = state_of(state), list[Enabled]()
    for action, arguments in calls:
        if action in fair and _is_owed(state, action, arguments):
            after = copy.copy(state)
            getattr(after, action)(**arguments)
            if state_of(after) != before or _fairness_of(shape, action).is_kept_still:
                found.append(Enabled(action, arguments, state_of(after)))
    return found


def _unfair(trace: Trace, shape: Shape, enabled: list[list[Enabled]]) -> Iterator[str]:
    """The promises that the cycle breaks."""
    assert trace.back_to is not None
    cycle = trace.steps[trace.back_to :]
    taken = {
        _promise(shape, step.action, step.arguments)
        for step, steps in zip(cycle, enabled, strict=False)
        if any(one.action == step.action and one.arguments == dict(step.arguments) for one in steps)
    }
    possible = [{_promise(shape, step.action, step.arguments) for step in steps} for steps in enabled]
    for promise in dict.fromkeys(one for steps in possible for one in steps if one is not None):
        kind, name, _ = promise
        if promise not in taken and (kind == "strong" or all(promise in steps for steps in possible)):
            yield f"{name} ({kind} fairness)"


def _promise(shape: Shape, action: str, arguments: Mapping[str, Any]) -> tuple[str, str, tuple[Any, ...]] | None:
    fairness = _fairness_of(shape, action)
    if fairness is None:
        return None
    return fairness.kind, fairness.group or action, tuple(arguments[name] for name in fairness.parameters)


def _is_owed(state: Spec, action: str, arguments: Mapping[str, Any]) -> bool:
    """Whether fairness may demand a step in a state, as its source says."""
    plan: Plan | None = getattr(getattr(type(state), action), "__indoubt_plan__", None)
    return plan is None or not isinstance(state, System) or is_owed(state, plan, arguments)


def _fairness_of(shape: Shape, action: str) -> Any:
    role = role_of(methods_of(shape.spec, "action")[action])
    return None if role is None else role.fairness
