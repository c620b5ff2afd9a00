"""The environment of a system as the command line asks for it: a spec under the options that were given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indoubt.command_line.environment_options import MoreFaults
from indoubt.finding.specs import UsageError
from indoubt.runs.environment import GivenDetector, detector_named, own_network, under
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.systems import System


def chosen(
    found: type[Spec],
    budgets: Mapping[str, int | None],
    network: str | None,
    capacity: int | None,
    full: str | None,
    more: MoreFaults,
) -> tuple[type[Spec], dict[str, int]]:
    """The spec under what the command line asks for, and the budgets that are parameters of a state machine."""
    given: dict[str, Any] = {name: budget for name, budget in budgets.items() if budget is not None}
    given |= more.asked()
    if not issubclass(found, System):
        network_asked(found, network, capacity, full)
        for option in more.of_systems:
            raise UsageError(f"{own_network(found)}; leave {option} out")
        return found, given
    if more.model is not None:
        asked = beside_a_model(kind=network, capacity=capacity, full=full)
        oracle = beside_a_model(kind=more.detector, mistakes=more.mistakes)
        return under(found, asked, given, oracle, more.links, more.model), {}
    watching = detector_asked(found, more.detector, more.mistakes)
    return under(found, network_asked(found, network, capacity, full), given, watching, more.links), {}


def beside_a_model(**given: Any) -> dict[str, Any] | None:
    """What the command line says beside a model, if anything; of what kind it is, the model says."""
    return given if any(value is not None for value in given.values()) else None


def refuse_options_of_systems(found: type[Spec], given: Mapping[str, Any]) -> None:
    """Raise UsageError for options of the command line, by their names in Python, that a state machine has not."""
    for name, value in given.items():
        if value not in (None, False) and not issubclass(found, System):
            raise UsageError(f"{own_network(found)}; leave --{name.replace('_', '-')} out")


def network_asked(
    found: type[Spec], network: str | None, capacity: int | None, full: str | None
) -> dict[str, Any] | None:
    """The network that the command line names, the system's own if it names no kind; None where it says nothing.

    Raises UsageError for a state machine, and for what a soup has not.
    """
    named = {"--network": network, "--capacity": capacity, "--full": full}
    option = next((name for name, value in named.items() if value is not None), None)
    if option is None:
        return None
    if not issubclass(found, System):
        raise UsageError(f"{own_network(found)}; leave {option} out")
    if network is None:
        network = found.__network__.kind
        if not found.__network__.is_consuming:
            raise UsageError(f"{option} is not possible: a soup holds every message for ever; add --network bag")
    return {"kind": network, "capacity": capacity, "full": full}


def detector_asked(found: type[Spec], detector: str | None, mistakes: int | None) -> GivenDetector | None:
    """The detector that the command line names, if it does. Raises UsageError for a state machine."""
    if detector is None and mistakes is None:
        return None
    refuse_options_of_systems(found, {"detector": detector, "mistakes": mistakes})
    assert issubclass(found, System)
    return detector_named(found, detector, mistakes)
