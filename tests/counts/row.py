"""What a row of the count table is: one check, what it must answer, and where that is known from.

The table is in `counts.table`; the modules beside it hold the rows, by family of protocols. The tests run the rows, the
page docs/counts.md lists them, and `python -m benchmarks counts` times them.

Where a run ends at a violation only the verdict and the length of the counterexample mean something, since the counts
depend on the order of the search. Such a row therefore checks the one property that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from indoubt import Verdict
from indoubt.specs.language import Detector, Faults, Network, Sort, Spec

Renaming = tuple[int, ...]
"""The new number of each member of a sort."""


@dataclass(frozen=True)
class Source:
    """Who has found a figure, and the section of protocols.md, the list of figures to be met, that gives it."""

    text: str
    section: str | None = None


OURS = Source("this checker and the Python source of the spec; no other tool has run it")


class When(Enum):
    """Who runs a row: every test run, one that does not leave out slow tests, or somebody who asks for it by name."""

    ALWAYS, SLOW, BY_HAND = range(3)


@dataclass(frozen=True)
class Outcome:
    """What a check answers, as far as a row speaks of it."""

    verdict: Verdict
    initial: int | None = None
    generated: int | None = None
    distinct: int | None = None
    depth: int | None = None
    length: int | None = None


@dataclass(frozen=True)
class Row:
    """One check: `settings` are the sizes of the spec, its parameters and the switches that break it.

    `about` is the property that is violated, or reached, by a trace of `expected.length` states. `properties` are those
    that hold or are reached, where they are not just `about`, or all; DEADLOCK among them asks for deadlocks. With
    `symmetry`, states that its renamings turn into each other count once.
    """

    spec: type[Spec]
    settings: Mapping[str, Any]
    expected: Outcome
    source: Source
    about: str | None = None
    properties: tuple[str, ...] | None = None
    constraints: tuple[str, ...] = ()
    symmetry: Mapping[type[Sort], tuple[Renaming, ...]] = field(default_factory=dict[type[Sort], tuple[Renaming, ...]])
    when: When = When.ALWAYS

    @property
    def chosen(self) -> tuple[str, ...] | None:
        """The properties to check; None for all of them."""
        return self.properties if self.about is None else (self.about,)

    @property
    def words(self) -> str:
        """Sizes, parameters, switches and faults as the command line takes them."""
        return " ".join(word for name, value in self.settings.items() for word in _words(name, value))

    @property
    def name(self) -> str:
        """The row in the words of the command line."""
        symmetric = ["symmetric"] if self.symmetry else []
        words = [self.words] if self.settings else []
        return " ".join([self.spec.__name__, *words, *(self.chosen or ()), *self.constraints, *symmetric])


def _words(name: str, value: object) -> list[str]:
    """A setting, or what a run chooses for a system of nodes."""
    match value:
        case Faults():
            budgets = [f"--{fault} {budget}" for fault, budget in value.asked().items()]
            return budgets if value.equivocation else [*budgets, "--no-equivocation"]
        case Network() | Detector():
            return [f"--{name} {value}"]
        case True if name == "keep_dead":
            return ["--keep-dead"]
        case _:
            return [f"{name}={_word(value)}"]


def _word(value: object) -> str:
    return value.name.lower() if isinstance(value, Enum) else str(value).lower()


def holds(
    spec: type[Spec],
    distinct: int | None,
    depth: int | None,
    source: Source,
    *,
    initial: int = 1,
    generated: int | None = None,
    properties: tuple[str, ...] | None = None,
    when: When = When.ALWAYS,
    **settings: Any,
) -> Row:
    """A run in which every property holds, or each of `properties`, explored to the end."""
    outcome = Outcome(Verdict.HOLDS, initial, generated, distinct, depth)
    return Row(spec, settings, outcome, source, properties=properties, when=when)


def violated(
    spec: type[Spec], violates: str, length: int, source: Source, *, when: When = When.ALWAYS, **settings: Any
) -> Row:
    """A run in which `violates` has a shortest counterexample of `length` states."""
    return Row(spec, settings, Outcome(Verdict.VIOLATED, length=length), source, violates, when=when)


def reached(spec: type[Spec], reaches: str, length: int, source: Source, **settings: Any) -> Row:
    """A run in which a shortest way to `reaches` has `length` states."""
    return Row(spec, settings, Outcome(Verdict.HOLDS, length=length), source, reaches)


def unreachable(spec: type[Spec], reaches: str, source: Source, **settings: Any) -> Row:
    """A run in which no state of `reaches` can be reached."""
    return Row(spec, settings, Outcome(Verdict.VIOLATED), source, reaches)


def broken_run(spec: type[Spec], violates: str, source: Source, **settings: Any) -> Row:
    """A check that finds a run which breaks `violates`; the length of such a run is not a shortest one."""
    return Row(spec, settings, Outcome(Verdict.VIOLATED), source, violates)


def kept(spec: type[Spec], promise: str, source: Source, **settings: Any) -> Row:
    """A check that finds no run which breaks `promise`, a property of whole runs."""
    return Row(spec, settings, Outcome(Verdict.HOLDS), source, promise)


def symmetric(
    spec: type[Spec],
    distinct: int,
    source: Source,
    symmetry: Mapping[type[Sort], tuple[Renaming, ...]],
    *,
    when: When = When.ALWAYS,
    **settings: Any,
) -> Row:
    """A run in which there are so many states up to the renamings of `symmetry`."""
    return Row(spec, settings, Outcome(Verdict.HOLDS, distinct=distinct), source, symmetry=symmetry, when=when)
