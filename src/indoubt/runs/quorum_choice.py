"""The quorum systems that a run rests on, and whether their quorums have been shown to overlap as they have to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.walk import types_of
from indoubt.specs.language.declarations import survey
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.quorum_systems import (
    MAJORITY,
    Kind,
    Overlap,
    QuorumError,
    QuorumSystem,
    common_part,
    listed,
    shown_overlap,
)
from indoubt.specs.language.types import QuorumType


@dataclass(frozen=True, slots=True)
class ChosenQuorums:
    """The quorum system over one sort of a run; `doubt` says why its quorums may miss each other, if they may."""

    sort: str
    system: str
    requires: tuple[str, ...]
    doubt: str | None
    is_default: bool
    """A majority, which is what a run has that says nothing."""

    @property
    def setting(self) -> str:
        """The system as a title names it."""
        return f"quorums={self.system}"

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain lists and dicts."""
        is_shown = self.doubt is None
        return {"sort": self.sort, "system": self.system, "requires": list(self.requires), "intersects": is_shown}

    @property
    def told(self) -> str:
        """The system and what its quorums are known to share."""
        known = "; ".join(self.requires) if self.doubt is None else "not shown to intersect"
        return f"{self.system} over {self.sort}: {known}"


def quorums_of(spec: type[Spec], machine: Machine) -> tuple[ChosenQuorums, ...]:
    """The quorum systems of a machine, one for each sort that has quorums."""
    if not survey(spec).has_quorums:
        return ()
    found: dict[tuple[str, QuorumSystem], None] = {}
    for type_ in types_of(machine):
        if isinstance(type_, QuorumType):
            found[type_.sort.cls.__name__, type_.system] = None
    return tuple(_chosen(sort, system, machine.sizes[sort]) for sort, system in found)


def warnings_of(quorums: Collection[ChosenQuorums]) -> tuple[str, ...]:
    """What a reader of the verdict has to know of the quorums."""
    return tuple(one.doubt for one in quorums if one.doubt is not None)


def is_sound(system: QuorumSystem, size: int) -> bool:
    """Whether a system has quorums of each of its phases over so many members, and they overlap as it requires."""
    try:
        system.fit(size)
        every = all(system.number(size, phase) for phase in system.phases or (None,))
        return every and shown_overlap(system, size) is None
    except QuorumError:
        return False  # it is not for so many members, or has too many quorums for them


def _chosen(sort: str, system: QuorumSystem, size: int) -> ChosenQuorums:
    overlaps = system.overlaps(size)
    doubt = None
    try:
        missing = shown_overlap(system, size)
    except QuorumError as error:
        doubt = f"quorums of {system} have not been shown to intersect: {error}"
    else:
        if missing is not None:
            doubt = f"quorums of {system} over {sort} do not intersect as they should: {_why(sort, *missing)}"
        elif not all(listed(system, size, phase) for one in overlaps for phase in one.phases):
            doubt = f"{system} has no quorum among {size} {sort}: what waits for one waits for ever"
    return ChosenQuorums(sort, str(system), tuple(map(str, overlaps)), doubt, system == MAJORITY)


def _why(sort: str, overlap: Overlap, quorums: tuple[frozenset[int], ...]) -> str:
    """Which quorums have too little in common."""
    shown = [_named(sort, phase, one) for phase, one in zip(overlap.phases, quorums, strict=True)]
    common = len(common_part(quorums))
    shared = "nothing" if not common else f"{common} and not {overlap.at_least}"
    return f"{' and '.join(shown)} share {shared}"


def _named(sort: str, phase: Kind | None, members: frozenset[int]) -> str:
    listed = ", ".join(f"{sort}{index}" for index in sorted(members))
    return f"{'' if phase is None else f'phase {phase} '}{{{listed}}}"
