"""What a proof of a spec answers: a status for each property, with what was asked of the solver."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any

from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.result import INTERRUPTED, Verdict
from indoubt.reports.report import violation_text
from indoubt.runs.quorum_choice import ChosenQuorums, warnings_of
from indoubt.runs.result import NOTHING_TO_CHECK, PropertyResult
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import TEMPORAL
from indoubt.specs.language.settings import Settings, setting_text

FOR_ALL = "all sizes"
"""The method of a proof for every size."""


class Status(Enum):
    """What is known of a property; `verdict` is what that means for a run."""

    PROVED = "proved"
    VIOLATED = "violated"
    NOT_INDUCTIVE = "not inductive"
    DEPENDS = "not proved"
    UNKNOWN = "unknown"
    WITHIN = "not violated"
    REACHED = "reached"
    NOT_REACHED = "not reached"
    NOT_ASKED = "not asked"

    @property
    def verdict(self) -> Verdict:
        """Holds, violated or inconclusive."""
        if self in (Status.PROVED, Status.REACHED):
            return Verdict.HOLDS
        return Verdict.VIOLATED if self is Status.VIOLATED else Verdict.INCONCLUSIVE


@dataclass(frozen=True, slots=True)
class Shown:
    """A counterexample to induction: states in the words of the spec, the first of which need not be reachable.

    `sizes` are those of the sorts, `steps` the calls with the state after each, in which `property` fails at the end;
    None where the step itself fails. `failing` says what fails, `reachable` what the explorer knows of the first state:
    what follows "it".
    """

    property: str
    sizes: Mapping[str, int]
    before: Mapping[str, Any]
    steps: tuple[tuple[str, Mapping[str, Any] | None], ...]
    failing: str
    reachable: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A query: the property, the action or initial states, Z3's answer and the seconds that it took.

    `leaves` says which alternation of quantifiers takes it out of the decidable fragment; empty where none does.
    """

    property: str
    action: str
    answer: str
    seconds: float
    leaves: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """A property with what is known of it, and its trace as a check shows it, where there is one."""

    result: PropertyResult
    status: Status
    remark: str
    against: Shown | None = None
    sizes: Mapping[str, int] | None = None
    """Those of its trace, where the proof is for every size."""

    @property
    def name(self) -> str:
        """The name of the property."""
        return self.result.name


@dataclass(frozen=True, slots=True)
class SpecProof:
    """The answer to `prove` for a spec; `method` is "all sizes", "bounded" or "induction"."""

    spec: str
    method: str
    scope: str
    verdict: Verdict
    why: str
    properties: tuple[Property, ...]
    rows: tuple[tuple[str, str], ...]
    """What the verdict rests on, as the text shows it."""
    queries: tuple[Asked, ...]
    z3_version: str
    elapsed_s: float
    quorums: tuple[ChosenQuorums, ...] = ()
    """The quorum system over each sort that has quorums, where the sizes are fixed."""
    is_interrupted: bool = False
    """Whether somebody pressed Ctrl-C before everything was decided."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the verdict has to know, as that a check tells: quorums that may miss each other."""
        return warnings_of(self.quorums)

    @property
    def exit_status(self) -> int:
        """0 proved, 1 violated, 3 inconclusive, 5 where there is no property to prove."""
        nothing = nothing_to_prove(self.properties, is_for_all=self.method == FOR_ALL)
        return NOTHING_TO_CHECK if nothing else self.verdict.exit_status

    def property(self, name: str) -> Property:
        """What is known of one property. Raises ValueError naming those there are."""
        for one in self.properties:
            if one.name == name:
                return one
        raise ValueError(f"no property {name!r} was asked for; there are: {', '.join(p.name for p in self.properties)}")

    def __repr__(self) -> str:
        return f"<SpecProof {self.verdict.value}: {self.spec}, {self.scope}>"


def not_decided(machine: Machine, asked: Collection[str] | None) -> tuple[Property, ...]:
    """Every property of a machine, when Ctrl-C comes before anything is known."""
    checked = [one for one in machine.checked if asked is None or one.name in asked]
    status = {one.name: Status.NOT_ASKED if one.kind in TEMPORAL else Status.UNKNOWN for one in checked}
    return tuple(
        Property(
            PropertyResult(one.name, one.kind, one.claim, status[one.name].verdict, None),
            status[one.name],
            f"not decided: {INTERRUPTED}",
        )
        for one in checked
    )


def sizes_text(sizes: Mapping[str, int]) -> str:
    """Sizes of sorts as a run is given them: `Node=3 Value=2`."""
    return " ".join(f"{name}={size}" for name, size in sizes.items())


def counted(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number} {noun}{'s' * (number != 1)}"


def nothing_to_prove(properties: Collection[Property], *, is_for_all: bool) -> str:
    """Why there is no property to prove, where there is none; a proof at fixed sizes looks for witnesses as well."""
    asked = [one for one in properties if one.status is not Status.NOT_ASKED]
    sought = [one for one in properties if one.result.kind == "reachable" and not is_for_all]
    if asked or sought:
        return ""
    others = f"; not asked: {', '.join(one.name for one in properties)}" if properties else ""
    return f"there is no property to prove{others}"


def with_not_asked(why: str, properties: Collection[Property]) -> str:
    """A reason for a verdict, and what the verdict says nothing of."""
    names = [one.name for one in properties if one.status is Status.NOT_ASKED]
    told = f"not asked: {', '.join(names)}"
    return told if len(names) == len(properties) else f"{why}; {told}" if names else why


def first_violation(properties: Collection[Property]) -> Property | None:
    """The violated property whose counterexample is shortest, as a check names it; the first where several are."""
    violated = [one for one in properties if one.status is Status.VIOLATED]
    return min(violated, key=lambda one: len(one.result.trace or ()), default=None)


def why_violated(one: Property) -> str:
    """A violated property in the line of the verdict, as a check has it."""
    if one.result.kind == "reachable":
        return f"{one.name}: {one.remark}"
    told = violation_text(one.result)
    return f"{one.name} at {sizes_text(one.sizes)}{told.removeprefix(one.name)}" if one.sizes else told


def verdict_of(properties: tuple[Property, ...]) -> Verdict:
    """Violated if any property is; else inconclusive if any is undecided; else holds. Witnesses are left aside."""
    found = {one.status.verdict for one in properties if one.status is not Status.NOT_ASKED}
    for verdict in (Verdict.VIOLATED, Verdict.INCONCLUSIVE):
        if verdict in found:
            return verdict
    return Verdict.HOLDS if found else Verdict.INCONCLUSIVE


def values_of_run(settings: Settings) -> list[str]:
    """The parameters and named bounds that a proof is for: `limit=2`."""
    return [f"{name}={setting_text(value)}" for name, value in {**settings.own_bounds, **settings.parameters}.items()]


def values_row(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The row that names them, where there are any."""
    given = values_of_run(settings)
    return (("parameters", f"{' '.join(given)}; the proof is for these values"),) if given else ()
