"""The frontier of faults: of each property, which smallest budgets break it, and which largest ones it survives.

The budgets are the cells of a grid. A property that is violated in a cell is violated in every cell above it, and one
that holds there holds in every cell below, wherever `budget_licence` shows that a larger budget only adds runs. What is
reached is reached with a larger budget too, so `@reachable` goes the other way. Deadlock goes neither way: one more
fault may be the step that a stuck state lacks. Where nothing is shown, each cell is run. A cell that is not decided, as
a limit was reached, says nothing of others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any, cast

from indoubt.explorer.frontend.lower import settle
from indoubt.explorer.search.progress import Progress
from indoubt.faults.asking import Asking, Decided, cuts_of, faults_among, ways_of
from indoubt.faults.budgets import budgets_of_run, whole_numbers
from indoubt.faults.cells import Axis, Frontier, LeftOut
from indoubt.faults.grid import Grid
from indoubt.faults.possible import possible
from indoubt.finding.specs import UsageError, did_you_mean, find_spec
from indoubt.runs.arguments import of_their_kinds
from indoubt.runs.asking import spec_class
from indoubt.runs.environment import (
    BUDGETS as OF_SYSTEMS,
    CUT_WORDS,
    GivenDetector,
    GivenLinks,
    GivenNetwork,
    as_parameters,
    under,
)
from indoubt.runs.environment_models import (
    GivenModel,
    Surroundings,
    in_model,
    refuse_other_budgets,
    surroundings,
    told as told_of,
)
from indoubt.specs.language.faults import WORDS
from indoubt.specs.language.machine import Fault, Spec
from indoubt.specs.language.models import Model, own_budgets

if TYPE_CHECKING:
    from indoubt.runs.symmetric import Wanted

MOST_CELLS = 1_000
DEFAULTS = {Fault.CRASH: range(3)}
"""What a budget is tried with where the run does not say: up to two crashes, one of each other fault."""
OTHERWISE = range(2)


@of_their_kinds
def frontier(
    spec: type[Spec] | str,
    /,
    *,
    properties: Collection[str] | None = None,
    deadlock: bool = False,
    network: GivenNetwork | None = None,
    links: GivenLinks | None = None,
    detector: GivenDetector | None = None,
    model: GivenModel | None = None,
    max_states: int | None = None,
    max_depth: int | None = None,
    timeout: float | None = None,
    symmetry: Wanted = False,
    keep_dead: bool = False,
    engine: str = "native",
    workers: int = 1,
    memory: str | int | None = None,
    run_all: bool = False,
    progress: Callable[[Progress], None] | None = None,
    told: Callable[[Mapping[str, int], Decided], None] | None = None,
    partition: str | None = None,
    in_flight: str | None = None,
    **settings: Any,
) -> Frontier:
    """Find out which budgets of faults break each property of a spec, and which it survives.

    `settings` are sizes and parameters; a budget that is a range is tried with each value, as in
    `frontier("three_phase_commit", Participant=2, crashes=range(3))`. Where none is, every budget that the spec
    declares and that is 0 is tried: up to two crashes, and one of each other fault, but for those that are impossible;
    a range that reaches beyond what is possible is refused. Limits are those of each cell. With `run_all` nothing is
    inferred. `network` and `links` are those of a system; `partition` is how its network is cut ("bridge"; "split"
    unless it is given), `in_flight` what becomes of messages on links that are ("kept"). `model` is a model of the
    textbook, "fail_stop", which says all of these; its budgets are tried. `told` is called after each run. Raises as
    `check` does.
    """
    started = time.monotonic()
    found = find_spec(spec) if isinstance(spec, str) else spec_class(spec)
    settings |= (own := as_parameters(found, detector=detector, model=model))  # some state machine's parameters
    asked = None if "detector" in own else detector
    ranges = {
        name: values_of(name, cast("Iterable[Any]", given))
        for name, given in settings.items()
        if isinstance(given, range | tuple | list)
    }
    rest = {name: given for name, given in settings.items() if name not in ranges}
    faults, cuts = faults_among(found, rest), cuts_of(found, partition, in_flight, settings)
    chosen = list(ranges)
    if model is not None and "model" not in own:
        said = surroundings(found, model, Surroundings(network, {**faults, **cuts}, asked, links))
        ranges = with_ranges_of(model, ranges, {**faults, **cuts})
        chosen = list(ranges) if isinstance(model, Model) else chosen  # which is given with its budgets
        network, asked, links = said.network, said.detector, said.links
        faults = {name: how for name, how in told_of(said.faults).items() if name in WORDS} | faults
    if cuts and ranges and "partitions" not in ranges:
        faults.setdefault("partitions", 1)
    asking = Asking(
        under(found, network, None, asked, links),
        rest,
        network,
        faults,
        properties,
        deadlock,
        {"max_states": max_states, "max_depth": max_depth, "timeout": timeout},
        ways_of(engine=engine, workers=workers, memory=memory, symmetry=symmetry, keep_dead=keep_dead),
        progress,
        asked,
        cuts,
    )
    asking.refuse_cuts()
    ranges, left_out = (ranges, ()) if ranges else default_ranges(asking)
    axes = tuple(Axis(name, values) for name, values in ranges.items())
    asking.refuse_idle_words(axis.name for axis in axes)
    known = possible(asking, known_axes(asking, axes), chosen)
    filled = Grid(asking, known.axes, known.impossible, told, run_all=run_all).filled()
    return replace(filled, elapsed_s=time.monotonic() - started, left_out=(*left_out, *known.left_out))


def with_ranges_of(
    model: GivenModel, ranges: Mapping[str, tuple[int, ...]], fixed: Mapping[str, Any]
) -> dict[str, tuple[int, ...]]:
    """The ranges of a run of a system, and the budgets of its model that it does not name with the values to try.

    Raises UsageError for budgets that are no part of the model, and where nothing is left to try.
    """
    named = {name: one for name, one in {**ranges, **fixed}.items() if name in (*OF_SYSTEMS, *CUT_WORDS)}
    try:
        name = refuse_other_budgets(model, named)
        if isinstance(model, Model):
            in_model(model, named)  # which has its budgets with it
            missing = {one: tuple(range(most + 1)) for one, most in model.faults.asked().items()}
        else:
            missing = {one: tuple(DEFAULTS.get(OF_SYSTEMS[one], OTHERWISE)) for one in own_budgets(name)}
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None
    found = {**ranges, **{one: values for one, values in missing.items() if one not in named}}
    if not found:
        budgets = ", ".join(own_budgets(name))
        what = f"there is no budget to try: the model {name} has {budgets}, and each is set"
        raise UsageError(f"{what}; write a range, as in {own_budgets(name)[0]}=0..2")
    return found


def values_of(name: str, given: Iterable[Any]) -> tuple[int, ...]:
    """The values of a range, in rising order. Raises UsageError where there is none."""
    values = tuple(sorted(set(given)))
    if not values:
        raise UsageError(f"{name} has no value to try; write a range, as in {name}=0..2")
    return values


def default_ranges(asking: Asking) -> tuple[dict[str, tuple[int, ...]], tuple[LeftOut, ...]]:
    """The budgets that a run does not set, and those of them that are impossible. Raises UsageError for none."""
    found, settled = asking.chosen({})
    declared = budgets_of_run(found, settled)
    ranges: dict[str, tuple[int, ...]] = {}
    for name, faults in declared.items():
        if asking.is_system:
            # Whoever does not say who may be Byzantine has a protocol that was not made for that.
            is_open = name not in asking.faults and (name != "byzantine" or _says_who_lies(asking.spec))
        else:
            is_open = settled.parameters[name] == 0 and name not in asking.settings
        if is_open:
            ranges[name] = tuple(DEFAULTS.get(faults[0], OTHERWISE))
    if not asking.is_system:
        types = whole_numbers(found, settled)
        ranges = {name: tuple(one for one in values if one <= types[name].high) for name, values in ranges.items()}
    reasons = {name: _why_never(asking, name) for name in ranges}
    tried = {name: values for name, values in ranges.items() if reasons[name] is None and len(values) > 1}
    if not tried:
        has = f"it has {', '.join(declared)}, and each is set" if declared else "it declares no fault budget"
        edit = "a parameter that is a whole number can be tried as well, as in phase_1_quorum=1..3"
        raise UsageError(f"{found.__name__} has no budget to try: {has}; {edit}")
    return tried, tuple(LeftOut(name, ranges[name][1:], why) for name, why in reasons.items() if why is not None)


def _says_who_lies(spec: type[Spec]) -> bool:
    return getattr(spec, "byzantine", None) is not None


def _why_never(asking: Asking, name: str) -> str | None:
    """Why a fault of a system is impossible, under this network and with these nodes; None where it is not."""
    if not asking.is_system:
        return None
    alone = {"crashes": 1, name: 1} if name in ("restarts", "amnesias") else {name: 1}
    return asking.why_impossible(alone)


def known_axes(asking: Asking, axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    """The axes, if each is a whole number that the run may set. Raises UsageError."""
    known = list(OF_SYSTEMS) if asking.is_system else []
    bottom = {axis.name: axis.values[0] for axis in axes}
    parameters = {name: value for name, value in bottom.items() if name not in known}
    rest = {**asking.settings, **parameters}
    settled = settle(asking.spec, rest)  # names what there is, where a name is unknown
    known += whole_numbers(asking.spec, settled)
    for axis in axes:
        for kind, names in (("bound", settled.own_bounds), ("size", settled.sizes)):
            if axis.name in names:
                raise UsageError(_no_budget(axis, kind))
        if axis.name not in known:
            there_are = ", ".join(known) or "none"
            hint = did_you_mean(axis.name, known)
            raise UsageError(f"{axis.name} has no range: it is no whole number; there are: {there_are}{hint}")
    count = prod(len(axis.values) for axis in axes)
    if count > MOST_CELLS:
        raise UsageError(f"{count:,} cells are too many; give shorter ranges: {MOST_CELLS:,} is the most")
    return axes


def _no_budget(axis: Axis, kind: str) -> str:
    """What is told of a range of what has none, though it is a whole number."""
    why = f"it is a {kind}, and a larger {kind} asks another question, where a larger budget allows one fault more"
    return f"{axis.name} has no range: {why}; write {axis.name}={axis.values[-1]}, and run each value on its own"
