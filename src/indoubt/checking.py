"""Checking a spec from end to end: lower, explore, and confirm every trace with the Python source."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from typing import Any

from indoubt.counterexamples.replay import ObservedTrace, ReplayMismatch, call_text, in_state, initial_state, replay
from indoubt.engines import Asked, Engine, engine_of
from indoubt.explorer.backends.backend import Taken
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.breadth_first import SearchFailed
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import NO_STATES, Answer, Exploration, Limits, Path, Verdict
from indoubt.failing import spec_failed
from indoubt.finding import UsageError, did_you_mean, find_spec
from indoubt.ranges import refuse_large_ranges
from indoubt.refining import Refining
from indoubt.result import EXACT, Envelope, PropertyResult, Result
from indoubt.specs.language.machine import TEMPORAL, Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.universe import within
from indoubt.traces import arguments_of, trace_of
from indoubt.viewing import Viewing

BUDGETS = {"crashes": "CRASH", "restarts": "RESTART", "partitions": "PARTITION"}
"""Parameters that declare faults, with the fault that each is the budget of."""


def check(
    spec: type[Spec] | str,
    /,
    *,
    max_states: int | None = None,
    max_depth: int | None = None,
    timeout: float | None = None,
    deadlock: bool = False,
    properties: Collection[str] | None = None,
    constraints: Collection[str] = (),
    view: str | None = None,
    bounds: Mapping[str, int] | None = None,
    refines: type[Spec] | str | None = None,
    mapping: Mapping[str, str] | None = None,
    engine: str = "reference",
    workers: int = 1,
    memory: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    **settings: Any,
) -> Result:
    """Explore every reachable state of a spec and decide its properties.

    `settings` are the sizes of its sorts and its parameters (`RM=3, crashes=1`). `max_states`, `max_depth` (states on a
    path) and `timeout` (seconds) are limits; one that is reached makes the verdict inconclusive. `deadlock` makes a
    state without an enabled step a violation; `properties` names those to check; `constraints` the state constraints in
    force; `view` the one by which states are told apart, inconclusive unless it is shown to change no verdict; `bounds`
    are capacities and named bounds, which `settings` may hold as well. `refines` is an abstract spec of which every
    step has to be a step or a stutter; its variable `x` is the variable or the helper `x` of this spec, or the one that
    `mapping` names for it. `engine` is "reference" or "native", which is some hundred times faster and does not know
    all of the language; `workers` and `memory` ("4G") are for native code. `progress` is called now and then.

    Raises SettingError or ValueError for a wrong argument, SpecError for a wrong spec, SpecFailed where a step of it
    cannot be computed, ReplayMismatch where its source does not confirm a trace: a defect of indoubt.
    """
    found = find_spec(spec) if isinstance(spec, str) else _spec_class(spec)
    runs = engine_of(engine, workers, memory)
    limits = Limits(
        _positive("max_states", max_states), _positive("max_depth", max_depth), _positive("timeout", timeout)
    )
    settled = settle(found, {**(bounds or {}), **settings})
    machine = prepared(lower(found, settled))
    refuse_large_ranges(machine)
    refining = None
    if refines is not None:
        abstract = find_spec(refines) if isinstance(refines, str) else _spec_class(refines)
        refining = Refining(found, settled, machine, abstract, mapping or {})
    elif mapping:
        what = "mapping (--mapping) says what the variables of an abstract spec are here"
        raise UsageError(f"{what}; name that spec as well, with refines (--refines)")
    chosen = None if properties is None else _known_properties(machine, refining, properties, deadlock=deadlock)
    in_force = _known_constraints(machine, constraints)
    viewing = None if view is None else Viewing.of(machine, view, in_force, chosen, refining)
    asked = Asked(limits, deadlock, chosen, in_force, refining, viewing)
    try:
        exploration = runs.explore(machine, asked, progress)
    except SearchFailed as failed:
        raise spec_failed(found, settled, machine, failed) from None
    return _result(found, settled, exploration, asked, runs, constraints=tuple(constraints))


def _result(
    spec: type[Spec],
    settings: Settings,
    found: Exploration,
    asked: Asked,
    engine: Engine,
    *,
    constraints: tuple[str, ...],
) -> Result:
    viewing = asked.viewing
    properties = tuple(_property(spec, settings, found.machine, asked.refining, one) for one in found.answers)
    verdict = found.verdict
    reasons = [] if found.stopped is None else [found.stopped.told]
    if found.stopped is not None and found.stopped.limit == NO_STATES:
        reasons.append(_why_no_states(found))
    if viewing is not None and viewing.doubt is not None and verdict is Verdict.INCONCLUSIVE:
        reasons.append(viewing.doubt)
    if verdict is Verdict.HOLDS:
        idle = _idle_faults(spec, found, settings.parameters)
        if idle:
            verdict = Verdict.INCONCLUSIVE
            reasons += idle
    if not properties:
        verdict = Verdict.INCONCLUSIVE
        reasons.append("there is no property to check")
    return Result(
        verdict,
        properties,
        found.counts,
        _envelope(spec, settings, found, asked, engine, constraints=constraints),
        found.stopped,
        tuple(reasons),
        found.levels,
        found.elapsed_s,
    )


def _why_no_states(found: Exploration) -> str:
    """What refuses every initial state: guards of the `@initial` method, or bounds that it would leave."""
    (initial,) = found.machine.initial
    named = f"the `@initial` method `{initial.name}`"
    if initial.choices:
        return f"every choice of {named} fails a `require`{' or leaves a bound' if found.bounds else ''}"
    return f"{named} leaves a bound" if found.bounds else f"a `require` of {named} fails"


def _property(
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


def _idle_faults(spec: type[Spec], found: Exploration, parameters: Mapping[str, Any]) -> list[str]:
    """Faults that the run asks for and that could not happen: a verdict about them would be empty."""
    idle: list[str] = []
    for budget, fault in BUDGETS.items():
        actions = [
            action for action in found.machine.actions if action.fault is not None and action.fault.name == fault
        ]
        is_asked_for = parameters.get(budget) and parameters[budget] != getattr(spec, budget, 0)
        if is_asked_for and actions and not any(found.taken[action.name] for action in actions):
            names = ", ".join(action.name for action in actions)
            allowed = f"{budget}={parameters[budget]} was allowed"
            idle.append(f"{allowed}, but no state enables {names}: the run says nothing about it")
    return idle


def _envelope(
    spec: type[Spec],
    settings: Settings,
    found: Exploration,
    asked: Asked,
    engine: Engine,
    *,
    constraints: tuple[str, ...],
) -> Envelope:
    machine, viewing = found.machine, asked.viewing
    checked = tuple(one.property for one in found.answers)
    checked_temporal = any(one.kind in TEMPORAL for one in found.answers)
    return Envelope(
        spec=spec.__name__,
        sizes=settings.sizes,
        parameters=settings.parameters,
        settled_bounds=settings.bounds,
        changed=tuple(name for name, value in settings.parameters.items() if value != getattr(spec, name, None)),
        faults={action.name: found.taken[action.name] for action in machine.actions if action.fault is not None},
        bounds=found.bounds,
        limits=found.limits,
        checks_deadlock=asked.deadlock,
        constraints=constraints,
        properties=checked,
        left_out=tuple(one.name for one in machine.checked if one.name not in checked),
        fairness=_fairness(machine) if checked_temporal else (),
        taken=found.taken,
        view=None if viewing is None else viewing.told,
        engine=engine.told,
        search=EXACT if viewing is None else f"breadth first, one state stored for each value of {viewing.view.name}",
    )


def _fairness(machine: Machine) -> tuple[str, ...]:
    """What every run owes: `weak for each p: enter`."""
    owed: dict[str, list[str]] = {}
    for action in machine.actions:
        if (fairness := action.fairness) is not None:
            each = f" for each {', '.join(fairness.parameters)}" if fairness.parameters else ""
            group = f" of {fairness.group}" if fairness.group else ""
            owed.setdefault(f"{fairness.kind}{group}{each}", []).append(action.name)
    return tuple(f"{what}: {', '.join(names)}" for what, names in owed.items())


def _spec_class(spec: object) -> type[Spec]:
    if isinstance(spec, type) and issubclass(spec, Spec) and spec is not Spec:
        return spec
    raise TypeError(f"{spec!r} is no spec; give a class that inherits from indoubt.specs.language.Spec, or a name")


def _positive(name: str, value: Any) -> Any:
    if value is not None and value <= 0:
        raise UsageError(f"{name}={value} is no limit; give a number above 0, or leave it out for no limit")
    return value


def _known_constraints(machine: Machine, wanted: Collection[str]) -> frozenset[str]:
    known = [one.name for one in machine.constraints]
    for name in wanted:
        if name not in known:
            there_is = ", ".join(known) or "none"
            raise UsageError(
                f"unknown constraint {name!r} of {machine.name}; it has: {there_is}{did_you_mean(name, known)}"
            )
    return frozenset(wanted)


def _known_properties(
    machine: Machine, refining: Refining | None, wanted: Collection[str], *, deadlock: bool
) -> frozenset[str]:
    known = [one.name for one in machine.checked]
    if refining is not None:
        known.append(refining.refinement.name)
    for name in wanted:
        if name == DEADLOCK and not deadlock:
            raise UsageError(f"{DEADLOCK} is no property of {machine.name}; to look for deadlocks, write --deadlock")
        if name not in known and name != DEADLOCK:
            there_is = f"it has: {', '.join(known) or 'none'}"
            several = "".join(f" -k {one}" for one in name.split(",") if one in known) if "," in name else ""
            hint = f"; each has an option of its own:{several}" if several else did_you_mean(name, known)
            raise UsageError(f"unknown property {name!r} of {machine.name}; {there_is}{hint}")
    return frozenset(wanted)
