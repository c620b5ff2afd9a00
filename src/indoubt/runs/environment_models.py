"""A model of the textbook as a run asks for it: what it says of the environment, and what may be said beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from indoubt.finding.specs import UsageError
from indoubt.specs.language.delivery import Link
from indoubt.specs.language.detectors import NOBODY, Detector, Nobody, detector_of
from indoubt.specs.language.faults import WORDS, Faults
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.models import MODELS, Model, model_of, own_budgets
from indoubt.specs.language.network import Network, network_of
from indoubt.specs.language.systems import System

if TYPE_CHECKING:
    from indoubt.runs.environment import GivenDetector, GivenFaults, GivenLinks, GivenNetwork

GivenModel = Model | str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run chooses for a system of nodes, as `check` takes it: None where it leaves the system its own."""

    network: GivenNetwork | None = None
    faults: GivenFaults | None = None
    detector: GivenDetector | None = None
    links: GivenLinks | None = None


def surroundings(spec: type[Spec], model: GivenModel | None, given: Surroundings) -> Surroundings:
    """What a run chooses, where a model may say it. Raises UsageError where the model and the rest clash."""
    if model is None:
        return given
    if not issubclass(spec, System):
        own = "a state machine, whose network and faults are variables and actions of its own"
        raise UsageError(f"{spec.__name__} is {own}; leave model out")
    try:
        found = in_model(model, told(given.faults))
        has_own = (spec.__system__ or spec).detector is not None
        watching = _detector(found, given.detector) or (NOBODY if has_own else None)
        return Surroundings(_network(found, given.network), found.faults, watching, _links(found, given.links))
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None


def in_model(model: GivenModel, faults: Mapping[str, Any]) -> Model:
    """A model with these budgets, and with what is said of how its faults happen. Raises TypeError, ValueError."""
    how = {name: value for name, value in faults.items() if name in WORDS}
    budgets = {name: value for name, value in faults.items() if name not in WORDS}
    name = refuse_other_budgets(model, budgets)
    if isinstance(model, Model) and budgets:
        what = f"the model {name} is given with its budgets, and {next(iter(budgets))} is one of them"
        raise ValueError(f"{what}; leave one of the two out")
    found = model if isinstance(model, Model) else model_of(name, budgets)
    return replace(found, faults=replace(found.faults, **how))


def refuse_other_budgets(model: GivenModel, budgets: Mapping[str, Any]) -> str:
    """The name of a model. Raises TypeError for what is none, ValueError for budgets that are not its own.

    Budgets may be ranges.
    """
    if not isinstance(model, Model | str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"model={model!r} is not possible; name one of: {', '.join(MODELS)}")
    name = model if isinstance(model, str) else model.name
    own = own_budgets(name)
    for budget, times in budgets.items():
        if budget not in own:
            what = f"{budget}={_text(times)} is not possible in the model {name}, whose budgets are: {', '.join(own)}"
            raise ValueError(f"{what}; leave the model out, and name the network and the faults one by one")
    return name


def _text(times: Any) -> str:
    if isinstance(times, range | tuple | list):
        values = cast("Sequence[int]", times)
        return f"{min(values)}..{max(values)}" if values else str(values)
    return str(times)


def told(faults: GivenFaults | None) -> Mapping[str, Any]:
    """The budgets that are asked for, by name, with what is said of how faults happen and the network is cut."""
    if not isinstance(faults, Faults):
        return {} if faults is None else faults
    usual = Faults()
    words = {name: getattr(faults, name) for name in WORDS if getattr(faults, name) != getattr(usual, name)}
    return {**faults.asked(), **words}


def _links(model: Model, given: GivenLinks | None) -> Link:
    """The links of a model. Raises ValueError where others are given."""
    if given is not None:
        raise ValueError(f"the model {model.name} has links of its own; leave links out")
    return model.links


def _network(model: Model, given: GivenNetwork | None) -> Network:
    """The network of a model; what is given may say how much a link of it holds. Raises ValueError."""
    own = model.network
    if given is None:
        return own
    if isinstance(given, Network) and given.kind == own.kind:
        return given
    if isinstance(given, Mapping) and given.get("kind") is None:
        return network_of(own.kind, given.get("capacity"), given.get("full"))
    raise ValueError(f"the model {model.name} has a network of its own; leave network out")


def _detector(model: Model, given: GivenDetector | None) -> Detector | Nobody | None:
    """The detector of a model; what is given may say how many mistakes it makes. Raises ValueError."""
    own = model.detector
    if given is None or (own is None and given == NOBODY):
        return own
    kind = given.get("kind") if isinstance(given, Mapping) else given
    if own is None:
        what = f"the model {model.name} has no failure detector; leave {'detector' if kind else 'mistakes'} out"
        raise ValueError(f"{what}, or ask for a model that has one, as fail_noisy")
    if isinstance(given, Detector) and given.kind == own.kind:
        return given
    if isinstance(given, Mapping) and kind is None:
        return detector_of(own.kind, given.get("mistakes"))
    raise ValueError(f"the model {model.name} has a failure detector of its own; leave detector out")
