"""What a proof of a theorem answers: a verdict, how it was reached, and the sets that refute it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import assert_never

from indoubt.specs.language.frozen import dataclass


class Verdict(Enum):
    """What became of a theorem."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Concrete sets that refute a theorem: nodes numbered from 0, sets in the order of the theorem."""

    nodes: int
    sets: tuple[tuple[str, tuple[int, ...]], ...]
    numbers: tuple[tuple[str, int], ...] = ()
    weights: tuple[int, ...] = ()
    shape: str = ""
    """How the nodes are arranged, in words, where that matters."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a proof: what was asked, and of whom; and what came back."""

    asked: str
    answered: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question to a solver: what was looked for, in which encoding, and what it said.

    `nodes` is the number of nodes, None where it is unbounded. `answer` is "satisfiable", "unsatisfiable" or
    "unknown", then with a `reason`.
    """

    sought: str
    encoding: str
    nodes: int | None
    answer: str
    reason: str
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a second solver says: whether there is a counterexample; None where it does not say, and why."""

    solver: str
    refutable: bool | None
    reason: str = ""

    @property
    def told(self) -> str:
        """The opinion in words."""
        said = {True: "they exist", False: "there are none", None: f"unknown ({self.reason})"}[self.refutable]
        return f"{said} ({self.solver}, sets with cardinalities, N unbounded)"


@dataclass(frozen=True, slots=True)
class Proof:
    """A theorem, the verdict and the numbers of nodes it is about, and how it was reached.

    `missing` says what a counterexample lacks; `opinion` is that of a second solver, None where none was asked.
    """

    name: str
    row: str
    statement: str
    source: str
    breaks: str
    verdict: Verdict
    scope: str
    method: tuple[Step, ...]
    queries: tuple[Query, ...]
    counterexample: Counterexample | None
    missing: str
    z3_version: str
    opinion: Opinion | None
    elapsed_s: float
    is_interrupted: bool = False
    """Whether somebody pressed Ctrl-C before it was decided."""

    @property
    def exit_status(self) -> int:
        """0 if proved, 1 if refuted, 3 if unknown."""
        match self.verdict:
            case Verdict.PROVED:
                return 0
            case Verdict.REFUTED:
                return 1
            case Verdict.UNKNOWN:
                return 3
            case _:
                assert_never(self.verdict)

    @property
    def is_as_expected(self) -> bool | None:
        """Whether a theorem is proved, or a broken variant of one refuted; None where that is not known."""
        if self.verdict is Verdict.UNKNOWN:
            return None
        return self.verdict is (Verdict.REFUTED if self.breaks else Verdict.PROVED)

    def __repr__(self) -> str:
        return f"<Proof {self.verdict.value}: {self.name}, {self.statement}>"


@dataclass(frozen=True, slots=True)
class Proofs:
    """Several theorems with what became of each, in their order."""

    proofs: tuple[Proof, ...]

    @property
    def exit_status(self) -> int:
        """1 where a theorem is refuted or a broken variant of one proved, else 3 where one is unknown, else 0."""
        if any(one.is_as_expected is False for one in self.proofs):
            return 1
        return 3 if any(one.verdict is Verdict.UNKNOWN for one in self.proofs) else 0

    @property
    def is_interrupted(self) -> bool:
        """Whether somebody pressed Ctrl-C before all were decided."""
        return any(one.is_interrupted for one in self.proofs)

    @property
    def summary(self) -> str:
        """What became of them, in one line."""
        theorems = [one for one in self.proofs if not one.breaks]
        variants = [one for one in self.proofs if one.breaks]
        proved = sum(one.verdict is Verdict.PROVED for one in theorems)
        refuted = sum(one.verdict is Verdict.REFUTED for one in variants)
        told = [f"{proved} of {_counted(len(theorems), 'theorem')} proved"] if theorems else []
        if variants:
            told.append(f"{refuted} of {_counted(len(variants), 'broken variant')} refuted")
        unknown = sum(one.verdict is Verdict.UNKNOWN for one in self.proofs)
        return ", ".join(told + [f"{unknown} unknown"] * bool(unknown)) + "; interrupted" * self.is_interrupted

    def __iter__(self) -> Iterator[Proof]:
        return iter(self.proofs)

    def __len__(self) -> int:
        return len(self.proofs)

    def __getitem__(self, name: str | int) -> Proof:
        """The proof of a theorem, by its name or its place. Raises KeyError naming those there are."""
        if isinstance(name, int):
            return self.proofs[name]
        wanted = name.lower().replace("_", "-")
        for one in self.proofs:
            if one.name.lower() == wanted:
                return one
        raise KeyError(f"no theorem {name!r} here; there are: {', '.join(one.name for one in self.proofs)}")

    def __repr__(self) -> str:
        return f"<Proofs {self.summary}>"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
