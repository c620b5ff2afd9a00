"""The runs of an ablation: with all assumptions, with one fault each, and without each of the others."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from indoubt.explorer.search.answers import named_properties
from indoubt.explorer.search.result import Verdict
from indoubt.faults.ablation_result import Ablation, Row
from indoubt.faults.asking import Answer, Asking, Claim, Decided
from indoubt.faults.assumptions import KINDS, Assumption, faults as fault_assumptions
from indoubt.faults.budgets import budgets_of_run
from indoubt.finding.specs import UsageError, did_you_mean
from indoubt.specs.language.frozen import dataclass

MOST_STATES, GROWTH = {"native": 1_000_000, "reference": 20_000}, 10
"""How many states each search of a row may have where the run sets no limit: so many, or so many times those of the
protocol as it is, if that is more. Faults that are allowed beside each other multiply, and some row may never end."""

Given = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Part:
    """One run of a row: an assumption, with the properties that are asked about, and the faults they are given."""

    assumption: Assumption
    claims: Sequence[Claim]
    given: Given = field(default_factory=dict[str, int])
    is_alone: bool = False
    """Whether the run has the fault of the row alone, since it would be too much beside those that are given."""
    why_not: str = ""


class TurningOff:
    """Turns one assumption off after the other. Raises UsageError for a property that there is not."""

    def __init__(self, asking: Asking, told: Callable[[str, Decided], None] | None) -> None:
        self._asking, self._told = asking, told
        found, settled = asking.chosen({})
        self._budgets = budgets_of_run(found, settled)
        machine = asking.machine({})
        self._claims = asking.claims(machine)
        known = named_properties(machine)
        for name in asking.properties or ():
            if name not in known:
                there_is = ", ".join(known) or "none"
                raise UsageError(f"unknown property {name!r}; there are: {there_is}{did_you_mean(name, known)}")
        names = asking.faults if asking.is_system else asking.settings
        self._is_chosen = not any(name in names for name in self._budgets)
        """Whether the faults are those that are survived, and not those that the run names."""
        self._rows: list[Row] = []
        self._watched: list[Claim] = []
        """What may fall: it holds, or is reached."""
        self._missed: list[Claim] = []
        """What is to be reached, and is not so far."""
        self._survived: dict[str, dict[str, int]] = {}
        """The faults that each property has survived: it is given them in the rows below."""
        self._beside_missed: dict[str, int] = {}
        """The faults that all which is watched has survived: what is not reached is looked for beside them."""
        self._reached_with: dict[str, str] = {}
        self._most: int | None = None
        """How many states a search of a row may have, where the run does not say."""
        self._is_interrupted = False

    def done(self) -> Ablation:
        """The answer, or as much of it as was found before Ctrl-C."""
        whole = self._decide("all assumptions", self._asking, {}, self._claims)
        if all(one is None for one in self._asking.limits.values()):
            engine = self._asking.ways.get("engine", "native")
            self._most = max(MOST_STATES[engine], GROWTH * max(whole.distinct, default=0))
        for claim in self._claims:
            verdict = whole.answers[claim.name].verdict
            if verdict is Verdict.HOLDS:
                self._watch(claim, {})
            elif verdict is Verdict.VIOLATED and claim.kind == "reachable":
                self._missed.append(claim)
        try:
            if not self._is_interrupted:
                self._add_faults()
                self._take_away()
        except KeyboardInterrupt:
            self._is_interrupted = True
        return Ablation(
            self._asking,
            self._given_to_all(),
            whole,
            tuple(self._claims),
            tuple(self._rows),
            self._reached_with,
            {name: dict(survived) for name, survived in self._survived.items()},
            self._is_interrupted,
        )

    def _watch(self, claim: Claim, survived: Given) -> None:
        self._watched.append(claim)
        self._survived[claim.name] = dict(survived)

    def _given_to_all(self) -> dict[str, int]:
        """The faults that every property is given in the last rows, but for what is to be reached."""
        survived = [self._survived[one.name] for one in self._watched if one.kind != "reachable"]
        if not survived:
            return dict(self._beside_missed)
        first, *others = survived
        return {name: budget for name, budget in first.items() if all(name in one for one in others)}

    def _groups(self, *, beside_faults: bool) -> Iterator[tuple[Given, list[Claim]]]:
        """The properties by the faults that they are given, each group to be asked about in one run.

        What is to be reached has no more faults than it needs, which might reach it in another way; `beside_faults`,
        where one more fault is asked about, it saves a run to ask about it with something else.
        """
        groups: list[tuple[Given, list[Claim]]] = []
        kept = sorted(self._watched, key=lambda one: one.kind == "reachable")
        asked = [(self._survived[one.name], one) for one in kept]
        if beside_faults:
            asked = [(given if given or one.kind != "reachable" else asked[0][0], one) for given, one in asked]
            asked += [(self._beside_missed, one) for one in self._missed]
        for given, claim in asked:
            known = next((claims for other, claims in groups if other == given), None)
            if known is None:
                groups.append((dict(given), [claim]))
            else:
                known.append(claim)
        yield from groups or [(dict(self._beside_missed), [])]

    def _add_faults(self) -> None:
        """The rows of faults: whoever survives one is given it from then on, unless the run names its faults."""
        for assumption in fault_assumptions(self._asking, self._budgets):
            if assumption.why_not:
                self._row([_Part(assumption, (), why_not=assumption.why_not)])
                continue
            parts: list[_Part] = []
            alone: list[Claim] = []
            already = self._fallen_to_what_it_takes(assumption)
            for given, asked in self._groups(beside_faults=True):
                claims = [one for one in asked if one.name not in already]
                # Where it is too much beside what is survived, as a second crash of the only node, it is alone,
                beside = self._with(given)
                if beside.why_impossible(assumption.values) is None:
                    parts.append(_Part(dataclasses.replace(assumption, asking=beside), claims, given))
                else:  # and beside no fault that something else needs to be reached.
                    alone += [one for one in claims if one in self._missed or one.name not in self._reached_with]
            if alone or not parts:
                parts.append(_Part(assumption, alone, is_alone=True))
            spent = {name: value for name, value in assumption.values.items() if value}
            self._learn(self._row(parts, already), parts, spent)

    def _fallen_to_what_it_takes(self, assumption: Assumption) -> dict[str, str]:
        """The properties that fall to another fault which this one takes, as a restart takes a crash, and to which."""
        fewer = [row for row in self._rows if row.assumption.values.items() < assumption.values.items()]
        return {name: row.assumption.off for row in fewer for name in row.fallen}

    def _learn(self, row: Row, parts: Sequence[_Part], spent: Given) -> None:
        """Remember who survives the fault of a row."""
        if not spent or not self._is_chosen:
            return
        for part, decided in zip(parts, row.runs, strict=True):
            if part.is_alone or decided.idle:
                continue
            for claim in part.claims:
                if decided.answers[claim.name].verdict is not Verdict.HOLDS:
                    continue
                if claim in self._missed:  # what this fault has reached is reached with all that come, and may fall
                    self._missed.remove(claim)
                    self._watch(claim, {**part.given, **spent})
                elif claim.kind != "reachable":
                    self._survived[claim.name] |= spent
        if not (row.fallen or row.already or row.open or row.decided.idle or any(part.is_alone for part in parts)):
            self._beside_missed |= spent

    def _take_away(self) -> None:
        """The rows of everything else that is assumed."""
        groups = list(self._groups(beside_faults=False))
        for kind in KINDS:
            rows: dict[str, list[_Part]] = {}
            for given, claims in groups if kind is not fault_assumptions else ():
                for assumption in kind(self._with(given), self._budgets):
                    why_not = assumption.why_not or self._lacking(assumption, given)
                    rows.setdefault(assumption.off, []).append(_Part(assumption, claims, given, why_not=why_not))
            for parts in rows.values():
                self._row(parts)

    def _lacking(self, assumption: Assumption, given: Given) -> str:
        """Why nothing can come of it: it takes faults that are not there."""
        lacking = [name for name in assumption.needs if not {**self._asking.faults, **given}.get(name)]
        if not lacking:
            return ""
        tried = {name for row in self._rows if not row.skipped for name in row.assumption.values}
        is_tried = self._is_chosen and all(name in tried for name in lacking)
        whose = "no property survives" if is_tried else "the run does not have"
        return f"it takes {' and '.join(f'{name}=1' for name in lacking)}, which {whose}"

    def _with(self, given: Given) -> Asking:
        """What is asked, under faults."""
        if self._asking.is_system:
            return dataclasses.replace(self._asking, faults={**self._asking.faults, **given})
        return dataclasses.replace(self._asking, settings={**self._asking.settings, **given})

    def _row(self, parts: Sequence[_Part], already: Mapping[str, str] | None = None) -> Row:
        """The row of an assumption, by its runs."""
        tried = [part for part in parts if not part.why_not]
        if not tried:
            row = Row(parts[0].assumption, Decided({}), parts[0].why_not)
        else:
            runs = [self._run(part) for part in tried]
            asked = {one.name: part.assumption for part in tried for one in part.claims}
            row = Row(tried[0].assumption, self._together(runs), asked=asked, runs=tuple(runs), already=already or {})
        if not self._is_interrupted or row.fallen:
            self._rows.append(row)
        return row

    def _run(self, part: _Part) -> Decided:
        off, values = part.assumption.off, part.assumption.values
        decided = self._decide(off, self._limited(part.assumption.asking), values, part.claims)
        for claim in part.claims:
            if claim in self._missed and decided.answers[claim.name].verdict is Verdict.HOLDS:
                self._reached_with.setdefault(claim.name, off)
        return dataclasses.replace(
            decided, answers={name: self._in_words(one) for name, one in decided.answers.items()}
        )

    def _together(self, runs: Sequence[Decided]) -> Decided:
        """What the runs of a row say; what is still to be reached is not what may fall."""
        missed = {one.name for one in self._missed}
        found = {name: one for run in runs for name, one in run.answers.items() if name not in missed}
        return Decided(
            {one.name: found[one.name] for one in self._claims if one.name in found},
            tuple(states for run in runs for states in run.distinct),
            sum(run.elapsed_s for run in runs),
            tuple(name for name in runs[0].idle if all(name in run.idle for run in runs)),
        )

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
