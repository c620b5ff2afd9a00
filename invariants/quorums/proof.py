"""Proofs of theorems about quorums for every number of nodes, by refutation.

Solvers look for sets that meet what a theorem assumes and lack what it claims, with N unbounded; if there are none, the
theorem is proved. Every encoding that can say the theorem is asked, and all must agree, for every N and for each small
one; the concrete sets of a counterexample are put to the theorem's own Python function before they are shown. An answer
that is missing makes the verdict `unknown`; answers that differ make no verdict.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from itertools import combinations, product
from typing import Any, assert_never

from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.source import function_source, header_span
from indoubt.invariants.quorums.arithmetic import Formula, Number, Size, Weight
from indoubt.invariants.quorums.catalogue.structures import Structure
from indoubt.invariants.quorums.lowering import Claim, lowered
from indoubt.invariants.quorums.regions import counts
from indoubt.invariants.quorums.stated import ALL_NODES, Nodes, Theorem, Weights
from indoubt.invariants.quorums.theorems import Provable
from indoubt.specs.language.frozen import dataclass

SMALL = range(1, 10)
"""The numbers of nodes for which encodings are compared one by one."""
FEWER = range(1, 7)
"""The same where each is dear: bit-vectors of many sets, and shapes."""


FEWEST = 4
"""The same where all sets are tried."""


class Verdict(Enum):
    """What became of a theorem."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Concrete sets that refute a theorem: nodes numbered from 1, sets in the order of the theorem."""

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
class Proof:
    """A theorem, the verdict and the numbers of nodes it is about, and how it was reached.

    `missing` says what a counterexample lacks.
    """

    name: str
    row: str
    statement: str
    source: str
    breaks: str
    verdict: Verdict
    scope: str
    method: tuple[Step, ...]
    counterexample: Counterexample | None
    missing: str
    solvers: tuple[str, ...]
    is_confirmed: bool
    """Whether a second solver says the same."""
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

    @property
    def is_as_expected(self) -> bool:
        """Whether a theorem is proved, or a broken variant of one refuted."""
        return self.verdict is (Verdict.REFUTED if self.breaks else Verdict.PROVED)


class Disagreement(RuntimeError):
    """Two computations of one fact differ: a fault of this program or of a solver, and no verdict."""


def decide(theorem: Provable, *, timeout_s: float = 60.0, progress: Callable[[str], None] | None = None) -> Proof:
    """Prove or refute a theorem; a query that takes longer than `timeout_s` seconds leaves it unknown.

    `progress` is called with what is asked next. Raises SpecError for a mistake in its source, and where no sets meet
    what it assumes; Disagreement if two computations differ.
    """
    from indoubt.invariants.quorums import second_opinion, solver  # noqa: PLC0415 - Z3 takes a while to load

    started = time.perf_counter()
    steps: list[Step] = []
    solvers = [f"Z3 {solver.version()}"]
    counterexample, missing, confirmed = None, "", False
    look = _nobody if progress is None else progress
    try:
        if isinstance(theorem, Structure):
            counterexample, missing = _of_structure(theorem, steps, timeout_s, look), "the two share no node"
        else:
            claim = lowered(theorem)
            missing = f"they meet what is assumed, and it is not true that {claim.goal}"
            if claim.some:
                missing = f"they meet what is assumed, and there are no {', '.join(claim.some)} with {claim.goal}"
            counterexample = _of_sizes(theorem, claim, steps, timeout_s, look)
            look("second opinion")
            opinion = second_opinion.asked(claim, timeout_s=timeout_s)
            if opinion is not None:
                solvers.append(opinion.solver)
                confirmed = opinion.refutable is not None
                if opinion.refutable not in (None, counterexample is not None):
                    raise Disagreement(f"theorem '{theorem.name}': {opinion.solver} says {opinion.told}, Z3 does not")
    except solver.Undecided as undecided:
        steps.append(Step("gave up", str(undecided)))
        verdict, scope, counterexample = Verdict.UNKNOWN, "no N", None
    else:
        verdict = Verdict.REFUTED if counterexample else Verdict.PROVED
        scope = f"N = {counterexample.nodes}" if counterexample else "every N >= 1"
    elapsed_s = time.perf_counter() - started
    named = theorem.name, theorem.row, theorem.statement, theorem.source, theorem.breaks
    return Proof(*named, verdict, scope, tuple(steps), counterexample, missing, tuple(solvers), confirmed, elapsed_s)


def _nobody(_: str) -> None:
    """Nobody looks."""


def _of_sizes(
    theorem: Theorem, claim: Claim, steps: list[Step], timeout_s: float, look: Callable[[str], None]
) -> Counterexample | None:
    """The smallest counterexample, or None if there is none for any N; appends what it did to `steps`."""
    from indoubt.invariants.quorums.solver import Encoding, Outcome, Question, fits  # noqa: PLC0415 - as in `decide`

    refuting: tuple[Formula, ...] = (*claim.given, claim.goal.negated)
    others = [name for name in (*claim.sets, *claim.numbers, claim.weights) if name and name not in claim.some]
    unknowns = ", ".join(["N", *others])
    listed = [*claim.given, claim.goal.negated]
    asked = ", ".join(map(str, listed))
    if claim.some:
        asked = (
            f"{', '.join(map(str, claim.given)) or 'nothing assumed'}, but no {', '.join(claim.some)} with {claim.goal}"
        )
    steps.append(Step("searched for", f"{unknowns} with {asked}"))
    unbounded = [one for one in (Encoding.CARDINALITIES, Encoding.REGIONS) if fits(one, claim)]

    example = _decided(Question(claim, claim.given, unbounded[0], timeout_s=timeout_s).smallest(), unbounded[0].value)
    if example.outcome is not Outcome.SATISFIABLE and not claim.some:
        raise SpecError([_empty(theorem, ", ".join(map(str, claim.given)))])

    smallest: dict[str, Mapping[Any, int] | None] = {}
    exist: dict[str, tuple[bool, ...]] = {}
    for encoding in unbounded:
        look(f"{encoding.value}, every N")
        question = Question(claim, refuting, encoding, timeout_s=timeout_s)
        small = [_decided(question.answer(nodes=n), f"{encoding.value}, N = {n}") for n in SMALL]
        exist[encoding.value] = tuple(one.outcome is Outcome.SATISFIABLE for one in small)
        found = _decided(question.smallest(), f"{encoding.value}, N unbounded")
        smallest[encoding.value] = found.values if found.outcome is Outcome.SATISFIABLE else None
    first = next(iter(smallest.values()))
    if any(one != first for one in smallest.values()):
        raise Disagreement(f"theorem '{theorem.name}': the smallest counterexample depends on who is asked: {smallest}")
    least = None if first is None else first[Size()]
    answer = "there are none" if least is None else f"they exist, first at N = {least}"
    steps.append(Step("every N", f"{answer} ({' and '.join(smallest)}, N unbounded)"))

    if fits(Encoding.BIT_VECTORS, claim):
        look(Encoding.BIT_VECTORS.value)
        few = SMALL if len(claim.sets) <= 2 else FEWER
        asked_of = [Question(claim, refuting, Encoding.BIT_VECTORS, timeout_s=timeout_s, nodes=n) for n in few]
        one_by_one = [
            _decided(one.answer(), f"{Encoding.BIT_VECTORS.value}, N = {n}")
            for one, n in zip(asked_of, few, strict=True)
        ]
        exist[Encoding.BIT_VECTORS.value] = tuple(one.outcome is Outcome.SATISFIABLE for one in one_by_one)
    _compared(theorem.name, exist, least)
    last = "node by node" if fits(Encoding.BIT_VECTORS, claim) else "one N after the other"
    shown = [name for name in exist if name == Encoding.BIT_VECTORS.value] or list(exist)
    told = exist[shown[-1]]
    steps.append(Step(f"N = 1..{len(told)}", f"{_where(told)} ({shown[-1]}, {last})"))
    if not claim.some:
        values = ", ".join(
            f"{quantity} = {value}" for quantity, value in example.values.items() if _is_telling(quantity)
        )
        steps.append(Step("not empty", f"what is assumed is possible: {values}"))
    if first is None:
        return None
    return _concrete(theorem, claim, first)


def _is_telling(quantity: Any) -> bool:
    return not isinstance(quantity, Size | Weight) or len(quantity.sets) < 2


def _decided(answer: Any, asked: str) -> Any:
    """An answer that is one. Raises Undecided where the solver gave none."""
    from indoubt.invariants.quorums.solver import Outcome, Undecided  # noqa: PLC0415 - as in `decide`

    if answer.outcome is Outcome.UNKNOWN:
        raise Undecided(f"{asked}: Z3 answered unknown ({answer.reason})")
    return answer


def _compared(name: str, exist: Mapping[str, Sequence[bool]], least: int | None) -> None:
    """Raise Disagreement where two encodings differ about some N, or with the least N of all."""
    for nodes in SMALL:
        answers = {one: told[nodes - 1] for one, told in exist.items() if nodes <= len(told)}
        if least is None or nodes <= least:
            answers["N unbounded"] = nodes == least
        if len(set(answers.values())) > 1:
            raise Disagreement(f"theorem '{name}', N = {nodes}: is there a counterexample? {answers}")


def _concrete(theorem: Theorem, claim: Claim, values: Mapping[Any, int]) -> Counterexample:
    """The counterexample node by node, confirmed by the theorem's own function."""
    nodes = values[Size()]
    numbers = {name: values[Number(name)] for name in claim.numbers if name not in claim.some}
    if claim.some:
        _confirm_none(theorem, claim, nodes, numbers)
        return Counterexample(nodes, (), tuple(numbers.items()))
    members: dict[str, list[int]] = {name: [] for name in claim.sets}
    weights: list[int] = []
    count = counts(values, claim.sets, Size)
    weight = counts(values, claim.sets, Weight) if claim.weights else {}
    node = 0
    for region, size in count.items():
        for place in range(size):
            node += 1
            for name, inside in zip(claim.sets, region, strict=True):
                if inside:
                    members[name].append(node)
            if claim.weights:  # whatever is more than the least goes to the last node of the region
                rest = weight[region] - claim.least_weight * (size - 1)
                weights.append(rest if place == size - 1 else claim.least_weight)
    _confirm(theorem, claim, nodes, members, numbers, weights)
    sets = tuple((name, tuple(of)) for name, of in members.items())
    return Counterexample(nodes, sets, tuple(numbers.items()), tuple(weights))


def _confirm(
    theorem: Theorem,
    claim: Claim,
    nodes: int,
    members: Mapping[str, Sequence[int]],
    numbers: Mapping[str, int],
    weights: Sequence[int],
) -> None:
    """Raise Disagreement where the theorem, as plain Python, does not say of these sets that it is false."""
    held: dict[str, Any] = {name: Nodes(of) for name, of in members.items()}
    held |= {ALL_NODES: nodes, claim.weights: Weights(dict(enumerate(weights, start=1))), **numbers}
    parameters = function_source(theorem.function).tree.args.args
    said = theorem.is_true(*(held[one.arg] for one in parameters))
    if said is not False:
        raise Disagreement(f"theorem '{theorem.name}': as plain Python it says {said} of the counterexample {held}")


def _confirm_none(theorem: Theorem, claim: Claim, nodes: int, numbers: Mapping[str, int]) -> None:
    """Raise Disagreement where plain Python finds what should not be there; of many nodes, not all is tried."""
    if nodes > FEWEST:
        return
    subsets = [Nodes(one) for count in range(nodes + 1) for one in combinations(range(1, nodes + 1), count)]
    ranges: list[Sequence[Any]] = []
    for one in function_source(theorem.function).tree.args.args:
        held = {ALL_NODES: nodes, **numbers}
        fixed = [held[one.arg]] if one.arg in held else None
        ranges.append(fixed or (subsets if one.arg in claim.sets else range(2 * nodes + 2)))
    if any(theorem.is_true(*each) for each in product(*ranges)):
        raise Disagreement(f"theorem '{theorem.name}': plain Python finds {', '.join(claim.some)} for {numbers}")


def _of_structure(
    structure: Structure, steps: list[Step], timeout_s: float, look: Callable[[str], None]
) -> Counterexample | None:
    """The smallest disjoint sets of a structure, or None if there are none for any N."""
    from indoubt.invariants.quorums import epr  # noqa: PLC0415 - as in `decide`
    from indoubt.invariants.quorums.solver import Outcome  # noqa: PLC0415 - as in `decide`

    steps.append(Step("searched for", f"disjoint A and B, where {epr.assumed(structure)}"))
    look("first-order logic, every N")
    answer = _decided(epr.refutable(structure, timeout_s=timeout_s), "first-order logic, N unbounded")
    exists = answer.outcome is Outcome.SATISFIABLE
    look(f"first-order logic and plain Python, N = 1..{FEWER[-1]}")
    found = {n: epr.possible(structure, n, timeout_s=timeout_s) for n in FEWER}
    listed = {n: _disjoint(structure, n) for n in FEWER}
    wrong = [n for n in FEWER if (found[n] is None) != (listed[n] is None)]
    if wrong or (not exists and any(found.values())):
        raise Disagreement(f"theorem '{structure.name}': first-order logic and plain Python differ at N = {wrong}")
    least = next((n for n in FEWER if found[n] is not None), None)
    told = "there are none" if not exists else "they exist" + ("" if least is None else f", first at N = {least}")
    steps.append(Step("every N", f"{told} (uninterpreted sorts, N unbounded)"))
    broken = tuple(one is not None for one in found.values())
    steps.append(
        Step(f"N = 1..{len(broken)}", f"{_where(broken)} (uninterpreted sorts, and plain Python of every shape)")
    )
    if not exists:
        return None
    if least is None or (shown := listed[least]) is None:
        raise Disagreement(f"theorem '{structure.name}': it can be refuted, but not with {FEWER[-1]} nodes or fewer")
    shape, first, second = shown
    smallest = found[least]
    if smallest is None or len(first) + len(second) != sum(len(one) for one in smallest.sets):
        raise Disagreement(
            f"theorem '{structure.name}', N = {least}: first-order logic finds {smallest}, plain Python {shown}"
        )
    sets = tuple((name, tuple(sorted(node + 1 for node in one))) for name, one in (("A", first), ("B", second)))
    return Counterexample(least, sets, shape=shape)


def _disjoint(structure: Structure, nodes: int) -> tuple[str, frozenset[int], frozenset[int]] | None:
    """The least two disjoint sets that plain Python finds among all shapes with so many nodes."""
    pairs = [
        (shape, one, other)
        for shape, first, second in structure.shapes(nodes)
        for one in first
        for other in second
        if not one & other
    ]
    return min(
        pairs,
        key=lambda pair: (len(pair[1]) + len(pair[2]), len(pair[1]), sorted(pair[1]), sorted(pair[2])),
        default=None,
    )


def _where(exist: Sequence[bool]) -> str:
    broken = [n for n, does in enumerate(exist, start=1) if does]
    sound = [n for n, does in enumerate(exist, start=1) if not does]
    if not broken:
        return "there are none"
    told = f"they exist at N = {', '.join(map(str, broken))}"
    return f"{told}; not at N = {', '.join(map(str, sound))}" if sound else told


def _empty(theorem: Theorem, assumed: str) -> Diagnostic:
    source = function_source(theorem.function)
    return Diagnostic(
        "S704",
        f"nothing meets what `{theorem.function.__name__}` assumes, so it would be true of nothing",
        header_span(source.tree, source.file),
        f"no N and no sets have {assumed}",
        "mend the `require`s: some of them contradict each other",
    )
