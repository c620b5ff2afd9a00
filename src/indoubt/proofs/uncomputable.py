"""What a solver says cannot be computed: a mistake of the spec where it is reached, else a state to be excluded."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection

from indoubt.explorer.backends.backend import State
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Limits
from indoubt.finding.specs import UsageError
from indoubt.proofs.reaching import MOST_S, MOST_STATES, unbroken
from indoubt.runs.engines import Asked, engine_of
from indoubt.runs.failing import spec_failed
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings


def refuse_reached(
    spec: type[Spec], settings: Settings, machine: Machine, properties: Collection[str] | None = None
) -> None:
    """Raise SpecFailed where the explorer, within limits, reaches a state in which something cannot be computed.

    After Ctrl-C it is KeyboardInterrupt.
    """
    names = None if properties is None else frozenset(properties)
    limits = Limits(max_states=MOST_STATES, timeout_s=MOST_S)
    asked = Asked(limits, deadlock=False, properties=names, constraints=frozenset(), refining=None, viewing=None)
    for engine in ("native", "reference"):
        try:
            unbroken(engine_of(engine, 1, None).explore(machine, asked, None))
        except SearchFailed as failed:
            raise spec_failed(spec, settings, machine, failed) from None
        except UsageError:
            continue  # native code does not know all of the language
        return


def failure_in(
    machine: Machine, state: State, before: State | None, properties: Collection[str] | None
) -> StepFailed | None:
    """What the reference interpreter cannot compute in a state: a property, or a step from there; None where it can.

    A step invariant is asked of the step from the state `before`.
    """
    reference = Reference(machine)
    try:
        for position, one in enumerate(machine.properties):
            if properties is not None and one.name not in properties:
                continue
            if one.kind != "step_invariant":
                reference.holds(position, state)
            elif before is not None:
                reference.holds(position, before, state)
        deque(reference.steps(state), maxlen=0)
    except StepFailed as failure:
        return failure
    return None


def told_of(failure: StepFailed) -> str:
    """What cannot be computed, why, and where it is written."""
    place = "" if failure.span is None else f" ({failure.span.file.rpartition('/')[2]}:{failure.span.line})"
    what = "" if failure.taken is not None else f"{failure.name}: "
    return f"{what}{failure.reason}{place}"
