"""What is taken for granted of quorums at every size: how many members they share, and nothing of their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from indoubt.invariants.unbounded.counting import has_at_least
from indoubt.invariants.unbounded.logic import Formula, Term, both, every, fresh
from indoubt.invariants.unbounded.values import Collection, Datum, forms, in_quorum, sort_name
from indoubt.specs.language.quorum_systems import Kind, Overlap, QuorumError, QuorumSystem
from indoubt.specs.language.settings import LARGEST_SIZE
from indoubt.specs.language.types import QuorumType

MOST_SHARED = 4
"""Of more members that quorums share, no more are used: each is a member of its own in a formula."""
WORDS = {1: "", 2: " two", 3: " three"}


def required(system: QuorumSystem) -> tuple[Overlap, ...]:
    """The overlaps that a system requires of its quorums at every size, each as large as it is at all of them."""
    least: dict[tuple[Kind | None, ...], Overlap] | None = None
    for size in range(1, LARGEST_SIZE + 1):
        try:
            found = {one.phases: one for one in system.overlaps(size)}
        except QuorumError:
            continue  # the system is not for so many members
        if least is None:
            least = found
        least = {
            phases: min(one, found[phases], key=lambda overlap: overlap.at_least)
            for phases, one in least.items()
            if phases in found
        }
    return tuple((least or {}).values())


def axioms_of_quorums(quorums: Sequence[QuorumType]) -> Iterator[tuple[str, Formula]]:
    """Quorums share as many members as their system requires of their phases; nothing else is said of them.

    Where a spec has quorums of some of these phases only, those share as many with a quorum of each other phase, of
    which there is one wherever the system has quorums: so they have as many members, if it is but one phase. What is
    proved from these holds for every system that requires as much, whatever its numbers are.
    """
    for sort, system in dict.fromkeys((one.sort, one.system) for one in quorums):
        kinds = {one.phase: one for one in quorums if (one.sort, one.system) == (sort, system)}
        for types, number in _strongest(system, kinds):
            chosen = [fresh(sort_name(one)) for one in types]
            shared = _shared(types, chosen)
            yield _told(types, number), every(tuple(chosen), has_at_least(shared, number))


def _shared(types: Sequence[QuorumType], chosen: Sequence[Term]) -> Collection:
    """What one quorum of each type have in common."""
    sort = types[0].sort

    def has(member: Datum) -> Formula:
        return both(*(in_quorum(one, member, quorum) for one, quorum in zip(types, chosen, strict=True)))

    return Collection(sort, has, lambda: [(variables, has(member), member) for variables, member in forms(sort)])


def _strongest(
    system: QuorumSystem, kinds: Mapping[Kind | None, QuorumType]
) -> Iterator[tuple[tuple[QuorumType, ...], int]]:
    """Quorums that share members, with how many, without those that follow from others."""
    found: dict[tuple[Kind | None, ...], int] = {}
    for overlap in required(system):
        phases = tuple(phase for phase in overlap.phases if phase in kinds)
        number = min(overlap.at_least, MOST_SHARED)
        if phases and number > found.get(phases, 0):
            found[phases] = number
    for phases, number in found.items():
        if not any(
            others != phases and more >= number and Counter(phases) <= Counter(others) for others, more in found.items()
        ):
            yield tuple(kinds[phase] for phase in phases), number


def _told(types: Sequence[QuorumType], number: int) -> str:
    members = "a member" if number == 1 else f"{number} members"
    if len(types) == 1:
        return f"any of {sort_name(types[0])} has {members}"
    count = Counter(map(sort_name, types))
    among = [f"any{WORDS.get(many, f' {many}')} of {name}" for name, many in count.items()]
    return f"{' and '.join(among)} share {members}"
