"""Setting up a check up to symmetry: in which sorts, whether that is sound, and whether it pays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set as AbstractSet
from pathlib import Path

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.symmetry import Symmetry
from indoubt.explorer.passes.symmetry import Judged, Telling, judge, sorts_of
from indoubt.explorer.search.symmetry import Orbits
from indoubt.explorer.search.symmetry_trial import why_it_does_not_pay
from indoubt.finding.specs import UsageError, did_you_mean
from indoubt.runs.asking import names_of
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.groups import named_groups
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.sorts import Ordered, Ring, Sort
from indoubt.specs.language.systems import System

Wanted = bool | str | type[Sort] | Collection[str | type[Sort]]
"""All sorts (True), none (False), or the names of some."""


@dataclass(frozen=True, slots=True)
class Symmetric:
    """The symmetry that a run asks for; `orbits` is None where it is switched off, and `remark` says why."""

    symmetry: Symmetry
    sizes: dict[str, int]
    orbits: Orbits | None
    remark: str | None = None

    @classmethod
    def of(
        cls,
        spec: type[Spec],
        machine: Machine,
        wanted: Wanted,
        constraints: AbstractSet[str],
        properties: AbstractSet[str] | None,
        others: Iterable[str],
    ) -> Symmetric:
        """The symmetry of a machine, that of `spec`, in the sorts that are wanted.

        `others` are the options that do not go with symmetry. Raises UsageError where members are told apart.
        """
        checked = {one.name for one in machine.checked} if properties is None else set(properties)
        for other in others:
            raise UsageError(f"--symmetry does not go with {other} yet; leave one of them out")
        temporal = ", ".join(one.name for one in machine.temporal if one.name in checked)
        if temporal:
            raise UsageError(
                "--symmetry does not go with properties of whole runs, since what is fair to one member may not be "
                f"fair to another; leave out {temporal}: name the other properties with -k"
            )
        sorts = _without_named(spec, machine, wanted, _chosen(machine, wanted))
        reference = Reference(machine)
        found = judge(
            machine,
            sorts,
            checked | constraints,
            lambda: [outcome[1] for outcome in reference.initial() if isinstance(outcome, tuple)],
        )
        _refuse(machine, wanted, sorts, checked, found)
        sizes = dict(machine.sizes)
        if not found.symmetry.blocks:
            single = _listed(sort.__name__ for sort in sorts)
            has = "has one member" if len(sorts) == 1 else "have one member each"
            return cls(found.symmetry, sizes, None, f"{single} {has}")
        orbits = Orbits(machine, found.symmetry)
        remark = why_it_does_not_pay(reference, orbits)
        return cls(found.symmetry, sizes, None if remark else orbits, remark)

    @property
    def names(self) -> str:
        """The sorts with their blocks, where not all members of a sort are interchangeable."""
        return ", ".join(sort.__name__ + self._apart(sort, blocks) for sort, blocks in self.symmetry.blocks)

    def _apart(self, sort: type[Sort], blocks: tuple[tuple[int, ...], ...]) -> str:
        if len(blocks) == 1 and len(blocks[0]) == self.sizes[sort.__name__]:
            return ""
        return f" ({'; '.join(', '.join(map(str, block)) for block in blocks)})"

    @property
    def told(self) -> str:
        """What symmetry does to the search, for the envelope of a verdict."""
        if self.orbits is None:
            return f"switched off, since it does not pay here: {self.remark}"
        return f"{self.names}: states that differ in nothing but the names of members count as one"


def _chosen(machine: Machine, wanted: Wanted) -> tuple[type[Sort], ...]:
    """The sorts that are asked for. Raises UsageError where there is none, or no such one."""
    there = sorts_of(machine)
    if isinstance(wanted, bool):
        plain = tuple(sort for sort in there if not issubclass(sort, (Ordered, Ring)))
        if plain:
            return plain
        has = f"its sorts are {_listed(map(_with_order, there))}" if there else "it has no sorts"
        raise UsageError(
            f"--symmetry needs a sort whose members are interchangeable, and {machine.name} has none: {has}; "
            + (f"name those whose order nothing uses, --symmetry={there[0].__name__}, or " if there else "")
            + "run without --symmetry"
        )
    names = names_of(wanted)
    assert not isinstance(names, bool)
    known = [sort.__name__ for sort in there]
    for name in names:
        if name not in known:
            has = ", ".join(known) or "none"
            raise UsageError(f"unknown sort {name!r} of {machine.name}; it has: {has}{did_you_mean(name, known)}")
    return tuple(sort for sort in there if sort.__name__ in names)


def _without_named(
    spec: type[Spec], machine: Machine, wanted: Wanted, sorts: tuple[type[Sort], ...]
) -> tuple[type[Sort], ...]:
    """The sorts of which a partition names no nodes. Raises UsageError where none is left, or one is asked for."""
    cut = spec.__faults__.partitions if issubclass(spec, System) else None
    if cut is None or not cut.groups or not issubclass(spec, System):
        return sorts
    named: set[type] = {type(node) for group in named_groups(spec.__layout__, cut) for node in group}
    several = [sort for sort in sorts if machine.sizes[sort.__name__] > 1]
    alike = [sort for sort in several if sort not in named]
    if alike == several or (isinstance(wanted, bool) and alike):
        return tuple(sort for sort in sorts if sort not in several or sort in alike)
    nodes = _listed(sort.__name__ for sort in several if sort in named)
    what = f"--symmetry is not possible with partition={cut.told_shape}: nodes of {nodes} that are named are not alike"
    choice = f"write --symmetry={','.join(sort.__name__ for sort in alike)}" if alike else "run without --symmetry"
    raise UsageError(f"{what}; name none, as in --partition {cut.shape}, or {choice}")


def _refuse(
    machine: Machine, wanted: Wanted, sorts: tuple[type[Sort], ...], checked: AbstractSet[str], found: Judged
) -> None:
    """Raise UsageError where a sort that is asked for has no interchangeable members, or a condition needs them apart.

    Of all sorts, those that are told apart are just left out, as long as one remains.
    """
    blocks = dict(found.symmetry.blocks)
    divided = [one for one in found.apart if one.sort not in blocks]
    if divided and (not isinstance(wanted, bool) or not blocks):
        reasons = "; ".join(f"{one.sort.__name__}: {_reason(one)}" for one in divided)
        rest = [sort.__name__ for sort in sorts if sort in blocks]
        help_ = f"write --symmetry={','.join(rest)}" if rest else "run without --symmetry"
        raise UsageError(f"the members of these sorts are not interchangeable: {reasons}; {help_}")
    if found.objections:
        first = found.objections[0]
        told = (
            f"{_reason(first)}, so it tells states apart that differ in the names of members of {first.sort.__name__}"
        )
        others = [sort.__name__ for sort in blocks if sort is not first.sort]
        choice = f", or choose other sorts: --symmetry={','.join(others)}" if others else ""
        raise UsageError(f"--symmetry is not possible: {told}; {_without(machine, checked, found)}{choice}")


def _without(machine: Machine, checked: AbstractSet[str], found: Judged) -> str:
    """How to leave out what tells members apart."""
    refused = {one.name for one in found.objections}
    if any(one.name in refused for one in machine.constraints):
        return "run without it"
    rest = [f"-k {one.name}" for one in machine.properties if one.name in checked - refused]
    return f"check the other properties: {' '.join(rest)}" if rest else "run without --symmetry"


def _reason(one: Telling) -> str:
    place = "" if one.span is None else f" ({Path(one.span.file).name}:{one.span.line})"
    return f"{one.teller} {one.how}{place}"


def _with_order(sort: type[Sort]) -> str:
    return f"{sort.__name__} ({'an Ordered' if issubclass(sort, Ordered) else 'a Ring'})"


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
