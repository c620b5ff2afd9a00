"""Ablation: each assumption of a protocol is turned off in turn, to see which properties fall.

The other assumptions stay. Where the run names no faults, they are tried one after the other, and each that the
protocol survives stays allowed from then on: a log that is not forced to disk does no harm unless somebody crashes.
Counterexamples have the fewest faults, and then the fewest steps, so that what is allowed and not needed is not there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from indoubt.arguments import of_their_kinds
from indoubt.asking import spec_class
from indoubt.environment import BUDGETS, GivenDetector, GivenLinks, GivenNetwork, as_parameters, under
from indoubt.environment_models import GivenModel, Surroundings, surroundings, told as told_of
from indoubt.explorer.search.progress import Progress
from indoubt.explorer.search.result import Verdict
from indoubt.faults.asking import Answer, Asking, Claim, Decided, cuts_of, faults_among, ways_of
from indoubt.faults.assumptions import KINDS, Assumption, faults as fault_assumptions
from indoubt.faults.budgets import budgets_of_run
from indoubt.finding import UsageError, did_you_mean, find_spec
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec

if TYPE_CHECKING:
    from indoubt.symmetric import Wanted


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of the properties without one assumption; `skipped` says why it was not looked at, if it was not."""

    assumption: Assumption
    decided: Decided
    skipped: str = ""

    @property
    def fallen(self) -> dict[str, Answer]:
        """The properties that fall, with their counterexamples."""
        return {name: one for name, one in self.decided.answers.items() if one.verdict is Verdict.VIOLATED}

    @property
    def open(self) -> dict[str, str]:
        """The properties that are not decided, and why."""
        answers = self.decided.answers.items()
        return {name: one.reason for name, one in answers if one.verdict is Verdict.INCONCLUSIVE}


@dataclass(frozen=True, slots=True)
class Ablation:
    """The answer: a row for each assumption.

    `given` are the faults that were there in all rows but those of faults, `whole` is what holds with all assumptions.
    """

    asking: Asking
    given: Mapping[str, int]
    whole: Decided
    claims: tuple[Claim, ...]
    rows: tuple[Row, ...]
    reached_with: Mapping[str, str] = field(default_factory=dict[str, str])
    """What is reached only where something happens that is assumed not to: by the first change that reaches it."""
    is_chosen: bool = False
    """Whether the faults were chosen by what the protocol survives, and not by the run."""
    is_interrupted: bool = False

    @property
    def exit_status(self) -> int:
        """1 where a property is violated with all assumptions, 3 where anything is open, else 0; 5 without any."""
        if not self.claims:
            return 5
        answers = self.whole.answers.items()
        verdicts = {one.verdict for name, one in answers if name not in self.reached_with}
        if Verdict.VIOLATED in verdicts:
            return 1
        is_open = Verdict.INCONCLUSIVE in verdicts or any(row.open for row in self.rows)
        return (Verdict.INCONCLUSIVE if is_open else Verdict.HOLDS).exit_status

    def row(self, off: str) -> Row:
        """The row of an assumption, by what was changed: `force_decision=false`. Raises ValueError."""
        for one in self.rows:
            if one.assumption.off == off:
                return one
        raise ValueError(f"no row {off!r}; there are: {', '.join(one.assumption.off for one in self.rows)}")


@of_their_kinds
def ablate(
    spec: type[Spec] | str,
    /,
    *,
    properties: Collection[str] | None = None,
    deadlock: bool = False,
    network: GivenNetwork | None = None,
    links: GivenLinks | None = None,
    detector: GivenDetector | None = None,
    model: GivenModel | None = None,
    max_states: int | None = None,
    max_depth: int | None = None,
    timeout: float | None = None,
    symmetry: Wanted = False,
    keep_dead: bool = False,
    engine: str = "native",
    workers: int = 1,
    memory: str | int | None = None,
    progress: Callable[[Progress], None] | None = None,
    told: Callable[[str, Decided], None] | None = None,
    partition: str | None = None,
    in_flight: str | None = None,
    **settings: Any,
) -> Ablation:
    """Turn each assumption of a spec off in turn, and say which properties fall.

    `settings` are sizes, parameters and faults: `ablate("two_phase_commit", Participant=2, crashes=1)`. Without faults,
    one of each is allowed that the spec survives. `network` and `links` are those of a system; `partition` is how its
    network is cut ("bridge"; "split" unless it is given), `in_flight` what becomes of messages on links that are
    ("kept"). `model` is a model of the textbook, "fail_stop", which says all of these. Limits are those of each
    search. Raises as `check` does.
    """
    found = find_spec(spec) if isinstance(spec, str) else spec_class(spec)
    settings |= (own := as_parameters(found, detector=detector, model=model))  # some state machine's parameters
    asked = None if "detector" in own else detector
    faults = faults_among(found, settings)
    cuts = cuts_of(found, partition, in_flight, faults)
    if model is not None and "model" not in own:
        said = surroundings(found, model, Surroundings(network, {**faults, **cuts}, asked, links))
        network, asked, links, faults = said.network, said.detector, said.links, dict(told_of(said.faults))
    ways = ways_of(engine=engine, workers=workers, memory=memory, symmetry=symmetry, keep_dead=keep_dead)
    if cuts and faults:
        faults.setdefault("partitions", 1)
    asking = Asking(
        under(found, network, None, asked, links),
        settings,
        network,
        faults,
        properties,
        deadlock,
        {"max_states": max_states, "max_depth": max_depth, "timeout": timeout},
        {**ways, "minimal": "faults"},
        progress,
        asked,
        cuts,
    )
    asking.refuse_cuts()
    asking.refuse_idle_words(BUDGETS)
    return _Ablating(asking, told).done()


MOST_STATES, GROWTH = {"native": 1_000_000, "reference": 20_000}, 10
"""How many states each search of a row may have where the run sets no limit: so many, or so many times those of the
protocol as it is, if that is more. Faults that are allowed beside each other multiply, and some row may never end."""


def _is_missed(answer: Answer) -> bool:
    """Whether what is to be reached is not."""
    return answer.verdict is Verdict.VIOLATED


class _Ablating:
    """Runs with all assumptions, with one fault each, and without each of the others."""

    def __init__(self, asking: Asking, told: Callable[[str, Decided], None] | None) -> None:
        self._asking, self._told = asking, told
        found, settled = asking.chosen({})
        self._budgets = budgets_of_run(found, settled)
        machine = asking.machine({})
        self._claims = asking.claims(machine)
        known = [one.name for one in machine.checked]
        for name in asking.properties or ():
            if name not in known:
                there_is = ", ".join(known) or "none"
                raise UsageError(f"unknown property {name!r}; there are: {there_is}{did_you_mean(name, known)}")
        self._rows: list[Row] = []
        self._given: dict[str, int] = {}
        self._reached_with: dict[str, str] = {}
        self._most: int | None = None
        """How many states a search of a row may have, where the run does not say."""
        self._is_interrupted = False

    def done(self) -> Ablation:
        whole = self._decide("all assumptions", self._asking, {}, self._claims)
        if all(one is None for one in self._asking.limits.values()):
            engine = self._asking.ways.get("engine", "native")
            self._most = max(MOST_STATES[engine], GROWTH * max(whole.distinct, default=0))
        names = self._asking.faults if self._asking.is_system else self._asking.settings
        is_chosen = not any(name in names for name in self._budgets)
        try:
            if not self._is_interrupted:
                self._turn_off(whole, is_chosen=is_chosen)
        except KeyboardInterrupt:
            self._is_interrupted = True
        return Ablation(
            self._asking,
            self._given,
            whole,
            tuple(self._claims),
            tuple(self._rows),
            self._reached_with,
            is_chosen and bool(self._given),
            self._is_interrupted,
        )

    def _holding(self, decided: Decided) -> list[Claim]:
        """The properties that hold, so that they may fall."""
        held = {name for name, one in decided.answers.items() if one.verdict is Verdict.HOLDS}
        return [one for one in self._claims if one.name in held]

    def _turn_off(self, whole: Decided, *, is_chosen: bool) -> None:
        watched = self._holding(whole)
        missed = [one for one in self._claims if one.kind == "reachable" and _is_missed(whole.answers[one.name])]
        for assumption in fault_assumptions(self._asking, self._budgets):
            if assumption.why_not:
                self._row(assumption, watched)
                continue
            # Where it is too much beside the faults that are survived, as a second crash of the only node, it is alone.
            beside = self._with(self._given)
            is_alone = beside.why_impossible(assumption.values) is not None
            asking = self._asking if is_alone else beside
            # Alone, it is beside no fault that something else needs to be reached.
            asked = [one for one in watched if one.name not in self._reached_with] if is_alone else watched
            row = self._row(dataclasses.replace(assumption, asking=asking), asked, missed)
            spent = {name: value for name, value in assumption.values.items() if value}
            if is_chosen and spent and not (is_alone or row.fallen or row.open or row.decided.idle):
                self._given |= spent
                # What this fault has reached is reached with all that come, and may fall from now on.
                watched += [one for one in missed if self._reached_with.get(one.name) == assumption.off]
                missed = [one for one in missed if one not in watched]
        with_faults = self._with(self._given)
        for kind in KINDS:
            for assumption in kind(with_faults, self._budgets) if kind is not fault_assumptions else ():
                self._row(assumption, watched)

    def _with(self, given: Mapping[str, int]) -> Asking:
        """What is asked, under faults."""
        if self._asking.is_system:
            return dataclasses.replace(self._asking, faults={**self._asking.faults, **given})
        return dataclasses.replace(self._asking, settings={**self._asking.settings, **given})

    def _row(self, assumption: Assumption, claims: Collection[Claim], missed: Collection[Claim] = ()) -> Row:
        """The row of an assumption; `missed` are what is not reached with it, and may be without."""
        asking = assumption.asking
        lacking = [name for name in assumption.needs if not {**self._asking.faults, **self._given}.get(name)]
        why_not = assumption.why_not
        if lacking and not why_not:
            why_not = f"it takes {' and '.join(f'{name}=1' for name in lacking)}, which the run does not have"
        if why_not:
            row = Row(assumption, Decided({}), why_not)
        else:
            decided = self._decide(assumption.off, self._limited(asking), assumption.values, [*claims, *missed])
            answers = {name: self._in_words(one) for name, one in decided.answers.items()}
            for one in missed:
                if answers.pop(one.name).verdict is Verdict.HOLDS:
                    self._reached_with.setdefault(one.name, assumption.off)
            row = Row(assumption, dataclasses.replace(decided, answers=answers))
        if not self._is_interrupted or row.fallen:
            self._rows.append(row)
        return row

    def _limited(self, asking: Asking) -> Asking:
        """What is asked of a row, within the states that it may have."""
        return asking if self._most is None else dataclasses.replace(asking, limits={"max_states": self._most})

    def _in_words(self, answer: Answer) -> Answer:
        """An answer that was not found within our own limit says so, and what to write."""
        if self._most is None or f"--max-states {self._most}" not in answer.reason:
            return answer
        reason = f"not decided within {self._most:,} states; --max-states N allows more"
        return dataclasses.replace(answer, reason=reason)

    def _decide(self, off: str, asking: Asking, values: Mapping[str, Any], claims: Collection[Claim]) -> Decided:
        if self._is_interrupted:
            return Decided({one.name: Answer(Verdict.INCONCLUSIVE, None, "interrupted") for one in claims})
        decided = asking.decide(values, claims)
        self._is_interrupted = decided.is_interrupted
        if self._told is not None:
            self._told(off, decided)
        return decided
