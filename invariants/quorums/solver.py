"""Z3: decides whether node sets with given sizes exist. The one module that imports `z3`; import it when it is needed.

Two encodings answer the same question in different ways:

* `CARDINALITIES`: integers N, |A|, |B|, |A & B| under inclusion and exclusion, N unbounded. For two sets the integers
  that satisfy it are exactly the sizes that real sets can have, so both answers can be relied on. For three sets
  that is no longer true, and the encoding refuses.
* `BIT_VECTORS`: one N-bit mask for each set, for one N. Any number of sets, and the solution names the members.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import Enum
from typing import Any

import z3 as untyped_z3  # pyright: ignore[reportMissingTypeStubs]

from indoubt.invariants.quorums.arithmetic import (
    Condition,
    Encoding,
    Linear,
    Number,
    Quantity,
    Relation,
    Size,
    numbers,
    sizes,
)
from indoubt.specs.language.frozen import dataclass

z3: Any = untyped_z3  # its annotations are partial and wrong in places; what leaves this module is typed

_LONGEST_S = 1_000_000
"""Z3 keeps its timeout in 32 bits, as milliseconds."""


class Outcome(Enum):
    """What the solver said."""

    SATISFIABLE = "satisfiable"
    UNSATISFIABLE = "unsatisfiable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """The solver's answer: values and, from bit-vectors, members (nodes numbered from 1) if satisfiable."""

    outcome: Outcome
    reason: str = ""
    values: Mapping[Quantity, int] = field(default_factory=dict[Quantity, int])
    members: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])


@dataclass(frozen=True, slots=True)
class _Encoded:
    """The solver's terms for the sets: what each quantity is, what always holds, the mask of each set if it has one."""

    quantities: Mapping[Quantity, Any]
    axioms: Sequence[Any]
    masks: Mapping[str, Any]


def version() -> str:
    """The version of Z3, such as `5.4.1`."""
    return str(z3.get_version_string())


def satisfy(
    conditions: Sequence[Condition],
    sets: Sequence[str],
    encoding: Encoding,
    *,
    nodes: int | None = None,
    smallest: bool = False,
    timeout_s: float,
) -> Answer:
    """Look for at least one node and for `sets` of nodes that meet every condition.

    `nodes` fixes N; bit-vectors need it. With `smallest` the solution has the least N, then the least sum of sizes,
    then the least sizes in the order of `sets`, then the least numbers, then the lowest node numbers.
    Raises `ValueError` where the encoding does not cover the question.
    """
    encoded = _ENCODERS[encoding](sets, nodes)
    quantities = dict(encoded.quantities)
    quantities |= {number: z3.Int(number.name) for number in numbers(conditions)}
    solver = z3.Optimize() if smallest else z3.Solver()
    solver.set("timeout", max(1, int(1000 * min(timeout_s, _LONGEST_S))))
    solver.add(*encoded.axioms)
    solver.add(*(term >= 0 for quantity, term in quantities.items() if isinstance(quantity, Number)))
    solver.add(*(_condition(condition, quantities) for condition in conditions))
    if smallest:
        counts = [quantities[Size((name,))] for name in sets]
        # Z3 minimises in the order in which the goals are given.
        for goal in (quantities[Size()], z3.Sum(counts), *counts, *map(quantities.get, numbers(conditions))):
            solver.minimize(goal)
        for mask in encoded.masks.values():
            solver.minimize(mask)
    return _answer(solver, quantities, encoded.masks)


def _cardinalities(sets: Sequence[str], nodes: int | None) -> _Encoded:
    if len(sets) != 2:
        raise ValueError(f"cardinality arithmetic is complete for two sets; asked for {len(sets)}: {', '.join(sets)}")
    first, second = sets
    n, a, b, both = z3.Ints("size_all size_first size_second size_both")
    axioms = [n >= 1, both >= 0, both <= a, both <= b, a + b - both <= n]
    if nodes is not None:
        axioms.append(n == nodes)
    terms: dict[Quantity, Any] = {Size(): n, Size((first,)): a, Size((second,)): b, Size(tuple(sorted(sets))): both}
    return _Encoded(terms, axioms, masks={})


def _bit_vectors(sets: Sequence[str], nodes: int | None) -> _Encoded:
    if nodes is None or nodes < 1:
        raise ValueError(f"bit-vectors need a number of nodes, 1 or more; asked for {nodes}")
    masks = {name: z3.BitVec(name, nodes) for name in sets}
    terms: dict[Quantity, Any] = {Size(): z3.IntVal(nodes)}
    for each in sizes(sets):
        common: Any = -1  # all bits
        for name in each.sets:
            common = masks[name] & common
        # The bits are added as integers: a sum of bit-vectors can overflow its width.
        terms[each] = z3.Sum([z3.If(z3.Extract(bit, bit, common) == 1, 1, 0) for bit in range(nodes)])
    return _Encoded(terms, axioms=[], masks=masks)


_ENCODERS = {Encoding.CARDINALITIES: _cardinalities, Encoding.BIT_VECTORS: _bit_vectors}


def _condition(condition: Condition, quantities: Mapping[Quantity, Any]) -> Any:
    left, right = _linear(condition.left, quantities), _linear(condition.right, quantities)
    match condition.relation:
        case Relation.AT_LEAST:
            return left >= right
        case Relation.MORE_THAN:
            return left > right
        case Relation.AT_MOST:
            return left <= right
        case Relation.LESS_THAN:
            return left < right


def _linear(linear: Linear, quantities: Mapping[Quantity, Any]) -> Any:
    terms = [coefficient * quantities[quantity] for coefficient, quantity in linear.terms]
    return z3.Sum([z3.IntVal(linear.constant), *terms])


def _answer(solver: Any, quantities: Mapping[Quantity, Any], masks: Mapping[str, Any]) -> Answer:
    outcome = solver.check()
    if outcome == z3.unsat:
        return Answer(Outcome.UNSATISFIABLE)
    if outcome != z3.sat:
        return Answer(Outcome.UNKNOWN, reason=str(solver.reason_unknown()))
    model = solver.model()

    def value(term: Any) -> int:
        return int(model.eval(term, model_completion=True).as_long())

    found = {quantity: value(term) for quantity, term in quantities.items()}
    members = {
        name: tuple(bit + 1 for bit in range(mask.size()) if value(mask) >> bit & 1) for name, mask in masks.items()
    }
    return Answer(Outcome.SATISFIABLE, values=found, members=members)
