"""Whether leaving out steps that change nothing hides no violation of a step invariant."""

from __future__ import annotations

import dataclasses

from indoubt.explorer.ir.expressions import And, Below, Equal, Expr, ForAll, Let, Load, Local, Not, Or, Subset
from indoubt.explorer.ir.walk import binders_in, rewrite, walk


def holds_of_stutters(condition: Expr) -> bool:
    """Whether a step that changes nothing breaks a step invariant only where the step before it has broken it.

    Each part of the conjunction is true of equal states, as `x <= x'`, or speaks of the state after a step alone. No
    step leads to an initial state, but none that changes nothing is left out there: the network is empty.
    """
    match _inlined(condition):
        case And(operands):
            return all(map(holds_of_stutters, operands))
        case whole:
            return _is_of_after(whole) or _is_true(rewrite(whole, _as_before))


def _is_of_after(condition: Expr) -> bool:
    return all(one.after for one in walk(condition) if isinstance(one, Load))


def _as_before(part: Expr) -> Expr:
    return dataclasses.replace(part, after=False) if isinstance(part, Load) else part


def _is_true(condition: Expr) -> bool:
    """Whether a condition is true whatever the values in it are."""
    match condition:
        case Equal(left, right) | Subset(left, right):
            return _same(left) == _same(right)
        case Not(Below(left, right)):
            return _same(left) == _same(right)
        case And(operands):
            return all(map(_is_true, operands))
        case Or(operands):
            known = {_same(one) for one in operands}
            return any(map(_is_true, operands)) or any(_same(Not(one)) in known for one in operands)
        case ForAll(_, _, body):
            return _is_true(body)
        case _:
            return False


def _inlined(condition: Expr) -> Expr:
    """A condition without local names."""
    while isinstance(condition, Let):
        local, value = condition.local, condition.value

        def named(part: Expr, name: str = local.name, value: Expr = value) -> Expr:
            return value if isinstance(part, Local) and part.name == name else part

        condition = rewrite(condition.body, named)
    return condition


def _same(expr: Expr) -> Expr:
    """An expression with its bound names numbered, so that two that differ in them alone are equal."""
    bound = binders_in(expr)
    met = dict.fromkeys(part.name for part in walk(expr) if isinstance(part, Local) and part.name in bound)
    numbers = {name: f"~{number}" for number, name in enumerate(met)}
    return rewrite(
        expr,
        lambda part: Local(numbers[part.name], part.type) if isinstance(part, Local) and part.name in numbers else part,
    )
