"""What a run asks for, in words that there are: the spec, limits, properties and constraints."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from indoubt.explorer.frontend.desugar.translation import known_system
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.answers import DEADLOCK, named_properties
from indoubt.finding.specs import UsageError, did_you_mean, find_spec
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.systems import System

if TYPE_CHECKING:
    from indoubt.runs.refining import Refining
    from indoubt.runs.symmetric import Symmetric, Wanted
    from indoubt.runs.viewing import Viewing

MINIMAL = ("steps", "faults")
"""What a counterexample has the fewest of: steps, or faults first and then steps."""


def spec_class(spec: object) -> type[Spec]:
    """A spec that is given as a class. Raises TypeError for anything else."""
    if isinstance(spec, type) and issubclass(spec, Spec) and spec not in (Spec, System):
        return known_system(spec)
    raise TypeError(f"{spec!r} is no spec; give a class that inherits from indoubt.specs.language.Spec, or a name")


def positive(name: str, value: Any) -> Any:
    """A limit, or None for no limit. Raises UsageError."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise UsageError(f"{name}={value!r} is no limit; give a number above 0, or leave it out for no limit")
    if value is not None and value <= 0:
        raise UsageError(f"{name}={value} is no limit; give a number above 0, or leave it out for no limit")
    return value


def query_limit(timeout: Any) -> float:
    """The seconds that a query to a solver may take. Raises UsageError."""
    is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
    if not is_number or not 0 < timeout < math.inf:
        raise UsageError(f"timeout={timeout!r} is not possible; give a number of seconds above 0, for each query")
    return float(timeout)


def known_minimal(minimal: str, others: Mapping[str, bool]) -> None:
    """Raise UsageError for an order of counterexamples that there is not; `others` are options that it excludes."""
    if minimal not in MINIMAL:
        raise UsageError(f"--minimal {minimal} is not possible; there are: {', '.join(MINIMAL)}")
    for option, is_given in others.items():
        if minimal == "faults" and is_given:
            raise UsageError(f"--minimal faults does not go with {option}; leave one of them out")


def known_constraints(machine: Machine, wanted: Collection[str]) -> frozenset[str]:
    """The names of the constraints in force. Raises UsageError for one that there is not."""
    known = [one.name for one in machine.constraints]
    for name in wanted:
        if name not in known:
            there_is = ", ".join(known) or "none"
            raise UsageError(
                f"unknown constraint {name!r} of {machine.name}; it has: {there_is}{did_you_mean(name, known)}"
            )
    return frozenset(wanted)


def known_properties(
    machine: Machine, refining: Refining | None, wanted: Collection[str], *, deadlock: bool
) -> frozenset[str]:
    """The names of the properties to check. Raises UsageError for one that there is not.

    An `assert` has the name that a report gives it; each is checked whether it is named or not.
    """
    known = named_properties(machine)
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


def refining_of(
    spec: type[Spec],
    settings: Settings,
    machine: Machine,
    abstract: type[Spec] | str | None,
    mapping: Mapping[str, str] | None,
) -> Refining | None:
    """What the abstract spec is that a run names, if it does. Raises UsageError for a mapping without one."""
    if abstract is None:
        if mapping:
            what = "mapping (--mapping) says what the variables of an abstract spec are here"
            raise UsageError(f"{what}; name that spec as well, with refines (--refines)")
        return None
    from indoubt.runs.refining import Refining  # noqa: PLC0415 - few runs ask for it

    found = find_spec(abstract) if isinstance(abstract, str) else spec_class(abstract)
    return Refining(spec, settings, machine, found, mapping or {})


def viewing_of(
    machine: Machine,
    view: str | None,
    constraints: frozenset[str],
    properties: frozenset[str] | None,
    refining: Refining | None,
) -> Viewing | None:
    """The view that a run asks for, if it does. Raises UsageError where there is no such view."""
    if view is None:
        return None
    from indoubt.runs.viewing import Viewing  # noqa: PLC0415 - few runs ask for it

    return Viewing.of(machine, view, constraints, properties, refining)


def names_of(wanted: Wanted) -> bool | list[str]:
    """The sorts in which a run is to be symmetric as they are written down: all, none, or some by name."""
    if isinstance(wanted, bool):
        return wanted
    given = [wanted] if isinstance(wanted, str | type) else wanted
    texts = [one if isinstance(one, str) else one.__name__ for one in given]
    return [name.strip() for text in texts for name in text.split(",")]


def symmetry_of(
    spec: type[Spec],
    machine: Machine,
    wanted: Wanted,
    constraints: frozenset[str],
    properties: frozenset[str] | None,
    refining: Refining | None,
    viewing: Viewing | None,
) -> Symmetric | None:
    """The symmetry that a run asks for; None where it asks for none. Raises UsageError where it would be wrong."""
    if wanted is False:
        return None
    from indoubt.runs.symmetric import Symmetric  # noqa: PLC0415 - few runs ask for it

    others = [name for name, given in (("--refines", refining), ("--view", viewing)) if given is not None]
    return Symmetric.of(spec, machine, wanted, constraints, properties, others)
