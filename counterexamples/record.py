"""Drive a spec by hand and keep what happened, to print it, to draw it, or to test with it.

start = TwoPhase(RM=2)
trace = record(start, [("rm_prepare", RM(0)), ("tm_rcv_prepared", RM(0)), ("tm_abort",)])
print(text.render(trace))
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterable
from typing import Any

from indoubt.counterexamples.shape import shape_of
from indoubt.counterexamples.trace import Step, Trace
from indoubt.specs.language.machine import Spec, methods_of, role_of, state_of

SCENARIO = "scenario"
"""The kind of a trace that decides no property."""


def record(
    start: Spec, calls: Iterable[tuple[Any, ...]], shows: str = "", choice: dict[str, Any] | None = None
) -> Trace:
    """The trace of `calls`, each the name of an action and its arguments, from the state `start`, which stays as it is.

    `shows` names the property that the last state decides, or is "deadlock"; `choice` are the arguments that `@initial`
    was given. Raises NotEnabled where a call is not enabled, ValueError where there is no such action or property.
    """
    spec = type(start)
    shape = shape_of(spec, start.__settings__)
    state = copy.copy(start)
    steps: list[Step] = []
    for action, *arguments in calls:
        if action not in shape.parameters:
            raise ValueError(f"{spec.__name__} has no action {action!r}; it has: {', '.join(shape.parameters)}")
        before = state_of(copy.copy(state))
        getattr(state, action)(*arguments)
        names = dict(zip(shape.parameters[action], arguments, strict=True))
        steps.append(step_of(spec, action, names, before, state_of(copy.copy(state))))
    kind, claim = _property(spec, shows)
    initial = state_of(copy.copy(start))
    return Trace(spec, start.__settings__, shows, kind, claim, initial, tuple(steps), choice or {})


def step_of(
    spec: type[Spec], action: str, arguments: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> Step:
    """A step with what the source of its action says about it."""
    method = methods_of(spec, "action")[action]
    role = role_of(method)
    plan = getattr(method, "__indoubt_plan__", None)  # of a system of nodes, whose handler is the source
    handler = None if plan is None else plan.handler
    original = getattr(method, "__wrapped__", method) if handler is None else handler.method
    fault, by = (role.fault, role.by) if role else (None, None)
    return Step(action, arguments, before, after, first_line(method), original.__code__.co_firstlineno, fault, by)


def first_line(method: object) -> str:
    """The first line of a docstring, or nothing."""
    return (inspect.getdoc(method) or "").partition("\n")[0]


def _property(spec: type[Spec], name: str) -> tuple[str, str]:
    if name in ("", "deadlock"):
        return name or SCENARIO, "Some step is enabled." if name else ""
    for kind in ("invariant", "step_invariant", "reachable"):
        if name in methods_of(spec, kind):
            return kind, first_line(methods_of(spec, kind)[name])
    there_is = [name for kind in ("invariant", "step_invariant", "reachable") for name in methods_of(spec, kind)]
    raise ValueError(f"{spec.__name__} has no property {name!r}; it has: {', '.join([*there_is, 'deadlock'])}")
