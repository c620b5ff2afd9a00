"""Proofs of theorems about quorums for every number of nodes, by refutation.

Solvers look for sets that meet what a theorem assumes and lack what it claims, with N unbounded; if there are none, the
theorem is proved. Every encoding that can say the theorem is asked, and all must agree, for every N and for each small
one; the concrete sets of a counterexample are put to the theorem's own Python function before they are shown. An answer
that is missing makes the verdict `unknown`, unless there is a counterexample all the same; answers that differ make no
verdict.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import combinations, product
from typing import Any

from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.source import function_source, header_span
from indoubt.invariants.quorums.arithmetic import Formula, Number, Size, Weight, holds
from indoubt.invariants.quorums.asking import FEWER, POSSIBLE, Asking, Disagreement, where
from indoubt.invariants.quorums.catalogue.structures import Structure
from indoubt.invariants.quorums.disjoint import refuted
from indoubt.invariants.quorums.lowering import Claim, lowered, stated
from indoubt.invariants.quorums.regions import counts
from indoubt.invariants.quorums.results import Counterexample, Proof, Step, Verdict
from indoubt.invariants.quorums.stated import ALL_NODES, Nodes, Theorem, Weights
from indoubt.invariants.quorums.theorems import Provable

SMALL = range(1, 10)
"""The numbers of nodes for which encodings are compared one by one."""
FEWEST = 4
"""The same where all sets are tried."""
FEW_S = 5.0
"""The least that a query about masks of few nodes may take, in seconds, where nothing is known of every N."""
MOST_NODES = 10_000
"""Nodes of the largest counterexample that is told node by node."""


def decide(theorem: Provable, *, timeout_s: float = 60.0, progress: Callable[[str], None] | None = None) -> Proof:
    """Prove or refute a theorem; a query that takes longer than `timeout_s` seconds leaves it unknown.

    `progress` is called with what is asked next. Raises SpecError for a mistake in its source, and where no sets meet
    what it assumes; Disagreement if two computations differ.
    """
    from indoubt.invariants.quorums import second_opinion, solver  # noqa: PLC0415 - Z3 takes a while to load

    started = time.perf_counter()
    is_interrupted = False
    asking = Asking(timeout_s, progress)
    counterexample, missing, opinion = None, "", None
    claim = None if isinstance(theorem, Structure) else lowered(theorem)
    statement = theorem.statement or (stated(claim) if claim else "")
    try:
        if isinstance(theorem, Structure):
            counterexample, missing = refuted(theorem, asking), "the two share no node"
        else:
            assert claim is not None
            missing = f"they meet what is assumed, and it is not true that {claim.goal}"
            if claim.some:
                missing = f"they meet what is assumed, and there are no {', '.join(claim.some)} with {claim.goal}"
            counterexample = _of_sizes(theorem, claim, asking)
            asking.look("second opinion")
            opinion = second_opinion.asked(claim, timeout_s=timeout_s)
            if opinion is not None and opinion.refutable not in (None, counterexample is not None):
                raise Disagreement(f"theorem '{theorem.name}': {opinion.solver} says {opinion.told}, Z3 does not")
    except solver.Undecided as undecided:
        asking.told("gave up", str(undecided))
        verdict, scope, counterexample = Verdict.UNKNOWN, "no N", None
    except KeyboardInterrupt:
        asking.told("not decided", solver.INTERRUPTED)
        verdict, scope, counterexample, is_interrupted = Verdict.UNKNOWN, "no N", None, True
    else:
        verdict = Verdict.REFUTED if counterexample else Verdict.PROVED
        scope = f"N = {counterexample.nodes}" if counterexample else "every N >= 1"
    return Proof(
        theorem.name,
        theorem.row,
        statement,
        theorem.source,
        theorem.breaks,
        verdict,
        scope,
        tuple(asking.steps),
        tuple(asking.queries),
        counterexample,
        missing,
        solver.version(),
        opinion,
        time.perf_counter() - started,
        is_interrupted,
    )


def not_begun(theorem: Provable) -> Proof:
    """What is known of a theorem when Ctrl-C comes before it is looked at."""
    from indoubt.invariants.quorums import solver  # noqa: PLC0415 - as in `decide`

    told = (Step("not decided", solver.INTERRUPTED),)
    known = theorem.name, theorem.row, theorem.statement, theorem.source, theorem.breaks, Verdict.UNKNOWN, "no N"
    return Proof(*known, told, (), None, "", solver.version(), None, 0.0, is_interrupted=True)


def _of_sizes(theorem: Theorem, claim: Claim, asking: Asking) -> Counterexample | None:
    """The smallest counterexample, or None if there is none for any N; tells `asking` what it did."""
    from indoubt.invariants.quorums.solver import (  # noqa: PLC0415 - as in `decide`
        Encoding,
        Outcome,
        Question,
        Undecided,
        fits,
    )

    refuting: tuple[Formula, ...] = (*claim.given, claim.goal.negated)
    asking.told("searched for", _searched_for(claim))
    unbounded = [one for one in (Encoding.CARDINALITIES, Encoding.REGIONS) if fits(one, claim)]
    has_masks = fits(Encoding.BIT_VECTORS, claim)
    few = SMALL if len(claim.sets) <= 2 else FEWER

    def question(formulas: Sequence[Formula], encoding: Encoding, nodes: int | None = None) -> Question:
        return Question(claim, formulas, encoding, timeout_s=asking.timeout_s, nodes=nodes)

    smallest: dict[str, Mapping[Any, int] | None] = {}
    exist: dict[str, tuple[bool, ...]] = {}
    try:
        possible = question(claim.given, unbounded[0])
        example = asking.decided(unbounded[0].value, None, possible.smallest, POSSIBLE)
        if example.outcome is not Outcome.SATISFIABLE and not claim.some:
            raise SpecError([_empty(theorem, ", ".join(map(str, claim.given)))])
        for encoding in unbounded:
            asking.look(f"{encoding.value}, every N")
            asked = question(refuting, encoding)
            small = [asking.decided(encoding.value, n, partial(asked.answer, nodes=n)) for n in SMALL]
            exist[encoding.value] = tuple(each.outcome is Outcome.SATISFIABLE for each in small)
            found = asking.decided(encoding.value, None, asked.smallest)
            smallest[encoding.value] = found.values if found.outcome is Outcome.SATISFIABLE else None
    except Undecided:
        values = None if claim.some else _first_of_few(claim, asking)
        if values is None:
            raise
        return _concrete(theorem, claim, values)
    first = next(iter(smallest.values()))
    if any(one != first for one in smallest.values()):
        raise Disagreement(f"theorem '{theorem.name}': the smallest counterexample depends on who is asked: {smallest}")
    least = None if first is None else first[Size()]
    answer = "there are none" if least is None else f"they exist, first at N = {least}"
    asking.told("every N", f"{answer} ({' and '.join(smallest)}, N unbounded)")

    if has_masks:
        masks = Encoding.BIT_VECTORS
        asking.look(masks.value)
        try:
            by_one = [asking.decided(masks.value, n, question(refuting, masks, n).answer) for n in few]
        except Undecided as undecided:
            if first is None:
                raise
            asking.told(f"N = 1..{few[-1]}", f"not compared: {undecided}")
            return _concrete(theorem, claim, first)  # which plain Python confirms
        exist[masks.value] = tuple(one.outcome is Outcome.SATISFIABLE for one in by_one)
    _compared(theorem.name, exist, least)
    shown = Encoding.BIT_VECTORS.value if has_masks else list(exist)[-1]
    last = "node by node" if has_masks else "one N after the other"
    asking.told(f"N = 1..{len(exist[shown])}", f"{where(exist[shown])} ({shown}, {last})")
    if not claim.some:
        told = [f"{quantity} = {value}" for quantity, value in example.values.items() if _is_telling(quantity)]
        asking.told("not empty", f"what is assumed is possible: {', '.join(told)}")
    return None if first is None else _concrete(theorem, claim, first)


def _searched_for(claim: Claim) -> str:
    others = [name for name in (*claim.sets, *claim.numbers, claim.weights) if name and name not in claim.some]
    unknowns = ", ".join(["N", *others])
    if claim.some:
        given = ", ".join(map(str, claim.given)) or "nothing assumed"
        return f"{unknowns} with {given}, but no {', '.join(claim.some)} with {claim.goal}"
    return f"{unknowns} with {', '.join(map(str, [*claim.given, claim.goal.negated]))}"


def _first_of_few(claim: Claim, asking: Asking) -> Mapping[Any, int] | None:
    """The least counterexample with few nodes, where nothing is known of every N; None where none is found.

    However short the limit of a query is, there is time for these where there are sets.
    """
    from indoubt.invariants.quorums.solver import (  # noqa: PLC0415 - as in `decide`
        Encoding,
        Outcome,
        Question,
        Undecided,
        fits,
    )

    has_masks = fits(Encoding.BIT_VECTORS, claim)
    encoding = Encoding.BIT_VECTORS if has_masks else Encoding.CARDINALITIES
    timeout_s = max(asking.timeout_s, FEW_S) if has_masks else asking.timeout_s
    refuting, done = (*claim.given, claim.goal.negated), 0
    for nodes in FEWER:
        asking.look(f"{encoding.value}, N = {nodes}")
        try:
            asked = Question(claim, refuting, encoding, timeout_s=timeout_s, nodes=nodes)
            found = asking.decided(encoding.value, nodes, asked.smallest)
        except Undecided:
            break
        if found.outcome is Outcome.SATISFIABLE:
            asking.told(f"N = 1..{nodes}", f"they exist, first at N = {nodes} ({encoding.value})")
            return found.values
        done = nodes
    if done:
        asking.told(f"N = 1..{done}", f"there are none ({encoding.value})")
    return None


def _is_telling(quantity: Any) -> bool:
    return not isinstance(quantity, Size | Weight) or len(quantity.sets) < 2


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
    if nodes > MOST_NODES:
        return _counted(theorem, claim, values, numbers)
    members: dict[str, list[int]] = {name: [] for name in claim.sets}
    weights: list[int] = []
    count = counts(values, claim.sets, Size)
    weight = counts(values, claim.sets, Weight) if claim.weights else {}
    node = -1
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


def _counted(theorem: Theorem, claim: Claim, values: Mapping[Any, int], numbers: Mapping[str, int]) -> Counterexample:
    """A counterexample of too many nodes to be told apart: how many are in each set, and in what they share."""
    if not all(holds(one, values) for one in (*claim.given, claim.goal.negated)):
        raise Disagreement(f"theorem '{theorem.name}': it is true, or about nothing, where Z3 says that it is false")
    told = {str(one): value for one, value in values.items() if isinstance(one, Size | Weight) and one != Size()}
    return Counterexample(values[Size()], (), (*numbers.items(), *told.items()))


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
    held |= {ALL_NODES: nodes, claim.weights: Weights(dict(enumerate(weights))), **numbers}
    parameters = function_source(theorem.function).tree.args.args
    said = theorem.is_true(*(held[one.arg] for one in parameters))
    if said is not False:
        raise Disagreement(f"theorem '{theorem.name}': as plain Python it says {said} of the counterexample {held}")


def _confirm_none(theorem: Theorem, claim: Claim, nodes: int, numbers: Mapping[str, int]) -> None:
    """Raise Disagreement where plain Python finds what should not be there; of many nodes, not all is tried."""
    if nodes > FEWEST:
        return
    subsets = [Nodes(one) for count in range(nodes + 1) for one in combinations(range(nodes), count)]
    ranges: list[Sequence[Any]] = []
    for one in function_source(theorem.function).tree.args.args:
        held = {ALL_NODES: nodes, **numbers}
        fixed = [held[one.arg]] if one.arg in held else None
        ranges.append(fixed or (subsets if one.arg in claim.sets else range(2 * nodes + 2)))
    if any(theorem.is_true(*each) for each in product(*ranges)):
        raise Disagreement(f"theorem '{theorem.name}': plain Python finds {', '.join(claim.some)} for {numbers}")


def _empty(theorem: Theorem, assumed: str) -> Diagnostic:
    source = function_source(theorem.function)
    return Diagnostic(
        "S704",
        f"nothing meets what `{theorem.function.__name__}` assumes, so it would be true of nothing",
        header_span(source.tree, source.file),
        f"no N and no sets have {assumed}",
        "mend the `require`s: some of them contradict each other",
    )
