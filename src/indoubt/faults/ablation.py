"""Ablation: each assumption of a protocol is turned off in turn, to see which properties fall.

The other assumptions stay. Where the run names no faults, they are tried one after the other, and each property keeps
those that it survives from then on: a log that is not forced to disk does no harm unless somebody crashes.
Counterexamples have the fewest faults, and then the fewest steps, so that what is allowed and not needed is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from indoubt.explorer.search.progress import Progress
from indoubt.faults.ablation_result import Ablation as Ablation, Row as Row  # noqa: PLC0414 - for those who ablate
from indoubt.faults.asking import Asking, Decided, cuts_of, faults_among, ways_of
from indoubt.faults.turning_off import TurningOff
from indoubt.finding.specs import find_spec
from indoubt.runs.arguments import of_their_kinds
from indoubt.runs.asking import spec_class
from indoubt.runs.environment import BUDGETS, GivenDetector, GivenLinks, GivenNetwork, as_parameters, under
from indoubt.runs.environment_models import GivenModel, Surroundings, surroundings, told as told_of
from indoubt.specs.language.machine import Spec

if TYPE_CHECKING:
    from indoubt.runs.symmetric import Wanted


@of_their_kinds
def ablate(
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
    progress: Callable[[Progress], None] | None = None,
    told: Callable[[str, Decided], None] | None = None,
    partition: str | None = None,
    in_flight: str | None = None,
    **settings: Any,
) -> Ablation:
    """Turn each assumption of a spec off in turn, and say which properties fall.

    `settings` are sizes, parameters and faults: `ablate("two_phase_commit", Participant=2, crashes=1)`. Without faults,
    one of each is tried, and is there from then on for the properties that survive it. `network` and `links` are those
    of a system; `partition` is how its network is cut ("bridge"; "split" unless it is given), `in_flight` what becomes
    of messages on links that are ("kept"). `model` is a model of the textbook, "fail_stop", which says all of these.
    Limits are those of each search. Raises as `check` does.
    """
    found = find_spec(spec) if isinstance(spec, str) else spec_class(spec)
    settings |= (own := as_parameters(found, detector=detector, model=model))  # some state machine's parameters
    asked = None if "detector" in own else detector
    faults = faults_among(found, settings)
    cuts = cuts_of(found, partition, in_flight, faults)
    if model is not None and "model" not in own:
        said = surroundings(found, model, Surroundings(network, {**faults, **cuts}, asked, links))
        network, asked, links, faults = said.network, said.detector, said.links, dict(told_of(said.faults))
    ways = ways_of(engine=engine, workers=workers, memory=memory, symmetry=symmetry, keep_dead=keep_dead)
    if cuts and faults:
        faults.setdefault("partitions", 1)
    asking = Asking(
        under(found, network, None, asked, links),
        settings,
        network,
        faults,
        properties,
        deadlock,
        {"max_states": max_states, "max_depth": max_depth, "timeout": timeout},
        {**ways, "minimal": "faults"},
        progress,
        asked,
        cuts,
    )
    asking.refuse_cuts()
    asking.refuse_idle_words(BUDGETS)
    return TurningOff(asking, told).done()
