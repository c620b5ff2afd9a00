"""Whether a condition of a node that is false can ever become true again, and a condition that says when it can.

`max_bal < m.bal` of a ballot that only grows is its own answer: once false, it stays false. Of `state == INITIAL`,
which is false at first and at last, the answer is a list: INITIAL can still come in these states.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any

from indoubt.explorer.backends.closures import EvaluationFailed
from indoubt.explorer.erasing.local_steps import LocalSteps, Values
from indoubt.explorer.erasing.own import Own
from indoubt.explorer.erasing.skeletons import Skeleton, TooMuch, skeleton_of, values_of
from indoubt.explorer.ir.expressions import And, Equal, Expr, Literal, Not, Or
from indoubt.explorer.ir.machine import Machine
from indoubt.specs.language.sorts import Ordered
from indoubt.specs.language.types import (
    BoolType,
    EnumType,
    IntType,
    NoneType,
    SortType,
    Type,
    UnionType,
)
from indoubt.specs.language.universe import BoundReached

MOST_EVALUATIONS = 1 << 14
ALWAYS, NEVER = Literal(value=True, type=BoolType()), Literal(value=False, type=BoolType())
MOST_LISTED = 24
"""Values of the fields that a condition lists."""


class Lasting:
    """Asks about the nodes of one part of a machine."""

    def __init__(self, machine: Machine, own: Own) -> None:
        self.machine = machine
        self.own = own
        self._steps: dict[tuple[str, ...], LocalSteps | None] = {}

    def may_come(self, condition: Expr, address: Expr) -> Expr | None:
        """A condition that is true as long as `condition` may be true now or later; None where that is always so."""
        try:
            skeleton = skeleton_of(condition, self.own, address)
            steps = self._steps_of(skeleton.fields)
            choices = [values_of(one) for one in skeleton.things]
            if len(steps.domain) * prod(map(len, choices)) > MOST_EVALUATIONS:
                return None
            true = {values: _true(skeleton, values, choices) for values in steps.domain}
        except TooMuch:
            return None
        if all(true[after] <= true[before] for before in steps.domain for after in steps.successors[before]):
            return condition
        return self._listed(skeleton, address, steps, true, prod(map(len, choices)))

    def _steps_of(self, fields: tuple[str, ...]) -> LocalSteps:
        if fields not in self._steps:
            self._steps[fields] = None
            self._steps[fields] = LocalSteps(self.machine, self.own, fields)
        found = self._steps[fields]
        if found is None:
            raise TooMuch
        return found

    def _listed(
        self,
        skeleton: Skeleton,
        address: Expr,
        steps: LocalSteps,
        true: dict[Values, frozenset[Values]],
        everything: int,
    ) -> Expr | None:
        types = [self.own.types[name] for name in steps.fields]
        if len(steps.domain) > MOST_LISTED or not all(map(_can_be_listed, types)):
            return None
        reached = {values: steps.reached(values) for values in steps.domain}
        groups: dict[frozenset[Values], list[Values]] = {}
        for values, when in true.items():
            if when:
                groups.setdefault(when, []).append(values)
        terms: list[Expr] = []
        for when, group in groups.items():
            before = [values for values in steps.domain if not reached[values].isdisjoint(group)]
            if len(when) == everything and len(before) == len(steps.domain):
                return None
            literals: dict[str, Expr] = {
                name: Literal(value, type_) for name, value, type_ in zip(steps.fields, group[0], types, strict=True)
            }
            there = self._is_one_of(before, steps, address)
            if len(when) == everything:
                terms.append(there)
            elif there is ALWAYS:
                terms.append(skeleton.filled(literals, skeleton.things))
            else:
                terms.append(And((there, skeleton.filled(literals, skeleton.things))))
        if not terms:
            return NEVER
        return Or(tuple(terms)) if len(terms) != 1 else terms[0]

    def _is_one_of(self, wanted: Sequence[Values], steps: LocalSteps, address: Expr) -> Expr:
        """Whether the fields of the node have one of some values."""
        if len(wanted) == len(steps.domain):
            return ALWAYS
        others = [values for values in steps.domain if values not in wanted]
        few = wanted if len(wanted) <= len(others) else others
        reads = [self.own.read(name, address) for name in steps.fields]
        options = [
            And(tuple(Equal(read, Literal(value, read.type)) for read, value in zip(reads, values, strict=True)))
            if len(reads) > 1
            else Equal(reads[0], Literal(values[0], reads[0].type))
            for values in few
        ]
        found: Expr = options[0] if len(options) == 1 else Or(tuple(options))
        return found if few is wanted else Not(found)


def _true(skeleton: Skeleton, values: Values, choices: Sequence[Sequence[Any]]) -> frozenset[Values]:
    """For which values of its things a condition is true."""
    found: list[Values] = []
    fields = values[: len(skeleton.fields)]
    for things in product(*choices):
        try:
            if skeleton.value((*fields, *things)):
                found.append(things)
        except (EvaluationFailed, BoundReached, TypeError, ValueError, LookupError):
            raise TooMuch from None
    return frozenset(found)


def _can_be_listed(type_: Type) -> bool:
    """Whether a condition may name values of a type: a member of a sort would be told from the others."""
    match type_:
        case BoolType() | EnumType() | IntType() | NoneType():
            return True
        case SortType(cls):
            return issubclass(cls, Ordered)
        case UnionType(alternatives):
            return all(map(_can_be_listed, alternatives))
        case _:
            return False
