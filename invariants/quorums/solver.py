"""Z3: decides whether node sets with given sizes exist. It imports `z3`, and is imported when a proof is asked for.

Three encodings answer the same question in different ways:

* `CARDINALITIES`: integers N, |A|, |B|, |A & B| under inclusion and exclusion, N unbounded. Up to two sets the integers
  that satisfy it are exactly the sizes that real sets can have, so both answers can be relied on. For three sets
  that is no longer true, and the encoding refuses.
* `REGIONS`: an integer for each of the 2^k regions of a Venn diagram, N unbounded: complete for k sets, by definition.
* `BIT_VECTORS`: one N-bit mask for each set, for one N. Any number of sets; a solution names the members.

Source: Kuncak, Nguyen and Rinard, "An Algorithm for Deciding BAPA", CADE 2005, for the second.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import Enum
from itertools import pairwise, product
from math import prod
from typing import Any, assert_never

import z3 as untyped_z3  # pyright: ignore[reportMissingTypeStubs]

from indoubt.invariants.quorums.arithmetic import (
    All,
    Condition,
    Floor,
    Formula,
    Linear,
    Number,
    Quantity,
    Relation,
    Size,
    Some,
    Weight,
    sizes,
)
from indoubt.invariants.quorums.lowering import Claim
from indoubt.invariants.quorums.regions import Region, regions
from indoubt.specs.language.frozen import dataclass

z3: Any = untyped_z3  # its annotations are partial and wrong in places; what leaves this module is typed

_LONGEST_S = 1_000_000
"""Z3 keeps its timeout in 32 bits, as milliseconds."""

INTERRUPTED = "interrupted"
"""How Z3 begins to say that somebody pressed Ctrl-C, which it takes for itself while it works."""


CANCELED = "canceled"
OUT_OF_TIME = ("timeout", CANCELED)
"""How Z3 says that its time is up; the latter also where somebody pressed Ctrl-C."""


class Encoding(Enum):
    """A way of putting sets of nodes to a solver."""

    CARDINALITIES = "cardinality arithmetic"
    REGIONS = "Venn regions"
    BIT_VECTORS = "bit-vectors"


class Outcome(Enum):
    """What the solver said."""

    SATISFIABLE = "satisfiable"
    UNSATISFIABLE = "unsatisfiable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """The solver's answer, with the values of all quantities if it is satisfiable, and why if it is unknown."""

    outcome: Outcome
    reason: str = ""
    values: Mapping[Quantity, int] = field(default_factory=dict[Quantity, int])


class Undecided(Exception):
    """The solver gave no answer to one question; says why."""


def version() -> str:
    """The version of Z3, such as `5.4.1`."""
    return str(z3.get_version_string())


def fits(encoding: Encoding, claim: Claim) -> bool:
    """Whether an encoding says all of a claim, and something that another does not."""
    match encoding:
        case Encoding.CARDINALITIES:
            return len(claim.sets) <= 2
        case Encoding.REGIONS:
            return len(claim.sets) > 0
        case Encoding.BIT_VECTORS:
            return len(claim.sets) > 0 and not claim.some
        case _:
            assert_never(encoding)


class Question:
    """Whether there are sets and numbers that meet some formulas, in one encoding: asked once, or for several N."""

    def __init__(
        self,
        claim: Claim,
        formulas: Sequence[Formula],
        encoding: Encoding,
        *,
        timeout_s: float,
        nodes: int | None = None,
    ) -> None:
        """`nodes` fixes N; bit-vectors need it. Raises ValueError where the encoding does not cover the question."""
        encoded = ENCODERS[encoding](claim, nodes)
        self._claim = claim
        self._quantities = dict(encoded.quantities)
        self._quantities |= {Number(name): z3.Int(name) for name in claim.numbers}
        self._solver = z3.Solver()
        self._timeout_s = timeout_s
        self._solver.set("timeout", milliseconds(timeout_s))
        natural = [self._quantities[Number(name)] >= 0 for name in claim.numbers]
        bound = [self._quantities[Number(name)] for name in claim.some if name in claim.numbers]
        if claim.some:
            # For all sets and numbers of the names in `some`: not what is claimed of them.
            inner = [one for one in formulas if not _is_assumed(one, claim)]
            variables = [*encoded.free, *bound]
            body = z3.Implies(z3.And(*encoded.axioms, *natural), z3.And(*map(self._formula, inner)))
            claimed = z3.ForAll(variables, body)
            self._solver.add(self._quantities[Size()] >= 1, *natural, *_without_quantifiers(claimed, timeout_s))
            if nodes is not None:
                self._solver.add(self._quantities[Size()] == nodes)
            formulas = [one for one in formulas if _is_assumed(one, claim)]
        else:
            self._solver.add(*encoded.axioms, *natural)
        self._solver.add(*map(self._formula, formulas))
        self._model: Any = None

    def answer(self, *, nodes: int | None = None) -> Answer:
        """Whether there is a solution, for every N or for one."""
        self._solver.push()
        try:
            if nodes is not None:
                self._solver.add(self._quantities[Size()] == nodes)
            return self._checked()
        finally:
            self._solver.pop()

    def smallest(self) -> Answer:
        """The solution with the least N, then the least sum of sizes, then the least sizes in the order of the sets.

        After them the least numbers, and the least overlaps and weights.
        """
        claim, found = self._claim, self._checked()
        if found.outcome is not Outcome.SATISFIABLE:
            return found
        shown = [] if claim.some else list(claim.sets)
        counts = [self._quantities[Size((name,))] for name in shown]
        others = [one for one in self._quantities if isinstance(one, Size) and len(one.sets) > 1 and shown]
        goals = [self._quantities[Size()], *([z3.Sum(counts)] if counts else []), *counts]
        goals += [self._quantities[Number(name)] for name in claim.numbers if name not in claim.some]
        goals += [self._quantities[one] for one in others]
        goals += [term for one, term in self._quantities.items() if isinstance(one, Weight)]
        for goal in goals:
            found = self._least(goal, found)
        return found

    def _least(self, goal: Any, found: Answer) -> Answer:
        """The answer in which a term is least, which is then fixed: going down from the value that it has."""
        self._solver.push()
        value = self._value(goal)
        while value > 0:
            self._solver.add(goal < value)
            better = self._checked()
            if better.outcome is Outcome.UNSATISFIABLE:
                break
            if better.outcome is Outcome.UNKNOWN:
                self._solver.pop()
                raise Undecided(better.reason)
            found, value = better, self._value(goal)
        self._solver.pop()
        self._solver.add(goal == value)
        return found

    def _value(self, term: Any) -> int:
        return int(self._model.eval(term, model_completion=True).as_long())

    def _checked(self) -> Answer:
        answer = checked(self._solver, self._timeout_s)
        if answer.outcome is not Outcome.SATISFIABLE:
            return answer
        self._model = self._solver.model()
        quantities = self._quantities
        if self._claim.some:
            quantities = {
                one: term
                for one, term in quantities.items()
                if one == Size() or (isinstance(one, Number) and one.name not in self._claim.some)
            }
        return Answer(Outcome.SATISFIABLE, values={one: self._value(term) for one, term in quantities.items()})

    def _formula(self, formula: Formula) -> Any:
        match formula:
            case All(parts):
                return z3.And(*map(self._formula, parts))
            case Some(parts):
                return z3.Or(*map(self._formula, parts))
            case Condition(left, relation, right):
                return _related(self._linear(left), relation, self._linear(right))
            case _:
                assert_never(formula)

    def _linear(self, linear: Linear) -> Any:
        terms = [count * prod(map(self._quantity, of), start=z3.IntVal(1)) for count, of in linear.terms]
        return z3.Sum([z3.IntVal(linear.constant), *terms])

    def _quantity(self, quantity: Quantity) -> Any:
        if isinstance(quantity, Floor):
            return self._linear(quantity.of) / quantity.divisor  # of integers, and rounded down by a positive divisor
        return self._quantities[quantity]


def checked(solver: Any, timeout_s: float) -> Answer:
    """What a solver says of what was added to it. Raises KeyboardInterrupt where somebody pressed Ctrl-C."""
    started = time.perf_counter()
    outcome = solver.check()
    if outcome == z3.unsat:
        return Answer(Outcome.UNSATISFIABLE)
    if outcome == z3.sat:
        return Answer(Outcome.SATISFIABLE)
    spent_s = time.perf_counter() - started
    reason = reason_unknown(solver, is_early=spent_s < timeout_s / 2)
    if reason in OUT_OF_TIME or spent_s >= timeout_s:
        return Answer(Outcome.UNKNOWN, f"no answer within {timeout_s:g} s")
    return Answer(Outcome.UNKNOWN, f"Z3 answered unknown ({reason or 'no reason given'})")


def reason_unknown(solver: Any, *, is_early: bool = False) -> str:
    """Why a solver has no answer, where nothing but time limits it `is_early` before that is up.

    Raises KeyboardInterrupt where somebody pressed Ctrl-C.
    """
    reason = str(solver.reason_unknown())
    if reason.startswith(INTERRUPTED) or (is_early and reason == CANCELED):
        raise KeyboardInterrupt
    return reason


def _without_quantifiers(formula: Any, timeout_s: float) -> Sequence[Any]:
    """The same of the other variables alone, by Cooper's method: what is said of integers is decidable.

    Raises Undecided where that takes too long.
    """
    eliminate = z3.TryFor(z3.Then("simplify", "qe"), milliseconds(timeout_s))
    try:
        (goal,) = eliminate(formula)
    except z3.Z3Exception:
        raise Undecided(f"no answer within {timeout_s:g} s to what exists") from None
    return list(goal)


def milliseconds(timeout_s: float) -> int:
    """A limit as Z3 takes it."""
    return max(1, int(1000 * min(timeout_s, _LONGEST_S)))


def _is_assumed(formula: Formula, claim: Claim) -> bool:
    return formula in claim.given


def _related(left: Any, relation: Relation, right: Any) -> Any:
    match relation:
        case Relation.AT_LEAST:
            return left >= right
        case Relation.MORE_THAN:
            return left > right
        case Relation.AT_MOST:
            return left <= right
        case Relation.LESS_THAN:
            return left < right
        case Relation.EQUAL:
            return left == right
        case Relation.UNEQUAL:
            return left != right


@dataclass(frozen=True, slots=True)
class Encoded:
    """The solver's terms for the sets: what each quantity is, what always holds, and the variables that they are of."""

    quantities: Mapping[Quantity, Any]
    axioms: Sequence[Any]
    free: Sequence[Any]


def _cardinalities(claim: Claim, nodes: int | None) -> Encoded:
    sets = claim.sets
    if len(sets) > 2:
        raise ValueError(f"cardinality arithmetic is complete for two sets; asked for {len(sets)}: {', '.join(sets)}")
    whole = z3.Int("N")
    terms: dict[Quantity, Any] = {Size(): whole}
    axioms = [whole >= 1, *([] if nodes is None else [whole == nodes])]
    free: list[Any] = []
    for kind in (Size, Weight) if claim.weights else (Size,):
        every = whole if kind is Size else z3.Int("w_all")
        terms[kind()] = every
        parts = {one: z3.Int(f"{kind.__name__}_{'_'.join(one)}") for one in (each.sets for each in sizes(sets))}
        terms |= {kind(one): part for one, part in parts.items()}
        free += parts.values()
        axioms += [every >= 0, *(part >= 0 for part in parts.values())]
        axioms += [part <= every for part in parts.values()]
        if len(sets) == 2:
            both = parts[tuple(sorted(sets))]
            alone = [parts[name,] for name in sets]
            axioms += [both <= alone[0], both <= alone[1], alone[0] + alone[1] - both <= every]
    if claim.weights:
        by_region = [_of_regions(sets, kind, terms) for kind in (Size, Weight)]
        axioms += [
            axiom for one in regions(len(sets)) for axiom in _weighs(claim, by_region[0][one], by_region[1][one])
        ]
    return Encoded(terms, axioms, free)


def _of_regions(
    sets: Sequence[str], kind: type[Size] | type[Weight], terms: Mapping[Quantity, Any]
) -> dict[Region, Any]:
    """What each region has, as a sum of what intersections have."""
    found: dict[Region, Any] = {}
    for region in regions(len(sets)):
        parts: list[Any] = []
        for more in product((False, True), repeat=len(sets)):
            if all(not (inside and taken) for inside, taken in zip(region, more, strict=True)):
                chosen = [name for name, inside, taken in zip(sets, region, more, strict=True) if inside or taken]
                parts.append((-1) ** sum(more) * terms[kind(tuple(sorted(chosen)))])
        found[region] = z3.Sum(parts)
    return found


def _weighs(claim: Claim, count: Any, weight: Any) -> Iterator[Any]:
    """What is true of the weight of a region: none without nodes, and enough for each of them."""
    yield weight >= claim.least_weight * count
    yield z3.Implies(count == 0, weight == 0)


def encoded_regions(claim: Claim, nodes: int | None) -> Encoded:
    """The Venn regions of the sets of a claim."""
    sets = claim.sets
    terms: dict[Quantity, Any] = {}
    free: list[Any] = []
    parts: dict[str, dict[Region, Any]] = {}
    for kind in (Size, Weight) if claim.weights else (Size,):
        name = kind.__name__
        held = {one: z3.Int(f"{name}_" + "".join("01"[inside] for inside in one)) for one in regions(len(sets))}
        parts[name] = held
        free += held.values()
        for chosen in [(), *(each.sets for each in sizes(sets))]:
            places = [sets.index(one) for one in chosen]
            terms[kind(chosen)] = z3.Sum([part for one, part in held.items() if all(one[place] for place in places)])
    axioms = [part >= 0 for held in parts.values() for part in held.values()]
    if claim.weights:
        pairs = [(parts["Size"][one], parts["Weight"][one]) for one in regions(len(sets))]
        axioms += [axiom for count, weight in pairs for axiom in _weighs(claim, count, weight)]
    whole = z3.Int("N")
    axioms += [whole == terms[Size()], whole >= 1, *([] if nodes is None else [whole == nodes])]
    terms[Size()] = whole
    return Encoded(terms, axioms, free)


def _bit_vectors(claim: Claim, nodes: int | None) -> Encoded:
    if nodes is None or nodes < 1:
        raise ValueError(f"bit-vectors need a number of nodes, 1 or more; asked for {nodes}")
    masks = {name: z3.BitVec(name, nodes) for name in claim.sets}
    weights = [z3.Int(f"w{node}") for node in range(nodes)] if claim.weights else []
    terms: dict[Quantity, Any] = {Size(): z3.IntVal(nodes), Weight(): z3.Sum([z3.IntVal(0), *weights])}
    for each in sizes(claim.sets):
        common: Any = z3.BitVecVal(-1, nodes)
        for name in each.sets:
            common = masks[name] & common
        # The bits are added as integers: a sum of bit-vectors can overflow its width.
        bits = [z3.Extract(bit, bit, common) == 1 for bit in range(nodes)]
        terms[each] = z3.Sum([z3.If(bit, 1, 0) for bit in bits])
        if weights:
            terms[Weight(each.sets)] = z3.Sum([z3.If(bit, of, 0) for bit, of in zip(bits, weights, strict=True)])
    # Nodes may change places: those in the first sets come first.
    places = [
        z3.Concat(z3.BitVecVal(0, 1), *(z3.Extract(bit, bit, mask) for mask in masks.values())) for bit in range(nodes)
    ]
    axioms = [z3.UGE(one, other) for one, other in pairwise(places)]
    return Encoded(terms, [*axioms, *(one >= claim.least_weight for one in weights)], list(masks.values()))


ENCODERS = {
    Encoding.CARDINALITIES: _cardinalities,
    Encoding.REGIONS: encoded_regions,
    Encoding.BIT_VECTORS: _bit_vectors,
}
