"""From the path of a search, encoded, to a trace in the words of the spec."""

from __future__ import annotations

from typing import Any

from indoubt.counterexamples.trace import Step, Trace
from indoubt.explorer.backends.backend import State, Taken
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.values import decode
from indoubt.explorer.search.result import Answer, Path
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.universe import within


def trace_of(spec: type[Spec], settings: Settings, machine: Machine, answer: Answer, path: Path) -> Trace:
    """The trace of a path that decides a property."""
    with within(settings.universe):
        before = initial = _state(machine, path.initial)
        steps: list[Step] = []
        for taken, state in path.steps:
            after = _state(machine, state)
            action = taken.action
            arguments = arguments_of(taken)
            steps.append(
                Step(action.name, arguments, before, after, action.summary, action.span.line, action.fault, action.by)
            )
            before = after
        choice = {} if path.choice is None else arguments_of(path.choice)
        given = _named(machine, answer)
    return Trace(
        spec,
        settings,
        answer.property,
        answer.kind,
        answer.claim,
        initial,
        tuple(steps),
        choice,
        given,
        path.back_to,
    )


def _named(machine: Machine, answer: Answer) -> dict[str, Any]:
    """The arguments of a temporal property by name."""
    for one in machine.temporal:
        if one.name == answer.property and answer.arguments:
            pairs = zip(one.choices, answer.arguments, strict=True)
            return {
                choice.local.name.partition("#")[0]: decode(value, choice.range)
                for place, (choice, value) in enumerate(pairs)
                if place != one.some
            }
    return {}


def _state(machine: Machine, state: State) -> dict[str, Any]:
    return {
        variable.name: decode(value, variable.type) for variable, value in zip(machine.variables, state, strict=True)
    }


def arguments_of(taken: Taken) -> dict[str, Any]:
    """The arguments of a step by name; needs the universe of its sorts."""
    return {
        choice.local.name.partition("#")[0]: decode(value, choice.range)
        for choice, value in zip(taken.action.choices, taken.arguments, strict=True)
    }
