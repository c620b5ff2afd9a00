"""What a run asks for, in words that there are: the spec, limits, properties and constraints."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.finding import UsageError, did_you_mean
from indoubt.refining import Refining
from indoubt.specs.language.machine import Spec
from indoubt.viewing import Viewing

if TYPE_CHECKING:
    from indoubt.symmetric import Symmetric, Wanted


def spec_class(spec: object) -> type[Spec]:
    """A spec that is given as a class. Raises TypeError for anything else."""
    if isinstance(spec, type) and issubclass(spec, Spec) and spec is not Spec:
        return spec
    raise TypeError(f"{spec!r} is no spec; give a class that inherits from indoubt.specs.language.Spec, or a name")


def positive(name: str, value: Any) -> Any:
    """A limit, or None for no limit. Raises UsageError."""
    if value is not None and value <= 0:
        raise UsageError(f"{name}={value} is no limit; give a number above 0, or leave it out for no limit")
    return value


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
    """The names of the properties to check. Raises UsageError for one that there is not."""
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


def names_of(wanted: Wanted) -> bool | list[str]:
    """The sorts in which a run is to be symmetric as they are written down: all, none, or some by name."""
    if isinstance(wanted, bool):
        return wanted
    given = [wanted] if isinstance(wanted, str | type) else wanted
    texts = [one if isinstance(one, str) else one.__name__ for one in given]
    return [name.strip() for text in texts for name in text.split(",")]


def symmetry_of(
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
    from indoubt.symmetric import Symmetric  # noqa: PLC0415 - few runs ask for it

    others = [name for name, given in (("--refines", refining), ("--view", viewing)) if given is not None]
    return Symmetric.of(machine, wanted, constraints, properties, others)
