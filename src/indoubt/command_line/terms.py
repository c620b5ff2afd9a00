"""The terms of a search by faults as the command line gives them: what `frontier` and `ablate` have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from indoubt.command_line.environment import beside_a_model, detector_asked, network_asked, refuse_options_of_systems
from indoubt.runs.environment import BUDGETS
from indoubt.runs.settings_text import parsed
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec

ENVIRONMENT = ("links", "model", "partition", "in_flight", "who", "sync", "no_equivocation")
"""Options that only a system of nodes has, besides a network and a detector."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked of every run of a table, by the names of the options."""

    spec: str
    settings: tuple[str, ...]
    budgets: Mapping[str, range | int]
    network: str | None
    capacity: int | None
    full: str | None
    links: str | None
    detector: str | None
    mistakes: int | None
    model: str | None
    partition: str | None
    in_flight: str | None
    who: str | None
    sync: str | None
    no_equivocation: bool
    properties: tuple[str, ...]
    deadlock: bool
    symmetry: str | None
    keep_dead: bool
    engine: str
    workers: int
    memory: str | None
    max_states: int | None
    max_depth: int | None
    timeout: float | None
    allow_inconclusive: bool
    format_: str

    @classmethod
    def taken_from(cls, options: dict[str, Any]) -> Terms:
        """The terms among the options of a command, which are taken out of them."""
        names = [one.name for one in fields(cls) if one.name != "budgets"]
        given: dict[str, range | int] = {name: one for name in BUDGETS if (one := options.pop(name)) is not None}
        return cls(**{name: options.pop(name) for name in names}, budgets=given)

    def arguments(self, found: type[Spec], settings: Iterable[str], own: Mapping[str, int]) -> dict[str, Any]:
        """What `frontier` and `ablate` take, but for budgets; `own` are those that are parameters of a state machine.

        Raises UsageError, SettingError.
        """
        refuse_options_of_systems(found, {name: getattr(self, name) for name in ENVIRONMENT})
        manner = {"who": self.who, "sync": self.sync, "equivocation": False if self.no_equivocation else None}
        if self.model is None:
            network: object = network_asked(found, self.network, self.capacity, self.full)
            detector: object = detector_asked(found, self.detector, self.mistakes)
        else:
            network = beside_a_model(kind=self.network, capacity=self.capacity, full=self.full)
            detector = beside_a_model(kind=self.detector, mistakes=self.mistakes)
        return {
            "network": network,
            "links": self.links,
            "detector": detector,
            "model": self.model,
            "partition": self.partition,
            "in_flight": self.in_flight,
            **{name: value for name, value in manner.items() if value is not None},
            "properties": self.properties or None,
            "deadlock": self.deadlock,
            "symmetry": False if self.symmetry is None else self.symmetry or True,
            "keep_dead": self.keep_dead,
            "engine": self.engine,
            "workers": self.workers,
            "memory": self.memory,
            "max_states": self.max_states,
            "max_depth": self.max_depth,
            "timeout": self.timeout,
            **parsed(found, settings, dict(own)),  # a state machine may have a parameter `detector`
        }
