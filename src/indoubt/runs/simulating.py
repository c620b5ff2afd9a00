"""Simulating a spec: random walks from a seed, for spaces that are too large to be explored."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from typing import Any

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.kernels import walk_context as at
from indoubt.explorer.search.result import NO_STATES, Limits, Stopped, Verdict
from indoubt.explorer.search.walks import Plan, Simulation, Walking
from indoubt.finding.specs import UsageError, find_spec
from indoubt.runs.arguments import of_their_kinds
from indoubt.runs.asking import known_constraints, known_properties, positive, spec_class
from indoubt.runs.checking import why_no_states
from indoubt.runs.confirming import confirmed
from indoubt.runs.engines import DEFAULT, Engine, engine_of, refusals_told
from indoubt.runs.environment import (
    GivenDetector,
    GivenFaults,
    GivenLinks,
    GivenNetwork,
    as_parameters,
    budgets_of,
    own_settings,
    refuse_budgets_as_settings,
    refuse_impossible_faults,
    under,
)
from indoubt.runs.environment_models import GivenModel
from indoubt.runs.environment_report import detector_text, links_text, network_text
from indoubt.runs.failing import spec_failed
from indoubt.runs.ledger import faults_of
from indoubt.runs.quorum_choice import quorums_of
from indoubt.runs.ranges import refuse_large_ranges
from indoubt.runs.result import NOTHING_TO_CHECK, Envelope, PropertyResult
from indoubt.specs.language.environment_words import environment_words
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings

RUNS = 10_000
"""How many runs there are where neither a number nor a time is given."""
DEPTH = 100
MOST_DEPTH = 10**9
SEEDS = 1 << 64


@dataclass(frozen=True, slots=True)
class Ends:
    """How many walks ended in each way."""

    depth: int
    """With as many states as a walk may have."""
    no_step: int
    """In a state without an enabled step."""
    standstill: int
    """In a state that no step changes."""
    outside: int
    """In a state that a constraint does not admit."""
    violation: int


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """The answer to a simulation: `violated`, or `inconclusive`, since walks do not see everything.

    `envelope.taken` counts the steps that walks have taken by each action.
    """

    verdict: Verdict
    properties: tuple[PropertyResult, ...]
    envelope: Envelope
    seed: int
    depth: int
    """How many states a walk may have."""
    most_runs: int | None
    """How many runs were asked for; None: as many as there is time for."""
    runs: int
    """How many walks have come to an end."""
    steps: int
    distinct: int
    """About how many different states were visited, estimated with a standard error of 1.6 %."""
    ends: Ends
    lengths: tuple[tuple[int, int, int], ...]
    """The distribution of lengths: from, to (in states), and how many walks had such a length."""
    violating_run: int | None
    """The first run that violates a property, counted from 0."""
    walked: int | None
    """How many states that run had, before its way was made shorter."""
    whole_runs: tuple[str, ...]
    """Properties of whole runs, which no walk decides."""
    stopped: Stopped | None
    reasons: tuple[str, ...]
    elapsed_s: float
    compile_s: float = 0.0

    @property
    def exit_status(self) -> int:
        """1 violated, 3 inconclusive, 5 where there was no property to check."""
        return self.verdict.exit_status if self.properties else NOTHING_TO_CHECK

    def property(self, name: str) -> PropertyResult:
        """The result for one property. Raises ValueError naming those there are."""
        for one in self.properties:
            if one.name == name:
                return one
        raise ValueError(
            f"no property {name!r} was checked; checked were: {', '.join(p.name for p in self.properties)}"
        )

    def first_violation(self) -> PropertyResult | None:
        """The violated property whose counterexample is shortest; the first of the spec where several are."""
        violated = [one for one in self.properties if one.verdict is Verdict.VIOLATED]
        return min(violated, key=lambda one: len(one.trace) if one.trace else 0, default=None)

    def __repr__(self) -> str:
        return f"<SimulationResult {self.verdict.value}: {self.envelope.spec}, {self.runs} runs, {self.steps} steps>"


@of_their_kinds
def simulate(
    spec: type[Spec] | str,
    /,
    *,
    seed: int | None = None,
    runs: int | None = None,
    depth: int = DEPTH,
    timeout: float | None = None,
    deadlock: bool = False,
    properties: Collection[str] | None = None,
    constraints: Collection[str] = (),
    bounds: Mapping[str, int] | None = None,
    network: GivenNetwork | None = None,
    faults: GivenFaults | None = None,
    detector: GivenDetector | None = None,
    links: GivenLinks | None = None,
    model: GivenModel | None = None,
    engine: str = DEFAULT,
    workers: int = 1,
    progress: Callable[[Walking], None] | None = None,
    **settings: Any,
) -> SimulationResult:
    """Walk through a spec at random, again and again, until a property is violated.

    A walk begins in a random initial state and takes random enabled steps, each as likely as any other, up to `depth`
    states. There are `runs` walks, 10,000 if neither that nor `timeout` (seconds) is given. The same `seed` gives the
    same walks; a new one is chosen if it is None. The violation that is told is that of the first run that has one, on
    a way that was made shorter, and is perhaps not a shortest. `workers` are threads of native code; they change
    no answer. Everything else is as in `check`; properties of whole runs are left out.

    Raises what `check` does.
    """
    named = find_spec(spec) if isinstance(spec, str) else spec_class(spec)
    network, faults, settings = own_settings(named, network, faults, settings)
    said: dict[str, Any] = {"detector": detector, "links": links, "model": model}
    settings |= (own := as_parameters(named, **said))
    found = under(named, network, faults, **{name: one for name, one in said.items() if name not in own})
    runs_in = engine_of(engine, workers, None)
    refuse_budgets_as_settings(found, settings)
    settled = settle(found, {**(bounds or {}), **settings})
    refuse_impossible_faults(found, settled)
    machine = prepared(lower(found, settled))
    refuse_large_ranges(machine)
    plan = Plan(
        _seed(seed),
        _depth(depth),
        positive("runs", runs) or (RUNS if timeout is None else None),
        positive("timeout", timeout),
        deadlock,
        _judged(machine, properties, deadlock=deadlock),
        known_constraints(machine, constraints),
        workers,
    )
    try:
        simulation = _simulated(machine, plan, runs_in, progress)
    except SearchFailed as failed:
        raise spec_failed(found, settled, machine, failed) from None
    return _result(found, settled, simulation, tuple(constraints), runs_in.told)


def _seed(seed: int | None) -> int:
    if seed is None:
        return secrets.randbits(32)
    if not 0 <= seed < SEEDS:
        raise UsageError(f"seed={seed} is not possible; give a whole number from 0 up to {SEEDS - 1}")
    return seed


def _depth(depth: int) -> int:
    if not 1 <= depth <= MOST_DEPTH:
        raise UsageError(f"depth={depth} is not possible; give a number of states from 1 up to {MOST_DEPTH}")
    return depth


def _judged(machine: Machine, properties: Collection[str] | None, *, deadlock: bool) -> frozenset[str] | None:
    """The properties to judge. Raises UsageError where one is not known, or is one of whole runs."""
    if properties is None:
        return None
    chosen = known_properties(machine, None, properties, deadlock=deadlock)
    for one in machine.temporal:
        if one.name in chosen:
            what = f"{one.name} is a property of whole runs, and no walk decides it"
            raise UsageError(f"{what}; leave it out here, and decide it with indoubt check -k {one.name}")
    return chosen


def _simulated(machine: Machine, plan: Plan, engine: Engine, progress: Callable[[Walking], None] | None) -> Simulation:
    from indoubt.explorer.search import native_simulation as native, simulation  # noqa: PLC0415 - one of them is used

    if engine.name == "reference":
        return simulation.simulate(Reference(machine), plan, progress)
    with refusals_told(machine):
        return native.simulate_natively(machine, plan, progress)


def _result(
    spec: type[Spec], settings: Settings, found: Simulation, constraints: tuple[str, ...], engine: str
) -> SimulationResult:
    machine, plan = found.machine, found.plan
    properties = tuple(confirmed(spec, settings, machine, None, one) for one in found.answers)
    is_violated = any(one.verdict is Verdict.VIOLATED for one in properties)
    return SimulationResult(
        Verdict.VIOLATED if is_violated else Verdict.INCONCLUSIVE,
        properties,
        _envelope(spec, settings, found, constraints, engine),
        plan.seed,
        plan.depth,
        plan.runs,
        found.runs,
        found.steps,
        found.distinct,
        _ends(found),
        _lengths(found),
        found.deciding_run,
        found.walked,
        tuple(one.name for one in machine.temporal),
        found.stopped,
        tuple(_reasons(found, has_properties=bool(properties), is_violated=is_violated)),
        found.elapsed_s,
        found.compile_s,
    )


def _reasons(found: Simulation, *, has_properties: bool, is_violated: bool) -> list[str]:
    """Why nothing is decided, where nothing is."""
    reasons = [] if found.stopped is None else [found.stopped.told]
    if found.stopped is not None and found.stopped.limit == NO_STATES:
        return [*reasons, why_no_states(found.machine, found.bounds)]
    if not has_properties:
        return [*reasons, "there is no property to check"]
    if not is_violated:
        walks = f"{found.runs:,} run{'s' * (found.runs != 1)} of up to {found.plan.depth:,} states"
        reasons.append(f"{walks}: no violation; this decides nothing about states that were not visited")
    return reasons


def _ends(found: Simulation) -> Ends:
    ends = found.ends
    return Ends(
        ends[at.AT_DEPTH], ends[at.STUCK], ends[at.STANDSTILL], ends[at.OUTSIDE], sum(ends[at.STATE_VIOLATES :])
    )


def _lengths(found: Simulation) -> tuple[tuple[int, int, int], ...]:
    """The parts of the distribution that are not empty; a length of n is in part (n - 1) * parts // depth."""
    parts, depth = len(found.lengths), found.plan.depth
    return tuple(
        (-(-part * depth // parts) + 1, -(-(part + 1) * depth // parts), count)
        for part, count in enumerate(found.lengths)
        if count
    )


def _envelope(
    spec: type[Spec], settings: Settings, found: Simulation, constraints: tuple[str, ...], engine: str
) -> Envelope:
    machine, plan = found.machine, found.plan
    checked = tuple(one.property for one in found.answers)
    return Envelope(
        spec=spec.__name__,
        sizes=settings.sizes,
        parameters=settings.parameters,
        settled_bounds=settings.own_bounds,
        changed=tuple(name for name, value in settings.parameters.items() if value != getattr(spec, name, None)),
        faults=faults_of(machine, found.taken, found.dropped),
        bounds=found.bounds,
        limits=Limits(timeout_s=plan.timeout_s),
        checks_deadlock=plan.deadlock,
        constraints=constraints,
        properties=checked,
        left_out=tuple(one.name for one in machine.checked if one.name not in checked),
        fairness=(),
        taken=found.taken,
        engine=engine,
        search=f"random walks from seed {plan.seed}",
        network=network_text(spec),
        links=links_text(spec),
        detector=detector_text(spec),
        quorums=quorums_of(spec, machine),
        environment=environment_words(spec),
        budgets=budgets_of(spec),
    )
