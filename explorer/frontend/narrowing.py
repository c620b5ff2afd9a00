"""What a condition shows about the types of the expressions in it, where it holds and where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from indoubt.explorer.frontend.coercion import without
from indoubt.explorer.ir.expressions import And, Expr, IsA, Narrow, Not, Or
from indoubt.explorer.ir.walk import mentions
from indoubt.specs.language.types import Type, UnionType

Facts = dict[Expr, Type]


def facts_of(condition: Expr) -> tuple[Facts, Facts]:
    """The narrower types of expressions where `condition` is true, and where it is false."""
    match condition:
        case IsA(value, alternative):
            base = value.value if isinstance(value, Narrow) else value
            rest = without(value.type, alternative) if isinstance(value.type, UnionType) else None
            return {base: alternative}, {} if rest is None else {base: rest}
        case Not(operand):
            yes, no = facts_of(operand)
            return no, yes
        case And(operands):
            return _merged(facts_of(operand)[0] for operand in operands), {}
        case Or(operands):
            return {}, _merged(facts_of(operand)[1] for operand in operands)
        case _:
            return {}, {}


def still_true(facts: Mapping[Expr, Type], variable: str) -> Facts:
    """The facts that a write to a state variable or local of this name leaves untouched."""
    return {value: type_ for value, type_ in facts.items() if not mentions(value, variable)}


def _merged(facts: Iterable[Facts]) -> Facts:
    merged: Facts = {}
    for one in facts:
        merged.update(one)
    return merged
