"""The environment that a run chooses for a system of nodes: its network, and the faults that may happen in it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, cast

from indoubt.explorer.frontend.desugar.mistakes import located
from indoubt.explorer.frontend.desugar.translation import known_system
from indoubt.explorer.frontend.diagnostics import SpecError
from indoubt.finding.specs import UsageError
from indoubt.runs.environment_models import GivenModel, Surroundings, surroundings
from indoubt.specs.language.byzantine import refuse_byzantine
from indoubt.specs.language.declarations import parameter_names
from indoubt.specs.language.delivery import Link, link_of
from indoubt.specs.language.detectors import NOBODY, Detector, Nobody, detector_of
from indoubt.specs.language.faults import WORDS, Faults
from indoubt.specs.language.groups import examples_of
from indoubt.specs.language.machine import Fault, Spec
from indoubt.specs.language.network import Network, network_of
from indoubt.specs.language.partition import (
    FEW,
    MOST as MOST_TIMES,
    NAMING,
    Partition,
    Shape,
    partition_of,
    refuse_no_partition,
)
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.steps import refuse_impossible
from indoubt.specs.language.systems import System, configured
from indoubt.specs.language.watching import refuse_detector
from indoubt.specs.language.wrong_systems import WrongSystem

GivenNetwork = Network | Mapping[str, Any] | str
GivenFaults = Faults | Mapping[str, Any]
GivenLinks = Link | str
GivenDetector = Detector | Mapping[str, Any] | str | Enum
"""An Enum is for a state machine with a parameter of that name."""

BUDGETS = {
    "crashes": Fault.CRASH,
    "torn": Fault.TORN,
    "restarts": Fault.RESTART,
    "amnesias": Fault.AMNESIA,
    "pauses": Fault.PAUSE,
    "byzantine": Fault.BYZANTINE,
    "losses": Fault.LOSS,
    "duplicates": Fault.DUPLICATE,
    "partitions": Fault.PARTITION,
}
"""The budgets of a system, with the fault that each is the budget of."""


def own_settings(
    spec: type[Spec], network: Any, faults: Any, settings: Mapping[str, Any]
) -> tuple[Any, Any, dict[str, Any]]:
    """The network and the faults of a run, and its settings, to which they belong where a state machine names them so.

    A variable `network` of a state machine has a capacity of that name, and a parameter may be called `faults`.
    """
    own = dict(settings)
    if not issubclass(spec, System):
        if network is not None and not isinstance(network, Network):
            own["network"], network = network, None
        if faults is not None and not isinstance(faults, Faults):
            own["faults"], faults = faults, None
    return network, faults, own


def detector_named(found: type[System], detector: str | None, mistakes: int | None) -> GivenDetector:
    """The detector that the command line names, or that of the system with a budget of mistakes."""
    if detector == NOBODY and mistakes is None:
        return NOBODY
    if detector is None:
        own = (found.__system__ or found).detector
        if own is None:
            what = f"--mistakes is not possible: {found.__name__} has no detector"
            raise UsageError(f"{what}; add --detector eventually-P")
        detector = own.kind
    return _detector({"kind": detector, "mistakes": mistakes})


def as_parameters(spec: type[Spec], **given: Any) -> dict[str, Any]:
    """What is given under the name of a parameter that a state machine has of its own; nothing of a system."""
    known = () if issubclass(spec, System) else parameter_names(spec)
    return {name: value for name, value in given.items() if value is not None and name in known}


def under(
    spec: type[Spec],
    network: GivenNetwork | None,
    faults: GivenFaults | None,
    detector: GivenDetector | None = None,
    links: GivenLinks | None = None,
    model: GivenModel | None = None,
) -> type[Spec]:
    """A system under a network, faults, a detector and links, where given or said by a model of the textbook.

    Raises UsageError, SpecError.
    """
    found = known_system(spec)
    if model is not None:
        said = surroundings(found, model, Surroundings(network, faults, detector, links))
        network, faults, detector, links = said.network, said.faults, said.detector, said.links
    asked = {"network": network, "faults": faults, "detector": detector, "links": links}
    given = [name for name, one in asked.items() if one is not None]
    if not given:
        return found
    if not issubclass(found, System):
        raise UsageError(f"{own_network(found)}; leave {given[0]} out")
    try:
        promised = found.__promised__ if links is None else link_of(links)
        carried = None if network is None else _network(network)
        if carried is None:  # that of an earlier choice of the run, where it will do
            carried = found.__network__ if promised is None else promised.over(found.__network__)
        return configured(
            found,
            carried,
            found.__faults__ if faults is None else _faults(found, faults),
            (found.__detector__ or NOBODY) if detector is None else _detector(detector),
            promised,
        )
    except WrongSystem as error:
        raise SpecError(located(error.mistakes)) from None
    except ValueError as error:
        raise UsageError(str(error)) from None


def own_network(spec: type[Spec]) -> str:
    """Why a state machine takes none of the options of systems."""
    return f"{spec.__name__} is a state machine, whose network and faults are variables and actions of its own"


def _detector(given: GivenDetector) -> Detector | Nobody:
    if given == NOBODY:
        return NOBODY
    try:
        if isinstance(given, Mapping):
            return detector_of(given.get("kind"), given.get("mistakes"))
        return detector_of(given)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _network(given: GivenNetwork) -> Network:
    try:
        if isinstance(given, Mapping):
            return network_of(given.get("kind"), given.get("capacity"), given.get("full"))
        return network_of(given)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _faults(spec: type[Spec], given: GivenFaults) -> Faults:
    if isinstance(given, Faults):
        return given
    if not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"faults={given!r} is not possible; write faults=Faults(crashes=1)")
    strange = [name for name in given if name not in (*BUDGETS, *WORDS, *CUT_WORDS)]
    if strange:
        there_are = ", ".join([*BUDGETS, *WORDS])
        raise UsageError(f"{strange[0]} is no fault of the system {spec.__name__}; there are: {there_are}")
    try:
        apart = ("partitions", *CUT_WORDS)
        own = {name: budget for name, budget in given.items() if name not in apart}
        examples = examples_of(spec.__layout__) if issubclass(spec, System) else NAMING
        return Faults(**own, partitions=_cut(given, examples))
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None


CUT_WORDS = ("partition", "in_flight")
"""How a partition is, beside how many there are."""


def _cut(given: Mapping[str, Any], examples: Mapping[Shape, str]) -> Partition | None:
    """The partition that is asked for: how often, by its shape, and what becomes of messages. Raises ValueError."""
    times, shape, in_flight = given.get("partitions"), given.get("partition"), given.get("in_flight")
    if isinstance(times, Partition):
        for name, value in (("partition", shape), ("in_flight", in_flight)):
            if value is not None:
                what = f"{name}={value} is not possible beside partitions=Partition.{times.shape}(...), which says it"
                raise ValueError(f"{what}; leave {name} out, or write partitions=1")
        return times
    if isinstance(times, Mapping):
        how = cast("Mapping[str, Any]", times)  # of a checkpoint
        return partition_of(how["shape"], how["times"], how["in_flight"])
    if times is None and shape is None and in_flight is not None:
        what = f"in_flight={in_flight} is not possible without a partition, whose messages it is about"
        raise ValueError(f"{what}; add partitions=1")
    if isinstance(times, bool) or not (times is None or (isinstance(times, int) and 0 <= times <= MOST_TIMES)):
        what = f"partitions={times!r} is not possible: a network is cut from 0 to {MOST_TIMES} times"
        raise ValueError(f"{what}; {FEW}, as in partitions=2")
    many = 1 if times is None and shape is not None else times or 0
    found = partition_of("split" if shape is None else shape, many, in_flight, examples)
    if found.times:
        return found
    if times is not None:
        refuse_no_partition(shape, in_flight)
    return None


def refuse_impossible_faults(spec: type[Spec], settings: Settings) -> None:
    """Raise UsageError for faults of a system that cannot happen with its sizes."""
    if issubclass(spec, System):
        try:
            sizes, promised = settings.sizes, spec.__promised__
            refuse_impossible(spec.__layout__, spec.__network__, spec.__faults__, sizes, promised)
            refuse_detector(spec.__layout__, spec.__detector__, spec.__faults__, settings.sizes)
            refuse_byzantine(spec, settings)
        except ValueError as error:
            raise UsageError(str(error)) from None


def refuse_budgets_as_settings(spec: type[Spec], given: Mapping[str, Any]) -> None:
    """Raise UsageError where a budget of a system is given as if it were a parameter of it."""
    if issubclass(spec, System):
        for name in given:
            if name in BUDGETS:
                option = f"--{name} {given[name]}"
                edit = f"write {option} on the command line, faults=Faults({name}={given[name]}) in Python"
                raise UsageError(
                    f"{name} is no parameter of the system {spec.__name__}, but a fault of the run; {edit}"
                )


def options_of(spec: type[Spec]) -> dict[str, Any]:
    """The network and the faults of a system as a checkpoint keeps them, and as `check` takes them."""
    if not issubclass(spec, System):
        return {}
    network = spec.__network__
    given: dict[str, Any] = {"kind": network.kind}
    if network.is_consuming:
        given |= {"capacity": network.capacity, "full": network.full}
    faults: dict[str, Any] = spec.__faults__.asked()
    if spec.__faults__.who != "any":
        faults["who"] = spec.__faults__.who
    if not spec.__faults__.equivocation:
        faults["equivocation"] = False
    if spec.__faults__.sync != "prompt":
        faults["sync"] = spec.__faults__.sync
    if (cut := spec.__faults__.partitions) is not None:
        faults["partitions"] = {"shape": cut.told_shape, "times": cut.times, "in_flight": cut.in_flight}
    options: dict[str, Any] = {"network": given, "faults": faults}
    if (detector := spec.__detector__) is not None:
        options["detector"] = {"kind": detector.kind, "mistakes": detector.mistakes}
    elif (spec.__system__ or spec).detector is not None:
        options["detector"] = NOBODY
    if (promised := spec.__promised__) is not None:
        options["links"] = promised.kind
    return options


def budgets_of(spec: type[Spec]) -> dict[str, int]:
    """The faults that a run of a system asks for."""
    return spec.__faults__.asked() if issubclass(spec, System) else {}
