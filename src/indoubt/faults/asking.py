"""One run among many of a spec: under one choice of budgets and parameters, deciding every property."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol, cast

from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.answers import DEADLOCK, assertions_of
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Verdict
from indoubt.finding.specs import UsageError
from indoubt.runs.checking import check
from indoubt.runs.environment import (
    BUDGETS as OF_SYSTEMS,
    GivenDetector,
    GivenNetwork,
    refuse_impossible_faults,
    under,
)
from indoubt.runs.result import PropertyResult
from indoubt.specs.language.detectors import NOBODY, detector_of
from indoubt.specs.language.environment_words import surrounding_words
from indoubt.specs.language.faults import WORDS
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.network import DEFAULT_CAPACITY, network_of
from indoubt.specs.language.partition import refuse_no_partition
from indoubt.specs.language.settings import SettingError, Settings, setting_text
from indoubt.specs.language.systems import System

if TYPE_CHECKING:
    from indoubt.runs.symmetric import Wanted


INTERRUPTED, INCONCLUSIVE = 130, 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A property that is asked about; an `assert` of an action and freedom from deadlock are some as well."""

    name: str
    kind: str
    claim: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run says of a property; `reason` is why it says nothing, where it does not."""

    verdict: Verdict
    found: PropertyResult | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run says of all properties that it was asked about, and what it took: searches and states of each."""

    answers: Mapping[str, Answer]
    distinct: tuple[int, ...] = ()
    elapsed_s: float = 0.0
    idle: tuple[str, ...] = ()
    """The budgets that could not be spent; nothing is known of that where a search ended early."""
    is_interrupted: bool = False
    is_postponed: bool = False
    """Whether it was given no more than a first try, and that was not enough."""


class Table(Protocol):
    """What runs of many kinds say together."""

    @property
    def is_interrupted(self) -> bool:
        """Whether Ctrl-C ended it."""
        ...

    @property
    def exit_status(self) -> int:
        """As for a check."""
        ...


def exit_status(table: Table, allow_inconclusive: bool) -> int:
    """The exit status of a command that prints a table."""
    if table.is_interrupted:
        return INTERRUPTED
    return 0 if allow_inconclusive and table.exit_status == INCONCLUSIVE else table.exit_status


@dataclass(frozen=True)
class Asking:
    """A spec with the settings that all runs share, and what is asked of each.

    `network` and `faults` are those of a system of nodes; the faults are by name, `partitions` being how many, and
    `equivocation` whether Byzantine nodes may tell nodes of a class different things. `cuts` says how it is
    partitioned: the `partition` by its shape and what becomes of messages `in_flight`.
    """

    spec: type[Spec]
    settings: Mapping[str, Any]
    network: GivenNetwork | None = None
    faults: Mapping[str, Any] = field(default_factory=dict[str, Any])
    properties: Collection[str] | None = None
    deadlock: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """`max_states`, `max_depth` and `timeout` of each run."""
    ways: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """`engine`, `workers`, `memory`, `symmetry` and `minimal`."""
    progress: Callable[[Progress], None] | None = None
    detector: GivenDetector | None = None
    cuts: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_system(self) -> bool:
        """Whether faults are chosen by the run, and no parameters of the spec."""
        return issubclass(self.spec, System)

    def chosen(self, values: Mapping[str, Any]) -> tuple[type[Spec], Settings]:
        """The spec under the faults among `values`, and its settings. Raises UsageError, SettingError, SpecError."""
        faults, parameters = self.parted(values)
        asked = self.environment(faults) or None
        found = under(self.spec, self.network, asked, self.detector) if self.is_system else self.spec
        return found, settle(found, {**self.settings, **parameters})

    @property
    def title(self) -> str:
        """The spec with what all runs share, as verdicts name it: `Rumours Peer=3 network=bag who=one`."""
        words = [f"{name}={setting_text(value)}" for name, value in self.settings.items()]
        words += surrounding_words(self.chosen({})[0])
        words += [f"{name}={setting_text(value)}" for name, value in {**self.faults, **self.cuts}.items()]
        return " ".join([self.spec.__name__, *words])

    def parted(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Values that are faults of a system, with those of all runs, and the others."""
        if not self.is_system:
            return {}, dict(values)
        own = (*OF_SYSTEMS, *WORDS)
        faults = dict(self.faults) | {name: one for name, one in values.items() if name in own}
        for word in idle_words(faults, self.cuts):
            del faults[word]
        return faults, {name: one for name, one in values.items() if name not in own}

    def refuse_idle_words(self, budgets: Iterable[str]) -> None:
        """Raise UsageError where it is said how faults happen, and none of these budgets is for such a fault."""
        faults = {**self.faults, **dict.fromkeys(budgets, 1)}
        for word, needed in idle_words(faults, self.cuts).items() if self.is_system else ():
            what = f"{word}={faults[word]} says how faults happen, and no run has one that it is about"
            raise UsageError(f"{what}; add {needed}, as in {needed}=1")

    def environment(self, faults: Mapping[str, int]) -> dict[str, Any]:
        """Faults with how the network is cut, where it may be."""
        return {**faults, **self.cuts} if faults.get("partitions") else dict(faults)

    def refuse_cuts(self) -> None:
        """Raise UsageError where the network cannot be cut as the run asks for."""
        if self.cuts:
            refuse_impossible_faults(*self.chosen({"partitions": 1}))

    def machine(self, values: Mapping[str, Any]) -> Machine:
        """The machine under some values, before any pass."""
        return lower(*self.chosen(values))

    def why_impossible(self, values: Mapping[str, Any]) -> str | None:
        """Why there is no run with these values, as in restarts without a crash; None where there is one."""
        why = self.refusal(values)
        return None if why is None else reason_of(why)

    def refusal(
        self, values: Mapping[str, Any], torn: dict[frozenset[tuple[str, Any]], str | None] | None = None
    ) -> str | None:
        """What a check says where there is no run with these values, with the edit; None where there is one.

        `torn` remembers for other values what a crash inside a handler is told of its loops: finding that takes a
        while, and other faults do not change it.
        """
        try:
            found, settled = self.chosen(values)
            refuse_impossible_faults(found, settled)
        except (UsageError, SettingError) as error:
            return str(error)
        if not (issubclass(found, System) and found.__faults__.torn):
            return None
        known = {} if torn is None else torn
        asked = frozenset((name, one) for name, one in values.items() if name == "torn" or name not in OF_SYSTEMS)
        if asked not in known:
            try:
                lower(found, settled)  # which finds loops that no such crash can be put into
                known[asked] = None
            except (UsageError, SettingError) as error:
                known[asked] = str(error)
        return known[asked]

    @property
    def _of_systems(self) -> dict[str, Any]:
        """What only a system of nodes is asked with; a state machine may have parameters of these names."""
        return {"detector": self.detector} if self.is_system else {}

    def claims(self, machine: Machine) -> list[Claim]:
        """What is asked about, in the order in which it is told."""
        known = [Claim(one.name, one.kind, one.claim) for one in machine.checked]
        if self.properties is not None:
            known = [one for one in known if one.name in self.properties]
        known += [Claim(name, "assertion", "it holds wherever the step is taken") for name in assertions_of(machine)]
        if self.deadlock:
            known.append(Claim(DEADLOCK, DEADLOCK, "in every reachable state some step is enabled"))
        return known

    def command(self, values: Mapping[str, Any], name: str, spec: str) -> str:
        """The line that shows the counterexample of a property under some values; `spec` is what the user calls it."""
        faults, parameters = self.parted(values)
        usual = [one for one, value in parameters.items() if value == getattr(self.spec, one, None)]
        changed = {one: value for one, value in parameters.items() if one not in usual or one in self.settings}
        chosen = {**self.settings, **changed}
        words = ["indoubt", "check", spec, *(f"{one}={setting_text(value)}" for one, value in chosen.items())]
        words += ["--no-equivocation"] if faults.pop("equivocation", True) is False else []
        words += [part for one, value in faults.items() if value for part in (f"--{one}", str(value))]
        cuts: Mapping[str, str] = self.cuts if faults.get("partitions") else {}
        words += [part for one, value in cuts.items() for part in (f"--{one.replace('_', '-')}", value)]
        words += _network_words(self.network)
        words += self._links()
        if self.detector is not None and self.is_system:
            words += _detector_words(self.detector)
        words += ["--minimal", "faults"] if self.ways.get("minimal") == "faults" else []
        words += ["--engine", "reference"] if self.ways.get("engine") == "reference" else []
        words += ["--deadlock"] if name == DEADLOCK else [] if " " in name else ["-k", name]
        return shlex.join(words)

    def _links(self) -> list[str]:
        """The option that asks for the links of these runs, where they are not the system's own."""
        promised = self.spec.__promised__ if issubclass(self.spec, System) else None
        is_own = not issubclass(self.spec, System) or self.spec.__layout__.promised == promised
        return [] if promised is None or is_own else ["--links", promised.kind]

    def decide(self, values: Mapping[str, Any], claims: Collection[Claim], first_try: int | None = None) -> Decided:
        """Decide properties under some values, with a first try of so many states.

        A search ends with the first property that is violated: the others are looked for again without it.
        """
        own = self.limits.get("max_states")
        tries = first_try is not None and (own is None or first_try < own)
        is_postponed = False
        faults, parameters = self.parted(values)
        pending = {one.name: one for one in claims}
        answers: dict[str, Answer] = {}
        distinct: list[int] = []
        elapsed_s, is_interrupted = 0.0, False
        idle: tuple[str, ...] = ()
        while pending and not is_interrupted:
            limits = dict(self.limits)
            if limits.get("timeout") is not None and distinct:
                limits["timeout"] = max(limits["timeout"] - elapsed_s, 0.001)
            if tries:
                limits["max_states"] = first_try
            result = check(
                self.spec,
                network=self.network if self.is_system else None,
                faults=self.environment(faults) or None,
                properties=[name for name, one in pending.items() if one.kind not in ("assertion", DEADLOCK)],
                deadlock=DEADLOCK in pending,
                progress=self.progress,
                **limits,
                **self.ways,
                **self._of_systems,
                **{**self.settings, **parameters},
            )
            distinct.append(result.counts.distinct)
            elapsed_s += result.elapsed_s
            stopped = result.stopped
            is_interrupted = stopped is not None and stopped.is_interruption
            is_postponed |= tries and stopped is not None and stopped.limit == f"--max-states {first_try}"
            idle = tuple(result.envelope.idle) or idle
            decided = {
                one.name: Answer(one.verdict, one)
                for one in result.properties
                if one.name in pending and one.verdict is not Verdict.INCONCLUSIVE
            }
            answers |= decided
            for name in decided:
                del pending[name]
            if not any(one.verdict is Verdict.VIOLATED for one in decided.values()):
                broken = result.first_violation()
                why = stopped.told if stopped is not None else f"{broken.name} fails sooner" if broken else "not judged"
                answers |= {name: Answer(Verdict.INCONCLUSIVE, None, why) for name in pending}
                pending = {}
        answers |= {name: Answer(Verdict.INCONCLUSIVE, None, "interrupted") for name in pending}
        return Decided(answers, tuple(distinct), elapsed_s, idle, is_interrupted, is_postponed)


def reason_of(refusal: str) -> str:
    """Why something is refused, without the edit that mends it."""
    return refusal.partition(";")[0]


def idle_words(faults: Mapping[str, Any], cuts: Mapping[str, str]) -> dict[str, str]:
    """What is said of how faults happen, of those that cannot: each word with a budget that it is about."""
    befall = any(faults.get(name) for name in ("crashes", "torn", "byzantine", "pauses"))
    isolates = bool(faults.get("partitions")) and cuts.get("partition") == "isolate"
    is_about = {
        "equivocation": ("byzantine", bool(faults.get("byzantine"))),
        "who": ("crashes", befall or isolates),
        "sync": ("restarts", bool(faults.get("restarts"))),
    }
    return {word: needed for word, (needed, happens) in is_about.items() if word in faults and not happens}


def cuts_of(
    spec: type[Spec], partition: str | None, in_flight: str | None, settings: Mapping[str, Any]
) -> dict[str, str]:
    """How the network is cut where it is. Raises UsageError for a state machine, and if it never is, by `settings`."""
    asked = {"partition": partition, "in_flight": in_flight}
    cuts = {name: value for name, value in asked.items() if value is not None}
    if cuts and not issubclass(spec, System):
        what = f"{spec.__name__} is a state machine, whose network and faults are variables and actions of its own"
        raise UsageError(f"{what}; leave {next(iter(cuts))} out")
    times: Any = settings.get("partitions")
    if times == 0 or (isinstance(times, range | tuple | list) and not any(cast("Iterable[Any]", times))):
        try:
            refuse_no_partition(partition, in_flight)
        except ValueError as error:
            raise UsageError(str(error)) from None
    return cuts


def _network_words(given: GivenNetwork | None) -> list[str]:
    """The options of the command line that ask for a network."""
    if given is None:
        return []
    if isinstance(given, Mapping):
        found = network_of(given.get("kind"), given.get("capacity"), given.get("full"))
    else:
        found = network_of(given)
    words = ["--network", found.kind]
    if found.is_consuming and found.capacity != DEFAULT_CAPACITY:
        words += ["--capacity", str(found.capacity)]
    return words + (["--full", found.full] if found.full != "block" else [])


def _detector_words(given: GivenDetector) -> list[str]:
    """The options of the command line that ask for a detector."""
    if given == NOBODY:
        return ["--detector", NOBODY]
    asked = detector_of(given.get("kind"), given.get("mistakes")) if isinstance(given, Mapping) else detector_of(given)
    mistakes = [] if asked.mistakes is None else ["--mistakes", str(asked.mistakes)]
    return ["--detector", asked.kind, *mistakes]


def ways_of(
    *,
    engine: str = "native",
    workers: int = 1,
    memory: str | int | None = None,
    symmetry: Wanted = False,
    keep_dead: bool = False,
) -> dict[str, Any]:
    """How each run searches."""
    ways = {"engine": engine, "workers": workers, "memory": memory, "symmetry": symmetry}
    return {**ways, "keep_dead": keep_dead}


def faults_among(spec: type[Spec], settings: dict[str, Any]) -> dict[str, Any]:
    """The faults of a system among the settings of a command, which are taken out of them."""
    named = (*OF_SYSTEMS, *WORDS) if issubclass(spec, System) else ()
    return {name: settings.pop(name) for name in list(settings) if name in named}
