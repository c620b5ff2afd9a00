"""Violations at small sizes: of each property one with the fewest members, and of these one with the fewest steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import groupby, product

from indoubt.explorer.frontend.diagnostics import SpecError
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.result import Answer
from indoubt.proofs.reaching import Seen, violations
from indoubt.proofs.results import sizes_text
from indoubt.proofs.small import SmallSizes
from indoubt.runs.confirming import confirmed
from indoubt.runs.result import PropertyResult
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.universe import SettingError

MOST_VECTORS = 64
"""At so many combinations of sizes at most the explorer looks for fewer members."""
LOOK_S = 60.0
"""After so long it looks at no sizes but those of counterexamples and the usual small ones."""
MOST_LISTED = 6
"""So many of them are told one by one."""
Sizes = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Violation:
    """A violated property with its trace, and the sizes at which it was found."""

    result: PropertyResult
    sizes: Sizes


class Looking:
    """Lets the explorer look for violations at sizes that grow, and remembers what it was asked."""

    def __init__(self, spec: type[Spec], small: SmallSizes, progress: Callable[[str], None] | None) -> None:
        self._spec, self._small, self._progress = spec, small, progress
        self.found: dict[str, Violation] = {}
        """What is violated, by its name."""
        self._until = time.monotonic() + LOOK_S
        self._looked: list[_Looked] = []

    def look(self, names: Collection[str], near: Collection[Sizes]) -> None:
        """Look for violations of some properties: at sizes up to those `near`, then at larger ones."""
        for sizes in near:
            self._up_to(sizes, names)
        for sizes in self._small.further:
            left = set(names) - set(self.found)
            if self._is_late() and sizes not in self._small.levels:
                break
            if left and (new := {one.property for one in self._at(sizes, left)}):
                self._up_to(sizes, new)

    def told(self, names: Collection[str]) -> str:
        """Where some properties that are not violated were looked for, and how far; empty where nowhere."""
        nothing, seen_part = f"no violation of {', '.join(names)}", " in the states that it has seen"
        places: dict[str, list[Sizes]] = {nothing: [], nothing + seen_part: [], "no initial state": []}
        for one in self._looked:
            if one.names.issuperset(names):
                where = "no initial state" if one.seen.is_empty else nothing + seen_part * (not one.seen.is_whole)
                places[where].append(one.sizes)
        return "; ".join(f"{where}{_listed(sizes)}" for where, sizes in places.items() if sizes)

    def _up_to(self, most: Sizes, names: Collection[str]) -> None:
        """Look at these sizes and all that are smaller, those with the fewest members first."""
        for _, level in groupby(_vectors(most), lambda sizes: sum(sizes.values())):
            left = set(names) - set(self.found)
            if not left:
                return
            best: dict[str, tuple[Answer, Sizes]] = {}
            for sizes in level:
                if self._is_late() and sizes != most:
                    continue
                for one in self._at(sizes, left):
                    if one.property not in best or _steps(one) < _steps(best[one.property][0]):
                        best[one.property] = one, sizes
            for name, (answer, sizes) in best.items():
                settled, machine = self._small.at(sizes)
                self.found[name] = Violation(confirmed(self._spec, settled, machine, None, answer), dict(sizes))

    def _is_late(self) -> bool:
        return time.monotonic() > self._until

    def _at(self, sizes: Sizes, names: Collection[str]) -> list[Answer]:
        """The violations of some properties at some sizes; none where the quorums there are not as they should be."""
        asked = (one for one in self._looked if one.sizes == sizes and one.names.issuperset(names))
        known = next(asked, None)
        if known is None:
            machine = None if self._small.unfit(sizes) else self._machine(sizes)
            if machine is None:
                return []
            if self._progress is not None:
                at = sizes_text(sizes)
                self._progress(f"a violation at {at}" if at else "a violation")
            answers, seen = violations(machine[1], names)
            known = _Looked(dict(sizes), frozenset(names), tuple(answers), seen)
            self._looked.append(known)
        return [one for one in known.answers if one.property in names]

    def _machine(self, sizes: Sizes) -> tuple[Settings, Machine] | None:
        try:
            return self._small.at(sizes)
        except (SpecError, SettingError):
            return None  # it is no spec at these sizes


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the explorer was asked at some sizes, and what it found."""

    sizes: Sizes
    names: frozenset[str]
    answers: tuple[Answer, ...]
    seen: Seen


def _steps(answer: Answer) -> int:
    assert answer.path is not None
    return len(answer.path.steps)


def _listed(sizes: list[Sizes]) -> str:
    """At which sizes, in words: of many the largest ones."""
    if sizes == [{}]:
        return ""
    sizes = sorted(sizes, key=lambda one: sum(one.values()))
    if len(sizes) <= MOST_LISTED:
        return f" at {', '.join(map(sizes_text, sizes))}"
    largest = [one for one in sizes if not any(_is_below(one, other) for other in sizes)]
    return f" at {len(sizes)} combinations of sizes, the largest {' and '.join(map(sizes_text, largest))}"


def _is_below(one: Sizes, other: Sizes) -> bool:
    return one != other and all(size <= other[name] for name, size in one.items())


def _vectors(most: Sizes) -> Iterator[Sizes]:
    """Sizes up to the given ones, the fewest members first; and at the end those given, where they are many."""
    every = sorted(product(*(range(1, size + 1) for size in most.values())), key=lambda one: (sum(one), one))
    chosen = [*every[: MOST_VECTORS - 1], *every[MOST_VECTORS - 1 :][-1:]]
    return (dict(zip(most, one, strict=True)) for one in chosen)
