"""Checking a spec from end to end: lower, explore, and confirm every trace with the Python source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import NO_STATES, Exploration, Limits, Verdict
from indoubt.finding.specs import find_spec
from indoubt.runs.arguments import of_their_kinds
from indoubt.runs.asking import (
    known_constraints,
    known_minimal,
    known_properties,
    names_of,
    positive,
    refining_of,
    spec_class,
    symmetry_of,
    viewing_of,
)
from indoubt.runs.checkpoints import Checkpoints, checkpoints_of, keeping_of
from indoubt.runs.confirming import confirmed
from indoubt.runs.engines import DEFAULT, Asked, Engine, engine_of
from indoubt.runs.environment import (
    GivenDetector,
    GivenFaults,
    GivenLinks,
    GivenNetwork,
    as_parameters,
    budgets_of,
    options_of,
    own_settings,
    refuse_budgets_as_settings,
    refuse_impossible_faults,
    under,
)
from indoubt.runs.environment_models import GivenModel
from indoubt.runs.environment_report import detector_text, links_text, network_text, unasked_detector
from indoubt.runs.erasing import Erasing, erasing_of
from indoubt.runs.failing import spec_failed
from indoubt.runs.forgetting import forgetting_less
from indoubt.runs.ledger import drops_named, faults_of, idle_budgets
from indoubt.runs.quorum_choice import quorums_of
from indoubt.runs.ranges import refuse_large_ranges
from indoubt.runs.result import EXACT, Envelope, Result
from indoubt.runs.storing import storing_of, told as told_of_store
from indoubt.specs.language.delivery import DELIVERY
from indoubt.specs.language.environment_words import environment_words
from indoubt.specs.language.layout import ADDRESS
from indoubt.specs.language.machine import TEMPORAL, Spec
from indoubt.specs.language.settings import Settings

if TYPE_CHECKING:
    from indoubt.faults.fewest import Fewest
    from indoubt.runs.symmetric import Wanted


@of_their_kinds
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
    network: GivenNetwork | None = None,
    faults: GivenFaults | None = None,
    detector: GivenDetector | None = None,
    links: GivenLinks | None = None,
    model: GivenModel | None = None,
    refines: type[Spec] | str | None = None,
    mapping: Mapping[str, str] | None = None,
    symmetry: Wanted = False,
    keep_dead: bool = False,
    minimal: str = "steps",
    engine: str = DEFAULT,
    workers: int = 1,
    memory: str | int | None = None,
    store: str = "exact",
    disk: str | PathLike[str] | None = None,
    hugepages: bool = True,
    checkpoint: str | PathLike[str] | Checkpoints | None = None,
    checkpoint_every: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    **settings: Any,
) -> Result:
    """Explore every reachable state of a spec and decide its properties.

    `settings` are the sizes of its sorts and its parameters (`RM=3, crashes=1`). `max_states`, `max_depth` (states on
    a path) and `timeout` (seconds) are limits; one that is reached makes the verdict inconclusive. `deadlock` makes a
    state without an enabled step a violation; `properties` names those to check; `constraints` the state constraints
    in force; `view` the one by which states are told apart, inconclusive unless it is shown to change no verdict;
    `bounds` are capacities and named bounds, which `settings` may hold as well. A
    `quorums` among them is the quorum system of a spec that has quorums: `Flexible(q1=3, q2=2)`, or one by the name of
    each sort; otherwise they are majorities. `network` and `faults` are for
    systems of nodes: `Network.bag(capacity=4)` takes the place of the system's own, `Faults(crashes=1)` says what may
    go wrong, `detector` whom nodes suspect, as `Detector.perfect()`, `links` what is owed to whole runs, as
    `Link.perfect()`. `model` is a model of the textbook, which says all four: "fail_stop", or `fail_stop(crashes=2)`.
    `refines` is an abstract spec of which every step
    has to be a step or a stutter; its variable `x` is the variable or the helper `x` of this spec, or the one that
    `mapping` names for it. With `symmetry`, states that differ in nothing but the names of members count as one: True
    for every sort whose members are interchangeable, or the names of some. `keep_dead` keeps messages in the states of
    a system that nobody can take any more, which are erased otherwise. `minimal` is "steps", or "faults" for
    counterexamples with the fewest faults and then the fewest steps. `engine` is "native", compiled code, or
    "reference", an interpreter, which is some hundred times slower; the rest is for native code. `workers` share the
    work; `memory` ("4G") is what it may use, beyond which states go to a file in the folder `disk`; `store` is "exact"
    or "fingerprint", which keeps 64 bits to know a state by. `checkpoint` is a folder from which `resume` can go on,
    written every `checkpoint_every` seconds and where a limit ends the run. `progress` is called now and then.

    Raises SettingError or ValueError for a wrong argument, SpecError for a wrong spec, SpecFailed where a step of it
    cannot be computed, ReplayMismatch where its source does not confirm a trace: a defect of indoubt.
    """
    named = find_spec(spec) if isinstance(spec, str) else spec_class(spec)
    network, faults, settings = own_settings(named, network, faults, settings)
    said: dict[str, Any] = {"detector": detector, "links": links, "model": model}
    settings |= (own := as_parameters(named, **said))
    found = under(named, network, faults, **{name: one for name, one in said.items() if name not in own})
    runs = engine_of(engine, workers, memory, storing_of(store, disk, hugepages=hugepages))
    kept = checkpoints_of(checkpoint, checkpoint_every, runs.name)
    known_minimal(minimal, {"--view": view is not None, "--checkpoint": kept is not None})
    most_states, most_depth = positive("max_states", max_states), positive("max_depth", max_depth)
    limits = Limits(most_states, most_depth, positive("timeout", timeout), runs.memory_bytes)
    refuse_budgets_as_settings(found, settings)
    settled = settle(found, {**(bounds or {}), **settings})
    refuse_impossible_faults(found, settled)
    whole = forgetting_less(found, lower(found, settled), properties, deadlock=deadlock or refines is not None)
    erasing = erasing_of(found, whole, properties, mapping, deadlock=deadlock, view=view, keep_dead=keep_dead)
    machine = erasing.searched
    refuse_large_ranges(machine)
    refining = refining_of(found, settled, machine, refines, mapping)
    chosen = None if properties is None else known_properties(machine, refining, properties, deadlock=deadlock)
    in_force = known_constraints(machine, constraints)
    viewing = viewing_of(machine, view, in_force, chosen, refining)
    symmetric = symmetry_of(found, machine, symmetry, in_force, chosen, refining, viewing)
    keeping = None
    if kept is not None and runs.name == "native":
        options: dict[str, Any] = {"deadlock": deadlock, "view": view, "mapping": mapping}
        options |= {"symmetry": names_of(symmetry), "keep_dead": keep_dead, **options_of(found)}
        options |= {"properties": properties, "constraints": constraints, "refines": refines, "workers": workers}
        options |= {"memory": memory, "store": store, "disk": disk, "hugepages": hugepages}
        keeping = keeping_of(kept, found, settled, machine, limits, options)
    asked = Asked(limits, deadlock, chosen, in_force, refining, viewing, symmetric, keeping)

    def search(
        limited: Machine, left: Limits, named: frozenset[str], /, *, deadlock: bool, refinement: bool
    ) -> Exploration:
        refined = refining_of(found, settled, limited, refines, mapping) if refinement else None
        alike = symmetry_of(found, limited, symmetry, in_force, named, refined, None)
        return runs.explore(limited, Asked(left, deadlock, named, in_force, refined, None, alike), progress)

    fewest = None
    try:
        exploration = runs.explore(machine, asked, progress)
        if minimal == "faults":
            from indoubt.faults.fewest import with_fewest  # noqa: PLC0415 - few runs ask for it

            refinement = None if refining is None else refining.refinement.name
            exploration, fewest = with_fewest(machine, exploration, search, refinement=refinement)
    except SearchFailed as failed:
        raise spec_failed(found, settled, erasing.whole, erasing.failed(failed)) from None
    return _result(found, settled, exploration, asked, erasing, runs, fewest, constraints=tuple(constraints))


def _result(
    spec: type[Spec],
    settings: Settings,
    found: Exploration,
    asked: Asked,
    erasing: Erasing,
    engine: Engine,
    fewest: Fewest | None,
    *,
    constraints: tuple[str, ...],
) -> Result:
    viewing = asked.viewing
    answers = map(erasing.answer, found.answers)
    properties = tuple(confirmed(spec, settings, erasing.whole, asked.refining, one) for one in answers)
    verdict = found.verdict
    reasons = [] if found.stopped is None else [found.stopped.told]
    if found.stopped is not None and found.stopped.limit == NO_STATES:
        reasons.append(why_no_states(found.machine, found.bounds))
    if viewing is not None and viewing.doubt is not None and verdict is Verdict.INCONCLUSIVE:
        reasons.append(viewing.doubt)
    idle: Mapping[str, tuple[str, ...]] = {}
    if verdict is Verdict.HOLDS:
        idle = idle_budgets(spec, settings, found.machine, found.taken)
        if idle:
            verdict = Verdict.INCONCLUSIVE
            asked_for = {**settings.parameters, **budgets_of(spec)}
            reasons += [_idle_text(budget, actions, asked_for) for budget, actions in idle.items()]
        elif unasked := unasked_detector(spec):
            verdict = Verdict.INCONCLUSIVE
            reasons += unasked
    if verdict is Verdict.INCONCLUSIVE and not reasons and constraints:
        names = " and ".join(one.name for one in properties if one.verdict is Verdict.INCONCLUSIVE)
        reasons.append(f"{names} not reached within {', '.join(constraints)}, and states outside may reach it")
    if not properties:
        verdict = Verdict.INCONCLUSIVE
        reasons.append("there is no property to check")
    return Result(
        verdict,
        properties,
        found.counts,
        _envelope(spec, settings, found, asked, erasing, engine, idle, constraints=constraints),
        found.stopped,
        tuple(reasons),
        found.levels,
        found.elapsed_s,
        found.compile_s,
        found.storage,
        fewest,
    )


def why_no_states(machine: Machine, bounds: Collection[tuple[str, str]]) -> str:
    """What refuses every initial state: guards of the `@initial` method, or bounds that it would leave."""
    (initial,) = machine.initial
    named = f"the `@initial` method `{initial.name}`"
    if initial.choices:
        return f"every choice of {named} fails a `require`{' or leaves a bound' if bounds else ''}"
    return f"{named} leaves a bound" if bounds else f"a `require` of {named} fails"


def _idle_text(budget: str, actions: Iterable[str], asked: Mapping[str, Any]) -> str:
    """Why a verdict says nothing of a fault that the run asks for."""
    allowed = f"{budget}={asked[budget]} was allowed"
    return f"{allowed}, but no state enables {', '.join(actions)}: the run says nothing about it"


def _envelope(
    spec: type[Spec],
    settings: Settings,
    found: Exploration,
    asked: Asked,
    erasing: Erasing,
    engine: Engine,
    idle: Mapping[str, tuple[str, ...]],
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
        settled_bounds=settings.own_bounds,
        changed=tuple(name for name, value in settings.parameters.items() if value != getattr(spec, name, None)),
        faults=faults_of(machine, found.taken, {link: steps for link, (steps, _) in found.dropped.items()}),
        fault_states={**found.enabled, **drops_named({link: states for link, (_, states) in found.dropped.items()})},
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
        search=told_of_store(found.storage, found.counts.distinct, erasing.told(_search(asked))),
        symmetry=None if asked.symmetric is None else asked.symmetric.told,
        network=network_text(spec),
        links=links_text(spec),
        detector=detector_text(spec),
        quorums=quorums_of(spec, machine),
        environment=environment_words(spec),
        budgets=budgets_of(spec),
        idle=idle,
    )


def _search(asked: Asked) -> str:
    if asked.viewing is not None:
        return f"breadth first, one state stored for each value of {asked.viewing.view.name}"
    if asked.symmetric is not None and asked.symmetric.orbits is not None:
        return f"breadth first, symmetric in {asked.symmetric.names} (orbits stored)"
    return EXACT


def _fairness(machine: Machine) -> tuple[str, ...]:
    """What every run owes: `weak for each p: enter`."""
    owed: dict[str, list[str]] = {}
    for action in machine.actions:
        if (fairness := action.fairness) is not None:
            if (fairness.group or "").startswith(DELIVERY):
                up = " from a sender that is up" if action.owed is not None else ""
                owed.setdefault(f"strong for each node and message{up}", []).append(action.name)
                continue
            named = ["node" if one == ADDRESS else one for one in fairness.parameters]
            each = f" for each {', '.join(named)}" if named else ""
            group = f" of {fairness.group}" if fairness.group else ""
            owed.setdefault(f"{fairness.kind}{group}{each}", []).append(action.name)
    return tuple(f"{what}: {', '.join(names)}" for what, names in owed.items())
