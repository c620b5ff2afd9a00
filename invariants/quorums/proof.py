"""Proofs of quorum theorems for every number of nodes, by refutation.

A solver looks for sets that meet what a theorem assumes and lack what it claims, with N unbounded; if there are none,
the theorem is proved. A second encoding asks again for each small N and must agree at each; it also names the nodes of
a counterexample, which plain Python counts again before it is shown. An answer that is missing makes the verdict
`unknown`; answers that differ make no verdict.
"""

import time
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, assert_never

from indoubt.invariants.quorums.arithmetic import Condition, Encoding, Number, Size, holds, measure
from indoubt.invariants.quorums.theorems import Theorem, find
from indoubt.specs.language.frozen import dataclass

if TYPE_CHECKING:
    from indoubt.invariants.quorums.solver import Answer

CROSS_CHECKED = range(1, 10)
"""The numbers of nodes for which bit-vectors must agree with cardinality arithmetic."""


class Verdict(Enum):
    """What became of a theorem."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Concrete sets that refute a theorem: nodes numbered from 1, `quorums` in the order of the theorem's sets."""

    nodes: int
    quorums: tuple[tuple[int, ...], ...]
    numbers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a proof: what was asked, and of whom; and what came back."""

    asked: str
    answered: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A theorem, the verdict and the numbers of nodes it is about, and how it was reached."""

    theorem: Theorem
    verdict: Verdict
    scope: str
    method: tuple[Step, ...]
    counterexample: Counterexample | None
    z3_version: str
    elapsed_s: float

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


class Disagreement(RuntimeError):
    """Two computations of one fact differ: a fault of this program or of the solver, and no verdict."""


class _Undecided(Exception):
    """The solver gave no answer to one question."""


def prove(name: str, *, timeout_s: float = 60.0) -> Proof:
    """Prove or refute the theorem called `name` within `timeout_s` seconds.

    Raises `ValueError` for an unknown name, `Disagreement` if two computations differ.
    """
    return decide(find(name), timeout_s=timeout_s)


def decide(theorem: Theorem, *, timeout_s: float = 60.0) -> Proof:
    """Prove or refute a theorem within `timeout_s` seconds; past them the verdict is unknown.

    Raises `ValueError` if no sets meet what the theorem assumes, `Disagreement` if two computations differ.
    """
    from indoubt.invariants.quorums import solver as smt  # noqa: PLC0415 - Z3 takes a while to load, and most runs need none

    started = time.perf_counter()
    steps: list[Step] = []
    counterexample = None
    try:
        counterexample = _refutation(theorem, started + timeout_s, steps)
    except _Undecided as undecided:
        steps.append(Step("gave up", str(undecided)))
        verdict, scope = Verdict.UNKNOWN, "no N"
    else:
        verdict = Verdict.REFUTED if counterexample else Verdict.PROVED
        scope = f"N = {counterexample.nodes}" if counterexample else "every N >= 1"
    elapsed_s = time.perf_counter() - started
    return Proof(theorem, verdict, scope, tuple(steps), counterexample, smt.version(), elapsed_s)


def _refutation(theorem: Theorem, deadline: float, steps: list[Step]) -> Counterexample | None:
    """The smallest counterexample, or None if there is none for any N; appends what it did to `steps`."""

    def ask(
        what: Sequence[Condition],
        how: Encoding = theorem.encoding,
        *,
        nodes: int | None = None,
        smallest: bool = False,
    ) -> "Answer | None":
        return _ask(theorem, what, how, nodes=nodes, smallest=smallest, deadline=deadline)

    negation = theorem.negation
    unknowns = ", ".join(["N", *theorem.sets])
    steps.append(Step("searched for", f"{unknowns} with {_listed(negation)}"))

    example = ask(theorem.given, smallest=True)
    if example is None:
        raise ValueError(f"theorem '{theorem.name}' is empty: there are no {unknowns} with {_listed(theorem.given)}")
    found, smallest = ask(negation), ask(negation, smallest=True)
    if (found is None) != (smallest is None):
        raise Disagreement(f"theorem '{theorem.name}': a counterexample exists only with, or only without, minimising")
    least = smallest.values[Size()] if smallest else None
    answer = "there are none" if least is None else f"they exist, first at N = {least}"
    steps.append(Step("every N", f"{answer} ({theorem.encoding.value}, N unbounded)"))

    broken: list[int] = []
    for nodes in CROSS_CHECKED:
        exists = {
            theorem.encoding.value: ask(negation, nodes=nodes) is not None,
            Encoding.BIT_VECTORS.value: ask(negation, Encoding.BIT_VECTORS, nodes=nodes) is not None,
        }
        if least is None or nodes <= least:
            exists["N unbounded"] = nodes == least
        if len(set(exists.values())) > 1:
            raise Disagreement(f"theorem '{theorem.name}', N = {nodes}: is there a counterexample? {exists}")
        if any(exists.values()):
            broken.append(nodes)
    steps.append(
        Step(
            f"N = {CROSS_CHECKED[0]}..{CROSS_CHECKED[-1]}",
            f"{_where(broken)} ({Encoding.BIT_VECTORS.value}, node by node)",
        )
    )
    shown = ", ".join(f"{quantity} = {value}" for quantity, value in example.values.items())
    steps.append(Step("not empty", f"without {theorem.goal.negated} there are some: {shown}"))
    if smallest is None or least is None:
        return None

    concrete = ask(negation, Encoding.BIT_VECTORS, nodes=least, smallest=True)
    if concrete is None or concrete.values != smallest.values:
        raise Disagreement(
            f"theorem '{theorem.name}', N = {least}: the smallest counterexample depends on who is asked: "
            f"{Encoding.BIT_VECTORS.value} {concrete and concrete.values}, {theorem.encoding.value} {smallest.values}"
        )
    numbers = {quantity: value for quantity, value in concrete.values.items() if isinstance(quantity, Number)}
    _recount(theorem, least, concrete.members, numbers)
    return Counterexample(
        nodes=least,
        quorums=tuple(concrete.members[name] for name in theorem.sets),
        numbers=tuple((quantity.name, value) for quantity, value in numbers.items()),
    )


def _ask(
    theorem: Theorem,
    conditions: Sequence[Condition],
    encoding: Encoding,
    *,
    nodes: int | None,
    smallest: bool,
    deadline: float,
) -> "Answer | None":
    """The solver's solution, or None if it says that there is none; raises `_Undecided` if it says neither."""
    from indoubt.invariants.quorums import solver as smt  # noqa: PLC0415 - as in `decide`

    asked = f"{encoding.value}, {'N unbounded' if nodes is None else f'N = {nodes}'}"
    timeout_s = deadline - time.perf_counter()
    if timeout_s <= 0:
        raise _Undecided(f"{asked}: no time left")
    answer = smt.satisfy(conditions, theorem.sets, encoding, nodes=nodes, smallest=smallest, timeout_s=timeout_s)
    match answer.outcome:
        case smt.Outcome.SATISFIABLE:
            return answer
        case smt.Outcome.UNSATISFIABLE:
            return None
        case smt.Outcome.UNKNOWN:
            raise _Undecided(f"{asked}: Z3 answered unknown ({answer.reason or 'no reason given'})")


def _recount(
    theorem: Theorem, nodes: int, members: Mapping[str, tuple[int, ...]], numbers: Mapping[Number, int]
) -> None:
    values = measure(nodes, {name: frozenset(of) for name, of in members.items()}, numbers)
    for condition in theorem.negation:
        if not holds(condition, values):
            raise Disagreement(f"theorem '{theorem.name}': `{condition}` is false of the counterexample {members}")


def _listed(conditions: Sequence[Condition]) -> str:
    return ", ".join(map(str, conditions))


def _where(broken: Sequence[int]) -> str:
    sound = [nodes for nodes in CROSS_CHECKED if nodes not in broken]
    if not broken:
        return "there are none"
    exist = f"they exist at N = {', '.join(map(str, broken))}"
    return f"{exist}; not at N = {', '.join(map(str, sound))}" if sound else exist
