"""The fault tolerance of a quorum system: how many crashes it always survives, and which sets of crashes kill it.

A set of crashes kills a phase if no quorum of that phase is left among the others, that is, if it hits every quorum.
The smallest number is the resilience plus one of Barbara and Garcia-Molina, "The Vulnerability of Vote Assignments",
ACM TOCS 4(3), 1986.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from math import comb

from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.quorum_systems import (
    Counted,
    Kind,
    QuorumError,
    QuorumSystem,
    TooMany,
    few,
    listed,
)

MOST_LISTED = 100_000
"""Sets of crashes that are kept at most, and steps towards them."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What crashes do to one phase of a system over `size` members.

    `survives` is the largest number of crashes that always leaves a quorum, whoever crashes; -1 where there is none
    even without a crash. `deadly` are the smallest sets of crashes that leave no quorum, none inside another; None
    where they are too many to be listed, and `number` is how many, if that is known.
    """

    phase: Kind | None
    size: int
    survives: int
    number: int | None
    deadly: tuple[frozenset[int], ...] | None


def tolerances(system: QuorumSystem, size: int) -> tuple[Tolerance, ...]:
    """What crashes do to each phase of a system. Raises QuorumError where it does not fit, or has too many quorums."""
    system.fit(size)
    return tuple(_tolerance(system, size, phase) for phase in system.phases or (None,))


def _tolerance(system: QuorumSystem, size: int, phase: Kind | None) -> Tolerance:
    own = system.deadly(size, phase)
    sets = iter(sorted(_hitting(listed(system, size, phase)), key=len)) if own is None else own
    first = next(sets)
    survives = len(first) - 1
    if isinstance(system, Counted):
        number = comb(size, len(first))
        if number > MOST_LISTED:
            return Tolerance(phase, size, survives, number, None)
    try:
        deadly = few(chain([first], islice(sets, MOST_LISTED)))
    except TooMany:
        return Tolerance(phase, size, survives, None, None)
    if len(deadly) > MOST_LISTED:
        return Tolerance(phase, size, survives, None, None)
    deadly.sort(key=lambda one: (len(one), sorted(one)))
    return Tolerance(phase, size, survives, len(deadly), tuple(deadly))


def _hitting(families: Iterable[frozenset[int]]) -> Iterable[frozenset[int]]:
    """The minimal sets that have a member in each of some sets (Berge's algorithm)."""
    found: set[frozenset[int]] = {frozenset()}
    for family in families:
        kept = {one for one in found if one & family}
        grown = {one | {member} for one in found - kept for member in family}
        found = kept | {one for one in grown if not any(other <= one for other in kept)}
        found = set(_smallest(found))
        if len(found) > MOST_LISTED:
            raise QuorumError("the sets of crashes are too many to be listed; take fewer members")
    return found


def _smallest(sets: Iterable[frozenset[int]]) -> Iterator[frozenset[int]]:
    """Those that have none of the others inside."""
    kept: list[frozenset[int]] = []
    for one in sorted(sets, key=len):
        if not any(other <= one for other in kept):
            kept.append(one)
            yield one
