"""A spec that fails while it runs: what to tell its author, and the way to the state in which it happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from indoubt.counterexamples.letters import call_text
from indoubt.counterexamples.trace import Trace
from indoubt.explorer.backends.backend import Taken
from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.frontend.diagnostics import Diagnostic
from indoubt.explorer.ir.expressions import Span
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.values import decode
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Answer, Verdict
from indoubt.runs.length_tests import length_test
from indoubt.runs.traces import trace_of
from indoubt.specs.language.display import state_lines
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.universe import within

HELP = {
    "S401": "test the length first, as in `require(len(q) > 0)`",
    "S402": "test first, as in `require(x in s)`, or use `.discard(x)`, which takes out what is there",
    "S403": "say what it is then, as in `max((... for ...), default=0)`, or test first: `require(len(s) > 0)`",
    "S404": "write the property so that it has an answer in every state",
}
"""What to write instead, by the code of the mistake."""
NO_KEY = "test first, as in `require(0 <= i <= 3)`: a `Map[K, V]` has the values of K as its keys, and no others"

Failing = Literal["in_state", "in_step", "of_step"]
"""What fails: a property of the last state of a trace, a step that begins there, or a property of the last step."""


class SpecFailed(Exception):
    """The spec cannot be computed in a reachable state; `trace` leads there, None where there is no state yet."""

    def __init__(self, diagnostic: Diagnostic, trace: Trace | None, what: Failing) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic
        self.trace = trace
        self.what: Failing = what

    def told(self) -> str:
        """The mistake with its place, the state in which it happens, and the way there."""
        if self.trace is None:
            return f"{self}\n\nIt fails where the initial states are made."
        from indoubt.counterexamples.text import to_text  # noqa: PLC0415 - most runs have nothing to tell by it

        with within(self.trace.settings.universe):
            where = "\n\n".join(_where(self.trace, self.what))
        return f"{self}\n\n{where}\n\n{to_text(self.trace)}"


def _where(trace: Trace, what: Failing) -> list[str]:
    """The state or the step that fails, and the heading of the way there; needs the universe of the trace."""
    last = "\n".join(state_lines(trace.last))
    step = None
    if trace.steps:
        step = f"step {len(trace.steps)}, {call_text(trace.steps[-1].action, trace.steps[-1].arguments)}"
    if what == "of_step":
        before = "\n".join(state_lines(trace.steps[-1].before))
        heading = f"It fails for {step}. The state before that step:"
        return [heading, before, "The state after it:", last, "The way to that step:"]
    if what == "in_step":
        return ["The state in which the step is taken, before its writes:", last, "The way to that state:"]
    after = f", after {step}" if step else ""
    return [f"The state in which it fails{after}:", last, "The way to that state:"]


def spec_failed(spec: type[Spec], settings: Settings, machine: Machine, failed: SearchFailed) -> SpecFailed:
    """What the author is told where a step or a property of a spec cannot be computed."""
    failure = failed.failure
    where = Answer(failure.name, "scenario", failure.reason, Verdict.INCONCLUSIVE)
    trace = None if failed.path is None else trace_of(spec, settings, machine, where, failed.path)
    diagnostic = Diagnostic(
        failure.code,
        f"{spec.__name__}.{called(settings, failure)}: {failure.reason}",
        failure.span or _span_of(machine, failure.name),
        "fails here" if failure.span else "fails in this method",
        _help(failure),
    )
    of_step = any(one.name == failure.name and one.kind == "step_invariant" for one in machine.properties)
    what: Failing = "in_step" if failure.taken else "of_step" if of_step else "in_state"
    return SpecFailed(diagnostic, trace, what)


def _help(failure: StepFailed) -> str:
    if "has no key" in failure.reason:
        return NO_KEY
    is_negative = failure.reason.startswith("index -")
    test = length_test(failure.span, is_negative=is_negative) if failure.code == "S401" else None
    return HELP[failure.code] if test is None else f"test the length first, as in `require({test})`"


def called(settings: Settings, failure: StepFailed) -> str:
    """What cannot be computed: a step as a call, with the arguments chosen so far, or the name of a property."""
    if failure.taken is None:
        return failure.name
    with within(settings.universe):
        return call_text(failure.name, _arguments(failure.taken))


def _arguments(taken: Taken) -> Mapping[str, Any]:
    """The arguments that were chosen when it happened, which need not be all of them."""
    chosen = zip(taken.action.choices, taken.arguments, strict=False)
    return {choice.local.name.partition("#")[0]: decode(value, choice.range) for choice, value in chosen}


def _span_of(machine: Machine, name: str) -> Span | None:
    parts = [*machine.initial, *machine.actions, *machine.checked, *machine.constraints, *machine.views]
    return next((one.span for one in parts if one.name == name), None)
