"""Confirming what a search answers: every trace is replayed by the Python source of the spec."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from indoubt.counterexamples.letters import call_text
from indoubt.counterexamples.replay import ObservedTrace, ReplayMismatch, in_state, initial_state, replay
from indoubt.explorer.backends.backend import Taken
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.result import Answer, Path
from indoubt.runs.result import PropertyResult
from indoubt.runs.traces import arguments_of, trace_of
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.universe import within

if TYPE_CHECKING:
    from indoubt.runs.refining import Refining


def confirmed(
    spec: type[Spec], settings: Settings, machine: Machine, refining: Refining | None, answer: Answer
) -> PropertyResult:
    """An answer with its trace, confirmed by the Python source, and told in the words of the spec."""
    claim, observed = answer.claim, None
    if answer.path is not None:
        if answer.failing is not None:
            observed, message = _confirmed_assertion(spec, settings, machine, answer, answer.path, answer.failing)
            with within(settings.universe):
                call = call_text(answer.failing.action.name, arguments_of(answer.failing))
            claim = f"{call} breaks it in the last state{f': {message}' * bool(message)}"
        elif refining is not None and answer.kind == "refinement":
            observed = refining.confirmed(trace_of(spec, settings, machine, answer, answer.path))
            claim = observed.trace.claim
        else:
            observed = replay(trace_of(spec, settings, machine, answer, answer.path))
    return PropertyResult(answer.property, answer.kind, claim, answer.verdict, observed)


def _confirmed_assertion(
    spec: type[Spec], settings: Settings, machine: Machine, answer: Answer, path: Path, failing: Taken
) -> tuple[ObservedTrace, str]:
    """The way to the state in which a step breaks an `assert`, and the author's message, told by the Python source."""
    observed = replay(trace_of(spec, settings, machine, dataclasses.replace(answer, kind="scenario"), path))
    state = in_state(initial_state(spec, settings, observed.trace.choice), observed.trace.last)
    with within(settings.universe):
        arguments = arguments_of(failing)
    try:
        getattr(state, failing.action.name)(**arguments)
    except AssertionError as error:
        return observed, str(error)
    call = call_text(failing.action.name, arguments)
    raise ReplayMismatch(f"{call} in the last state", f"{answer.property} fails", "raises no AssertionError")
