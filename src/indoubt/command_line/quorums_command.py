"""The command `indoubt quorums`: the quorums of a system, what they share, and the crashes that it survives."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from indoubt.command_line.streams import printing
from indoubt.finding.specs import UsageError
from indoubt.invariants.quorums import written
from indoubt.invariants.quorums.tolerance import Tolerance, tolerances
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.quorum_systems import Kind, Overlap, QuorumError, QuorumSystem, common_part, shown_overlap

SCHEMA = "indoubt/quorums/1"
MOST_SHOWN = 60
"""Quorums, and sets of crashes, that the text shows."""
WIDTH = 100
MOST_NODES = 1_000
"""Nodes of the largest system that is described."""


@dataclass(frozen=True, slots=True)
class Described:
    """A quorum system over so many nodes."""

    system: QuorumSystem
    size: int
    quorums: tuple[tuple[Kind | None, int, tuple[frozenset[int], ...] | None], ...]
    """Of each phase, how many minimal quorums there are, and which, unless they are too many."""
    overlaps: tuple[Overlap, ...]
    missing: tuple[Overlap, tuple[frozenset[int], ...]] | None
    """Quorums that share too little, with what is required of them."""
    tolerances: tuple[Tolerance, ...]

    @property
    def survives(self) -> int:
        """How many crashes always leave a quorum of every phase; -1 where there is none without a crash."""
        return min(one.survives for one in self.tolerances)

    @property
    def is_sound(self) -> bool:
        """Whether every phase has a quorum, and quorums share what they have to."""
        return self.missing is None and self.survives >= 0


def described(system: QuorumSystem, nodes: int | None = None) -> Described:
    """What there is to know of a quorum system over so many nodes.

    Raises QuorumError where it does not fit them, or they are not given and any number would do.
    """
    size = system.example_size if nodes is None else nodes
    if size is None:
        raise QuorumError(f"{system} is for any number of nodes; say how many: --nodes 5")
    if size > MOST_NODES:
        raise QuorumError(f"{system} over {size:,} nodes is too large to be described; take {MOST_NODES:,} or fewer")
    system.fit(size)
    phases = system.phases or (None,)
    numbers = [system.number(size, phase) for phase in phases]
    every = [
        tuple(system.smallest(size, one)) if number <= 10_000 else None
        for one, number in zip(phases, numbers, strict=True)
    ]
    return Described(
        system,
        size,
        tuple(zip(phases, numbers, every, strict=True)),
        system.overlaps(size),
        shown_overlap(system, size),
        tolerances(system, size),
    )


def quorums_command(*, system: str | None, nodes: int | None, format_: str) -> int:
    """Print what a quorum system is; the exit status, 1 where it is not sound."""
    if system is None:
        if nodes is not None:
            example = f"indoubt quorums majority --nodes {nodes}"
            raise UsageError(f"--nodes {nodes} says how many nodes a system has; name one, as in {example}")
        with printing():
            print(json.dumps(list(_systems_data()), indent=2) if format_ == "json" else "\n".join(_systems()))
        return 0
    try:
        found = described(written.parsed(system), nodes)
    except QuorumError as error:
        raise UsageError(str(error)) from None
    with printing():
        print(json.dumps(to_data(found), indent=2) if format_ == "json" else "\n".join(_lines(found)))
    return 0 if found.is_sound else 1


def _systems() -> Iterator[str]:
    """How each system is written, and what its quorums are."""
    usages = {written.usage(system): system for system in written.SYSTEMS.values()}
    width = max(map(len, usages))
    for usage, system in usages.items():
        yield f"  {usage:<{width}}  {_told(system)}"


def _systems_data() -> Iterator[dict[str, Any]]:
    for name, system in written.SYSTEMS.items():
        named = {"name": name, "written": written.usage(system), "quorums": _told(system), "phases": system.phases}
        yield {**named, "theorem": system.theorem, "source": system.source}


def _told(system: type[QuorumSystem]) -> str:
    """What its quorums are."""
    return " ".join((system.__doc__ or "").split("\n\n")[0].split()).rstrip(".")


def _lines(found: Described) -> Iterator[str]:
    yield f"{found.system} over {found.size} node{'s' * (found.size != 1)}"
    yield ""
    for phase, number, quorums in found.quorums:
        of = "" if phase is None else f" of phase {phase}"
        yield f"  {_number(number)} minimal quorum{'s' * (number != 1)}{of}{_shown(quorums)}"
    if found.missing is None:
        yield f"  {'; '.join(map(str, found.overlaps))}"
    else:
        overlap, quorums = found.missing
        common = len(common_part(quorums))
        shared = "nothing" if not common else f"{common}"
        yield f"  {overlap}: NOT so, for {' and '.join(map(_set, quorums))} share {shared}"
    yield f"  rests on: indoubt prove {found.system.theorem}; source: {found.system.source}"
    yield ""
    for one in found.tolerances:
        of = "" if one.phase is None else f"phase {one.phase} "
        if one.survives < 0:
            yield f"  {of}has no quorum, even if nobody crashes"
            continue
        yield f"  {of}survives any {_crashes(one.survives)}; {_deadly(one)}"
    if len(found.tolerances) > 1 and found.survives >= 0:
        yield f"  all phases survive any {_crashes(found.survives)}"


def _crashes(number: int) -> str:
    return f"{number} crash{'es' * (number != 1)}"


def _deadly(one: Tolerance) -> str:
    if one.number is None:
        return "the minimal sets of crashes that leave no quorum are too many to be listed"
    plural = one.number != 1
    sets = f"{_number(one.number)} minimal set{'s' * plural} of crashes"
    return f"{sets} leave{'s' * (not plural)} no quorum{_shown(one.deadly)}"


def _number(count: int) -> str:
    return f"{count:,}" if count < 10**12 else f"about {Decimal(count):.1e}"


def _shown(sets: Iterable[frozenset[int]] | None) -> str:
    listed = None if sets is None else list(sets)
    if listed is None or len(listed) > MOST_SHOWN:
        return ""
    text = " ".join(map(_set, listed))
    return ":\n" + textwrap.indent(textwrap.fill(text, WIDTH, break_long_words=False), "    ") if listed else ""


def _set(members: Iterable[int]) -> str:
    # No spaces: a set stays on one line.
    return "{" + ",".join(f"n{member}" for member in sorted(members)) + "}"


def to_data(found: Described) -> dict[str, Any]:
    """The same as plain lists and dicts; nodes are numbered from 0, as in the text of a system."""
    return {
        "schema": SCHEMA,
        "system": str(found.system),
        "nodes": found.size,
        "source": found.system.source,
        "theorem": found.system.theorem,
        "quorums": [
            {"phase": phase, "minimal": number, "sets": None if sets is None else [sorted(one) for one in sets]}
            for phase, number, sets in found.quorums
        ],
        "requires": list(map(str, found.overlaps)),
        "missing": None if found.missing is None else [sorted(one) for one in found.missing[1]],
        "is_sound": found.is_sound,
        "survives": found.survives,
        "tolerance": [
            {
                "phase": one.phase,
                "survives": one.survives,
                "deadly": one.number,
                "sets": None if one.deadly is None else [sorted(crashed) for crashed in one.deadly],
            }
            for one in found.tolerances
        ],
    }
