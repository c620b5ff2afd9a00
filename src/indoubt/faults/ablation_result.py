"""What an ablation answers: a row for each assumption, and what falls without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from indoubt.explorer.search.result import Verdict
from indoubt.faults.asking import Answer, Asking, Claim, Decided
from indoubt.faults.assumptions import Assumption
from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of the properties without one assumption; `skipped` says why it was not looked at, if it was not."""

    assumption: Assumption
    decided: Decided
    skipped: str = ""
    asked: Mapping[str, Assumption] = field(default_factory=dict[str, Assumption])
    """Of each property the run that decided it, which has the faults that the property survives."""
    runs: tuple[Decided, ...] = ()
    """What each run says, of which `decided` is the sum."""
    already: Mapping[str, str] = field(default_factory=dict[str, str])
    """What is not asked about, as it falls to another fault that this one takes: to the crash before a restart."""

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

    `given` are the faults that were there in all rows but those of faults, for all properties; `whole` is what holds
    with all assumptions.
    """

    asking: Asking
    given: Mapping[str, int]
    whole: Decided
    claims: tuple[Claim, ...]
    rows: tuple[Row, ...]
    reached_with: Mapping[str, str] = field(default_factory=dict[str, str])
    """What is reached only where something happens that is assumed not to: by the first change that reaches it."""
    survived: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    """The faults that each property survives, with which it is asked about in all rows but those of faults; none where
    the run names its faults."""
    is_interrupted: bool = False

    @property
    def is_chosen(self) -> bool:
        """Whether there are faults that were chosen by what is survived, and not by the run."""
        return any(self.survived.values())

    @property
    def groups(self) -> list[tuple[Mapping[str, int], list[str]]]:
        """The faults that are survived, with the properties that survive exactly these."""
        found: dict[tuple[str, ...], list[str]] = {}
        for name, faults in self.survived.items():
            found.setdefault(tuple(faults), []).append(name)
        return [(self.survived[names[0]], names) for names in found.values()]

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
