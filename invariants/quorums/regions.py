"""Venn regions: what is left of all nodes by saying of each set whether they lie in it.

A set expression over k named sets is a choice among the 2^k - 1 regions inside of them, and its size is a sum of sizes
of intersections (inclusion and exclusion).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from indoubt.invariants.quorums.arithmetic import Linear, Number, Quantity, Size, Weight, linear
from indoubt.specs.language.frozen import dataclass

Region = tuple[bool, ...]
"""Of each set, in order, whether a node lies in it."""


@dataclass(frozen=True, slots=True)
class Regions:
    """A set expression: the regions that it is made of."""

    sets: tuple[str, ...]
    inside: frozenset[Region]

    @classmethod
    def of(cls, name: str, sets: Sequence[str]) -> Regions:
        """A named set."""
        place = list(sets).index(name)
        return cls(tuple(sets), frozenset(one for one in regions(len(sets)) if one[place]))

    def __and__(self, other: Regions) -> Regions:
        return Regions(self.sets, self.inside & other.inside)

    def __or__(self, other: Regions) -> Regions:
        return Regions(self.sets, self.inside | other.inside)

    def __sub__(self, other: Regions) -> Regions:
        return Regions(self.sets, self.inside - other.inside)


def regions(sets: int) -> Iterator[Region]:
    """All regions of so many sets: first those inside of the first set, as nodes are numbered."""
    return product((True, False), repeat=sets)


def measured(of: Regions, by: type[Size] | type[Weight]) -> Linear:
    """The size, or the weight, of a set expression as a sum over intersections of named sets."""
    total = linear(0)
    for region in sorted(of.inside):
        outside = [place for place, inside in enumerate(region) if not inside]
        for added in product((False, True), repeat=len(outside)):
            more = [place for place, taken in zip(outside, added, strict=True) if taken]
            chosen = [of.sets[place] for place, inside in enumerate(region) if inside or place in more]
            total += (-1) ** len(more) * Linear(((1, (by(tuple(sorted(chosen))),)),))
    return Linear(tuple(sorted(total.terms, key=lambda term: (len(str(term[1][0])), str(term[1][0])))))


def counts(values: Mapping[Quantity, int], sets: Sequence[str], by: type[Size] | type[Weight]) -> dict[Region, int]:
    """How many nodes, or how much weight, each region has, from what the intersections have."""
    found: dict[Region, int] = {}
    for region in regions(len(sets)):
        outside = [place for place, inside in enumerate(region) if not inside]
        total = 0
        for added in product((False, True), repeat=len(outside)):
            more = [place for place, taken in zip(outside, added, strict=True) if taken]
            chosen = [sets[place] for place, inside in enumerate(region) if inside or place in more]
            total += (-1) ** len(more) * values[by(tuple(sorted(chosen)))]
        found[region] = total
    return found


def numbers_of(values: Mapping[Quantity, int]) -> dict[str, int]:
    """The numbers among some values, by name."""
    return {one.name: value for one, value in values.items() if isinstance(one, Number)}
